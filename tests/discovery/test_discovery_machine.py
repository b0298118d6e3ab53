"""The discovery of a domain's policies finds all that it had, none that it had not, and asks little."""

import random

import pytest
from driving import QuickArchive, discover, found, truth
from hypothesis import given
from hypothesis import strategies as st
from invented_sites import FIRST, LAST, PRIVACY, SITES, TERMS, Site

from crawler.discovery.candidates import FoundPolicy
from crawler.discovery.machine import Discovery
from crawler.discovery.questions import Answer, IndexQuestion, Question, Rows, as_json, from_json

MOST_IN_THE_MEAN = 8
BY_NAME = {site.domain.partition(".")[0]: site for site in SITES}


def discovered(site: Site, **given_: object) -> Discovery:
    discovery = Discovery(site.domain, **given_)  # type: ignore[arg-type]
    assert discover(QuickArchive(), discovery)
    return discovery


def of(name: str, type_: str = PRIVACY) -> FoundPolicy:
    [policy] = [one for one in discovered(BY_NAME[name]).policies() if one.type == type_]
    return policy


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.about)
def test_every_policy_of_an_invented_site_is_found_and_none_else(site: Site) -> None:
    assert found(discovered(site)) == truth(site)


def test_a_site_takes_eight_requests_in_the_mean() -> None:
    archive = QuickArchive()
    for site in SITES:
        discover(archive, Discovery(site.domain))
    assert archive.asked.total() <= MOST_IN_THE_MEAN * len(SITES)


@given(st.sampled_from(SITES), st.randoms(use_true_random=False))
def test_the_order_of_the_answers_makes_no_difference(site: Site, draw: random.Random) -> None:
    def shuffled(questions: list[Question]) -> list[Question]:
        return draw.sample(questions, len(questions))

    straight, mixed = Discovery(site.domain), Discovery(site.domain)
    one, other = QuickArchive(), QuickArchive()
    discover(one, straight)
    discover(other, mixed, order=shuffled)
    assert mixed.policies() == straight.policies()
    assert mixed.candidates() == straight.candidates()
    assert other.asked == one.asked


@given(st.sampled_from(SITES), st.integers(1, 12))
def test_killed_and_started_again_it_finds_the_same_and_asks_nothing_twice(site: Site, answers: int) -> None:
    whole = discovered(site)
    archive, known = QuickArchive(), dict[str, Answer]()
    discover(archive, Discovery(site.domain), known, most=answers)
    known = {key: from_json(as_json(answer)) for key, answer in known.items()}
    again = Discovery(site.domain)
    assert discover(archive, again, known)
    assert again.policies() == whole.policies()
    assert again.candidates() == whole.candidates()
    assert set(archive.asked.values()) == {1}


def test_the_addresses_of_a_policy_are_told_in_the_order_of_time_with_their_periods() -> None:
    policy = of("cobblework")
    assert [one.url.rpartition("example/")[2] for one in policy.addresses] == [
        "privacy.htm",
        "privacy.php",
        "about/privacy",
    ]
    years = [(int((one.first or "")[:4]), int((one.last or "")[:4])) for one in policy.addresses]
    assert years == [(FIRST, 2008), (2009, 2013), (2014, LAST - 1)]
    assert policy.gaps == ()


def test_what_is_no_longer_the_policy_does_not_count_for_its_period() -> None:
    """A page that says "not found" with the status of a page, and the advertisements on a domain that was sold."""
    first, second = of("yarrowfield").addresses
    assert (first.last or "")[:4] in {"2012", "2013"}
    assert (second.first or "")[:4] == "2013"
    assert "2010" < (of("zellerbach", TERMS).addresses[0].last or "")[:4] < "2013"


def test_a_time_without_an_address_is_told() -> None:
    [(since, until)] = of("driftwood").gaps
    assert (since[:4], until[:4]) == (str(FIRST), "2012")


def test_evidence_says_where_an_address_was_seen_and_in_which_words() -> None:
    [address] = of("thistledown").addresses
    assert address.verified
    assert ("home page", "Privacy Policy") in {(one.source, one.text) for one in address.seen}


