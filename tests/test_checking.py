"""The check of a policy's record: what the archive has of its addresses, what is better, and what selectors match."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from crawler.archive import cdx
from crawler.archive.redirects import NoDocument
from crawler.checking import CheckedPolicy, PolicyCheck
from crawler.model import Part, Policy
from crawler.questions import ArchiveQuestion, CaptureQuestion, ListingQuestion, NearQuestion

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ARCHIVE = "http://archive.example"
URL = "https://shop.example/privacy"
OLD = "http://old.example/privacy.html"
PAGE = "<html><title>Legal</title><body><div id=terms>One</div><div id=privacy>Two</div></body></html>"
HTML = {"content-type": "text/html"}

Row = tuple[str, str, int]
"""A capture: its address, the year, its status."""
Answer = tuple[int, dict[str, str], bytes]


Answering = Callable[[ArchiveQuestion], Answer | NoDocument]


def listing(*rows: Row) -> Answer:
    said = [["key", f"{year}0304050607", url, "text/html", str(status), f"D{year}", "9"] for url, year, status in rows]
    return 200, {}, json.dumps([list(cdx.FIELDS), *said] if said else []).encode()


def capture(year: str, status: int = 200, body: str = PAGE, **headers: str) -> Answer:
    moment = {"memento-datetime": f"{datetime(int(year), 3, 4, tzinfo=UTC):%a, %d %b %Y} 05:06:07 GMT"}
    return status, HTML | moment | headers, body.encode()


def checked(
    policy: Policy, answer: Callable[[ArchiveQuestion], Answer | NoDocument]
) -> tuple[CheckedPolicy, list[str]]:
    """Drive a check to its end; gives what it found, and the kinds of questions that it asked."""
    check = PolicyCheck(policy, archive_url=ARCHIVE, now=NOW)
    waiting, asked = check.questions(), []
    while waiting:
        question = waiting.pop(0)
        asked.append(type(question).__name__.removesuffix("Question"))
        said = answer(question)
        if isinstance(said, NoDocument):
            check.give_up(question, said)
        else:
            check.receive(question, *said)
        waiting += check.questions()
    assert check.finished
    return check.result(), asked


def policy(*urls: str, parts: tuple[Part, ...] = ()) -> Policy:
    return Policy("shop.example", "privacy policy", urls or (URL,), parts)


def answering(listings: dict[str, Answer], near: Answer | None = None, page: Answer | NoDocument | None = None):
    def answer(question: ArchiveQuestion) -> Answer | NoDocument:
        if isinstance(question, ListingQuestion):
            return listings[question.url]
        said = near if isinstance(question, NearQuestion) else page
        assert said is not None, question
        return said

    return answer


def test_an_address_with_captures_is_well_and_its_listing_is_all_that_is_asked() -> None:
    found, asked = checked(policy(), answering({URL: listing((URL, "2012", 200), (URL, "2020", 200))}))
    (url,) = found.urls
    assert (url.captures, url.pages, url.first, url.last, url.last_page) == (
        2,
        2,
        "2012-03-04",
        "2020-03-04",
        "2020-03-04",
    )
    assert (url.problem, url.remark, url.better) == (None, None, [])
    assert found.is_well
    assert found.cost == (2, 2)
    assert asked == ["Listing"]


def test_an_address_of_which_the_archive_has_nothing_is_told_with_near_ones() -> None:
    near = listing(("http://shop.example/privacy.html", "2011", 200))
    found, asked = checked(policy(), answering({URL: listing()}, near))
    assert found.urls[0].problem is not None
    assert "has no capture of https://shop.example/privacy" in found.urls[0].problem
    assert "http://shop.example/privacy.html (since 2011-03-04)" in found.urls[0].problem
    assert not found.is_well
    assert asked == ["Listing", "Near"]


def test_an_address_with_errors_alone_is_told_with_near_ones() -> None:
    near = listing(("http://shop.example/privacy.html", "2011", 200))
    errors = listing((URL, "2012", 404), (URL, "2013", 404), (URL, "2014", 503))
    found, asked = checked(policy(), answering({URL: errors}, near))
    (url,) = found.urls
    assert url.problem is not None
    assert url.problem.startswith("none of its captures is a page (404: 2, 503: 1). It has http://shop.example/privacy")
    assert url.better == ["http://shop.example/privacy.html"]
    assert asked == ["Listing", "Near"]


@pytest.mark.parametrize(
    ("to", "remark", "better"),
    [
        ("https://shop.example/legal/privacy", "if that is the policy, list it in urls", True),
        ("https://www.shop.example/privacy/", None, False),
        ("http://old.example/privacy.html", "which is in urls", False),
        ("https://shop.example/", "to the home page", False),
    ],
)
def test_an_address_that_leads_elsewhere_is_told_where_to(to: str, remark: str | None, better: bool) -> None:
    listings = {
        URL: listing((URL, "2012", 200), (URL, "2013", 301), (URL, "2014", 302)),
        OLD: listing((OLD, "2010", 200)),
    }
    found, asked = checked(policy(URL, OLD), answering(listings, page=capture("2014", 302, "", location=to)))
    url = found.urls[0]
    assert url.problem is None
    assert (url.remark or "") == "" if remark is None else remark in str(url.remark)
    assert remark is None or str(url.remark).startswith("it leads elsewhere since 2013-03-04")
    assert url.better == ([to] if better else [])
    assert found.is_well
    assert asked == ["Listing", "Listing", "Capture"]


def test_an_address_all_of_whose_captures_lead_to_the_home_page_gives_nothing() -> None:
    answer = answering({URL: listing((URL, "2013", 301))}, page=capture("2013", 301, "", location="/"))
    found, _ = checked(policy(), answer)
    assert found.urls[0].problem == "all that it has leads to the home page"


def test_an_excluded_and_an_unlisted_address_say_so() -> None:
    excluded = (403, {}, b"org.archive.util.io.RuntimeIOException: AdministrativeAccessControlException: Blocked")
    found, _ = checked(policy(URL, OLD), answering({URL: excluded, OLD: (503, {}, b"<h1>Sorry</h1>")}))
    assert "excludes it" in str(found.urls[0].problem)
    assert "it could not be listed: the archive's CDX server answered 503" in str(found.urls[1].problem)
    assert [url.listed for url in found.urls] == [True, False]


PARTS = (
    Part(select="#privacy", until=date(2015, 1, 1)),
    Part(select="#cookies", since=date(2015, 1, 1)),
)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (Part(select="#privacy"), ()),
        (Part(select="#nowhere"), ('"#nowhere" (select) matches nothing on the page',)),
        (Part(start="#nowhere", end="p"), ('"#nowhere" (from)', '"p" (to)')),
        (Part(through="#nowhere"), ('"#nowhere" (through) matches nothing',)),
        (Part(start="#privacy", end="#terms"), ('(to) matches nothing after "#privacy"',)),
        (Part(select="#terms", start="#privacy"), ('"#privacy" (from) matches nothing within what "#terms" selects',)),
        (PARTS, ('"#cookies" (select)',)),
    ],
)
def test_selectors_that_match_nothing_on_the_newest_capture_are_named(part, said) -> None:
    parts = part if isinstance(part, tuple) else (part,)
    answer = answering({URL: listing((URL, "2012", 200), (URL, "2020", 200), (URL, "2021", 404))}, page=capture("2020"))
    found, asked = checked(policy(parts=parts), answer)
    assert len(found.selectors) == len(said)
    for sentence, part_of_it in zip(found.selectors, said, strict=True):
        assert sentence.startswith(f"The newest capture, 20200304050607/{URL},")
        assert part_of_it in sentence
    assert found.is_well is not bool(said)
    assert asked == ["Listing", "Capture"]


def test_a_policy_that_only_leaves_something_out_is_not_looked_at() -> None:
    _, asked = checked(policy(parts=(Part(remove=(".ad",)),)), answering({URL: listing((URL, "2012", 200))}))
    assert asked == ["Listing"]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (capture("2012", body="%PDF-1.4"), "no page that has elements, but pdf"),
        (NoDocument("no answer", "the connection ended"), "got no answer (the connection ended)"),
        (capture("2012", 404), "is not to be had (ArchivedError)"),
        (capture("2012", body="<div>" * 600), "nested deeper"),
    ],
)
def test_a_newest_capture_that_cannot_be_read_is_told(page: Answer | NoDocument, said: str) -> None:
    answer = answering({URL: listing((URL, "2012", 200))}, page=page)
    found, _ = checked(policy(parts=(Part(select="p"),)), answer)
    assert said in found.selectors[0]
    assert not found.is_well


def test_what_the_archive_lists_beside_policies_asks_nothing_about_other_hosts() -> None:
    asked: list[CaptureQuestion] = []

    def answer(question: ArchiveQuestion) -> Answer:
        if isinstance(question, CaptureQuestion):
            asked.append(question)
            return capture("2013", 301, "", location="http://elsewhere.example/")
        return listing((URL, "2013", 301))

    checked(policy(), answer)
    assert [question.chain.last.url for question in asked] == [URL]
