"""A snapshot leads through at most five archived redirects to a capture, never in a loop, never far in time."""

import pytest

from crawler.archive.memento import ArchivedError, ArchivedRedirect, Capture, Excluded, NearMatch, NotArchived, Refusal
from crawler.archive.redirects import MAX_REDIRECTS, NoDocument, RedirectChain, next_step
from crawler.model import Playback

ASKED = Playback("20200201120000", "https://shop.example/privacy")
START = RedirectChain((ASKED,))


def at(timestamp: str, path: str = "new") -> Playback:
    return Playback(timestamp, f"https://shop.example/{path}")


def redirect(target: Playback | None) -> ArchivedRedirect:
    return ArchivedRedirect("…", target)


def test_a_capture_is_the_end():
    assert next_step(START, Capture(200)) == Capture(200)


def test_the_target_of_a_redirect_may_be_captured_a_moment_later():
    chain = next_step(START, redirect(at("20200201120000")))
    assert chain == RedirectChain((ASKED, at("20200201120000")), redirects=1)
    assert next_step(chain, NearMatch(at("20200201120210"))).last == at("20200201120210")


def test_the_target_of_a_redirect_may_not_be_captured_another_day():
    chain = RedirectChain((ASKED, at("20200201120000")), redirects=1)
    assert next_step(chain, NearMatch(at("20200203120001"))).reason == "redirect not archived"


def test_what_is_near_leads_on_a_bounded_number_of_times():
    chain = START
    for step in range(11):
        chain = next_step(chain, NearMatch(at(ASKED.timestamp, f"save/{step}")))
    end = next_step(chain, NearMatch(at(ASKED.timestamp, "save/11")))
    assert end.reason == "too many redirects"
    assert end.detail.startswith("more than 12 redirects and near captures, the last to 20200201120000/https://shop.")


def test_a_snapshot_that_plays_from_another_time_is_a_near_match():
    end = next_step(START, NearMatch(at("20200201120001", "privacy")))
    assert end == NoDocument(
        "near match",
        "asked for 20200201120000/https://shop.example/privacy,"
        " the archive has 20200201120001/https://shop.example/privacy as the nearest",
    )


@pytest.mark.parametrize("timestamp", [ASKED.timestamp, "20000012170449"])
def test_another_spelling_of_the_url_at_the_same_time_is_the_snapshot_itself(timestamp):
    start = RedirectChain((Playback(timestamp, ASKED.url),))
    www = Playback(timestamp, "https://www.shop.example/privacy")
    assert next_step(start, NearMatch(www)) == RedirectChain((start.snapshot, www))


def test_the_sixth_redirect_is_not_followed():
    chain = START
    for step in range(MAX_REDIRECTS):
        chain = next_step(chain, redirect(at("20200201120000", str(step))))
        assert isinstance(chain, RedirectChain)
    assert next_step(chain, redirect(at("20200201120000", "last"))).reason == "too many redirects"


def test_a_loop_ends():
    chain = next_step(START, redirect(at("20200201120000")))
    assert next_step(chain, redirect(ASKED)).reason == "redirect loop"


@pytest.mark.parametrize(
    ("outcome", "reason", "failed"),
    [
        (redirect(None), "redirect not archived", False),
        (ArchivedError(404), "archived error 404", False),
        (Excluded(), "excluded", False),
        (NotArchived(), "missing", False),
        (Refusal("503"), "no answer", True),
    ],
)
def test_every_other_outcome_is_an_end_with_its_own_reason(outcome, reason, failed):
    end = next_step(START, outcome)
    assert (end.reason, end.failed) == (reason, failed)
