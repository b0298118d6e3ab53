"""The gate through which every request to an archive leaves: at its rates, never during a pause, and one at a time
while it is unclear whether the archive answers at all.

The rates and the pauses are shared by all processes of the machine's user (`limits`, `shared_state`). Refused
connections are counted per process, until they become a ban.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from crawler.errors import ArchiveClosedError, StateError
from crawler.rate_limit.limits import MOST_PAUSES, PAUSE, PAUSE_OF_LOOPBACK, RateLimits, read
from crawler.rate_limit.shared_state import SharedState, StateBusy

logger = logging.getLogger(__name__)

T = TypeVar("T")

LONGEST_WAIT = 3590.0
"""Seconds: a longer pause ends the crawl, as every ban does, and the next one goes on. An hour is longer, also where a
moment of it is over.
"""

REFUSALS = 7
"""Attempts in a row, each later than the one before, that brought no answer from an archive which had answered before.
With the default back-off they span a minute: opening some 15 connections at once gets a client refused for about as
long (hartator's downloader #273), and that may be sat out.
"""

REFUSALS_AT_FIRST = 5
"""The same for an archive that has not answered yet: it is out of reach rather than out of patience."""

_TICK = 0.2  # seconds between two looks at whether the crawl is being stopped
_LONGEST_BACKOFF = 120.0
_BUSY = 30.0  # seconds to try for the shared state, which is in hand for microseconds


class Stopping(Exception):  # noqa: N818
    """The crawl is being stopped."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that left through the gate: when, by the wall clock, as the processes' shared state has it, and how
    many refusals were known then.
    """

    at: float
    refusals: int


class Gate:
    """The gate of one archive (its `key`) in one process.

    ``intervals`` are the seconds between two requests of a kind, over all processes; ``backoff`` those after two
    refused connections, doubled with each more; ``may_ban`` says whether refused connections can be a ban at all
    (nothing between here and a loopback address bans).
    """

    def __init__(
        self,
        state: SharedState,
        key: str,
        intervals: Mapping[str, float],
        *,
        backoff: float,
        may_ban: bool,
        stopping: Callable[[], bool],
    ) -> None:
        self.state = state
        self.key = key
        self.intervals = intervals
        self.backoff = backoff
        self.may_ban = may_ban
        self.stopping = stopping
        self._refusals = 0
        self._unanswered: set[str] = set()  # what the requests in a row were about that brought no answer
        self._quiet_until = 0.0  # time.monotonic
        self._has_answered = False
        self._troubled = False  # as far as this process knows, pauses or bans are on record
        self._on_the_wire = 0
        self._logged_until = 0.0  # the end of the pause that the log knows of

    async def enter(self, kind: str) -> Sent:
        """Wait until a request may leave; it must do so at once, and be given to `answered`, `throttled`, `failed` or
        `abandoned` in the end.

        Raises `ArchiveClosedError`, `Stopping` and `StateError`.
        """
        interval = self.intervals.get(kind, 0.0)
        while True:
            await self._until_quiet()
            leaves = time.time()
            if interval:
                moment = await self._change(lambda limits, now: limits.take(kind, interval, now))
                wait = moment - leaves
                while True:
                    await self.sleep(wait)
                    wait, leaves = await self._change(lambda limits, now: (limits.leave(kind, interval, now), now))
                    if not wait:
                        break
            # Others may have been told to pause since, and so may this process.
            if await self._closed() or self._is_delicate():
                continue
            self._on_the_wire += 1
            return Sent(leaves, self._refusals)

    async def let_others_first(self) -> None:
        """Wait until a pause is over and another request, if there is one, has left: for one that was told to pause.

        If one address alone is rate limited, others get their answers, and each of them ends the row of pauses.
        """
        await self._closed()
        await self.sleep(2 * _TICK)

    async def answered(self, sent: Sent) -> None:
        """Record that a request was answered."""
        self._on_the_wire -= 1
        self._refusals, self._quiet_until, self._has_answered = 0, 0.0, True
        self._unanswered.clear()
        if self._troubled:
            self._troubled = not await self._change(lambda limits, _: limits.answered(sent.at))

    async def throttled(self, sent: Sent, retry_after: float | None) -> None:
        """Record a 429 of the archive's own."""
        self._on_the_wire -= 1
        self._refusals, self._has_answered, self._troubled = 0, True, True
        self._unanswered.clear()
        shortest = PAUSE if self.may_ban else PAUSE_OF_LOOPBACK
        length = await self._change(lambda limits, now: limits.throttled(retry_after, now, shortest))
        if length is not None:
            self._logged_until = time.time() + length
            logger.warning("Rate limited by the archive (429): pausing for %.0f s", length)

    async def failed(self, sent: Sent, how: str, *, refused: bool, about: str = "") -> None:
        """Record that a request got no answer; ``refused`` if the archive cut it off rather than took too long.
        ``about`` is what it was about, where that may be the cause: again, it tells nothing new of the archive.

        Raises `ArchiveClosedError` if that happened too often in a row.
        """
        self._on_the_wire -= 1
        if sent.refusals != self._refusals:
            return  # it left before a refusal that is counted already, or before an answer
        if about and about in self._unanswered:
            return
        self._unanswered.add(about)
        self._refusals += 1
        if self._refusals > 1:  # a single one is an accident, which holds up nobody else
            wait = min(self.backoff * 2 ** (self._refusals - 2), _LONGEST_BACKOFF) * random.uniform(0.75, 1.25)
            self._quiet_until = time.monotonic() + wait
        if self._refusals < (REFUSALS if self._has_answered else REFUSALS_AT_FIRST):
            return
        may_be_ban = self.may_ban and refused and (self._has_answered or await self._was_banned())
        if not may_be_ban:
            raise ArchiveClosedError(
                f"{self.key} is out of reach: {self._refusals} attempts in a row brought no answer (the last: {how})."
                " The next crawl asks for the rest."
            )
        length = await self._change(lambda limits, now: limits.refused(now))
        raise ArchiveClosedError(
            f"{self.key} refuses connections: {self._refusals} in a row after it had answered (the last: {how}). It"
            f" may have banned this machine for too many requests, so no crawl asks it for {_duration(length)}."
        )

    def abandoned(self) -> None:
        """Record that a request was given up; nothing is known of its answer."""
        self._on_the_wire -= 1

    async def sleep(self, seconds: float) -> None:
        """Wait. Raises `Stopping` as soon as the crawl is being stopped."""
        until = time.monotonic() + seconds
        while True:
            if self.stopping():
                raise Stopping
            if (left := until - time.monotonic()) <= 0:
                return
            await asyncio.sleep(min(left, _TICK))

    # -- within -------------------------------------------------------------------------------------------------------
    def _is_delicate(self) -> bool:
        """Tell whether to hold back: the archive did not answer lately, and one request is out to see if it does."""
        return (self._refusals > 1 or self._troubled) and self._on_the_wire > 0

    async def _until_quiet(self) -> None:
        while True:
            await self.sleep(self._quiet_until - time.monotonic())
            if not await self._closed():
                if not self._is_delicate():
                    return
                await self.sleep(_TICK)

    async def _closed(self) -> bool:
        """Wait out a pause or ban; return whether there was one."""
        now = time.time()
        limits = read(await self._patiently(lambda: self.state.read(self.key)), now)
        self._troubled = bool(limits.pauses or limits.bans)
        until = limits.closed_until(now)
        if until <= now:
            return False
        banned = limits.banned_until >= until
        if banned or until - now > LONGEST_WAIT or limits.pauses > MOST_PAUSES:
            what = "has refused this machine's connections" if banned else "rate limits this machine (429)"
            if not banned and limits.pauses > MOST_PAUSES:
                what += f", and did so again after each of {limits.pauses - 1} pauses"
            end = datetime.fromtimestamp(until).astimezone().isoformat(" ", "minutes")
            raise ArchiveClosedError(f"{self.key} {what}: no crawl asks it for {_duration(until - now)}, until {end}.")
        if until > self._logged_until + 1:
            self._logged_until = until
            logger.warning("Rate limited by the archive (429): waiting %.0f s", until - now)
        await self.sleep(until - now)
        return True

    async def _was_banned(self) -> bool:
        return bool(read(await self._patiently(lambda: self.state.read(self.key)), time.time()).bans)

    async def _change(self, how: Callable[[RateLimits, float], T]) -> T:
        def changed(text: str | None) -> tuple[str, T]:
            now = time.time()
            limits = read(text, now)
            result = how(limits, now)
            return limits.dump(now), result

        return await self._patiently(lambda: self.state.change(self.key, changed))

    async def _patiently(self, action: Callable[[], T]) -> T:
        until = time.monotonic() + _BUSY
        while True:
            try:
                return action()
            except StateBusy as error:
                if time.monotonic() > until:
                    raise StateError(
                        f"{self.state.path}: another process holds this file for more than {_BUSY:.0f} s. Expected it"
                        " to be free at once; look for a crawl that hangs, or set STATE_DIR to another directory."
                    ) from error
            await asyncio.sleep(random.uniform(0.001, 0.005))


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
