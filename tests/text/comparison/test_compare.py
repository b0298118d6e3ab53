"""Two texts are compared as a reader would tell it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.comparison import compare as comparing
from crawler.text.comparison.compare import compare
from crawler.text.comparison.excerpt import MAX_SENTENCES, excerpt

OLD = "# Privacy\n\nWe keep logs for ninety days. We sell nothing to anybody.\n\nWrite to the office in Penryn."
bodies = st.lists(
    st.sampled_from(
        ["# Title", "We sell nothing to anybody.", "Write to the office in Penryn.", "  * item one", "Bye."]
    ),
    max_size=8,
).map("\n\n".join)


def kinds(before: str, after: str) -> list[str]:
    return [step.kind for step in compare(before, after).steps]


def test_a_changed_word_changes_its_sentence_only() -> None:
    result = compare(OLD, OLD.replace("ninety", "sixty"))
    assert [step.kind for step in result.steps] == ["same", "changed", "same", "same"]
    assert (result.added, result.removed, result.moved) == (1, 1, 0)


def test_other_paragraphs_around_the_same_words_are_no_change() -> None:
    result = compare("One sentence here. Another one there.", "One sentence here.\n\n* Another one there.")
    assert (result.added, result.removed, result.moved) == (0, 0, 0)


def test_another_year_of_copyright_or_another_day_is_no_change() -> None:
    foot = "\n\n© {0} The shop.\n\nPrinted on March {1}, {0}"
    result = compare(OLD + foot.format(2014, 3), OLD.replace("ninety", "sixty") + foot.format(2015, 9))
    assert [step.kind for step in result.steps] == ["same", "changed", "same", "same", "same", "same"]
    assert (result.added, result.removed) == (1, 1)


def test_a_paragraph_that_moved_has_moved() -> None:
    moved = "We share data with our carefully chosen partners."
    rest = ["First paragraph of them all.", "Second paragraph here.", "Third paragraph here."]
    result = compare("\n\n".join([moved, *rest]), "\n\n".join([*rest, moved]))
    assert (result.added, result.removed, result.moved) == (0, 0, 8)
    assert [step.kind for step in result.steps] == ["moved away", "same", "same", "same", "moved"]


def test_a_headline_moves_with_its_paragraph() -> None:
    moved = ["# Partners", "We share data with our carefully chosen partners."]
    rest = ["First paragraph of them all.", "Second paragraph here.", "Third paragraph here."]
    result = compare("\n\n".join([*moved, *rest]), "\n\n".join([*rest, *moved]))
    assert (result.added, result.removed, result.moved) == (0, 0, 9)


def test_what_came_and_went_is_told_apart() -> None:
    assert kinds("Alpha beta gamma.", "Alpha beta gamma.\n\nAn entirely new paragraph.") == ["same", "added"]
    assert kinds("Alpha beta gamma.\n\nAn entirely old paragraph.", "Alpha beta gamma.") == ["same", "removed"]
    assert kinds("Alpha beta gamma.", "Completely other words now.") == ["removed", "added"]


@given(bodies, bodies)
def test_the_sizes_add_up(before: str, after: str) -> None:
    result = compare(before, after)
    assert result.after - result.added == result.before - result.removed
    back = compare(after, before)
    assert (back.before, back.after) == (result.after, result.before)
    assert min(result.added, result.removed) >= 0


@given(bodies)
def test_a_text_does_not_differ_from_itself(body: str) -> None:
    assert {step.kind for step in compare(body, body).steps} <= {"same"}


def test_an_excerpt_is_short_whatever_changed() -> None:
    long = " ".join(f"word{n}" for n in range(5000))
    told = excerpt(compare("\n\n".join(["Same."] * 3), "\n\n".join([*(f"{n} {long}" for n in range(9)), "Same."])))
    assert len(told.places) == MAX_SENTENCES
    assert all(len(text) < 400 for place in told.places for _, text in place.pieces)


LARGE = "\n\n".join(f"We keep order {number} for thirty days. Then we delete it." for number in range(20_000))


def test_very_large_texts_are_compared_in_blocks() -> None:
    changed = LARGE.replace("We keep order 700 for thirty", "We keep order 700 for sixty")
    result = compare(LARGE, changed)
    assert [step.kind for step in result.changed_sentences] == ["removed", "added"]
    assert (result.added, result.removed, result.before) == (11, 11, 220_000)
    assert excerpt(result).total == 2
    assert not compare(LARGE, LARGE.replace(" Then", "\n\nThen")).changed_sentences


def test_very_large_texts_without_anything_in_common_are_compared_at_once() -> None:
    other = LARGE.replace("order", "parcel")
    assert [step.kind for step in compare(LARGE, other).steps] == ["removed", "added"]


@given(bodies, bodies)
def test_in_blocks_nothing_is_shown_exactly_where_nothing_else_is(before: str, after: str) -> None:
    whole = compare(before, after)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparing, "_LARGE", -1)
        coarse = compare(before, after)
    assert bool(coarse.changed_sentences) == bool(whole.changed_sentences or whole.moved)
    assert (coarse.before, coarse.after) == (whole.before, whole.after)
    assert coarse.added >= whole.added
    assert coarse.removed >= whole.removed
