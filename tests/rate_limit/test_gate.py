"""The gate: rates over several processes, silence during pauses, and the end of it when nobody answers."""

import asyncio
import time
from collections.abc import Callable, Iterator
from itertools import chain, pairwise
from pathlib import Path

import pytest

from crawler.errors import ArchiveClosedError
from crawler.rate_limit.gate import REFUSALS, REFUSALS_AT_FIRST, Gate, Stopping
from crawler.rate_limit.limits import BAN, MOST_PAUSES, RateLimits, read
from crawler.rate_limit.shared_state import SharedState

KEY = "https://archive.example:443"
INTERVAL = 0.02
ROUNDING = 1e-6  # seconds: of the wall clock's floating point


@pytest.fixture
def gates(tmp_path: Path) -> Iterator[Callable[..., Gate]]:
    """Makes gates of one archive, each as in a process of its own."""
    states: list[SharedState] = []

    def gate(**more: object) -> Gate:
        states.append(SharedState(tmp_path))
        given = {"backoff": 0.001, "may_ban": True, "stopping": lambda: False} | more
        return Gate(states[-1], KEY, {"cdx": INTERVAL, "replay": 0}, **given)  # type: ignore[arg-type]

    yield gate
    for state in states:
        state.close()


def limits(gate: Gate) -> RateLimits:
    return read(gate.state.read(KEY), time.time())


async def refuse(gate: Gate, *, times: int, refused: bool = True) -> None:
    for _ in range(times):
        await gate.failed(await gate.enter("replay"), "connection refused", refused=refused)


async def test_requests_of_several_processes_leave_one_interval_apart(gates):
    async def ask(gate: Gate) -> list[float]:
        left = []
        for _ in range(5):
            sent = await gate.enter("cdx")
            left.append(sent.at)
            await gate.answered(sent)
        return left

    left = sorted(chain.from_iterable(await asyncio.gather(*(ask(gates()) for _ in range(4)))))
    assert all(later - earlier >= INTERVAL - ROUNDING for earlier, later in pairwise(left))
    assert left[-1] - left[0] < 5 * 19 * INTERVAL


async def test_requests_that_were_held_up_do_not_leave_in_a_bunch(gates):
    gate = gates()
    entering = [asyncio.create_task(gate.enter("cdx")) for _ in range(4)]
    await asyncio.sleep(INTERVAL / 4)
    time.sleep(6 * INTERVAL)  # noqa: ASYNC251  # as the extraction of a long page does
    left = sorted([(await entered).at for entered in entering])
    assert all(later - earlier >= INTERVAL - ROUNDING for earlier, later in pairwise(left))


async def test_a_pause_holds_in_every_process_and_for_those_that_wait_already(gates):
    one, other = gates(may_ban=False), gates(may_ban=False)
    sent = await one.enter("replay")
    for _ in range(3):
        await other.answered(await other.enter("cdx"))
    waiting = asyncio.create_task(other.enter("cdx"))
    await asyncio.sleep(0)
    await one.throttled(sent, 2.5)
    until = limits(one).paused_until
    assert (await waiting).at >= until
    assert (await one.enter("replay")).at >= until


async def test_after_a_pause_one_request_goes_ahead_and_the_others_follow_its_answer(gates):
    gate = gates(may_ban=False)
    await gate.throttled(await gate.enter("replay"), None)
    first = await gate.enter("replay")
    second = asyncio.create_task(gate.enter("replay"))
    await asyncio.sleep(0.3)
    assert not second.done()
    await gate.answered(first)
    await asyncio.wait_for(second, 1)
    assert limits(gate).pauses == 0


async def test_a_pause_that_is_too_long_to_wait_for_ends_the_crawl_with_its_end(gates):
    gate = gates()
    await gate.throttled(await gate.enter("replay"), 3700)
    with pytest.raises(ArchiveClosedError, match=r"429.*1 h 2 min, until \d{4}-"):
        await gate.enter("replay")


async def test_a_429_after_every_pause_ends_the_crawl_and_an_answer_in_between_does_not(gates, monkeypatch):
    monkeypatch.setattr("crawler.rate_limit.gate.PAUSE", 0.001)
    gate = gates()
    for _ in range(2):
        for _ in range(MOST_PAUSES):
            await gate.throttled(await gate.enter("replay"), 0)
        await gate.answered(await gate.enter("replay"))
    for _ in range(MOST_PAUSES):
        await gate.throttled(await gate.enter("replay"), 0)
    await gate.throttled(await gate.enter("replay"), 20)
    with pytest.raises(ArchiveClosedError, match=r"429.*again after each of 5 pauses"):
        await gate.enter("replay")


async def test_connections_refused_in_a_row_are_a_ban_that_later_processes_know_of(gates):
    gate = gates()
    await gate.answered(await gate.enter("replay"))
    with pytest.raises(ArchiveClosedError, match="refuses connections"):
        await refuse(gate, times=REFUSALS)
    with pytest.raises(ArchiveClosedError, match="has refused this machine's connections"):
        await gates().enter("replay")


async def test_a_ban_that_is_still_on_when_its_time_is_over_is_twice_as_long(gates, monkeypatch):
    gate = gates()
    await gate.answered(await gate.enter("replay"))
    with pytest.raises(ArchiveClosedError):
        await refuse(gate, times=REFUSALS)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + BAN)
    later = gates()
    with pytest.raises(ArchiveClosedError, match="2 h"):
        await refuse(later, times=REFUSALS_AT_FIRST)
    assert limits(later).banned_until == pytest.approx(now + 3 * BAN, abs=5)


@pytest.mark.parametrize(("more", "refused"), [({"may_ban": False}, True), ({}, False)])
async def test_what_cannot_be_a_ban_ends_the_crawl_and_is_not_remembered(gates, more, refused):
    gate = gates(**more)
    await gate.answered(await gate.enter("replay"))
    with pytest.raises(ArchiveClosedError, match="out of reach"):
        await refuse(gate, times=REFUSALS, refused=refused)
    assert limits(gate).bans == 0


async def test_an_archive_that_never_answered_is_out_of_reach_and_not_a_ban(gates):
    gate = gates()
    with pytest.raises(ArchiveClosedError, match="out of reach"):
        await refuse(gate, times=REFUSALS_AT_FIRST)
    assert limits(gate).bans == 0


async def test_requests_that_were_out_together_count_as_one_refusal(gates):
    gate = gates()
    out = [await gate.enter("replay") for _ in range(8)]
    for sent in out:
        await gate.failed(sent, "connection reset", refused=True)
    await gate.answered(await gate.enter("replay"))


async def test_an_answer_in_between_begins_the_count_anew(gates):
    gate = gates()
    for _ in range(3):
        await refuse(gate, times=REFUSALS_AT_FIRST - 1)
        await gate.answered(await gate.enter("replay"))


async def test_waiting_ends_when_the_crawl_is_stopped(gates):
    stopping: list[bool] = []
    gate = gates(stopping=lambda: bool(stopping))
    await gate.throttled(await gate.enter("replay"), 600)
    waiting = asyncio.create_task(gate.enter("replay"))
    await asyncio.sleep(0.05)
    stopping.append(True)
    with pytest.raises(Stopping):
        await asyncio.wait_for(waiting, 1)
