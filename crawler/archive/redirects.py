"""Where archived redirects lead: from a snapshot to a capture, or to an end with a reason."""

from dataclasses import dataclass
from datetime import timedelta

from crawler.archive.memento import (
    ArchivedError,
    ArchivedRedirect,
    Capture,
    Excluded,
    NearMatch,
    NotArchived,
    Outcome,
    Refusal,
)
from crawler.model import Playback
from crawler.timestamps import moment

MAX_REDIRECTS = 5
"""How many archived redirects to follow for one snapshot."""

_MOST_STEPS = 2 * (MAX_REDIRECTS + 1)
"""Requests for one snapshot: for each address one, and one for what is near to it."""

REDIRECT_WINDOW = timedelta(hours=24)
"""How far from the redirect its target may have been captured, to count as what a visitor saw (edgi wayback's
``target_window``).
"""


@dataclass(frozen=True, slots=True)
class RedirectChain:
    """The addresses requested for one snapshot, its own first, and the number of archived redirects among the steps."""

    requested: tuple[Playback, ...]
    redirects: int = 0

    @property
    def snapshot(self) -> Playback:
        """The address of the snapshot itself."""
        return self.requested[0]

    @property
    def last(self) -> Playback:
        """The address requested last."""
        return self.requested[-1]


TOO_SLOW = "answer too slow"
"""The reason of a snapshot whose answer began and hardly went on."""


@dataclass(frozen=True, slots=True)
class NoDocument:
    """Why a snapshot gives no document: a short ``reason`` to group by, and details.

    ``failed``: the archive did not answer, so that a later crawl should request the snapshot again.
    """

    reason: str
    detail: str
    failed: bool = False


def next_step(chain: RedirectChain, outcome: Outcome) -> RedirectChain | Capture | NoDocument:
    """Return what follows an outcome: a longer chain, whose last address to request; a capture, to read; or the end."""
    match outcome:
        case Capture():
            return outcome
        case ArchivedRedirect():
            return _redirected(chain, outcome)
        case NearMatch(target=target):
            return _nearest(chain, target)
        case ArchivedError(status=status):
            detail = f"the captured server answered {status} at {_name(chain.last)}"
            return NoDocument(f"archived error {status}", detail)
        case Excluded():
            return NoDocument("excluded", f"the archive does not show {chain.last.url}, at its owner's wish")
        case NotArchived() if chain.redirects:
            detail = f"archived redirect to {_name(chain.last)}, which was not captured"
            return NoDocument("redirect not archived", detail)
        case NotArchived():
            return NoDocument("missing", f"listed, but the archive has no capture at {_name(chain.last)}")
        case Refusal(reason=reason):
            return NoDocument("no answer", reason, failed=True)


def _redirected(chain: RedirectChain, redirect: ArchivedRedirect) -> RedirectChain | NoDocument:
    if redirect.target is None:
        detail = f"archived redirect to {redirect.location[:500]}, which cannot be in an archive"
        return NoDocument("redirect not archived", detail)
    if chain.redirects == MAX_REDIRECTS:
        detail = f"more than {MAX_REDIRECTS} archived redirects, the last to {_name(redirect.target)}"
        return NoDocument("too many redirects", detail)
    return _extended(chain, redirect.target, chain.redirects + 1)


def _nearest(chain: RedirectChain, target: Playback) -> RedirectChain | NoDocument:
    # For the snapshot itself only another spelling of its URL will do: captures of other times have rows of their own.
    # The target of a redirect was fetched by the same visitor a moment later.
    window = REDIRECT_WINDOW if chain.redirects else timedelta(0)
    distance = _distance(chain.last.timestamp, target.timestamp)
    if distance is None or distance > window:
        what = "redirect not archived" if chain.redirects else "near match"
        return NoDocument(what, f"asked for {_name(chain.last)}, the archive has {_name(target)} as the nearest")
    return _extended(chain, target, chain.redirects)


def _extended(chain: RedirectChain, target: Playback, redirects: int) -> RedirectChain | NoDocument:
    if target in chain.requested:
        return NoDocument("redirect loop", f"archived redirects lead back to {_name(target)}")
    if len(chain.requested) >= _MOST_STEPS:
        detail = f"more than {_MOST_STEPS} redirects and near captures, the last to {_name(target)}"
        return NoDocument("too many redirects", detail)
    return RedirectChain((*chain.requested, target), redirects)


def _distance(one: str, other: str) -> timedelta | None:
    if one == other:  # also if no calendar has it
        return timedelta(0)
    first, second = moment(one), moment(other)
    return abs(first - second) if first and second else None


def _name(playback: Playback) -> str:
    return f"{playback.timestamp}/{playback.url[:500]}"
