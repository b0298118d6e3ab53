"""Sequences are aligned as a reader would, whatever they are, and in bounded time."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from pace import at_most

from crawler.text.align import align, rising

texts = st.text(alphabet="abcdef ", max_size=60)


@given(texts, texts)
def test_pairs_are_equal_items_in_rising_order(a: str, b: str) -> None:
    pairs = align(a, b)
    assert all(a[i] == b[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))


@given(texts)
def test_a_sequence_is_all_of_itself(a: str) -> None:
    assert align(a, a) == [(i, i) for i in range(len(a))]


def test_an_insertion_leaves_the_rest_together() -> None:
    assert align("abcd", "abXcd") == [(0, 0), (1, 1), (2, 3), (3, 4)]


def test_repetition_without_end_takes_no_time() -> None:
    with at_most(5):
        align("ab" * 20_000, "ba" * 20_000 + "c")
        align([n // 2 for n in range(40_000)], [n // 3 for n in range(40_000, 0, -1)])


@given(st.lists(st.integers(0, 20), max_size=12))
def test_a_longest_rising_part_is_found(numbers: list[int]) -> None:
    chain = rising(list(enumerate(numbers)))
    best = [0] * len(numbers)
    for i, n in enumerate(numbers):
        best[i] = 1 + max((best[j] for j in range(i) if numbers[j] < n), default=0)
    assert len(chain) == max(best, default=0)
    assert all(a < b for (_, a), (_, b) in pairwise(chain))
