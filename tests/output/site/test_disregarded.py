"""What did not count in a policy's texts is shown, as far as it tells a reader something."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.text.identity.content import ORDER
from output.site.disregarded import disregarded_in, spots_of

PUBLIC = "https://archive.example"


@pytest.fixture
def conn(noisy_corpus: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(noisy_corpus)) as conn:
        yield conn
        conn.rollback()


def only_document(conn: sqlite3.Connection) -> str:
    [(document,)] = conn.execute("SELECT DISTINCT document FROM revisions")
    return str(document)


def put(conn: sqlite3.Connection, what: str, *texts: str) -> None:
    """Let the document say nothing else than these texts, one a capture."""
    conn.execute("DELETE FROM disregarded")
    snapshots = [row[0] for row in conn.execute("SELECT id FROM snapshots ORDER BY captured LIMIT ?", [len(texts)])]
    rows = [(only_document(conn), what, text, at) for text, at in zip(texts, snapshots, strict=True)]
    conn.executemany("INSERT INTO disregarded VALUES (?, ?, ?, ?)", rows)


def texts_by_kind(conn: sqlite3.Connection) -> dict[str, list[str]]:
    return {kind.what: [t.text for t in kind.texts] for kind in disregarded_in(conn, only_document(conn), PUBLIC)}


def test_each_kind_has_its_earliest_texts_and_says_how_many_more_there_are(conn):
    found = {kind.what: kind for kind in disregarded_in(conn, only_document(conn), PUBLIC)}
    assert list(found) == sorted(["copyright year", ORDER, "changes at every capture"])
    counter = found["changes at every capture"]
    assert [t.text for t in counter.texts] == ["1200", "1231", "1262", "1293", "1324"]
    assert counter.more == 5
    assert [t.text for t in found["copyright year"].texts] == ["2009-2015", "2009-2016"]
    assert found["copyright year"].more == 0
    first = found["copyright year"].texts[0]
    assert first.captured.startswith("2015-11-30")
    assert first.at.raw == f"{PUBLIC}/web/20151130120000id_/https%3A//shop.example/privacy"


def test_the_order_of_a_list_is_told_only_where_it_is_known_in_several(conn):
    put(conn, ORDER, "Ada, Bo, Cleo", "France, Spain, Chile", "Bo, Ada, Cleo")
    assert texts_by_kind(conn) == {ORDER: ["Ada, Bo, Cleo", "Bo, Ada, Cleo"]}
    put(conn, ORDER, "Ada, Bo, Cleo", "France, Spain, Chile")
    assert texts_by_kind(conn) == {}


def test_lists_kept_in_part_are_taken_for_one(conn):
    long = [", ".join(f"{letter}{at:03} Ltd" for at in range(99))[:500] for letter in "AB"]
    put(conn, ORDER, *long)
    assert [len(text) for text in texts_by_kind(conn)[ORDER]] == [161, 161]


def test_what_is_not_the_archives_has_no_address_there(conn):
    conn.execute("UPDATE snapshots SET origin = 'ota'")
    found = disregarded_in(conn, only_document(conn), PUBLIC)
    assert {t.at for kind in found for t in kind.texts} == {None}


def test_texts_are_shown_without_the_signs_of_the_corpus(conn):
    put(conn, "takes turns", "Ada␟ sells ␦ corks")
    assert texts_by_kind(conn) == {"takes turns": ["Ada sells […] corks"]}
    [kind] = disregarded_in(conn, only_document(conn), PUBLIC)
    assert kind.label == "Texts that take turns"


def test_a_place_is_told_by_the_words_around_it_and_from_what_it_was_learned(conn):
    [policy] = conn.execute("SELECT id FROM policies").fetchone()
    [place] = spots_of(conn, policy)
    assert place.around == "reach us. So far […] careful people have come"
    assert (place.known, place.changes, place.pairs) == ([], 9, 9)
    assert (place.first[:10], place.last[:10]) == ("2015-11-30", "2016-02-01")
    conn.execute("""UPDATE noise SET kind = 'takes turns', known = '["", "One.", "Two."]', before = '␂ ␂ ␂ ␂'""")
    [place] = spots_of(conn, policy)
    assert place.around == "[…] careful people have come"
    assert (place.known, place.more) == (["", "One.", "Two."], 0)
    conn.execute("UPDATE noise SET known = ?", [json.dumps([f"Text {at}." for at in range(8)])])
    [place] = spots_of(conn, policy)
    assert (len(place.known), place.more) == (5, 3)


def test_where_nothing_did_not_count_nothing_is_told(conn):
    assert disregarded_in(conn, "no such document", PUBLIC) == []
    assert spots_of(conn, 99) == []
