"""A search finds the texts that have all its words, quotes as they stand, and signs where no spaces are written."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from output.site.matching import matcher

TEXTS = [
    "We share **personal data** with [partners](https://partner.example/share).",
    "Data of a personal kind is kept.",
    "当社は個人情報を第三者に提供しません。",
    "個人の情報。",
]


@pytest.fixture(scope="module")
def conn() -> Iterator[sqlite3.Connection]:
    """Documents with the index of a corpus."""
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE documents (title, body)")
    made.execute("CREATE VIRTUAL TABLE documents_fts USING fts5(title, body, content=documents)")
    for text in TEXTS:
        rowid = made.execute("INSERT INTO documents VALUES ('secret', ?)", [text]).lastrowid
        made.execute("INSERT INTO documents_fts (rowid, title, body) VALUES (?, 'secret', ?)", [rowid, text])
    yield made
    made.close()


def found(conn: sqlite3.Connection, question: str) -> list[int]:
    looking = matcher(question)
    assert looking is not None
    sql = f"SELECT d.rowid FROM {looking.tables} ORDER BY {looking.order}"  # noqa: S608 - ours
    rows = [row[0] for row in conn.execute(sql, looking.values)]
    assert rows == [rowid for rowid in range(1, len(TEXTS) + 1) if looking.has(conn, rowid)]
    return rows


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("personal data", [1, 2]),
        ('"personal data"', [1]),
        ("PERSONAL", [1, 2]),
        ("personal partners", [1]),
        ("secret", []),  # it is in the titles
        ("personal AND", []),  # a word, and no operator
        ("個人情報", [3]),
        ("個人 情報", [3, 4]),
    ],
)
def test_texts_with_all_that_is_asked_for_are_found(conn, question, texts):
    assert found(conn, question) == texts


def test_there_is_nothing_to_look_for_without_a_letter_or_digit():
    assert [matcher(question) for question in ("", "  ", '""', "* - !", "\x00")] == [None] * 5


def test_a_snippet_marks_what_was_found_and_is_no_markdown(conn):
    (looking,) = [matcher("partners")]
    assert looking is not None
    runs = looking.snippet(conn, 1)
    assert [text for hit, text in runs if hit] == ["partners"]
    assert not set("".join(text for _, text in runs)) & set("[]*")


def test_a_snippet_of_signs_shows_what_stands_around_them(conn):
    looking = matcher("個人情報")
    assert looking is not None
    assert looking.snippet(conn, 3) == [(False, "当社は"), (True, "個人情報"), (False, "を第三者に提供しません。")]


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from('"*()^:-個')), max_size=20))
def test_no_question_breaks_the_search(question):
    looking = matcher(question)
    if looking is None:
        return
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE documents (title, body)")
    conn.execute("CREATE VIRTUAL TABLE documents_fts USING fts5(title, body, content=documents)")
    sql = f"SELECT d.rowid FROM {looking.tables}"  # noqa: S608 - ours
    assert conn.execute(sql, looking.values).fetchall() == []
    assert not looking.has(conn, 1)
    conn.close()
