"""No page reads through a large table: what it asks SQLite is answered by indexes, however large the corpus is."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from serving import PROJECT
from turning import write

from output.site.addresses import Addresses
from output.site.pages import changes, compare, corpus, find, policy, revision
from output.site.responses import NotFound, PageRequest
from output.site.views import Build

POLICY = {"vendor": "harbourlight.example", "type": "privacy-policy"}
ASKED = {
    "home": (corpus.home, {}, {}),
    "policies": (corpus.all_policies, {}, {"starts": "t", "type": "privacy policy"}),
    "policies, sorted": (corpus.all_policies, {}, {"sort": "changed"}),
    "changes": (changes.changes, {}, {}),
    "changes of a time": (changes.changes, {}, {"since": "2010-01-01", "until": "2024-01-01", "words": "3"}),
    "changes of a vendor": (changes.changes, {}, {"vendor": "tallowbridge.example", "type": "privacy policy"}),
    "vendor": (policy.vendor, {"vendor": "tallowbridge.example"}, {}),
    "policy": (policy.policy, POLICY, {"on": "2019-01-01"}),
    "revision": (revision.revision, {**POLICY, "name": "20190211154003"}, {}),
    "compare": (compare.compare, {**POLICY, "before": "20190211154003", "after": "20200904114615"}, {}),
    "by id": (policy.by_id, {"id": "2"}, {}),
    "search": (find.find, {}, {"q": "data", "type": "privacy policy", "since": "2010-01-01", "until": "2020-01-01"}),
    "search a vendor": (find.find, {}, {"q": "data", "vendor": "tallowbridge.example"}),
    "search signs": (find.find, {}, {"q": "情報 Cookie", "since": "2010-01-01"}),
    "feed": (changes.feed, {}, {}),
    "feed of a vendor": (changes.feed, {"vendor": "tallowbridge.example"}, {}),
    "feed of a policy": (changes.feed, POLICY, {}),
}
# Small: policies (thousands), yearly (hundreds), crawls. The latest changes are read in an index's order, to the limit.
ALLOWED = re.compile(
    r"SCAN (policies|p|yearly|documents_(fts|signs|signs_terms)|\w+ USING INDEX idx_revisions_first_captured)\b"
    r"|SCAN crawls"
)


OF_NOISE = {"vendor": "shop.example", "type": "privacy-policy"}
ASKED_OF_NOISE = {
    "policy": (policy.policy, OF_NOISE, {}),
    "revision": (revision.revision, {**OF_NOISE, "name": "20151130120000"}, {}),
}


OF_DOUBTS = {"vendor": "drawer.example", "type": "privacy-policy"}
ASKED_OF_DOUBTS = {
    "policy": (policy.policy, OF_DOUBTS, {}),
    "revision": (revision.revision, {**OF_DOUBTS, "name": "20100102030405"}, {}),
}


OF_TURNS = {"vendor": "1.example", "type": "privacy-policy"}
ASKED_OF_TURNS = {
    "home": (corpus.home, {}, {}),
    "vendor": (policy.vendor, {"vendor": "1.example"}, {}),
    "policy": (policy.policy, OF_TURNS, {}),
    "feed": (changes.feed, {}, {}),
}


@pytest.fixture
def conn(sample_corpus: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{sample_corpus}?mode=ro", uri=True)) as conn:
        yield conn


@pytest.fixture
def noisy_conn(noisy_corpus: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{noisy_corpus}?mode=ro", uri=True)) as conn:
        yield conn


@pytest.fixture
def doubtful_conn(doubtful_corpus: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{doubtful_corpus}?mode=ro", uri=True)) as conn:
        yield conn


@pytest.mark.parametrize("name", ASKED)
def test_a_page_asks_by_index_only(conn: sqlite3.Connection, name: str) -> None:
    assert_asks_by_index_only(conn, *ASKED[name])


@pytest.mark.parametrize("name", ASKED_OF_NOISE)
def test_what_did_not_count_is_found_by_index_only(noisy_conn: sqlite3.Connection, name: str) -> None:
    assert any("disregarded" in s or "noise" in s for s in assert_asks_by_index_only(noisy_conn, *ASKED_OF_NOISE[name]))


@pytest.mark.parametrize("name", ASKED_OF_DOUBTS)
def test_doubts_and_what_is_left_out_are_found_by_index_only(doubtful_conn: sqlite3.Connection, name: str) -> None:
    selects = assert_asks_by_index_only(doubtful_conn, *ASKED_OF_DOUBTS[name])
    assert any("FROM doubts" in s or "FROM left_out" in s for s in selects)


@pytest.mark.parametrize("name", ASKED_OF_TURNS)
def test_turns_are_found_by_index_only(tmp_path: Path, name: str) -> None:
    with closing(sqlite3.connect(write(tmp_path / "corpus.db", "XABABA", "ABCABC"))) as conn:
        assert any("FROM variant_texts" in s for s in assert_asks_by_index_only(conn, *ASKED_OF_TURNS[name]))


def test_what_was_disregarded_in_a_policy_is_found_by_index_only(conn: sqlite3.Connection) -> None:
    queries = yaml.safe_load((PROJECT / "output" / "site" / "metadata.yml").read_text("utf-8"))["databases"]["corpus"][
        "queries"
    ]
    asked = {"vendor": "tallowbridge.example", "type": ""}
    plan = conn.execute(f"EXPLAIN QUERY PLAN {queries['disregarded_in']['sql']}", asked)
    assert not [row[3] for row in plan if row[3].startswith("SCAN")]


def assert_asks_by_index_only(
    conn: sqlite3.Connection, build: Build, parts: dict[str, str], query: dict[str, str]
) -> set[str]:
    """Build a page; gives what it asked."""
    statements: list[str] = []
    conn.set_trace_callback(statements.append)
    urls = SimpleNamespace(path=lambda path: path)
    answer = build(conn, PageRequest(parts, query, Addresses(urls), "https://archive.example", "http://localhost"))
    conn.set_trace_callback(None)
    assert not isinstance(answer, NotFound)
    selects = {
        s
        for s in statements
        if s.lstrip().upper().startswith("SELECT") and not re.search("documents_(fts|signs)_(?!terms)", s)
    }
    assert selects
    for statement in selects:
        plan = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {statement}")]
        scans = [step for step in plan if step.startswith("SCAN") and not ALLOWED.match(step)]
        assert not scans, f"{scans}\n{statement}"
    return selects