def test_an_address_that_was_redirected_to_is_found_by_the_redirect() -> None:
    site = Site("sole.example", "", FIRST, LAST)
    site.policy(PRIVACY, "en", ("/privacy", FIRST, 2012), ("/x/71", 2012, LAST))
    site.moved("/privacy", "/x/71", 2012)
    site.home(look="script")
    discovery = Discovery(site.domain)
    discover(QuickArchive([site]), discovery)
    assert found(discovery) == truth(site)
    [policy] = discovery.policies()
    assert [one.source for one in policy.addresses[1].seen] == ["redirect"]


@pytest.mark.parametrize(("since", "until"), [("2012", "2014"), ("20130601", None), (None, "201206")])
def test_outside_a_period_nothing_is_read(since: str | None, until: str | None) -> None:
    discovery = discovered(BY_NAME["anvilgate"], since=since, until=until)
    told = [at for one in discovery.candidates() for at in (one.first, one.last)]
    assert all((since or "") <= str(at) <= (until or "").ljust(14, "9") for at in told)
    assert found(discovery) == truth(BY_NAME["anvilgate"])


def test_only_types_that_are_wanted_are_read() -> None:
    archive, discovery = QuickArchive(), Discovery("eastlight.example", types={"privacy policy"})
    discover(archive, discovery)
    assert {one.type for one in discovery.candidates()} == {PRIVACY}
    assert archive.asked.total() == 3


@pytest.mark.parametrize("name", ["anvilgate", "cobblework", "yarrowfield"])
def test_an_index_that_is_too_long_to_be_given_as_a_whole_is_asked_for_by_years(name: str) -> None:
    site = BY_NAME[name]
    archive, discovery = QuickArchive(), Discovery(site.domain)
    discovery.give_up(discovery.questions()[0], "the archive's CDX server answered 504")
    discover(archive, discovery)
    assert found(discovery) == truth(site)
    assert discovery.policies() == discovered(site).policies()
    assert discovery.errors == []
    indexes = [key for key in archive.asked if key.startswith("index")]
    assert indexes[0] == "index 2021-"
    assert len(indexes) == 5


def test_years_outside_of_the_period_are_not_asked_for() -> None:
    archive, discovery = QuickArchive(), Discovery("anvilgate.example", since="2009", until="2016")
    discovery.give_up(discovery.questions()[0], "the archive's CDX server answered 504")
    discover(archive, discovery)
    assert [key for key in archive.asked if key.startswith("index")] == ["index 2014-2017", "index 2008-2013"]


def test_years_that_are_not_given_are_named_and_the_others_count() -> None:
    discovery = Discovery("anvilgate.example")
    discovery.give_up(discovery.questions()[0], "504")
    archive = QuickArchive()
    while questions := discovery.questions():
        for question in questions:
            if question.key == "index 1996-2007":
                discovery.give_up(question, "504")
            else:
                discovery.receive(question, archive.answer(question))
    assert discovery.errors == ["its index of 1996 to 2007 could not be read: 504"]
    assert discovery.policies()


def test_without_an_index_links_lead_to_the_policies() -> None:
    site = BY_NAME["anvilgate"]
    archive, discovery = QuickArchive(), Discovery(site.domain)
    for _ in range(2):
        [question] = discovery.questions()
        discovery.give_up(question, "the archive's CDX server answered 504")
    discover(archive, discovery)
    assert found(discovery) == truth(site)
    assert discovery.errors == [
        "its index could not be read: the archive's CDX server answered 504",
        "its index from 2021 on could not be read: the archive's CDX server answered 504",
    ]


def test_a_domain_that_the_archive_excludes_is_an_error() -> None:
    discovery = Discovery("shop.example")
    discovery.receive(discovery.questions()[0], Rows((), excluded=True))
    assert discovery.finished
    assert discovery.errors == ["the archive excludes this domain"]


def test_an_index_without_end_is_left_and_told() -> None:
    discovery = Discovery("shop.example")
    asked = 0
    while (questions := discovery.questions()) and isinstance(questions[0], IndexQuestion):
        asked += 1
        discovery.receive(questions[0], Rows((), f"key {asked}"))
    assert asked < 10
    assert discovery.finished
    assert "longer than what was looked at" in discovery.remarks[0]
