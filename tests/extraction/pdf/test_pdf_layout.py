from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.pdf.layout import text_of
from crawler.extraction.pdf.lines import Line, tidied


def line(
    text: str, y: float, x: float = 72, *, x1: float = 520, size: float = 11, bold: bool = False, hyphen: bool = False
) -> Line:
    return Line(text, x, x1, y, size, bold, hyphen)


def tidy(page: list[Line]) -> list[Line]:
    lines = [line._replace(text=tidied(line.text)) for line in page]
    return [line for line in lines if line.text]


def body(*pages: list[Line]) -> str:
    return text_of([tidy(page) for page in pages], "Title").body


def test_lines_are_joined_to_paragraphs_and_gaps_part_them() -> None:
    assert (
        body([line("one", 700), line("two.", 687), line("three", 674), line("four.", 650)]) == "one two. three\n\nfour."
    )


def test_a_short_line_that_ends_its_sentence_ends_its_paragraph() -> None:
    assert body([line("one two", 700), line("three.", 687, x1=150), line("four", 674)]) == "one two three.\n\nfour"


def test_a_paragraph_goes_on_over_the_page() -> None:
    assert body([line("We never", 100)], [line("sell data.", 750)]) == "We never sell data."
    assert body([line("We end.", 100)], [line("We begin.", 750)]) == "We end.\n\nWe begin."


def test_clauses_begin_paragraphs_and_are_escaped_as_html2text_does() -> None:
    lines = [line("Terms apply.", 700), line("1. First", 687), line("(a) second", 674), line("2.1 third", 661)]
    assert body(lines) == "Terms apply.\n\n1\\. First\n\n(a) second\n\n2.1 third"


def test_divided_words_are_mended_as_the_document_writes_them() -> None:
    assert body([line("your infor", 700, hyphen=True), line("mation", 687)]) == "your information"
    assert body([line("a third", 700, hyphen=True), line("party", 687)]) == "a third-party"
    lines = [
        line("by opt-out and pre", 700, hyphen=True),
        line("view, or pre-view, or opt", 687, hyphen=True),
        line("out", 674),
    ]
    assert body(lines) == "by opt-out and pre-view, or pre-view, or opt-out"
    assert body([line("EU", 700, hyphen=True), line("U.S. Privacy", 687)]) == "EU-U.S. Privacy"


def test_endless_divided_words_take_no_endless_time() -> None:
    assert len(body([line("in", 700 - at, hyphen=True) for at in range(40_000)])) > 40_000


def test_chinese_and_japanese_lines_are_joined_without_a_space() -> None:
    assert (
        body([line("当社は個人情報を", 700), line("適切に取り扱います。", 687)])
        == "当社は個人情報を適切に取り扱います。"
    )


def test_ligatures_and_symbols_of_fonts_are_letters_and_bullets() -> None:
    assert (
        body([line("ﬁnal eﬀect", 700), line("\uf0b7 a", 687, 90), line("▪ b", 674, 90)])
        == "final effect\n\n  * a\n  * b"
    )


def test_nested_lists_are_nested() -> None:
    lines = [
        line("• a", 700, 90),
        line("o a1", 687, 108),
        line("o a2", 674, 108),
        line("• b", 661, 90),
        line("End.", 630),
    ]
    assert body(lines) == "  * a\n    * a1\n    * a2\n  * b\n\n\n\nEnd."


def test_a_bullet_on_a_line_of_its_own_takes_the_next_line() -> None:
    assert body([line("•", 700, 90), line("your name", 700, 100), line("•", 687, 90), line("your age", 687, 100)]) == (
        "  * your name\n  * your age"
    )


def test_headings_are_recognised_by_size_and_weight_and_long_bold_text_is_none() -> None:
    long = " ".join(["word"] * 17)
    lines = [
        line("Big", 700, size=18),
        line("Prose is here and it is long enough to be the running text of it all.", 660),
        line("Small", 640, bold=True),
        line("More of the same running text of this document.", 620),
        line(long, 590, bold=True),
    ]
    assert body(lines).split("\n\n") == ["# Big", lines[1].text, "## Small", lines[3].text, long]


def test_the_largest_headings_are_sections_if_there_are_several() -> None:
    lines = [
        line("A", 700, size=18),
        line("Prose of the first section.", 660),
        line("B", 600, size=18),
        line("More.", 560),
    ]
    assert body(lines) == "## A\n\nProse of the first section.\n\n## B\n\nMore."


def test_the_heading_that_is_the_title_is_left_out() -> None:
    lines = [line("PRIVACY POLICY", 700, size=18), line("We never sell your data to any one.", 660)]
    assert text_of([lines], "Privacy policy") == (
        "Privacy policy",
        "We never sell your data to any one.",
        "PRIVACY POLICY",
    )


@given(
    st.lists(
        st.lists(
            st.builds(
                Line,
                st.text(max_size=30),
                *[st.floats(-1e6, 1e6)] * 3,
                st.sampled_from([0.0, 8.0, 11.0, 30.0]),
                st.booleans(),
                st.booleans(),
            ),
            max_size=12,
        ),
        max_size=4,
    ),
    st.text(max_size=20),
)
def test_any_lines_become_a_body_and_the_same_one_twice(pages: list[list[Line]], title: str) -> None:
    lines = [tidy(page) for page in pages]
    assert text_of(lines, title) == text_of(lines, title)
