"""A few sentences tell most of what changed, in little space, and of how many."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.text.comparison.compare import compare
from crawler.text.comparison.excerpt import LEFT_OUT, MAX_SENTENCES, excerpt

KEPT = "We keep your address for as long as the law asks for it."


def shown(before: str, after: str) -> list[str]:
    """The sentences of an excerpt, with what went in - and what came in +."""
    marks = {"=": "{}", "-": "-{}-", "+": "+{}+"}
    told = excerpt(compare(before, after)).places
    return ["".join(marks[op].format(text) for op, text in place.pieces) for place in told]


def test_of_a_changed_sentence_both_words_are_shown():
    told = shown(f"{KEPT} We keep orders for thirty days.", f"{KEPT} We keep orders for ninety days.")
    assert told == ["We keep orders for -thirty -+ninety +days."]


def test_what_came_and_what_went_is_shown_whole_and_what_stayed_is_not():
    assert shown(KEPT, f"{KEPT}\n\nWe sell nothing to anybody at all.") == ["+We sell nothing to anybody at all.+"]
    assert shown(f"{KEPT}\n\nWe sell nothing to anybody at all.", KEPT) == ["-We sell nothing to anybody at all.-"]
    assert shown(KEPT, KEPT) == []


def test_sentences_come_before_the_words_of_buttons():
    buttons = "\n\n".join(f"Button {word}" for word in ("one", "two", "three", "four", "five", "six", "seven"))
    told = shown(KEPT, f"{buttons}\n\n{KEPT}\n\nWe sell nothing to anybody at all.")
    assert len(told) == MAX_SENTENCES
    assert told[:2] == ["+We sell nothing to anybody at all.+", "+Button one+"]


def test_of_those_that_tell_as_much_the_longest_are_shown_in_their_order():
    came = [f"The {word} partner of ours gets nothing{' at all' * (word in 'cg')}." for word in "abcdefgh"]
    told = excerpt(compare(KEPT, "\n\n".join([*came, KEPT])))
    assert [place.pieces[0].text for place in told.places] == [came[at] for at in (0, 1, 2, 3, 4, 6)]
    assert (told.account, told.is_whole) == ("6 of 8 changed sentences", False)
    assert told.first(2).account == "2 of 8 changed sentences"


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
    assert len(told.places) <= MAX_SENTENCES
    assert all(len(text) <= 400 for place in told.places for _, text in place.pieces)
    assert bool(told.total) == bool(compare(before, after).changed_sentences)


def test_of_a_sentence_in_which_everything_changed_a_little_is_shown():
    words = [f"w{number}" for number in range(2000)]
    other = [word if at % 4 else f"{word}x" for at, word in enumerate(words)]
    (place,) = excerpt(compare(" ".join(words), " ".join(other))).places
    assert len(place.pieces) == 41
    assert place.pieces[-1].text == LEFT_OUT
