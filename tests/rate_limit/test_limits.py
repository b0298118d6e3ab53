"""The limits with an archive: tickets, pauses, bans, and what a clock or a file that is wrong can do to them."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.rate_limit.limits import BAN, PAUSE, RateLimits, read

NOW = 1_790_000_000.0


def again(limits: RateLimits, now: float) -> RateLimits:
    """The limits as the next process finds it."""
    return read(limits.dump(now), now)


def test_requests_that_come_at_once_leave_one_interval_apart():
    limits = RateLimits()
    assert [limits.take("cdx", 2.5, NOW) - NOW for _ in range(3)] == [0, 2.5, 5]
    assert limits.take("replay", 0.125, NOW) == NOW


def test_no_time_is_saved_up_while_nothing_is_asked():
    limits = RateLimits()
    limits.take("cdx", 2.5, NOW)
    assert [limits.take("cdx", 2.5, NOW + 100) - NOW for _ in range(2)] == [100, 102.5]


@given(
    st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=40),
    st.floats(0.01, 3),
)
def test_whatever_comes_when_no_two_moments_are_closer_than_the_interval(steps, interval):
    limits, now, taken = RateLimits(), NOW, []
    for wait, reread in steps:
        now += wait
        taken.append(limits.take("cdx", interval, now))
        limits = again(limits, now) if reread else limits
    assert all(later - earlier >= interval * 0.999 for earlier, later in pairwise(taken))


def test_a_429_pauses_for_as_long_as_it_says():
    limits = RateLimits()
    assert limits.throttled(70, NOW) == 70
    assert limits.closed_until(NOW) == NOW + 70
    assert limits.closed_until(NOW + 80) == NOW + 80


@given(st.none() | st.floats(0, 1e9), st.integers(0, 16))
def test_what_a_429_says_only_makes_the_pause_longer_and_up_to_a_day(retry_after, before):
    limits = RateLimits(pauses=before)
    length = limits.throttled(retry_after, NOW)
    assert min(PAUSE * 2**before, 86_400) <= length <= 86_400
    assert length >= min(retry_after or 0, 86_400)
    assert limits.throttled(1e12, NOW + 1) is None
    assert limits.closed_until(NOW) <= NOW + 1 + 86_400


def test_a_429_that_says_nothing_pauses_for_a_minute_then_for_two_until_an_answer_gets_through():
    limits, now = RateLimits(), NOW
    for length in (PAUSE, 2 * PAUSE, 4 * PAUSE):
        assert limits.throttled(None, now) == length
        now += length
        limits = again(limits, now)
    assert limits.answered(now)
    assert limits.throttled(None, now) == PAUSE


def test_what_was_on_the_wire_when_a_pause_began_neither_doubles_nor_ends_it():
    limits = RateLimits()
    limits.throttled(None, NOW)
    assert limits.throttled(None, NOW + 0.1) is None
    assert limits.throttled(90, NOW + 1) is None
    assert limits.closed_until(NOW + 2) == NOW + 91
    assert not limits.answered(NOW - 1)
    assert limits.pauses == 1


def test_a_ban_is_an_hour_then_two():
    limits = RateLimits()
    assert limits.refused(NOW) == BAN
    later = again(limits, NOW + 1)
    assert later.closed_until(NOW + 1) == NOW + BAN
    assert later.refused(NOW + BAN) == 2 * BAN


def test_a_clock_that_was_set_back_moves_every_moment_with_it():
    limits = RateLimits()
    limits.throttled(60, NOW)
    limits.take("cdx", 2.5, NOW)
    text = limits.dump(NOW)
    back = NOW - 86_400
    assert read(text, back).closed_until(back) == back + 60
    assert read(text, back).take("cdx", 2.5, back) == back + 2.5


@pytest.mark.parametrize(
    "text",
    [None, "", "no JSON", "[]", '{"free": 3}', '{"paused_until": "NaN"}', '{"pauses": {}}', '{"written": 1e999}'],
)
def test_a_text_that_makes_no_sense_is_a_new_beginning(text):
    assert read(text, NOW) == RateLimits()


@given(st.recursive(st.none() | st.integers() | st.floats() | st.text(), lambda x: st.dictionaries(st.text(), x)))
def test_no_text_keeps_a_crawl_waiting_for_longer_than_a_day(value):
    state = dict.fromkeys(("written", "paused_until", "banned_until", "pauses"), value) | {"free": {"cdx": value}}
    limits = read(json.dumps(state), NOW)
    assert limits.closed_until(NOW) <= NOW + 86_400
    assert limits.take("cdx", 1, NOW) <= NOW + 3600
