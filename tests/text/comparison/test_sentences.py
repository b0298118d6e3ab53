"""Markdown is cut into what a reader sees."""

import time

import pytest

from crawler.text.comparison.sentences import plain, sentences


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'We use [cookies](https://a.example/c_(x) "t") and **never** _sell_ them.',
            "We use cookies and never sell them.",
        ),
        ("![logo](http://a.example/l.png) Hello", "Hello"),
        ("[[e-mail protected]](/cdn-cgi/l/email-protection#ab) is hidden", "[e-mail protected] is hidden"),
        (r"1\. Not a list \- but a snake_case_name", "1. Not a list - but a snake_case_name"),
        ("<https://a.example/> or <mailto:a@b.example>", "https://a.example/ or mailto:a@b.example"),
        ("Data | Purpose  |Kept", "Data | Purpose | Kept"),
        ("Name<br>**Photographs<br>** Orders| Kept<br><br>six years", "Name Photographs Orders | Kept six years"),
        ("The tag <br> breaks a line.", "The tag <br> breaks a line."),
    ],
)
def test_marks_targets_and_pictures_are_left_out(line: str, said: str) -> None:
    assert plain(line) == said


def test_sentences_know_where_they_stand() -> None:
    body = (
        "# Privacy\n\nWe care. You know it! Do you?\n\n  * one\n    * deep item\n\n> quoted\n\na | b\n---|---\nc | d\n"
    )
    assert [(s.text, s.block, s.kind, s.level) for s in sentences(body)] == [
        ("Privacy", 0, "heading", 1),
        ("We care.", 1, "text", 0),
        ("You know it!", 1, "text", 0),
        ("Do you?", 1, "text", 0),
        ("one", 2, "item", 1),
        ("deep item", 3, "item", 2),
        ("quoted", 4, "quote", 0),
        ("a | b", 5, "row", 0),
        ("c | d", 6, "row", 0),
    ]


def test_japanese_needs_no_spaces_between_sentences() -> None:
    assert [s.text for s in sentences("個人情報を守ります。お問い合わせください。")] == [
        "個人情報を守ります。",
        "お問い合わせください。",
    ]


@pytest.mark.parametrize("piece", ["[", "[x](", "](", "![", "*_", " ", "| ", "> ", "a. ", "\\", "[x](()"])
def test_what_is_made_to_be_slow_is_not(piece: str) -> None:
    started = time.perf_counter()
    sentences(piece * (100_000 // len(piece)))
    assert time.perf_counter() - started < 2
