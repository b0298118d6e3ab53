"""The standing with an archive: tickets, pauses, bans, and what a clock or a file that is wrong can do to them."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.rate_limit.limits import BAN, PAUSE, Standing, read

NOW = 1_790_000_000.0


def again(standing: Standing, now: float) -> Standing:
    """The standing as the next process finds it."""
    return read(standing.dump(now), now)


def test_requests_that_come_at_once_leave_one_interval_apart():
    standing = Standing()
    assert [standing.take("cdx", 2.5, NOW) - NOW for _ in range(3)] == [0, 2.5, 5]
    assert standing.take("replay", 0.125, NOW) == NOW


def test_no_time_is_saved_up_while_nothing_is_asked():
    standing = Standing()
    standing.take("cdx", 2.5, NOW)
    assert [standing.take("cdx", 2.5, NOW + 100) - NOW for _ in range(2)] == [100, 102.5]


@given(
    st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=40),
    st.floats(0.01, 3),
)
def test_whatever_comes_when_no_two_moments_are_closer_than_the_interval(steps, interval):
    standing, now, taken = Standing(), NOW, []
    for wait, reread in steps:
        now += wait
        taken.append(standing.take("cdx", interval, now))
        standing = again(standing, now) if reread else standing
    assert all(later - earlier >= interval * 0.999 for earlier, later in pairwise(taken))


def test_a_429_pauses_for_as_long_as_it_says():
    standing = Standing()
    assert standing.throttled(7, NOW) == 7
    assert standing.closed_until(NOW) == NOW + 7
    assert standing.closed_until(NOW + 8) == NOW + 8


def test_a_429_that_says_nothing_pauses_for_a_minute_then_for_two_until_an_answer_gets_through():
    standing, now = Standing(), NOW
    for length in (PAUSE, 2 * PAUSE, 4 * PAUSE):
        assert standing.throttled(None, now) == length
        now += length
        standing = again(standing, now)
    assert standing.answered(now)
    assert standing.throttled(None, now) == PAUSE


def test_what_was_on_the_wire_when_a_pause_began_neither_doubles_nor_ends_it():
    standing = Standing()
    standing.throttled(None, NOW)
    assert standing.throttled(None, NOW + 0.1) is None
    assert standing.throttled(90, NOW + 1) is None
    assert standing.closed_until(NOW + 2) == NOW + 91
    assert not standing.answered(NOW - 1)
    assert standing.pauses == 1


def test_a_ban_is_an_hour_then_two():
    standing = Standing()
    assert standing.refused(NOW) == BAN
    later = again(standing, NOW + 1)
    assert later.closed_until(NOW + 1) == NOW + BAN
    assert later.refused(NOW + BAN) == 2 * BAN


def test_a_clock_that_was_set_back_moves_every_moment_with_it():
    standing = Standing()
    standing.throttled(60, NOW)
    standing.take("cdx", 2.5, NOW)
    text = standing.dump(NOW)
    back = NOW - 86_400
    assert read(text, back).closed_until(back) == back + 60
    assert read(text, back).take("cdx", 2.5, back) == back + 2.5


@pytest.mark.parametrize(
    "text",
    [None, "", "no JSON", "[]", '{"free": 3}', '{"paused_until": "NaN"}', '{"pauses": {}}', '{"written": 1e999}'],
)
def test_a_text_that_makes_no_sense_is_a_new_beginning(text):
    assert read(text, NOW) == Standing()


@given(st.recursive(st.none() | st.integers() | st.floats() | st.text(), lambda x: st.dictionaries(st.text(), x)))
def test_no_text_keeps_a_crawl_waiting_for_longer_than_a_day(value):
    state = dict.fromkeys(("written", "paused_until", "banned_until", "pauses"), value) | {"free": {"cdx": value}}
    standing = read(json.dumps(state), NOW)
    assert standing.closed_until(NOW) <= NOW + 86_400
    assert standing.take("cdx", 1, NOW) <= NOW + 3600
