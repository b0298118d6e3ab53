"""Where the answers for one snapshot lead: through archived redirects to a capture, or to an end with a reason."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crawler.archive.memento import (
    ArchivedError,
    ArchivedRedirect,
    Capture,
    Excluded,
    Missing,
    NearMatch,
    Outcome,
    Refusal,
)
from crawler.model import Playback

MAX_REDIRECTS = 5
"""Archived redirects that are followed for one snapshot."""

REDIRECT_WINDOW = timedelta(hours=24)
"""How far from the redirect its target may have been captured, to count as what a visitor saw (edgi wayback's
``target_window``).
"""


@dataclass(frozen=True, slots=True)
class Trail:
    """The addresses that were asked for the sake of one snapshot, its own first, and how many archived redirects
    led there.
    """

    asked: tuple[Playback, ...]
    redirects: int = 0

    @property
    def snapshot(self) -> Playback:
        """The address of the snapshot itself."""
        return self.asked[0]

    @property
    def here(self) -> Playback:
        """The address that was asked last."""
        return self.asked[-1]


@dataclass(frozen=True, slots=True)
class Ended:
    """No text is to be had for the snapshot. ``failed``: the archive did not answer; it is worth asking again
    another day.
    """

    reason: str
    detail: str
    failed: bool = False


def after(trail: Trail, outcome: Outcome) -> Trail | Capture | Ended:
    """What to do after an answer: go on to the last address of the new trail, read the capture, or end."""
    match outcome:
        case Capture():
            return outcome
        case ArchivedRedirect():
            return _redirected(trail, outcome)
        case NearMatch(target=target):
            return _near(trail, target)
        case ArchivedError(status=status):
            return Ended(f"archived error {status}", f"the captured server answered {status} at {_name(trail.here)}")
        case Excluded(playback=playback):
            return Ended("excluded", f"the archive does not show {playback.url}, at its owner's wish")
        case Missing() if trail.redirects:
            return Ended("redirect not archived", f"archived redirect to {_name(trail.here)}, which was not captured")
        case Missing(playback=playback):
            return Ended("missing", f"listed, but the archive has no capture at {_name(playback)}")
        case Refusal(reason=reason):
            return Ended("no answer", reason, failed=True)


def _redirected(trail: Trail, redirect: ArchivedRedirect) -> Trail | Ended:
    if redirect.target is None:
        return Ended(
            "redirect not archived", f"archived redirect to {redirect.location[:500]}, which cannot be in an archive"
        )
    if trail.redirects == MAX_REDIRECTS:
        return Ended(
            "too many redirects", f"more than {MAX_REDIRECTS} archived redirects, the last to {_name(redirect.target)}"
        )
    return _on(trail, redirect.target, trail.redirects + 1)


def _near(trail: Trail, target: Playback) -> Trail | Ended:
    # For the snapshot itself only another spelling of its URL will do: a capture of another time is listed on its
    # own. A redirect's target was fetched by the same visitor a moment later.
    window = REDIRECT_WINDOW if trail.redirects else timedelta(0)
    distance = _distance(trail.here.timestamp, target.timestamp)
    if distance is None or distance > window:
        what = "redirect not archived" if trail.redirects else "near match"
        return Ended(what, f"asked for {_name(trail.here)}, the archive has {_name(target)} as the nearest")
    return _on(trail, target, trail.redirects)


def _on(trail: Trail, target: Playback, redirects: int) -> Trail | Ended:
    if target in trail.asked:
        return Ended("redirect loop", f"archived redirects lead back to {_name(target)}")
    return Trail((*trail.asked, target), redirects)


def _distance(one: str, other: str) -> timedelta | None:
    if one == other:
        return timedelta(0)
    try:
        first, second = (datetime.strptime(t, "%Y%m%d%H%M%S").replace(tzinfo=UTC) for t in (one, other))
    except ValueError:
        return None
    return abs(first - second)


def _name(playback: Playback) -> str:
    return f"{playback.timestamp}/{playback.url[:500]}"
