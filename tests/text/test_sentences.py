"""Blocks are cut into sentences and words, each with what is shown and what counts."""

import pytest

from crawler.text.identity.content import counted_blocks
from crawler.text.sentences import Sentence, count, sentences, tokens


def told(body: str) -> list[Sentence]:
    return sentences(counted_blocks(body)[0])


def test_sentences_know_where_they_stand() -> None:
    body = (
        "# Privacy\n\nWe care. You know it! Do you?\n\n  * one\n    * deep item\n\n> quoted\n\na | b\n---|---\nc | d\n"
    )
    assert [(s.text, s.block, s.kind, s.level) for s in told(body)] == [
        ("Privacy", 0, "heading", 1),
        ("We care.", 1, "text", 0),
        ("You know it!", 1, "text", 0),
        ("Do you?", 1, "text", 0),
        ("one", 2, "item", 1),
        ("deep item", 3, "item", 2),
        ("quoted", 4, "quote", 0),
        ("a | b", 5, "row", 0),
        ("c | d", 6, "row", 1),
    ]


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("個人情報を守ります。お問い合わせください。", ["個人情報を守ります。", "お問い合わせください。"]),
        ("彼は「はい。」と言った。Yes.", ["彼は「はい。」", "と言った。", "Yes."]),
        ('He said "yes." Then (he left.) Nobody knew.', ['He said "yes."', "Then (he left.)", "Nobody knew."]),
        ("1. Data that we keep. It is little.", ["1. Data that we keep.", "It is little."]),
        ("Sold by Acme Inc. and others, e.g. you.", ["Sold by Acme Inc. and others, e.g. you."]),
        ("~~Gone for good.~~ It stays.", ["~~Gone for good.~~", "It stays."]),
        ("© 2014 Acme. Ask us.", ["© 2014 Acme.", "Ask us."]),
        ("Printed on: 3. March 2014. Ask us.", ["Printed on: 3. March 2014.", "Ask us."]),
        ("Our partners: Visa, Meta, Apple and Aha. Ask us.", ["Our partners: Visa, Meta, Apple and Aha.", "Ask us."]),
    ],
)  # fmt: skip
def test_a_line_is_cut_where_sentences_end_and_each_is_shown_as_it_stands(line: str, cut: list[str]) -> None:
    assert [sentence.text for sentence in told(line)] == cut


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("We don't sell.", [("We ", "We"), ("don't ", "don't"), ("sell", "sell"), (".", ".")]),
        ("a snake_case", [("a ", "a"), ("snake_case", "snakecase")]),
        (r"a \_ b", [("a _ ", "a"), ("b", "b")]),
        (r"\_ b", [("_ b", "b")]),
        ("© 2014 Acme", [("© ", "©"), ("2014 ", "\u2426"), ("Acme", "Acme")]),
        ("~~no~~ 個人", [("n\u0336o\u0336 ", "n\u0336o\u0336"), ("個", "個"), ("人", "人")]),
        ("with: Visa, Meta, Apple and Google", [
            ("with", "with"), (": ", ":"), ("Apple", "Apple"), (", ", ","), ("Google", "Google"), (", ", ","),
            ("Meta ", "Meta"), ("and ", "and"), ("Visa", "Visa"),
        ]),
    ],
)  # fmt: skip
def test_words_have_what_is_shown_and_what_counts(line: str, words: list[tuple[str, str]]) -> None:
    (sentence,) = told(line)
    assert tokens(sentence) == words


def test_words_are_counted_as_a_reader_would() -> None:
    assert count("We don't sell e-mail addresses – ever.") == 6
    assert count("個人情報") == 4
    assert count("… – () ~~") == 0
