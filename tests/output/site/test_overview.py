"""What a corpus holds is counted by policy and by year, and its latest changes come first."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

import pytest
from corpus_writing import finish_crawl, finish_policy, start_crawl, store_answer, store_listing

from crawler.events import Answered
from crawler.model import Document, Policy, Snapshot
from output.site import history
from output.site.overview import YearCounts, histories, last_crawl, latest_changes, types, years
from pipelines.corpus import Corpus


def snapshot(vendor: str, year: int) -> Snapshot:
    captured = datetime(year, 1, 1, tzinfo=UTC)
    url = f"https://{vendor}/privacy"
    return Snapshot(url, f"{captured:%Y%m%d%H%M%S}", captured, "text/html", 200, f"D{year}", 1)


HISTORIES = {
    ("alder.example", "privacy policy"): {2001: "A", 2003: "B", 2006: "A"},
    ("alder.example", "terms"): {2004: "C", 2005: "D"},
    ("birch.example", "privacy policy"): {2002: None},
}


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    """A corpus of three policies, of which one was rejected."""
    with Corpus(tmp_path / "corpus.db") as corpus:
        crawl = start_crawl(corpus, {})
        for (vendor, type_), texts in HISTORIES.items():
            policy = Policy(vendor, type_, ())
            store_listing(corpus, crawl, policy, [snapshot(vendor, year) for year in texts], len(texts), Counter())
            for year, text in texts.items():
                document = Document(f"Title {text}", f"We keep what is called {text} here.", text) if text else None
                state, reason = ("fetched", None) if text else ("rejected", "no text")
                store_answer(corpus, crawl, Answered(policy, snapshot(vendor, year), state, reason, document=document))  # type: ignore[arg-type]
            finish_policy(corpus, crawl, policy, [])
        finish_crawl(corpus, crawl, "complete")
        yield corpus.db.conn


def test_policies_are_listed_by_vendor_and_type_with_what_is_known(conn):
    found = histories(conn, 10)
    assert [(one.vendor, one.type) for one in found] == sorted(HISTORIES)
    assert [(one.revisions, one.snapshots) for one in found] == [(3, 3), (2, 2), (0, 1)]
    assert found[0].last_changed == "2006-01-01T00:00:00+00:00"
    assert found[2].first_captured is None
    assert types(conn) == ["privacy policy", "terms"]


def test_a_list_of_policies_has_pages_an_order_and_can_begin_with_some_letters(conn):
    assert [histories(conn, 1, page=page)[0] for page in (1, 2, 3)] == histories(conn, 9)
    assert len(histories(conn, 1)) == 2  # there is more
    assert histories(conn, 1, page=4) == []
    assert [one.type for one in histories(conn, 9, type="terms")] == ["terms"]
    years = {"changed": ["2006", "2005"], "first": ["2001", "2004"], "seen": ["2006", "2005"]}
    for sort, expected in years.items():
        found = histories(conn, 9, sort=sort)
        column = {"changed": "last_changed", "first": "first_captured", "seen": "last_captured"}[sort]
        assert [str(getattr(one, column))[:4] for one in found] == [*expected, "None"]
    assert [one.revisions for one in histories(conn, 9, sort="revisions")] == [3, 2, 0]
    assert histories(conn, 9, sort="; DROP TABLE policies") == histories(conn, 9)
    assert [one.vendor for one in histories(conn, 9, starts="b")] == ["birch.example"]
    assert histories(conn, 9, starts="cedar") == []


def test_years_are_told_without_a_hole(conn):
    assert years(conn) == [
        YearCounts(2001, legible=1, rejected=0, unread=0, revisions=1),
        YearCounts(2002, legible=0, rejected=1, unread=0, revisions=0),
        YearCounts(2003, legible=1, rejected=0, unread=0, revisions=1),
        YearCounts(2004, legible=1, rejected=0, unread=0, revisions=1),
        YearCounts(2005, legible=1, rejected=0, unread=0, revisions=1),
        YearCounts(2006, legible=1, rejected=0, unread=0, revisions=1),
    ]


def test_the_latest_changes_come_first_and_the_first_text_of_a_policy_is_none(conn):
    changes = latest_changes(conn, 10)
    assert [(one.policy.type, one.before_name[:4], one.name[:4]) for one in changes] == [
        ("privacy policy", "2003", "2006"),
        ("terms", "2004", "2005"),
        ("privacy policy", "2001", "2003"),
    ]
    assert latest_changes(conn, 1) == changes[:1]
    assert changes[0].change is not None
    assert (changes[0].change.added, changes[0].change.removed) == (1, 1)


def test_the_changes_of_some_policies_are_theirs(conn):
    terms = history.policy_at(conn, "alder.example", "terms")
    assert terms is not None
    assert [one.policy for one in latest_changes(conn, 10, [terms])] == [terms]
    assert latest_changes(conn, 10, []) == []


def test_changes_have_the_names_that_the_policys_page_gives_them(conn):
    for change in latest_changes(conn, 10):
        names = [revision.name for revision in history.revisions_of(conn, change.policy)]
        assert names.index(change.name) == names.index(change.before_name) + 1


def test_the_latest_crawl_says_how_it_ended(conn):
    crawl = last_crawl(conn)
    assert crawl is not None
    assert crawl[2] == "complete"


def test_an_empty_corpus_holds_nothing(tmp_path):
    with Corpus(tmp_path / "empty.db") as corpus:
        empty = corpus.db.conn
        assert (histories(empty, 9), years(empty), list(types(empty))) == ([], [], [])
        assert (last_crawl(empty), latest_changes(empty, 9)) == (None, [])
