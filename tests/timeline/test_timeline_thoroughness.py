"""A more thorough level never looks at less than a less thorough one."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from crawler.model import Thoroughness
from crawler.timeline.thoroughness import LEVELS, Level

ORDER = ["quick", "careful", "exhaustive"]


def test_every_level_that_a_user_can_name_is_defined():
    assert list(get_args(Thoroughness)) == list(LEVELS) == ORDER


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_patience_grows_with_the_level_and_the_length_of_the_history(one: int, other: int):
    fewer, more = sorted((one, other))
    for level in LEVELS.values():
        assert level.misses(fewer) <= level.misses(more)
    patience = [LEVELS[name].misses(fewer) for name in ORDER]  # type: ignore[index]
    assert patience == sorted(patience)


def test_quick_follows_no_hint_however_long_the_history():
    assert LEVELS["quick"].misses(10**6) == 0


def test_silences_and_stretches_are_looked_into_the_sooner_the_more_thorough():
    quick, careful, exhaustive = LEVELS.values()
    assert quick.silence > careful.silence > exhaustive.silence
    assert quick.stretch > careful.stretch > exhaustive.stretch
    assert [level.returns for level in (quick, careful, exhaustive)] == [False, True, True]


def test_patience_is_counted_by_the_square_root():
    level = Level(patience=2, returns=True, silence=1, stretch=1, usual=1)
    assert [level.misses(snapshots) for snapshots in (0, 1, 100, 10_000)] == [0, 2, 20, 200]
