"""A place is found by the words around it, where these stand once, and admits no more than was seen."""

import pytest
from pace import at_most

from crawler.text.identity.rules import BLANK
from crawler.text.identity.volatile_spots import ANY, NAME, LearnedFrom, VolatileSpot, blank, is_free, joined, locate

EVIDENCE = LearnedFrom(7, 7, "2015-01-05T12:00:00+00:00", "2015-02-23T12:00:00+00:00")
BEFORE, AFTER = ("this", "page", "was", "read"), ("times", "by", "our", "readers")


def place(*known: str, longest: int = 4) -> VolatileSpot:
    return VolatileSpot(BEFORE, AFTER, "changes at every capture", frozenset(known), longest, EVIDENCE)


def around(text: str) -> list[str]:
    return f"So this page was read {text} times by our readers .".split()


def blanked(text: str, *known: str) -> str | None:
    words, found, _ = blank(around(text), [place(*known)])
    return " ".join(words[5:-5]) if found else None


@pytest.mark.parametrize(
    ("text", "known", "counted"),
    [
        ("17", ANY, BLANK),
        ("1 700 000", ANY, BLANK),
        ("17 or 18", f"{ANY} or {ANY}", f"{BLANK} or {BLANK}"),
        ("17 or 18", ANY, None),
        ("many", ANY, None),
        ("", ANY, None),
        ("1 2 3 4 5", ANY, None),
        ("many", "many", BLANK),
        ("17", "18", None),
        ("17 days", f"{ANY} days", BLANK),
        ("17 days", f"{ANY} weeks", None),
        ("May 2020", f"{NAME} {ANY}", f"{BLANK} {BLANK}"),
        ("May 2020", ANY, None),
        ("may 2020", f"{NAME} {ANY}", None),
        ("9" * 101, ANY, None),
    ],
)
def test_a_place_admits_what_was_seen(text, known, counted):
    assert blanked(text, known) == counted


def test_words_that_stand_around_twice_tell_no_place():
    once = around("17")
    assert blank([*once, *once], [place(ANY)]) == ((*once, *once), [], [])
    assert blank([*BEFORE, *once], [place(ANY)])[1]
    assert blank([*once, *AFTER], [place(ANY)])[1]


def test_the_ends_of_a_text_tell_a_place():
    text = joined(["a"])
    assert locate(text, ("\u2402",) * 4, ("\u2403",) * 4) is not None
    assert locate(text, ("b",), ("\u2403",) * 4) is None


@pytest.mark.parametrize(("word", "free"), [("17", True), ("a8f3", True), ("May", True), ("may", False), ("we", False)])
def test_free_are_words_with_digits_and_of_the_calendar(word, free):
    assert is_free(word) is free


def test_a_text_made_to_be_slow_is_not():
    words = [*BEFORE, "1"] * 100_000 + list(AFTER) * 100_000
    with at_most(2):
        blank(words, [place(ANY)] * 20)
