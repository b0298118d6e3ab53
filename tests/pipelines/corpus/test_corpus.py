"""The corpus: whole after each call, independent of the order of answers, and never lost to a newer version."""

import sqlite3
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from corpus_writing import (
    finish_crawl,
    finish_policy,
    known,
    revisions_of,
    start_crawl,
    store_answer,
    store_conclusions,
    store_listing,
    summary,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.errors import CorpusError
from crawler.events import Answered
from crawler.model import VARIANT_UNKNOWN, Conclusion, Document, Policy, Snapshot
from pipelines.corpus import Corpus
from pipelines.corpus.schema import migrations
from pipelines.corpus.views import VIEWS

URL = "https://shop.example/privacy"
POLICY = Policy("shop.example", "privacy policy", (URL,))


def snapshot(year: int, url: str = URL, digest: str = "D") -> Snapshot:
    captured = datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC)
    return Snapshot(url, f"{captured:%Y%m%d%H%M%S}", captured, "text/html", 200, f"{digest}{year}", 1000)


def text(name: str, shown_as: str = "") -> Document:
    """A document; how it is shown may differ from capture to capture."""
    return Document(f"Title {name}{shown_as}", f"Body {name}{shown_as}", f"hash {name}")


def fetched(year: int, name: str, policy: Policy = POLICY) -> Answered:
    return Answered(policy, snapshot(year), "fetched", document=text(name, f" in {year}"))


@pytest.fixture
def corpus(tmp_path):
    """A corpus in which a crawl has listed the years 2001 to 2009."""
    with Corpus(tmp_path / "corpus.db") as opened:
        assert start_crawl(opened, {"archive": "here"}) == 1
        store_listing(opened, 1, POLICY, [snapshot(year) for year in range(2001, 2010)], 9, Counter())
        yield opened


