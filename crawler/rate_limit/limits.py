"""The rate limits of an archive: when the next request of each kind may leave, and until when none may.

Plain: no I/O, and the clock is given. Times are seconds of the wall clock (`time.time`), since they have to outlive
processes and reboots; `read` corrects them after the clock was set back.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

PAUSE = 60.0
"""Seconds of silence after a 429, at least; twice as long each time that one comes again before an answer got through.
The recorded ones have no Retry-After (edgi wayback #137), and what one says only makes the silence longer.
"""

PAUSE_OF_LOOPBACK = 1.0
"""The same for an archive of the user's own, on this machine: nobody bans there."""

MOST_PAUSES = 5
"""Pauses in a row, each of which ended in a 429 again, after which a crawl gives up: 1, 2, 4, 8 and 16 minutes."""

BAN = 3600.0
"""Seconds for which the archive's firewall shuts a client out that went on through its 429s; twice as long each time
(its staff in edgi wayback #137).
"""

_LONGEST = 24 * 3600.0  # no pause is kept for longer, wherever it came from
_BEHIND = 1.0  # seconds: a clock that is this far behind what was written was set back
_PATIENCE = 3600.0  # seconds: no queue of requests is this long; a moment further ahead comes from a broken file


@dataclass(slots=True)
class RateLimits:
    """The state of one archive, shared by every process that asks it."""

    written: float = 0.0
    free: dict[str, float] = field(default_factory=dict)  # by kind of request: the first moment that is not taken
    left: dict[str, float] = field(default_factory=dict)  # when the last one left
    paused_until: float = 0.0
    pauses: int = 0  # since an answer got through
    banned_until: float = 0.0
    bans: int = 0  # since an answer got through

    def take(self, kind: str, interval: float, now: float) -> float:
        """Take the next free moment for a request, and return it: the request may not leave earlier."""
        moment = max(now, self.free.get(kind, 0.0))
        if interval:
            self.free[kind] = moment + interval
        return moment

    def leave(self, kind: str, interval: float, now: float) -> float:
        """Record that a request leaves now; or return the seconds still to wait since the one before left late.

        Moments alone would let requests leave in a bunch after a process was busy with something else.
        """
        wait = self.left.get(kind, 0.0) + interval - now if interval else 0.0
        if wait > 0:
            return wait
        self.left[kind] = now
        return 0.0

    def closed_until(self, now: float) -> float:
        """Return until when nothing may be sent; ``now`` if requests may leave."""
        return max(self.paused_until, self.banned_until, now)

    def throttled(self, retry_after: float | None, now: float, shortest: float = PAUSE) -> float | None:
        """Record a 429, with the seconds of its Retry-After (None if it has none that says anything).

        Returns the length of the pause that begins, or None if one is under way already: requests that were on the
        wire with the first 429 bring more of them.
        """
        wanted = min(retry_after or 0.0, _LONGEST)
        if now < self.paused_until:
            self.paused_until = max(self.paused_until, now + wanted)
            return None
        length: float = min(max(shortest * 2**self.pauses, wanted), _LONGEST)
        self.paused_until = now + length
        self.pauses += 1
        return length

    def refused(self, now: float) -> float:
        """Record that the archive refuses connections; return the length of the ban that begins, in seconds."""
        length: float = min(BAN * 2**self.bans, _LONGEST)
        self.banned_until = now + length
        self.bans += 1
        return length

    def answered(self, sent: float) -> bool:
        """Record an answer to a request that was sent at a moment; return whether it changes anything.

        An answer to a request that left before a pause says nothing about it.
        """
        if not (self.pauses or self.bans) or sent < max(self.paused_until, self.banned_until):
            return False
        self.pauses = self.bans = 0
        self.paused_until = self.banned_until = 0.0
        return True

    def dump(self, now: float) -> str:
        """Return the state as text for `read`."""
        self.written = now
        return json.dumps(asdict(self))


def read(text: str | None, now: float) -> RateLimits:
    """Return the state in a text that `RateLimits.dump` made; a new state for no text or nonsense.

    If the clock was set back since, all moments move with it: what was a minute ahead stays a minute ahead.
    """
    try:
        limits = _checked(json.loads(text or "{}"))
    except (ValueError, TypeError, OverflowError, AttributeError):
        return RateLimits()
    shift = now - limits.written if now < limits.written - _BEHIND else 0.0
    limits.free = {kind: m + shift for kind, m in limits.free.items() if m + shift < now + _PATIENCE}
    limits.left = {kind: min(m + shift, now) for kind, m in limits.left.items()}
    limits.paused_until = min(limits.paused_until + shift, now + _LONGEST)
    limits.banned_until = min(limits.banned_until + shift, now + _LONGEST)
    return limits


def _checked(state: dict[str, Any]) -> RateLimits:
    return RateLimits(
        written=_moment(state.get("written", 0)),
        free={str(kind): _moment(moment) for kind, moment in state.get("free", {}).items()},
        left={str(kind): _moment(moment) for kind, moment in state.get("left", {}).items()},
        paused_until=_moment(state.get("paused_until", 0)),
        pauses=_count(state.get("pauses", 0)),
        banned_until=_moment(state.get("banned_until", 0)),
        bans=_count(state.get("bans", 0)),
    )


def _moment(value: Any) -> float:
    moment = float(value)
    if not 0 <= moment < 1e11:
        raise ValueError(f"{value} is no moment")
    return moment


def _count(value: Any) -> int:
    return min(max(int(value), 0), 16)  # past this, doubling is longer than anything
