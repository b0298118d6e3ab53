"""What does not count, in the corpus: places are kept as they were learned, documents that are one become one, and what
was disregarded is told with the first snapshot that says so, whatever came first.
"""

from collections import Counter
from datetime import UTC, datetime

import pytest
from corpus_writing import identity, revisions_of, start_crawl, store_answer, store_learned, store_listing
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.events import Answered, Learned
from crawler.model import Disregarded, Document, Policy, Snapshot
from crawler.text.identity.content import Content
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.identity.volatile_spots import LearnedFrom, VolatileSpot
from pipelines.corpus import Corpus, noise

URL = "https://shop.example/privacy"
POLICY = Policy("shop.example", "privacy policy", (URL,))
OTHER = Policy("twin.example", "privacy policy", (URL,))
SEEN = LearnedFrom(9, 10, "2020-01-01T00:00:00+00:00", "2020-03-01T00:00:00+00:00")
BEFORE, AFTER = ("you", "are", "our", "reader"), ("of", "this", "page", "\u2403")
PLACE = VolatileSpot(BEFORE, AFTER, "changes at every capture", frozenset({"no."}), 2, SEEN)


def snapshot(year: int) -> Snapshot:
    captured = datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC)
    return Snapshot(URL, f"{captured:%Y%m%d%H%M%S}", captured, "text/html", 200, f"D{year}", 1000)


def fetched(year: int, document: str, policy: Policy = POLICY, *told: str) -> Answered:
    disregarded = tuple(Disregarded("counter", text) for text in told)
    return Answered(
        policy, snapshot(year), "fetched", document=Document("T", f"Body of {year}", document, disregarded=disregarded)
    )


def begin(path, *policies: Policy) -> Corpus:
    corpus = Corpus(path)
    start_crawl(corpus, {})
    for policy in policies:
        store_listing(corpus, 1, policy, [snapshot(year) for year in range(2001, 2010)], 9, Counter())
    return corpus


@pytest.fixture
def corpus(tmp_path):
    with begin(tmp_path / "corpus.db", POLICY, OTHER) as opened:
        yield opened


def learned(**renamed: str) -> Learned:
    """That documents have other hashes now."""
    contents = {}
    for old, words in renamed.items():
        contents[old] = Content((words,), (Disregarded("changes at every capture", old),))
    return Learned(POLICY, PolicyIdentity((PLACE,)), contents)


def test_places_are_kept_as_they_were_learned(corpus):
    store_learned(corpus, learned())
    assert identity(corpus, POLICY) == PolicyIdentity((PLACE,))
    assert identity(corpus, OTHER) == PolicyIdentity()


def test_documents_that_are_one_become_the_earliest_of_them(corpus):
    for year, document in ((2003, "c"), (2001, "a"), (2002, "b"), (2004, "d")):
        store_answer(corpus, 1, fetched(year, document))
    store_learned(corpus, learned(a="same", b="same", c="same"))
    same = hash_of("same")
    assert corpus.db.execute("SELECT hash, body FROM documents ORDER BY body").fetchall() == [
        (same, "Body of 2001"),
        ("d", "Body of 2004"),
    ]
    assert [revision.timestamp[:4] for revision in revisions_of(corpus, POLICY)] == ["2001", "2004"]
    assert corpus.db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_another_policy_shows_stays_its_own(corpus):
    store_answer(corpus, 1, fetched(2001, "a"))
    store_answer(corpus, 1, fetched(2001, "a", OTHER))
    store_learned(corpus, learned(a="same"))
    assert corpus.db.execute(
        "SELECT DISTINCT policy, document FROM snapshots WHERE document IS NOT NULL"
    ).fetchall() == [
        (1, hash_of("same")),
        (2, "a"),
    ]
    assert [revision.body for revision in revisions_of(corpus, OTHER)] == ["Body of 2001"]


def test_to_learn_it_again_changes_nothing(corpus):
    store_answer(corpus, 1, fetched(2001, "a"))
    store_learned(corpus, learned(a="same"))
    before = list(corpus.db.conn.iterdump())
    store_learned(corpus, learned(a="same"))
    assert list(corpus.db.conn.iterdump()) == before


TOLD = (
    "SELECT d.document, what, text, s.timestamp FROM disregarded d JOIN snapshots s ON s.id = d.snapshot"
    " ORDER BY what, text"
)


