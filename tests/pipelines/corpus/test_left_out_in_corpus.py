"""What documents leave out, in the corpus: prose from the first to the last capture that shows it, menus from the
earliest, whatever came first; no more than can be looked at, and nothing lost silently.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from corpus_writing import finish_policy, start_crawl, store_answer, store_learned, store_listing
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.events import Answered, Learned
from crawler.model import Document, LeftOut, Policy, Snapshot
from crawler.text.identity.content import Content
from crawler.text.identity.policy import PolicyIdentity
from pipelines.corpus import Corpus, documents, left_out

URL = "https://shop.example/privacy"
POLICY = Policy("shop.example", "privacy policy", (URL,))
OTHER = Policy("twin.example", "privacy policy", (URL,))
FIRST, LAST = 2001, 2020


def snapshot(year: int, url: str = URL) -> Snapshot:
    captured = datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC)
    return Snapshot(url, f"{captured:%Y%m%d%H%M%S}", captured, "text/html", 200, f"D{year}", 1000)


def menu(text: str, words: int = 3, reason: str = "navigation") -> LeftOut:
    return LeftOut(reason, words, text, prose=False, digest=f"digest of {text}")


def prose(text: str, words: int = 30, reason: str = "not main content") -> LeftOut:
    return LeftOut(reason, words, text, prose=True, digest=f"digest of {text}")


def fetched(year: int, *blocks: LeftOut, document: str = "a", policy: Policy = POLICY) -> Answered:
    text = Document("T", f"Body of {document}", document, left_out=blocks)
    return Answered(policy, snapshot(year), "fetched", document=text)


def begin(path: Path, *policies: Policy) -> Corpus:
    corpus = Corpus(path)
    start_crawl(corpus, {})
    for policy in policies:
        store_listing(corpus, 1, policy, [snapshot(year) for year in range(FIRST, LAST)], LAST - FIRST, Counter())
    return corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with begin(tmp_path / "corpus.db", POLICY, OTHER) as opened:
        yield opened
        assert opened.db.execute("PRAGMA foreign_key_check").fetchall() == []


def kept(corpus: Corpus) -> list[tuple[object, ...]]:
    """What is kept: document, reason, text, words, and the years of the first and the last snapshot."""
    return corpus.db.execute(
        "SELECT o.document, o.reason, o.text, o.words, cast(f.captured AS int), cast(l.captured AS int) FROM left_out o"
        " JOIN snapshots f ON f.id = o.snapshot JOIN snapshots l ON l.id = o.last"
        " ORDER BY o.policy, o.document, o.prose DESC, o.reason, o.text"
    ).fetchall()


def answers(*years: int) -> list[Answered]:
    """A page whose prose changes in 2004 and whose menu has the year."""
    return [
        fetched(year, prose("We sell nothing." if year < 2004 else "We sell it."), prose("Hello."), menu(f"In {year}"))
        for year in years
    ]


def test_prose_is_kept_from_the_first_to_the_last_that_shows_it_and_menus_of_the_earliest(corpus: Corpus) -> None:
    for answer in answers(2001, 2002, 2003, 2004, 2005):
        store_answer(corpus, 1, answer)
    assert kept(corpus) == [
        ("a", "not main content", "Hello.", 30, 2001, 2005),
        ("a", "not main content", "We sell it.", 30, 2004, 2005),
        ("a", "not main content", "We sell nothing.", 30, 2001, 2003),
        ("a", "navigation", "In 2001", 3, 2001, 2001),
    ]
    left = corpus.db.execute("SELECT words_left_out, count(*) FROM snapshots WHERE policy = 1 GROUP BY 1").fetchall()
    assert left == [(None, 14), (63, 5)]


@settings(max_examples=20)
@given(st.permutations([2001, 2002, 2003, 2004, 2005]))
def test_it_does_not_matter_which_capture_came_first(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    found = []
    for years in (order, sorted(order)):
        with begin(tmp_path_factory.mktemp("order") / "corpus.db", POLICY) as corpus:
            for answer in answers(*years):
                store_answer(corpus, 1, answer)
            finish_policy(corpus, 1, POLICY, [])
            found.append((kept(corpus), corpus.db.execute("SELECT * FROM doubts").fetchall()))
    assert found[0] == found[1]
    assert found[0][1]


def test_each_policy_has_its_own(corpus: Corpus) -> None:
    store_answer(corpus, 1, fetched(2002, prose("Ours.")))
    store_answer(corpus, 1, fetched(2001, prose("Theirs."), policy=OTHER))
    assert [row[2:] for row in kept(corpus)] == [("Ours.", 30, 2002, 2002), ("Theirs.", 30, 2001, 2001)]


def test_equal_blocks_of_a_page_are_one_with_the_words_of_all(corpus: Corpus) -> None:
    store_answer(corpus, 1, fetched(2001, menu("Home"), menu("Home"), prose("Twice."), prose("Twice.")))
    assert [(row[2], row[3]) for row in kept(corpus)] == [("Twice.", 60), ("Home", 6)]


def test_a_long_text_is_kept_by_its_beginning(corpus: Corpus) -> None:
    store_answer(corpus, 1, fetched(2001, prose("word " * 5000, words=5000)))
    ((_, _, text, words, *_),) = kept(corpus)
    assert (len(text), words) == (500, 5000)


def test_of_a_page_with_too_many_blocks_the_largest_are_kept_and_the_rest_is_summed(corpus: Corpus) -> None:
    links = [menu(f"Link {n}", words=1, reason="footer" if n % 3 else "navigation") for n in range(298)]
    store_answer(corpus, 1, fetched(2001, *links, prose("We sell it.", words=5), menu("All shops", words=90)))
    rows = kept(corpus)
    assert len(rows) == left_out.MOST_BLOCKS + 1
    assert rows[0][2] == "We sell it."
    assert "All shops" in {row[2] for row in rows}
    (rest,) = [row for row in rows if row[1] == left_out.REST_OF_PAGE]
    assert rest[3] == 100
    assert sum(row[3] for row in rows) == 298 + 5 + 90
    assert "footer" in rest[2]


def test_of_a_document_with_too_much_prose_the_first_seen_is_kept_and_a_row_says_so(corpus: Corpus) -> None:
    for year in (2003, 2001, 2002):
        news = [prose(f"News {year} {n}") for n in range(90)]
        store_answer(corpus, 1, fetched(year, *news, menu("Home")))
    for _ in range(2):
        finish_policy(corpus, 1, POLICY, [])
        rows = kept(corpus)
        assert Counter(row[4] for row in rows if row[1] == "not main content") == {2001: 90, 2002: 90, 2003: 20}
        assert [row[1] for row in rows if row[1] != "not main content"] == [left_out.REST_OF_DOCUMENT, "navigation"]
    store_answer(corpus, 1, fetched(2004, prose("News of 2004")))
    finish_policy(corpus, 1, POLICY, [])
    assert kept(corpus) == rows


def now(corpus: Corpus, *read: Answered) -> dict[int, tuple[str, tuple[LeftOut, ...]]]:
    ids = dict(corpus.db.execute("SELECT timestamp, id FROM snapshots WHERE policy = 1").fetchall())
    return {ids[a.snapshot.timestamp]: (a.document.hash, a.document.left_out) for a in read if a.document}


def dump(corpus: Corpus) -> list[str]:
    return list(corpus.db.conn.iterdump())


def test_reading_again_changes_nothing_where_nothing_else_is_read(corpus: Corpus) -> None:
    read = answers(2003, 2001, 2005, 2004)
    for answer in read:
        store_answer(corpus, 1, answer)
    store_answer(corpus, 1, fetched(2001, prose("Theirs."), policy=OTHER))
    before = dump(corpus)
    assert left_out.renew(corpus.db, 1, now(corpus, *read)) == 0
    assert left_out.renew(corpus.db, 1, now(corpus, *read[:2])) == 0
    assert left_out.renew(corpus.db, 1, {}) == 0
    assert dump(corpus) == before


def test_reading_again_changes_nothing_of_what_is_too_much(corpus: Corpus) -> None:
    read = [fetched(year, *(prose(f"News {year} {n}") for n in range(120))) for year in (2001, 2002, 2003)]
    for answer in read:
        store_answer(corpus, 1, answer)
    finish_policy(corpus, 1, POLICY, [])
    before = dump(corpus)
    assert left_out.renew(corpus.db, 1, now(corpus, *read)) == 0
    assert dump(corpus) == before


def test_reading_again_says_what_is_left_out_now_and_keeps_what_was_not_read_again(corpus: Corpus) -> None:
    for answer in answers(2001, 2002, 2004, 2005):
        store_answer(corpus, 1, answer)
    newer = [fetched(2001, menu("Menu"), prose("Hello.")), fetched(2004, prose("Hello."))]
    assert left_out.renew(corpus.db, 1, now(corpus, *newer)) > 0
    assert kept(corpus) == [
        ("a", "not main content", "Hello.", 30, 2001, 2005),
        ("a", "not main content", "We sell it.", 30, 2005, 2005),  # 2005 and 2002 were not read again
        ("a", "not main content", "We sell nothing.", 30, 2002, 2002),
        ("a", "navigation", "Menu", 3, 2001, 2001),
    ]
    assert left_out.renew(corpus.db, 1, now(corpus, *newer)) == 0


def test_a_corpus_of_before_gets_it_by_reading_again_as_a_crawl_would_have(corpus: Corpus) -> None:
    read = answers(2002, 2001, 2004)
    for answer in read:
        store_answer(corpus, 1, answer)
    today = dump(corpus)
    corpus.db.execute("DELETE FROM left_out")
    corpus.db.execute("UPDATE snapshots SET words_left_out = NULL")
    assert left_out.renew(corpus.db, 1, now(corpus, *read)) == 7
    assert sorted(dump(corpus)) == sorted(today)


def test_a_snapshot_that_is_no_document_any_more_leaves_nothing_behind(corpus: Corpus) -> None:
    store_answer(corpus, 1, fetched(2001, prose("Hello."), menu("Home")))
    corpus.db.execute("UPDATE snapshots SET state = 'rejected', document = NULL WHERE document IS NOT NULL")
    (row,) = corpus.db.execute("SELECT id FROM snapshots WHERE words_left_out IS NOT NULL").fetchone()
    assert left_out.renew(corpus.db, 1, {row: ("", ())}) == 3
    assert kept(corpus) == []


def hash_of(words: str) -> str:
    return Content((words,), ()).hash


def learned(**renamed: str) -> Learned:
    return Learned(POLICY, PolicyIdentity(), {old: Content((words,), ()) for old, words in renamed.items()})


def test_documents_that_become_one_leave_out_what_both_did(corpus: Corpus) -> None:
    store_answer(corpus, 1, fetched(2003, prose("Hello."), prose("New."), menu("Menu of 2003"), document="b"))
    store_answer(corpus, 1, fetched(2001, prose("Hello."), menu("Menu of 2001"), document="a"))
    store_answer(corpus, 1, fetched(2002, prose("Hello."), document="b", policy=OTHER))
    store_learned(corpus, learned(a="same", b="same"))
    same = hash_of("same")
    assert kept(corpus) == [
        (same, "not main content", "Hello.", 30, 2001, 2003),
        (same, "not main content", "New.", 30, 2003, 2003),
        (same, "navigation", "Menu of 2001", 3, 2001, 2001),
        ("b", "not main content", "Hello.", 30, 2002, 2002),
    ]
    before = dump(corpus)
    store_learned(corpus, learned(a="same", b="same"))
    assert dump(corpus) == before


def test_a_document_may_get_the_hash_that_another_one_loses(corpus: Corpus) -> None:
    first, second = hash_of("first"), hash_of("second")
    store_answer(corpus, 1, fetched(2001, prose("One."), document="a"))
    store_answer(corpus, 1, fetched(2002, prose("Two."), document=first))
    store_learned(corpus, learned(**{"a": "first", first: "second"}))
    assert sorted((row[0], row[2]) for row in kept(corpus)) == sorted([(first, "One."), (second, "Two.")])


def test_a_document_that_is_dropped_takes_along_what_it_left_out(corpus: Corpus) -> None:
    store_answer(corpus, 1, fetched(2001, prose("Hello.")))
    store_answer(corpus, 1, fetched(2002, prose("Bye."), document="b"))
    corpus.db.execute("DELETE FROM revisions WHERE document = 'b'")
    corpus.db.execute("UPDATE snapshots SET document = NULL, state = 'rejected' WHERE document = 'b'")
    documents.drop_orphans(corpus.db)
    assert [row[2] for row in kept(corpus)] == ["Hello."]


def test_what_is_too_much_does_not_pile_up_until_the_policy_is_finished(corpus: Corpus) -> None:
    most = 0
    for year in range(FIRST, LAST):
        store_answer(corpus, 1, fetched(year, *(prose(f"News {year} {n}") for n in range(200))))
        most = max(most, *corpus.db.execute("SELECT count(*) FROM left_out").fetchone())
    assert most <= 2_200
    assert {row[4] for row in kept(corpus)} >= {FIRST, LAST - 1}
    finish_policy(corpus, 1, POLICY, [])
    assert {row[4] for row in kept(corpus)} == {FIRST}
    assert len(kept(corpus)) == 201
