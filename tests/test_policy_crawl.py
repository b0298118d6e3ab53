"""One policy's crawl, without Scrapy, network or database: what it asks, what it finds out, and in which order."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from policy_crawls import FakeArchive, Stored, begin, captured, drive, page

from crawler.archive.redirects import NoDocument
from crawler.events import Answered, Concluded, Finished, Learned, Listed, ListingFailed, Planned, Received
from crawler.model import Period, Policy, Scope
from crawler.policy_crawl import CaptureQuestion, ListingQuestion
from crawler.questions import ReadingQuestion

URL, OLD = "https://shop.example/privacy", "http://shop.example/old"
POLICY = Policy("shop.example", "privacy policy", (URL,))
ALL = Scope(mode="all")


def history(*days: object, url: str = URL) -> FakeArchive:
    """An archive with a capture a month, each of a text that depends on a word."""
    archive = FakeArchive()
    for month, word in enumerate(days):
        archive.add(url, f"{2010 + month // 12}{month % 12 + 1:02}01000000", page(word) + b"<!-- %d -->" % month)
    return archive


def test_it_begins_with_the_listing_of_every_url():
    policy = Policy("shop.example", "terms", (URL, OLD))
    crawl = begin(policy, Stored(), Scope(Period("2012", "2014")))
    assert crawl.questions() == [ListingQuestion(URL, "2012", "2014"), ListingQuestion(OLD, "2012", "2014")]
    assert crawl.questions() == []
    assert crawl.unlisted == 2


def test_its_events_come_in_the_order_in_which_they_are_to_be_stored():
    memory, archive = Stored(), history(30, 60)
    crawl = begin(POLICY, memory, ALL)
    drive(crawl, archive, memory)
    kinds = [type(event) for event in memory.events]
    assert kinds == [Listed, Planned, Received, Answered, Received, Answered, Finished]
    for before, after in pairwise(memory.events):
        if isinstance(after, Answered):  # bytes before what was read in them
            assert isinstance(before, Received)
            assert before.playback.timestamp == after.snapshot.timestamp
    assert crawl.finished
    assert crawl.pending == 0


def test_an_answer_says_why_the_snapshot_was_requested():
    memory = Stored()
    drive(begin(POLICY, memory), history(*[30] * 6, *[60] * 6), memory)
    reasons = {event.requested_for for event in memory.events if isinstance(event, Answered)}
    assert {"end of the history", "halving"} <= reasons


def test_what_lies_between_two_captures_of_one_text_is_concluded():
    memory, archive = Stored(), history(*[30] * 12)
    drive(begin(POLICY, memory), archive, memory)
    assert len([q for q in archive.requests if isinstance(q, CaptureQuestion)]) < 12
    assert {state for state, _ in memory.outcomes.values()} == {"fetched", "inferred"}
    assert len({document for _, document in memory.outcomes.values()}) == 1
    assert any(isinstance(event, Concluded) for event in memory.events)


@given(st.integers(0, 10**6), st.lists(st.sampled_from([30, 60, 90]), min_size=1, max_size=30))
def test_what_it_finds_does_not_depend_on_the_order_of_the_answers(pick, days):
    first, second = Stored(), Stored()
    drive(begin(POLICY, first), history(*days), first)
    drive(begin(POLICY, second), history(*days), second, pick=pick, read_at_once=False)
    assert first.outcomes == second.outcomes


@given(st.integers(1, 25), st.lists(st.sampled_from([30, 60, 90]), min_size=1, max_size=30))
@example(answers=7, days=[30, 30, 90, 30, 60, 30, 30, 30, 30, 90])
@example(answers=7, days=[90, *[30] * 8, 60, 90, *[30] * 5])
def test_a_crawl_that_is_killed_goes_on_as_if_it_had_not_been(answers, days):
    whole, killed = Stored(), Stored()
    drive(begin(POLICY, whole), history(*days), whole)
    archive = history(*days)
    drive(begin(POLICY, killed), archive, killed, most=answers)
    drive(begin(POLICY, killed), archive, killed)
    assert killed.outcomes == whole.outcomes


def test_what_changes_at_every_capture_is_learned_after_the_captures_that_show_it_are_stored():
    memory, archive = Stored(), FakeArchive()
    for day in range(28):
        readers = b"<p>This policy was looked at %d times by our dear readers so far.</p>" % (100 + 7 * day)
        archive.add(URL, f"201002{day + 1:02}000000", page(30).replace(b"</main>", readers + b"</main>"))
    crawl = begin(POLICY, memory)
    drive(crawl, archive, memory)
    assert any(isinstance(event, Learned) for event in memory.events)
    assert len(memory.texts) == 1
    assert len([q for q in archive.requests if isinstance(q, CaptureQuestion)]) < 28


def test_an_archived_redirect_is_followed_and_the_text_says_where_it_was_read():
    memory, archive = Stored(), FakeArchive()
    archive.add(URL, "20100101000000", b"", 301, location="/web/20100101000001id_/https://shop.example/unlisted")
    archive.add("https://shop.example/unlisted", "20100101000001", page(30))
    drive(begin(POLICY, memory), archive, memory)
    (answer,) = (event for event in memory.events if isinstance(event, Answered))
    assert answer.state == "fetched"
    assert answer.read_at == "20100101000001/https://shop.example/unlisted"
    assert [event.digest is None for event in memory.events if isinstance(event, Received)] == [False, True]


ELSEWHEN = "Wed, 01 Jan 2020 00:00:00 GMT"


def test_the_nearest_capture_is_never_stored_as_the_one_that_was_asked_for():
    memory, archive = Stored(), FakeArchive()
    archive.add(URL, "20100101000000", page(60) + b"<!-- -->", memento_datetime=ELSEWHEN)  # as pywb does
    archive.add(URL, "20200101000000", page(60))
    drive(begin(POLICY, memory, ALL), archive, memory)
    lost, shown = (event for event in memory.events if isinstance(event, Answered))
    assert (lost.state, lost.reason, lost.document) == ("rejected", "near match", None)
    assert lost.detail == f"asked for 20100101000000/{URL}, the archive has 20200101000000/{URL} as the nearest"
    assert shown.state == "fetched"
    assert [event.playback.timestamp for event in memory.events if isinstance(event, Received)] == ["20200101000000"]


@pytest.mark.parametrize(("captured", "state"), [("01:00:00", "fetched"), ("23:59:59", "fetched"), (None, "rejected")])
def test_the_target_of_a_redirect_is_read_at_its_own_moment(captured, state):
    memory, archive = Stored(), FakeArchive()
    new = "https://shop.example/new"
    archive.add(URL, "20200101000000", b"", 301, location=new)
    said = f"Wed, 01 Jan 2020 {captured} GMT" if captured else "Sat, 04 Jan 2020 00:00:00 GMT"
    archive.add(new, "20200101000000", page(60), memento_datetime=said)
    if captured:
        archive.add(new, f"20200101{captured.replace(':', '')}", page(60))
    drive(begin(POLICY, memory, ALL), archive, memory)
    (answered,) = (event for event in memory.events if isinstance(event, Answered))
    assert answered.state == state
    assert answered.read_at == (f"20200101{captured.replace(':', '')}/{new}" if captured else None)


def test_an_archived_error_is_a_rejection_with_its_bytes_kept():
    memory, archive = Stored(), FakeArchive()
    archive.add(URL, "20100101000000", b"<h1>Gone</h1>", 404)
    drive(begin(POLICY, memory, ALL), archive, memory)
    assert [type(event) for event in memory.events] == [Listed, Planned, Received, Answered, Finished]
    assert memory.outcomes == {(URL, "20100101000000"): ("rejected", None)}


def test_a_snapshot_without_an_answer_is_named_and_requested_again_next_time():
    memory, archive = Stored(), history(30, 60, 90)
    lost = archive.captures.pop((URL, "20100201000000"))
    archive.captures[URL, "20100201000000"] = lost
    crawl = begin(POLICY, memory, ALL)
    waiting = crawl.questions()
    (listing,) = waiting
    for event in archive.answer(crawl, listing):
        memory.store(event)
    del archive.captures[URL, "20100201000000"]
    drive(crawl, archive, memory)
    assert crawl.finished
    assert crawl.errors == ["1 snapshots got no answer; the next crawl requests them again"]
    assert memory.outcomes[URL, "20100201000000"] == ("failed", None)
    archive.captures[URL, "20100201000000"] = lost
    again = begin(POLICY, memory, ALL)
    archive.requests.clear()
    drive(again, archive, memory)
    assert [captured(q) for q in archive.requests if isinstance(q, CaptureQuestion)] == ["20100201000000"]
    assert again.errors == []


def test_a_url_without_a_listing_is_named_and_the_others_go_on():
    policy = Policy("shop.example", "privacy policy", (OLD, URL))
    memory, archive = Stored(), history(30)
    archive.refused.add(OLD)
    crawl = begin(policy, memory)
    drive(crawl, archive, memory)
    (failed,) = (event for event in memory.events if isinstance(event, ListingFailed))
    assert failed.url == OLD
    assert "answered 503" in failed.why
    assert crawl.listed == 1
    assert crawl.finished
    assert crawl.errors == [f"{OLD} could not be listed: {failed.why}"]
    assert memory.events[-1] == Finished(policy, tuple(crawl.errors))


def test_a_page_that_breaks_the_extraction_costs_its_snapshot_and_not_the_crawl(monkeypatch, caplog):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a page made for it")

    monkeypatch.setattr("crawler.extraction.extract.read", broken)
    memory = Stored()
    crawl = begin(POLICY, memory)
    drive(crawl, history(30), memory)
    (answer,) = (event for event in memory.events if isinstance(event, Answered))
    assert (answer.state, answer.reason) == ("failed", "extraction failed")
    assert "ZeroDivisionError: a page made for it" in answer.detail
    assert "could not be read" in caplog.text
    assert crawl.finished


@pytest.mark.parametrize("mode", ["all", "changes"])
def test_a_second_crawl_of_what_is_known_asks_for_listings_only(mode):
    memory, archive = Stored(), history(*[30] * 3, *[60] * 3)
    drive(begin(POLICY, memory, Scope(mode=mode)), archive, memory)
    archive.requests.clear()
    known = dict(memory.outcomes)
    drive(begin(POLICY, memory, Scope(mode=mode)), archive, memory)
    assert all(isinstance(question, ListingQuestion) for question in archive.requests)
    assert memory.outcomes == known


def test_three_pages_in_a_row_that_take_too_much_to_read_leave_the_others_to_the_next_crawl():
    class Heavy(FakeArchive):
        def answer(self, crawl, question):
            if crawl.finished:  # whoever drives it asks no more
                return iter(())
            if isinstance(question, ReadingQuestion):
                return crawl.receive_reading(question, NoDocument("too slow to read", "It takes more than 10 s."))
            return super().answer(crawl, question)

    memory, archive = Stored(), Heavy(history(*range(6)).captures)
    crawl = begin(POLICY, memory, ALL)
    drive(crawl, archive, memory)
    assert [state for state, _ in memory.outcomes.values()] == ["rejected"] * 3
    assert crawl.errors == [
        "3 pages in a row took more than a page is given; the next crawl goes on with the others",
    ]
    again = begin(POLICY, memory, ALL)
    drive(again, history(*range(6)), memory)
    assert sorted(state for state, _ in memory.outcomes.values()) == ["fetched"] * 3 + ["rejected"] * 3
    assert again.errors == []
