"""One reader says what blocks a Markdown body has, and what people see in each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import at_most

from crawler.text.markdown import read, shown, shown_fragment


def seen(body: str) -> list[str]:
    return [shown(block.text) for block in read(body)]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (
            'We use [cookies](https://a.example/c_(x) "t") and **never** _sell_ them.',
            "We use cookies and never sell them.",
        ),
        ("![logo](http://a.example/l.png) Hello", "Hello"),
        ("[![logo](http://a.example/l.png) Hello](http://a.example/)", "Hello"),
        ("[[e-mail protected]](/cdn-cgi/l/email-protection#ab) is hidden", "[e-mail protected] is hidden"),
        (r"1\. Not a list \- but a snake_case_name", "1. Not a list - but a snake_case_name"),
        ("__Bold__ and ***both*** and `code`", "Bold and both and code"),
        (r"30 days\* \[1\] \_x\_ C:\temp \\ end", r"30 days* [1] _x_ C:\temp \ end"),
        ("A line that breaks\\", "A line that breaks"),
        ("<https://a.example/> or <mailto:a@b.example>", "https://a.example/ or mailto:a@b.example"),
        ("<a@b.example>", "a@b.example"),
        (r"\<https://a.example/> and a < b", "<https://a.example/> and a < b"),
        ("Data | Purpose  |Kept", "Data | Purpose | Kept"),
        ("| Data | Purpose |", "Data | Purpose"),
        (r"Either \| or", "Either | or"),
        ("Name<br>**Photographs<br>** Orders| Kept<br><br>six years", "Name Photographs Orders | Kept six years"),
        (r"The tag \<br> in a row| stays", "The tag <br> in a row | stays"),
        ("The tag <br> breaks a line.", "The tag <br> breaks a line."),
        ("We ~~never~~ sell, ~~or give,~~ data.", "We ~~never~~ sell, ~~or give,~~ data."),
        ("~~**never**~~", "~~never~~"),
        (r"\~~not struck~~ ~~ nor this ~~ nor~~", "~~not struck~~ ~~ nor this ~~ nor~~"),
        ("A soft\u00adhyphen\u200b and cafe\u0301", "A softhyphen and café"),
    ],
)  # fmt: skip
def test_marks_targets_and_pictures_are_not_shown(line: str, text: str) -> None:
    assert seen(line) == [text]


def test_blocks_know_what_they_are() -> None:
    body = (
        "# Privacy\n\nWe care.  \nSo much.\n\n  * one\n    * deep item\n      1. number\n\n> quoted\n> * listed\n\n"
        "a | b\n---|---\nc | d\n\n* * *\n\nTitle\n=====\n\nSection\n---\n\n### Three ###\n"
    )
    assert [(block.kind, block.level, shown(block.text)) for block in read(body)] == [
        ("heading", 1, "Privacy"),
        ("text", 0, "We care."),
        ("text", 0, "So much."),
        ("item", 1, "one"),
        ("item", 2, "deep item"),
        ("item", 3, "1. number"),
        ("quote", 0, "quoted"),
        ("item", 0, "listed"),
        ("row", 0, "a | b"),
        ("row", 1, "c | d"),
        ("heading", 1, "Title"),
        ("heading", 2, "Section"),
        ("heading", 3, "Three ###"),
    ]


@pytest.mark.parametrize("mark", ["*", "+", "-", r"\-", r"\+", r"\*"])
def test_a_bullet_is_a_bullet_whatever_its_sign_and_also_where_it_was_typed(mark: str) -> None:
    assert [(block.kind, block.text) for block in read(f"{mark} one")] == [("item", "one")]


@pytest.mark.parametrize(
    "line", ["", "   ", "***", "* * *", "---", "- - -", "___", "|", "---|:--:", "#", ">", "-", "\u200b"]
)
def test_what_shows_nothing_is_no_block(line: str) -> None:
    assert read(line) == []


def test_an_empty_cell_keeps_its_place() -> None:
    assert seen("Country| Carrier\n---|---\n| DHL") == ["Country | Carrier", "| DHL"]


@given(st.text())
def test_any_text_can_be_read_and_no_block_is_empty(text: str) -> None:
    for block in read(text):
        assert block.text.split()
        assert "\n" not in block.text
        assert shown(block.text) == shown(block.text).strip()


def test_a_fragment_that_is_cut_anywhere_shows_no_marks() -> None:
    assert shown_fragment("ners](https://a.example/x) of **ours\n\n## Next [one") == "ners  of ours    Next  one"


@pytest.mark.parametrize(
    "hostile",
    [
        "[", "]", "(", "[](", "(\\", "[\\", "\\[", "\\", "![", "![](", "[x]", "[[]", "[](<", "[](a", "[](\\(", "<a>",
        "<", "<a@", "\n", "\n ", " ", "---", "| ", "---|\n", "> ", "# ", "*", "* ", "_", "_a", "~~", "~~a", "~~a~~",
        "a. ", "。", "[x](http:", '[x](y "', "A, ", "Ab, and ", "1. ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("begin", ["", "[", "[x](", "![x](<", '[x](y "', "~~", "Our partners: "])
def test_no_markdown_is_slow(begin: str, hostile: str) -> None:
    text = begin + hostile * (100_000 // len(hostile))
    with at_most(1):  # a tenth of it; what is not linear takes many
        read(text)
