"""How this machine stands with an archive: when the next request of each kind may leave, and whether the archive wants
to be left alone. Plain: no I/O, and the clock is given.

Times are seconds of the wall clock (`time.time`), since they have to outlive processes and reboots; `read` mends what
a clock that was set back would do to them.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

PAUSE = 60.0
"""Seconds of silence after a 429 without Retry-After (the recorded ones have none: edgi wayback #137); twice as long
each time that one comes again before an answer got through.
"""

BAN = 3600.0
"""Seconds for which the archive's firewall shuts a client out that went on through its 429s; twice as long each time
(its staff in edgi wayback #137).
"""

_LONGEST = 24 * 3600.0  # no wish to be left alone is kept for longer, wherever it came from
_BEHIND = 1.0  # seconds: a clock that is this far behind what was written was set back
_PATIENCE = 3600.0  # seconds: no queue of requests is this long; a ticket further ahead is a broken file's


@dataclass(slots=True)
class Standing:
    """The state of one archive, shared by every process that asks it."""

    written: float = 0.0
    free: dict[str, float] = field(default_factory=dict)  # by kind of request: the first moment that is nobody's yet
    left: dict[str, float] = field(default_factory=dict)  # when the last one left
    paused_until: float = 0.0
    pauses: int = 0  # since an answer got through
    banned_until: float = 0.0
    bans: int = 0  # since an answer got through

    def take(self, kind: str, interval: float, now: float) -> float:
        """Take the next free moment for a request: not before it may the request leave."""
        moment = max(now, self.free.get(kind, 0.0))
        if interval:
            self.free[kind] = moment + interval
        return moment

    def leave(self, kind: str, interval: float, now: float) -> float:
        """Leave at the moment that was taken; or, gives the seconds still to wait since the one before left late.

        Moments alone would let requests leave in a bunch after a process was busy with something else.
        """
        wait = self.left.get(kind, 0.0) + interval - now if interval else 0.0
        if wait > 0:
            return wait
        self.left[kind] = now
        return 0.0

    def closed_until(self, now: float) -> float:
        """Until when nothing may be sent; not after ``now`` where something may."""
        return max(self.paused_until, self.banned_until, now)

    def throttled(self, retry_after: float | None, now: float) -> float | None:
        """Take in a 429 that says to come back after so many seconds (None: it says nothing).

        Gives the length of the pause that begins, or None where one is under way already: requests that were on
        the wire with the first 429 bring more of them.
        """
        length: float = min((PAUSE if retry_after is None else retry_after) * 2**self.pauses, _LONGEST)
        if now < self.paused_until:
            self.paused_until = max(self.paused_until, now + (retry_after or 0.0))
            return None
        self.paused_until = now + length
        self.pauses += 1
        return length

    def refused(self, now: float) -> float:
        """Take in that the archive refuses connections; gives the length of the ban that begins, in seconds."""
        length: float = min(BAN * 2**self.bans, _LONGEST)
        self.banned_until = now + length
        self.bans += 1
        return length

    def answered(self, sent: float) -> bool:
        """Take in an answer to a request that was sent at a moment; says whether it changes anything.

        An answer to a request that left before a pause says nothing about it.
        """
        if not (self.pauses or self.bans) or sent < max(self.paused_until, self.banned_until):
            return False
        self.pauses = self.bans = 0
        self.paused_until = self.banned_until = 0.0
        return True

    def dump(self, now: float) -> str:
        """The state as text for `read`."""
        self.written = now
        return json.dumps(asdict(self))


def read(text: str | None, now: float) -> Standing:
    """The state in a text that `Standing.dump` made; a new one where there is none, or where it makes no sense.

    Where the clock was set back since, all moments are moved with it: what was to be in a minute is in a minute.
    """
    try:
        standing = _checked(json.loads(text or "{}"))
    except (ValueError, TypeError, OverflowError, AttributeError):
        return Standing()
    shift = now - standing.written if now < standing.written - _BEHIND else 0.0
    standing.free = {kind: m + shift for kind, m in standing.free.items() if m + shift < now + _PATIENCE}
    standing.left = {kind: min(m + shift, now) for kind, m in standing.left.items()}
    standing.paused_until = min(standing.paused_until + shift, now + _LONGEST)
    standing.banned_until = min(standing.banned_until + shift, now + _LONGEST)
    return standing


def _checked(state: dict[str, Any]) -> Standing:
    return Standing(
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