@settings(max_examples=20)
@given(st.permutations(range(2001, 2007)))
def test_the_first_snapshot_that_says_so_is_told_whatever_came_first(tmp_path_factory, years):
    with begin(tmp_path_factory.mktemp("order") / "corpus.db", POLICY) as corpus:
        for year in years:
            store_answer(corpus, 1, fetched(year, "a", POLICY, "1" if year < 2004 else "2"))
        told = corpus.db.execute(TOLD).fetchall()
    assert told == [("a", "counter", "1", snapshot(2001).timestamp), ("a", "counter", "2", snapshot(2004).timestamp)]


def test_reading_again_says_what_is_disregarded_now(corpus):
    for year in (2001, 2002, 2003):
        store_answer(corpus, 1, fetched(year, "a", POLICY, f"{year} times"))
    now = {1: ("a", (Disregarded("counter", "2001"),)), 2: ("a", (Disregarded("counter", "2002 times"),))}
    assert noise.renew(corpus.db, 1, now) == 2
    assert [row[2] for row in corpus.db.execute(TOLD)] == ["2001", "2002 times", "2003 times"]
    assert noise.renew(corpus.db, 1, now) == 0


def hash_of(words: str) -> str:
    return Content((words,), ()).hash


def test_what_other_texts_of_a_renamed_document_said_is_still_told(corpus):
    store_answer(corpus, 1, fetched(2001, "a", POLICY, "1 view"))
    store_answer(corpus, 1, fetched(2005, "a", POLICY, "2 views"))
    counted = Content(("same",), (Disregarded("counter", "2 views"), Disregarded("takes turns", "Ada")))
    store_learned(corpus, Learned(POLICY, PolicyIdentity((PLACE,)), {"a": counted}))
    assert corpus.db.execute(TOLD).fetchall() == [
        (counted.hash, "counter", "1 view", snapshot(2001).timestamp),
        (counted.hash, "counter", "2 views", snapshot(2005).timestamp),
        (counted.hash, "takes turns", "Ada", snapshot(2001).timestamp),
    ]


def test_a_renamed_document_leaves_another_policy_s_earlier_text_as_it_is(corpus):
    store_answer(corpus, 1, fetched(2001, hash_of("same"), OTHER))
    store_answer(corpus, 1, fetched(2002, "a"))
    store_learned(corpus, learned(a="same"))
    assert [revision.body for revision in revisions_of(corpus, OTHER)] == ["Body of 2001"]


def test_a_document_may_get_the_hash_that_another_one_loses(corpus):
    names = [hash_of(word) for word in ("first", "second", "third")]
    for year, document in zip((2001, 2002, 2003), ("a", *names[:2]), strict=True):
        store_answer(corpus, 1, fetched(year, document))
    store_learned(corpus, learned(**{"a": "first", names[0]: "second", names[1]: "third"}))
    shown = corpus.db.execute("SELECT hash, body FROM documents ORDER BY body").fetchall()
    assert shown == [(name, f"Body of {year}") for name, year in zip(names, (2001, 2002, 2003), strict=True)]
    assert [revision.body for revision in revisions_of(corpus, POLICY)] == [body for _, body in shown]


def test_a_text_is_found_once_after_its_document_was_renamed(corpus):
    for year, document in ((2002, "a"), (2001, "b"), (2003, hash_of("same"))):
        store_answer(corpus, 1, fetched(year, document))
    store_learned(corpus, learned(a="same", b="same"))
    corpus.db.execute("INSERT INTO documents_fts(documents_fts, rank) VALUES ('integrity-check', 1)")
    found = [[row["hash"] for row in corpus.db.table("documents").search(year)] for year in ("2001", "2002", "2003")]
    assert found == [[hash_of("same")], [], []]


def test_reading_again_changes_nothing_where_policies_share_a_document(corpus):
    store_answer(corpus, 1, fetched(2001, "a", OTHER, "1 view"))
    store_answer(corpus, 1, fetched(2002, "a", POLICY, "1 view"))
    [(row,)] = corpus.db.execute("SELECT id FROM snapshots WHERE policy = 1 AND document = 'a'").fetchall()
    before = list(corpus.db.conn.iterdump())
    assert noise.renew(corpus.db, 1, {row: ("a", (Disregarded("counter", "1 view"),))}) == 0
    assert list(corpus.db.conn.iterdump()) == before
