"""Where answers lead: through at most five archived redirects, never in a circle, never far in time."""

import pytest

from crawler.archive.memento import ArchivedError, ArchivedRedirect, Capture, Excluded, Missing, NearMatch, Refusal
from crawler.archive.redirects import MAX_REDIRECTS, Ended, Trail, after
from crawler.model import Playback

ASKED = Playback("20200201120000", "https://shop.example/privacy")


def at(timestamp: str, path: str = "new") -> Playback:
    return Playback(timestamp, f"https://shop.example/{path}")


def redirect(target: Playback | None) -> ArchivedRedirect:
    return ArchivedRedirect(ASKED, 301, "…", target)


def test_a_capture_is_to_be_read():
    assert after(Trail((ASKED,)), Capture(ASKED, 200)) == Capture(ASKED, 200)


def test_a_redirect_is_followed_and_its_target_may_be_captured_a_moment_later():
    trail = after(Trail((ASKED,)), redirect(at("20200201120000")))
    assert trail == Trail((ASKED, at("20200201120000")), redirects=1)
    assert after(trail, NearMatch(trail.here, at("20200201120210"))).here == at("20200201120210")


def test_a_redirect_whose_target_was_captured_another_day_ends():
    trail = Trail((ASKED, at("20200201120000")), redirects=1)
    assert after(trail, NearMatch(trail.here, at("20200203120001"))).reason == "redirect not archived"


def test_a_snapshot_that_plays_from_another_time_is_a_near_match():
    end = after(Trail((ASKED,)), NearMatch(ASKED, at("20200201120001", "privacy")))
    assert end == Ended(
        "near match",
        "asked for 20200201120000/https://shop.example/privacy,"
        " the archive has 20200201120001/https://shop.example/privacy as the nearest",
    )


def test_another_spelling_of_the_url_at_the_same_time_is_the_snapshot_itself():
    www = Playback(ASKED.timestamp, "https://www.shop.example/privacy")
    assert after(Trail((ASKED,)), NearMatch(ASKED, www)) == Trail((ASKED, www))


def test_the_sixth_redirect_is_recorded_not_followed():
    trail = Trail((ASKED,))
    for step in range(MAX_REDIRECTS):
        trail = after(trail, redirect(at("20200201120000", str(step))))
        assert isinstance(trail, Trail)
    assert after(trail, redirect(at("20200201120000", "last"))).reason == "too many redirects"


def test_a_circle_ends():
    trail = after(Trail((ASKED,)), redirect(at("20200201120000")))
    assert after(trail, redirect(ASKED)).reason == "redirect loop"


@pytest.mark.parametrize(
    ("outcome", "reason", "failed"),
    [
        (redirect(None), "redirect not archived", False),
        (ArchivedError(ASKED, 404), "archived error 404", False),
        (Excluded(ASKED), "excluded", False),
        (Missing(ASKED), "missing", False),
        (Refusal(ASKED, "503"), "no answer", True),
    ],
)
def test_every_other_answer_is_an_end_with_its_own_reason(outcome, reason, failed):
    end = after(Trail((ASKED,)), outcome)
    assert (end.reason, end.failed) == (reason, failed)
