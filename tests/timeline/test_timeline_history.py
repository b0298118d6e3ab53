"""What is known of a history and what is still open in it, whatever became known in which order."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.timeline.history import History


def history(size: int, texts: dict[int, str], dismissed: tuple[int, ...] = ()) -> History:
    made = History(size)
    made.settle(texts)
    made.dismiss(dismissed, textless=True)
    return made


def test_around_a_snapshot_are_the_nearest_with_a_text_or_the_ends():
    known = history(9, {2: "A", 6: "B"}, (3,))
    assert [known.around(rank) for rank in (0, 2, 4, 6, 8)] == [(-1, 2), (-1, 6), (2, 6), (2, 9), (6, 9)]


def test_gaps_lie_between_what_is_known_and_hold_something():
    assert list(history(9, {2: "A", 3: "A", 6: "B"}).gaps()) == [(-1, 2), (3, 6), (6, 9)]
    assert list(history(2, {0: "A", 1: "B"}).gaps()) == []


def test_ends_agree_where_both_show_one_text():
    known = history(9, {0: "A", 3: "A", 8: "B"})
    assert known.agree(0, 3)
    assert not known.agree(3, 8)
    assert not known.agree(-1, 0)
    assert not known.agree(8, 9)


def test_a_failure_is_no_finding_that_there_is_no_text():
    known = history(9, {}, (4,))
    known.dismiss([5], textless=False)
    assert known.textless == {4}
    assert known.dismissed == [4, 5]
    assert not known.is_open(5)


def test_what_was_dismissed_can_turn_out_to_show_a_text():
    known = history(5, {0: "A", 4: "A"}, (2,))
    known.settle({2: "B"})
    assert known.around(1) == (0, 2)
    assert not known.agree(0, 2)


STEPS = st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 199), max_size=120)), max_size=8)


@given(STEPS, st.integers(0, 199))
def test_the_nearest_open_one_of_a_gap_is_found_and_the_earlier_of_two(steps: list[tuple[bool, set[int]]], near: int):
    known = History(200)
    settled: set[int] = set()
    closed: set[int] = set()
    for has_text, ranks in steps:
        if has_text:
            known.settle(dict.fromkeys(ranks, "A"))
            settled |= ranks
        else:
            known.dismiss(ranks, textless=True)
        closed |= ranks
        left, right = known.around(near)
        assert left == max((rank for rank in settled if rank < near), default=-1)
        assert right == min((rank for rank in settled if rank > near), default=200)
        is_open = [rank for rank in range(left + 1, right) if rank not in closed]
        assert [rank for rank in range(left + 1, right) if known.is_open(rank)] == is_open
        if near not in settled:
            nearest = min(is_open, key=lambda rank: (abs(rank - near), rank), default=None)
            assert known.open_between(left, right, near) == nearest
    assert known.known == sorted(settled)
