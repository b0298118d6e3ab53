"""Runs over an archive that grows find what one crawl of the whole finds, and ask for little more.

Each run has to ask for the newest capture of its day, as a single crawl asks for one. So what is asked for is compared
over all policies of an archive; of one policy alone, each run may ask for one capture more.
"""

import random
from collections.abc import Callable
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from crawling import SAMPLE
from growing_archives import Outcome, Policies, Row, bench, crawl, local, monthly, split, yearly
from hypothesis import example, given, settings
from hypothesis import strategies as st
from policy_crawls import FakeArchive, Stored, begin, drive
from test_killed_policy_crawls import BESIDE, POLICY, STRETCHES, Stretches, archive, asked

from crawler.model import Policy

BENCH = Path(__file__).parents[2] / "shared" / "bench" / "archives"
MOST = 1.5
"""A series of runs asks for so many times the captures that one crawl asks for, at most."""

Split = Callable[[list[Row]], list[list[Row]]]


def sample() -> Policies:
    return local(SAMPLE / "sample.warc.gz", SAMPLE / "vendors.toml")


def real() -> Policies:
    if not (BENCH / "history-dev.tar.xz").exists():
        pytest.skip("the real captures (../shared/bench) are not at hand")
    return bench(BENCH / "history-dev.tar.xz", BENCH / "history-dev.toml")


@cache
def at_once(policies: Callable[[], Policies], policy: Policy) -> Outcome:
    return crawl(policies(), policy, [policies().rows[policy]])


def check(found: Outcome, once: Outcome) -> None:
    """What one crawl tells of a snapshot, the runs tell of it too. So they have its revisions; one that it has not, or
    that has other bounds, is between fetched captures.
    """
    shown = {key: document for key, (_, document) in once.memory.outcomes.items() if document}
    assert {key: found.memory.outcomes[key][1] for key in shown} == shown
    seen = {key[1] for key, (state, _) in found.memory.outcomes.items() if state in {"fetched", "repeat"}}
    for first, last, _ in set(found.revisions) - set(once.revisions):
        assert {first, last} <= seen
    assert found.memory.learned == once.memory.learned


def check_series(policies: Callable[[], Policies], split: Split, only: slice = slice(None)) -> None:
    """Crawl the policies of an archive run by run, as a split of their rows has it: of these archives, the revisions
    are the same to the second.
    """
    series = of_one = 0
    for policy, rows in [*policies().rows.items()][only]:
        runs = split(rows)
        found, once = crawl(policies(), policy, runs), at_once(policies, policy)
        check(found, once)
        assert found.revisions == once.revisions
        assert len(found.asked) <= MOST * len(once.asked) + len(runs)
        series, of_one = series + len(found.asked), of_one + len(once.asked)
    if only == slice(None):
        assert series <= MOST * of_one


@pytest.mark.slow
@pytest.mark.parametrize("split", [yearly, monthly])
def test_yearly_and_monthly_runs_find_what_one_crawl_of_the_sample_finds(split):
    check_series(sample, split)


@given(st.integers(0, 10**6), st.sampled_from([0, 0.3]), st.sampled_from([0, 3]))
@settings(deadline=None, max_examples=15)
def test_runs_at_any_time_find_what_one_crawl_finds_though_the_archive_adds_captures_late(seed, late, one):
    check_series(sample, lambda rows: split(rows, random.Random(seed), late), slice(one, one + 1))


@pytest.mark.slow
@given(st.integers(0, 10**6), st.sampled_from([0, 0.3, 1]))
@settings(deadline=None, max_examples=25)
def test_so_do_many_runs_of_all_the_sample(seed, late):
    check_series(sample, lambda rows: split(rows, random.Random(seed), late))


@pytest.mark.slow
@pytest.mark.parametrize("split", [yearly, monthly])
def test_yearly_and_monthly_runs_find_what_one_crawl_of_real_captures_finds(split):
    check_series(real, split)


@pytest.mark.slow
@given(st.integers(0, 10**6), st.sampled_from([0, 0.3]), st.integers(0, 5))
@settings(deadline=None, max_examples=12)
def test_so_do_runs_over_real_captures_at_any_time(seed, late, one):
    check_series(real, lambda rows: split(rows, random.Random(seed), late), slice(one, one + 1))


@pytest.mark.slow
def test_a_run_without_news_asks_for_nothing():
    policies = sample()
    for policy, rows in policies.rows.items():
        found = crawl(policies, policy, yearly(rows))
        again = crawl(policies, policy, [*yearly(rows), [], []])
        assert again.asked == found.asked
        assert again.memory.outcomes == found.memory.outcomes


def grown(made: FakeArchive, count: int) -> FakeArchive:
    """The archive when it had only so many captures."""
    return FakeArchive(dict(islice(made.captures.items(), count)))


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(
    STRETCHES,
    st.sampled_from(sorted(BESIDE)),
    st.sampled_from([1, 7, 30]),
    st.floats(0, 1),
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 99)), min_size=1, max_size=3),
)
@example([("30", 20), ("60", 20), ("30", 10)], "a counter", 7, 0.6, [(4, 0), (3, 0)])
@example([("30", 1), ("maintenance", 10), ("30", 9), ("maintenance", 1)], "a counter", 1, 0.5, [(2, 0)])
def test_a_later_run_that_is_killed_goes_on_as_if_it_had_not_been(
    stretches: Stretches, beside: str, gap: int, part: float, kills: list[tuple[int, int]]
) -> None:
    whole, killed = Stored(), Stored()
    once, again = archive(stretches, beside, gap), archive(stretches, beside, gap)
    for memory in (whole, killed):
        drive(begin(POLICY, memory), grown(once, round(part * len(once.captures))), memory)
    drive(begin(POLICY, whole), once, whole)
    for answers, pick in kills:
        drive(begin(POLICY, killed), again, killed, pick=pick, most=answers)
    drive(begin(POLICY, killed), again, killed)
    assert killed.outcomes == whole.outcomes
    assert killed.learned == whole.learned
    assert killed.unclaimed == whole.unclaimed
    assert asked(again) == asked(once)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(
    STRETCHES,
    st.sampled_from(sorted(BESIDE)),
    st.sampled_from([1, 7, 30]),
    st.lists(st.floats(0, 1), min_size=1, max_size=4).map(sorted),
)
@example([("30 or 60", 16)], "a counter and offers", 7, [0.24, 0.28, 0.71])
def test_a_run_without_news_learns_nothing_either(
    stretches: Stretches, beside: str, gap: int, parts: list[float]
) -> None:
    memory, made = Stored(), archive(stretches, beside, gap)
    for part in parts:
        drive(begin(POLICY, memory), now := grown(made, round(part * len(made.captures))), memory)
    found = dict(memory.outcomes), memory.learned, set(memory.unclaimed)
    now.requests.clear()
    drive(begin(POLICY, memory), now, memory)
    assert (memory.outcomes, memory.learned, memory.unclaimed, asked(now)) == (*found, [])
