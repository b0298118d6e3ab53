"""Texts that take turns are told from texts that vendors changed."""

import pytest

from crawler.timeline.turns import Period, periods


def turns(history: str) -> list[tuple[int, int, str]]:
    return [(first, last, "".join(documents)) for first, last, documents in periods(history)]


@pytest.mark.parametrize(
    ("history", "found"),
    [
        ("ABABA", [(0, 4, "AB")]),
        ("AAAABAAABAAA", [(0, 11, "AB")]),  # one is rare
        ("XABABAY", [(1, 5, "AB")]),  # the bounds are of the turns alone
        ("ABCABCABC", [(0, 8, "ABC")]),
        ("ABABAXYXYX", [(0, 4, "AB"), (5, 9, "XY")]),  # a change that both take
        ("ABABAXBXYXYX", [(0, 4, "AB"), (5, 11, "XBY")]),  # the servers take it one after the other
        ("ABABAXA", [(0, 4, "AB")]),  # what follows may be one text that came and went
        ("XABABAX", [(1, 5, "AB")]),  # the vendor's text from before the turns, which came back after them
        ("XYABABAYX", [(2, 6, "AB")]),
        ("XABABAYCDCDCX", [(1, 5, "AB"), (7, 11, "CD")]),
        ("ABA", []),  # changed back
        ("ABAB", []),
        ("ABACA", []),  # texts that came and went
        ("ABCDEF", []),
        ("", []),
    ],
)
def test_texts_take_turns_where_one_returns_twice_while_another_stays_in_use(
    history: str, found: list[tuple[int, int, str]]
) -> None:
    assert turns(history) == found


def test_a_period_names_places_in_the_history_not_among_its_runs() -> None:
    assert periods(["x", "a", "a", "b", "a", "b", "b", "a"]) == [Period(1, 7, ("a", "b"))]
