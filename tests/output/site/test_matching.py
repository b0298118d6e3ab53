"""A search finds the texts that have all its words, quotes as they stand, and signs where no spaces are written."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from output.site.matching import BySigns, Matcher, matcher
from pipelines.corpus.search_index import create_signs

TEXTS = [
    "We share **personal data** with [partners](https://partner.example/share).",
    "Data of a personal kind is kept.",
    "当社は個人情報を第三者に提供しません。",
    "個人の情報。",
    "고객의 주소를 보관합니다. 개인정보 **처리방침**을 보십시오. GDPR의 권리",
    "ที่อยู่ของลูกค้าถูกเก็บไว้",
    "本店保存客户的地址。",
    "CookieとGoogleの広告: party。 ｱﾄﾞﾚｽ",
    "배송지 주소",
    "نحتفظ بعنوان العميل",
]


def corpus() -> sqlite3.Connection:
    """Documents with the indexes of a corpus."""
    made = sqlite3.connect(":memory:")
    db = Database(made)
    db.table("documents").create({"hash": str, "title": str, "body": str}, pk="hash")
    db.table("documents").enable_fts(["title", "body"], create_triggers=True)
    create_signs(db)
    return made


@pytest.fixture(scope="module")
def conn() -> Iterator[sqlite3.Connection]:
    """The texts in a corpus."""
    made = corpus()
    for text in TEXTS:
        made.execute("INSERT INTO documents VALUES (?, 'secret', ?)", [text, text])
    yield made
    made.close()


def looking_for(conn: sqlite3.Connection, question: str) -> Matcher:
    looking = matcher(conn, question)
    assert looking is not None
    return looking


def found(conn: sqlite3.Connection, question: str) -> list[int]:
    looking = looking_for(conn, question)
    sql = f"SELECT d.rowid FROM {looking.tables} ORDER BY {looking.order}"  # noqa: S608 - ours
    rows = [row[0] for row in conn.execute(sql, looking.values)]
    had = [rowid for rowid in range(1, len(TEXTS) + 1) if looking.has(conn, rowid)]
    assert rows == had if looking.found_is_had else {*rows} >= {*had}
    return had


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
        ("個", [3, 4]),  # one sign
        ("個人", [3, 4]),
        ("者に提供しません。", [3]),
        ("人個", []),
        ("主所", []),
        ("주소", [5, 9]),  # with an ending, and at the end of a text
        ("주소를", [5]),
        ("정보", [5]),  # within a word
        ('"개인정보 처리방침"', [5]),  # marks between words do not count
        ('"처리방침 개인정보"', []),
        ("처리방침 개인정보", [5]),
        ("소", [5, 9]),
        ("\u110c\u116e\u1109\u1169", [5, 9]),  # as another keyboard writes it
        ("ที่อยู่", [6]),
        ("อยู่", [6]),
        ("ลูกค้า", [6]),
        ("ท", [6]),
        ("地", [7]),
        ("地址", [7]),
        ("客户的地址", [7]),
        ("地客", []),
        ("google 広告", [8]),  # a Latin word beside signs
        ("goog 広告", []),  # and none inside a word
        ("art 広告", []),
        ("cookieと", [8]),
        ("ｱﾄﾞﾚｽ", [8]),
        ("gdpr 권리", [5]),
        ("GDPR의", [5]),
        ("بعنوان", [10]),
        ('個人" OR *', []),
        ("個人 -情報", [3, 4]),
    ],
)
def test_texts_with_all_that_is_asked_for_are_found(conn, question, texts):
    assert found(conn, question) == texts


def test_there_is_nothing_to_look_for_without_a_letter_or_digit():
    conn = sqlite3.connect(":memory:")
    assert [matcher(conn, question) for question in ("", "  ", '""', "* - !", "\x00")] == [None] * 5


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from('"*()^:-個')), max_size=20))
def test_no_question_breaks_the_search(question):
    conn = corpus()
    looking = matcher(conn, question)
    if looking is not None:
        sql = f"SELECT d.rowid FROM {looking.tables}"  # noqa: S608 - ours
        assert conn.execute(sql, looking.values).fetchall() == []
        assert not looking.has(conn, 1)
    conn.close()


@given(
    st.text(st.sampled_from("個人の주소ทีa1 -"), min_size=1, max_size=6),
    st.text(st.sampled_from("個人の주소ทีa1 -"), max_size=9),
)
def test_what_stands_in_a_text_is_found(question, around):
    conn = corpus()
    looking = matcher(conn, f'"{question}"')
    if looking is not None and isinstance(looking, BySigns):
        text = f"{around} {question}"
        conn.execute("INSERT INTO documents VALUES ('h', 't', ?)", [text])
        looking = looking_for(conn, f'"{question}"')
        assert conn.execute(f"SELECT d.rowid FROM {looking.tables}", looking.values).fetchall() == [(1,)]  # noqa: S608
        assert looking.has(conn, 1)
    conn.close()
