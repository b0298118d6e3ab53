"""Lengths are told apart where they differ by more than they usually do."""

import random

from hypothesis import given
from hypothesis import strategies as st
from timeline_crawls import snapshot

from crawler.timeline.levels import LengthRun, Levels
from crawler.timeline.track import Track

LENGTHS = st.lists(st.one_of(st.none(), st.integers(1, 100_000)), min_size=2, max_size=40)


def levels(*lengths: int | None) -> Levels:
    return Levels(Track(snapshot(day, length) for day, length in enumerate(lengths)))


def test_noise_does_not_leave_its_level_for_another_that_is_not_next_to_it():
    noisy = levels(*(5000 + 7 * (day % 3) for day in range(30)))
    assert max(noisy.of(rank) for rank in range(30)) - min(noisy.of(rank) for rank in range(30)) <= 1
    assert len(noisy.runs) == 1


def test_a_length_that_nobody_listed_has_no_level():
    known = levels(5000, None, 5001)
    assert known.of(1) is None
    assert known.of(0) is not None


def test_a_run_stands_out_by_how_far_it_lies_from_both_sides():
    around, out, back = levels(*[5000, 5002] * 5, *[9000, 9002] * 2, *[5000, 5002] * 5).runs
    assert (out.first, out.last) == (10, 13)
    assert out.excursion > 100
    assert around.excursion > 0 < back.excursion  # at an end there is one side only


def test_a_step_towards_what_follows_does_not_stand_out():
    middle = levels(*[5000, 5002] * 5, *[7000, 7002] * 5, *[9000, 9002] * 5).runs[1]
    assert middle.excursion < 0


def test_halving_goes_to_where_the_length_steps():
    stepped = levels(*[5000, 5002] * 50, *[9000, 9002] * 10)
    assert stepped.middle(0, 119) in {(99, True), (100, True)}
    even = levels(*[5000, 5002] * 50)
    rank, by_step = even.middle(0, 99)
    assert not by_step
    assert abs(rank - 49.5) < 2


def test_runs_that_reach_beyond_a_gap_are_cut():
    stepped = levels(*[5000] * 10, *[9000] * 10, *[5000] * 10)
    assert [(run.first, run.last) for run in stepped.runs_between(4, 15)] == [(5, 9), (10, 14)]


@given(LENGTHS, st.data())
def test_the_middle_lies_between_and_the_runs_cover_what_lies_there(lengths: list[int | None], data: st.DataObject):
    known = levels(*lengths)
    left = data.draw(st.integers(0, len(lengths) - 2))
    right = data.draw(st.integers(left + 1, len(lengths) - 1))
    if right - left > 1:
        assert left < known.middle(left, right)[0] < right
    covered = [rank for run in known.runs_between(left, right) for rank in range(run.first, run.last + 1)]
    assert covered == list(range(left + 1, right))
    assert [run.first for run in known.runs] == [0, *(run.last + 1 for run in known.runs[:-1])]


@given(st.randoms(use_true_random=False), st.integers(601, 10**9))
def test_there_are_never_too_many_levels(draw: random.Random, longest: int):
    lengths = draw.sample(range(1, longest), 600)  # as a strategy they would take seconds
    known = levels(*lengths)
    assert len({known.of(rank) for rank in range(len(lengths))}) <= 512


def test_a_run_is_told_by_its_ends():
    assert levels(5000, 5000).runs == [LengthRun(0, 1, 0.0)]
