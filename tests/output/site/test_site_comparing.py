"""Comparisons are shown paragraph by paragraph, with what did not change folded."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.text.comparison.compare import compare
from output.site.comparing import groups, rows, words_of

LINES = [f"Paragraph number {n} says something of its own." for n in range(30)]


def test_far_from_changes_paragraphs_are_folded() -> None:
    after = [*LINES[:15], "Something altogether new stands here.", *LINES[15:]]
    found = groups(compare("\n\n".join(LINES), "\n\n".join(after)))
    assert [(group.folded, len(group.rows), group.number) for group in found] == [
        (True, 14, 0),
        (False, 3, 1),
        (True, 14, 0),
    ]
    assert words_of(found[0].rows) == 14 * 8


def test_changes_are_numbered_in_order() -> None:
    after = [line.replace("something", "nothing") if n in {3, 20} else line for n, line in enumerate(LINES)]
    found = groups(compare("\n\n".join(LINES), "\n\n".join(after)))
    assert [group.number for group in found if group.number] == [1, 2]


def test_a_row_shows_a_paragraph_of_both_texts() -> None:
    (row,) = rows(compare("We keep logs. We sell nothing.", "We keep all logs. We sell nothing."))
    assert [step.kind for step in row.steps] == ["changed", "same"]
    assert not row.same


@given(*[st.lists(st.sampled_from(LINES[:6]), max_size=8).map("\n\n".join)] * 2)
def test_no_sentence_is_lost(before: str, after: str) -> None:
    comparison = compare(before, after)
    assert [step for group in groups(comparison) for row in group.rows for step in row.steps] == comparison.steps