def elsewhere(corpus: Corpus, sql: str) -> list[tuple]:
    """What another process sees: that which was committed."""
    connection = sqlite3.connect(corpus.path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def revisions(corpus: Corpus) -> list[tuple]:
    return elsewhere(
        corpus,
        "SELECT substr(r.document, 6), substr(f.timestamp, 1, 4), substr(l.timestamp, 1, 4) FROM revisions r"
        " JOIN snapshots f ON f.id = r.first_snapshot JOIN snapshots l ON l.id = r.last_snapshot ORDER BY f.captured",
    )


# -- the file ---------------------------------------------------------------------------------------------------------
def test_it_has_the_tables_of_the_contract(corpus):
    contract = {
        "policies": {"id", "vendor", "type"},
        "snapshots": {
            *("id", "policy", "url", "timestamp", "status", "mimetype", "digest", "length", "state", "reason"),
            "document",
        },
        "documents": {"hash", "title", "body"},
        "revisions": {"id", "policy", "document", "first_snapshot", "last_snapshot"},
        "crawls": {"id", "started", "finished", "status", "asked", "received", "stored", "refused"},
    }
    for table, columns in contract.items():
        assert columns <= {row[1] for row in elsewhere(corpus, f"PRAGMA table_info({table})")}
    assert [row[1] for row in elsewhere(corpus, "PRAGMA table_info(documents)") if row[5]] == ["hash"]


def test_readers_are_not_kept_waiting_and_references_hold(corpus):
    assert elsewhere(corpus, "PRAGMA journal_mode") == [("wal",)]
    assert corpus.db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    with pytest.raises(sqlite3.IntegrityError):
        corpus.db.execute("UPDATE snapshots SET document = 'none such'")


def test_a_corpus_whose_making_was_interrupted_anywhere_is_made_the_next_time(tmp_path, monkeypatch):
    execute = Database.execute
    for last in (*range(1, 60), *range(60, 500, 20)):
        path = tmp_path / f"{last}.db"
        statements = count(1)

        def interrupted(db, *given, statements=statements, last=last):
            if next(statements) > last:
                raise KeyboardInterrupt
            return execute(db, *given)

        with monkeypatch.context() as patched:
            patched.setattr(Database, "execute", interrupted)
            with suppress(KeyboardInterrupt):
                Corpus(path)
        Corpus(path).close()
        Corpus(path).close()


def test_a_corpus_of_the_first_version_is_migrated_and_keeps_what_it_has(tmp_path):
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    old = Database(connection)
    migrations.apply(old, stop_before="0002_views")
    old["policies"].insert({"vendor": "shop.example", "type": "privacy policy"})
    old["documents"].insert({"hash": "h", "title": "T", "body": "We keep cookies."})
    old["snapshots"].insert(
        {"policy": 1, "url": URL, "timestamp": "20010102030405", "captured": "2001-01-02T03:04:05+00:00"}
        | {"state": "fetched", "document": "h"}
    )
    old["revisions"].insert({"policy": 1, "document": "h", "first_snapshot": 1, "last_snapshot": 1})
    old.close()
    with Corpus(path) as corpus:
        assert [revision.body for revision in revisions_of(corpus, POLICY)] == ["We keep cookies."]
        assert set(corpus.db.view_names()) == {*VIEWS, "documents_signed"}
        assert not migrations.pending(corpus.db)
        store_listing(corpus, start_crawl(corpus, {}), POLICY, [snapshot(2002)], 1, Counter())
        store_answer(corpus, 1, fetched(2002, "new"))
        assert len(revisions_of(corpus, POLICY)) == 2


def test_a_corpus_whose_making_was_interrupted_is_made(tmp_path):
    connection = sqlite3.connect(tmp_path / "corpus.db")
    migrations.ensure_migrations_table(Database(connection))
    connection.close()
    with Corpus(tmp_path / "corpus.db") as corpus:
        assert known(corpus, POLICY).texts == {}


def test_opening_again_changes_nothing(corpus):
    store_answer(corpus, 1, fetched(2001, "a"))
    before = elsewhere(corpus, "SELECT sql FROM sqlite_master ORDER BY name")
    with Corpus(corpus.path) as again:
        assert summary(again, POLICY) == summary(corpus, POLICY)
    assert elsewhere(corpus, "SELECT sql FROM sqlite_master ORDER BY name") == before


def _text_file(path: Path) -> None:
    path.write_text("These are my notes, and they are no database. " * 50)


def _folder(path: Path) -> None:
    path.mkdir()


def _of_something_else(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url)")
    connection.close()


def _with_our_names(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE snapshots (disk)")
    connection.close()


@pytest.mark.parametrize("make", [_text_file, _folder, _of_something_else, _with_our_names])
def test_what_is_no_corpus_is_refused_with_a_sentence_and_left_as_it_is(tmp_path, make):
    path = tmp_path / "some.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(CorpusError, match=r"some\.db: cannot be opened as a corpus .* set CORPUS_DB"):
        Corpus(path)
    assert before is None or path.read_bytes() == before


def test_a_place_where_no_file_can_be_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CorpusError, match="Expected a SQLite file"):
        Corpus(tmp_path / "file" / "corpus.db")


def test_a_read_only_corpus_ends_a_crawl_with_a_sentence(tmp_path, monkeypatch):
    path = tmp_path / "corpus.db"
    Corpus(path).close()
    connect = sqlite3.connect
    # Access rights do not bind every user; a connection that may not write does.
    monkeypatch.setattr(
        sqlite3, "connect", lambda path, timeout: connect(f"file:{path}?mode=ro&immutable=1", timeout=timeout, uri=True)
    )
    with (
        Corpus(path) as corpus,
        pytest.raises(CorpusError, match=r"the corpus cannot be written .* set CORPUS_DB"),
    ):
        start_crawl(corpus, {})


# -- answers ----------------------------------------------------------------------------------------------------------
def test_each_call_is_committed_when_it_returns(corpus):
    assert elsewhere(corpus, "SELECT status, finished FROM crawls") == [("running", None)]
    assert elsewhere(corpus, "SELECT count(*) FROM snapshots WHERE state = 'listed'") == [(9,)]
    store_answer(corpus, 1, fetched(2001, "a"))
    assert elsewhere(corpus, "SELECT count(*) FROM documents") == [(1,)]
    assert revisions(corpus) == [("a", "2001", "2001")]
    store_conclusions(corpus, POLICY, [Conclusion(snapshot(2002), "inferred", "hash a")])
    assert revisions(corpus) == [("a", "2001", "2002")]
    finish_policy(corpus, 1, POLICY, [])
    assert elsewhere(corpus, "SELECT listed, fetched, status FROM crawl_policies") == [(9, 1, "complete")]
    finish_crawl(corpus, 1, "complete")
    assert elsewhere(corpus, "SELECT asked, status, finished IS NULL FROM crawls") == [(7, "complete", 0)]


def test_a_call_that_fails_leaves_nothing_behind(corpus):
    store_answer(corpus, 1, fetched(2001, "a"))
    corpus.db.execute(
        "CREATE TRIGGER full BEFORE INSERT ON revisions BEGIN SELECT raise(ABORT, 'the disk is full'); END"
    )
    with pytest.raises(sqlite3.Error, match="full"):
        store_answer(corpus, 1, fetched(2002, "b"))
    assert elsewhere(corpus, "SELECT hash FROM documents") == [("hash a",)]
    assert elsewhere(corpus, "SELECT count(*) FROM snapshots WHERE state = 'fetched'") == [(1,)]
    assert elsewhere(corpus, "SELECT sum(count) FROM crawl_counts WHERE what = 'snapshot'") == [(1,)]


def test_an_answer_is_stored_with_what_it_was(corpus):
    store_answer(corpus, 1, Answered(POLICY, snapshot(2001), "rejected", "archived error 404", "the server said so"))
    store_answer(corpus, 1, Answered(POLICY, snapshot(2002), "failed", "no answer", "timeout"))
    store_answer(
        corpus,
        1,
        Answered(POLICY, snapshot(2003), "fetched", document=text("a"), read_at="20030101000000/http://new.example/"),
    )
    rows = elsewhere(
        corpus, "SELECT state, reason, detail, document, read_at FROM snapshots ORDER BY timestamp LIMIT 4"
    )
    assert rows == [
        ("rejected", "archived error 404", "the server said so", None, None),
        ("failed", "no answer", "timeout", None, None),
        ("fetched", None, None, "hash a", "20030101000000/http://new.example/"),
        ("listed", None, None, None, None),
    ]
    assert summary(corpus, POLICY) == (9, 1, 1, 1, 1)
    counts = dict(elsewhere(corpus, "SELECT reason, count FROM crawl_counts WHERE what = 'snapshot'"))
    assert counts == {"archived error 404": 1, "no answer": 1, "fetched": 1}


def test_what_is_known_is_what_need_not_be_asked_again(corpus):
    store_answer(corpus, 1, fetched(2001, "a"))
    store_answer(corpus, 1, Answered(POLICY, snapshot(2002), "rejected", "challenge"))
    store_answer(corpus, 1, Answered(POLICY, snapshot(2003), "failed", "no answer"))
    store_conclusions(
        corpus,
        POLICY,
        [
            Conclusion(snapshot(2004), "repeat", "hash a"),
            Conclusion(snapshot(2005), "inferred", "hash a"),
            Conclusion(snapshot(2006), "listed", None, VARIANT_UNKNOWN),
        ],
    )
    texts, inferred, dismissed, unclaimed, _ = known(corpus, POLICY)
    assert texts == {(URL, "20010102030405"): "hash a", (URL, "20040102030405"): "hash a"}
    assert inferred == {(URL, "20050102030405"): "hash a"}
    assert dismissed == {(URL, "20020102030405")}
    assert unclaimed == {(URL, "20060102030405")}


def test_what_was_asked_for_is_new_until_a_crawl_is_done_with_its_policy(corpus):
    store_answer(corpus, 1, fetched(2001, "a"))
    finish_policy(corpus, 1, POLICY, ())
    store_answer(corpus, start_crawl(corpus), fetched(2002, "b"))
    assert known(corpus, POLICY).new == {(URL, "20020102030405")}


def test_a_text_that_returns_is_three_revisions_and_two_documents(corpus):
    for year, name in ((2001, "a"), (2003, "b"), (2004, "b"), (2006, "a")):
        store_answer(corpus, 1, fetched(year, name))
    assert revisions(corpus) == [("a", "2001", "2001"), ("b", "2003", "2004"), ("a", "2006", "2006")]
    assert elsewhere(corpus, "SELECT count(*) FROM documents") == [(2,)]


def test_a_revision_that_begins_where_it_did_keeps_its_id(corpus):
    store_answer(corpus, 1, fetched(2001, "a"))
    store_answer(corpus, 1, fetched(2009, "a"))
    ((kept,),) = elsewhere(corpus, "SELECT id FROM revisions")
    store_answer(corpus, 1, fetched(2005, "b"))
    rows = elsewhere(corpus, "SELECT r.id FROM revisions r JOIN snapshots s ON s.id = first_snapshot ORDER BY captured")
    assert rows[0] == (kept,)
    assert len(set(rows)) == 3
    store_answer(corpus, 1, fetched(2006, "b"))
    again = "SELECT r.id FROM revisions r JOIN snapshots s ON s.id = first_snapshot ORDER BY captured"
    assert elsewhere(corpus, again) == rows


def test_a_conclusion_can_be_taken_back(corpus):
    for year in (2001, 2009):
        store_answer(corpus, 1, fetched(year, "a"))
    inferred = [snapshot(year) for year in range(2002, 2009)]
    store_conclusions(corpus, POLICY, [Conclusion(s, "inferred", "hash a") for s in inferred])
    assert revisions(corpus) == [("a", "2001", "2009")]
    store_answer(corpus, 1, fetched(2005, "b"))
    store_conclusions(corpus, POLICY, [Conclusion(snapshot(year), "listed", None) for year in (2004, 2006)])
    assert revisions(corpus) == [("a", "2001", "2003"), ("b", "2005", "2005"), ("a", "2007", "2009")]


def test_what_a_failed_answer_said_goes_with_the_failure(corpus):
    store_answer(corpus, 1, fetched(2001, "a"))
    store_answer(corpus, 1, Answered(POLICY, snapshot(2002), "failed", "no answer", "the archive answered 503"))
    store_conclusions(corpus, POLICY, [Conclusion(snapshot(2002), "inferred", "hash a")])
    row = "SELECT state, reason, detail, document FROM snapshots WHERE timestamp LIKE '2002%'"
    assert elsewhere(corpus, row) == [("inferred", None, None, "hash a")]


def test_policies_do_not_touch_each_others_revisions(corpus):
    other = Policy("other.example", "privacy policy", (URL,))
    store_listing(corpus, 1, other, [snapshot(2001), snapshot(2002)], 2, Counter())
    store_answer(corpus, 1, fetched(2001, "a"))
    store_answer(corpus, 1, fetched(2001, "b", other))
    store_answer(corpus, 1, fetched(2002, "a", other))
    assert [revision.title for revision in revisions_of(corpus, POLICY)] == ["Title a in 2001"]
    assert [revision.title for revision in revisions_of(corpus, other)] == ["Title b in 2001", "Title a in 2001"]


ANSWERS = st.lists(
    st.tuples(st.integers(2001, 2009), st.sampled_from("abc")),
    min_size=1,
    max_size=9,
    unique_by=lambda answer: answer[0],
)


@settings(max_examples=40)
@given(answers=ANSWERS, data=st.data())
def test_the_order_of_answers_makes_no_difference(answers, data):
    known = []
    for order in (sorted(answers), data.draw(st.permutations(answers))):
        with Corpus(Path(":memory:")) as corpus:
            start_crawl(corpus, {})
            store_listing(corpus, 1, POLICY, [snapshot(year) for year in range(2001, 2010)], 9, Counter())
            for year, name in order:
                store_answer(corpus, 1, fetched(year, name))
            documents = corpus.db.execute("SELECT hash, title, body FROM documents ORDER BY hash").fetchall()
            known.append((documents, revisions_of(corpus, POLICY), summary(corpus, POLICY)))
    assert known[0] == known[1]
    first = {name: min(year for year, other in answers if other == name) for _, name in answers}
    assert {title for _, title, _ in known[0][0]} == {f"Title {name} in {year}" for name, year in first.items()}


def test_the_search_index_follows_the_texts(corpus):
    def found(word: str) -> list[tuple]:
        query = "SELECT d.title FROM documents_fts f JOIN documents d ON d.rowid = f.rowid WHERE documents_fts MATCH ?"
        return corpus.db.execute(query, [word]).fetchall()

    store_answer(corpus, 1, Answered(POLICY, snapshot(2002), "fetched", document=Document("Late", "newer words", "h")))
    assert found("newer") == [("Late",)]
    store_answer(corpus, 1, Answered(POLICY, snapshot(2001), "fetched", document=Document("Early", "older words", "h")))
    assert found("newer") == []
    assert found("older") == found("early") == [("Early",)]
    for index in ("documents_fts", "documents_signs"):
        corpus.db.execute(f"INSERT INTO {index}({index}) VALUES ('integrity-check')")  # noqa: S608 - ours


# -- listings ---------------------------------------------------------------------------------------------------------
def test_a_listing_is_accounted_for_row_by_row(corpus):
    years = [snapshot(year) for year in range(2008, 2012)]
    refused = Counter({"impossible timestamp": 2, "repeated row": 1})
    assert store_listing(corpus, 1, POLICY, years, 7, refused) == 2
    assert elsewhere(corpus, "SELECT received, stored, refused FROM crawls") == [(9 + 7, 9 + 2, 3)]
    store_listing(corpus, 1, POLICY, [], 1, Counter({"repeated row": 1}))
    counts = dict(elsewhere(corpus, "SELECT reason, count FROM crawl_counts WHERE what = 'row'"))
    assert counts == {"impossible timestamp": 2, "repeated row": 2}


def test_listing_again_changes_nothing_that_is_known(corpus):
    store_answer(corpus, 1, fetched(2001, "a"))
    before = elsewhere(corpus, "SELECT * FROM snapshots")
    assert store_listing(corpus, 1, POLICY, [snapshot(2001), snapshot(2002)], 2, Counter()) == 0
    assert elsewhere(corpus, "SELECT * FROM snapshots") == before


def test_a_policy_with_failures_is_done_in_part(corpus):
    store_answer(corpus, 1, Answered(POLICY, snapshot(2001), "failed", "no answer"))
    finish_policy(corpus, 1, POLICY, ["1 snapshots were not answered for", "and more"])
    rows = elsewhere(corpus, "SELECT status, failed, errors FROM crawl_policies")
    assert rows == [("partial", 1, "1 snapshots were not answered for\nand more")]
