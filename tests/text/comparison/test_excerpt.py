"""A few sentences, in their order, tell most of what changed, in little space."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.text.comparison.compare import compare
from crawler.text.comparison.excerpt import MAX_SENTENCES, excerpt

KEPT = "We keep your address for as long as the law asks for it."


def shown(before: str, after: str) -> list[str]:
    """The sentences of an excerpt, with what went in - and what came in +."""
    marks = {"=": "{}", "-": "-{}-", "+": "+{}+"}
    return ["".join(marks[op].format(text) for op, text in sentence) for sentence in excerpt(compare(before, after))]


def test_of_a_changed_sentence_both_words_are_shown():
    told = shown(f"{KEPT} We keep orders for thirty days.", f"{KEPT} We keep orders for ninety days.")
    assert told == ["We keep orders for -thirty -+ninety +days."]


def test_what_came_and_what_went_is_shown_whole_and_what_stayed_is_not():
    assert shown(KEPT, f"{KEPT}\n\nWe sell nothing to anybody at all.") == ["+We sell nothing to anybody at all.+"]
    assert shown(f"{KEPT}\n\nWe sell nothing to anybody at all.", KEPT) == ["-We sell nothing to anybody at all.-"]
    assert shown(KEPT, KEPT) == []


def test_sentences_come_before_the_words_of_buttons_and_then_in_their_order():
    buttons = "\n\n".join(f"Button {word}" for word in ("one", "two", "three", "four", "five", "six", "seven"))
    told = shown(KEPT, f"{buttons}\n\n{KEPT}\n\nWe sell nothing to anybody at all.")
    assert len(told) == MAX_SENTENCES
    assert told[0] == "+Button one+"
    assert told[-1] == "+We sell nothing to anybody at all.+"


def test_a_changed_sentence_tells_more_than_one_that_came():
    came = "\n\n".join(f"The {word} partner of ours gets nothing whatsoever." for word in "abcdefgh")
    told = shown(f"{KEPT}\n\nWe keep orders for thirty days.", f"{came}\n\n{KEPT}\n\nWe keep orders for ninety days.")
    assert "We keep orders for -thirty -+ninety +days." in told


def test_items_that_only_have_another_number_tell_least():
    items = [f"We keep the {word} records of your orders for years." for word in "abcdefghij"]
    numbered = "\n".join(f"{at}. {item}" for at, item in enumerate(items, 1))
    told = shown(numbered, "\n".join(f"{at}. {item}" for at, item in enumerate([*items[:8], KEPT, *items[8:]], 1)))
    assert f"+9. {KEPT}+" in told
    assert told[-1] == "-10-+11+. We keep the j records of your orders for years."


def test_far_from_the_change_a_long_sentence_is_cut_between_words():
    long = " ".join(f"word{number}" for number in range(100))
    (told,) = shown(f"{long} thirty days.", f"{long} ninety days.")
    assert told.startswith("… word")
    assert told.endswith("word99 -thirty -+ninety +days.")
    assert len(told) < 150


WORDS = st.lists(st.sampled_from(["We", "keep", "your", "data.", "Nothing", "else", "x" * 400]), max_size=60)


@given(WORDS.map(" ".join), WORDS.map(" ".join))
def test_whatever_changed_an_excerpt_is_short(before: str, after: str):
    told = excerpt(compare(before, after))
    assert len(told) <= MAX_SENTENCES
    assert all(len(text) <= 400 for sentence in told for _, text in sentence)
    assert bool(told) == bool(compare(before, after).changed_sentences)
