"""How a text is known is said in words that a reader understands."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from output.site.history import policies_of, revisions_of
from output.site.provenance import ReadingRow, how_known, sightings


def test_languages_are_named() -> None:
    assert [ReadingRow(code, None, None, None).language_name for code in ("de", "ja", "xx", None)] == [
        *("German", "Japanese", "xx", "")
    ]


@pytest.mark.parametrize(
    ("route", "recall", "share"),
    [
        ("trafilatura", 1.0, "100 % of the page's words outside navigation and dialogs"),
        (
            "page",
            0.9999,
            "99 % of the page's words outside navigation and dialogs; the rest was not taken as part of the policy",
        ),
        ("readability", None, ""),
        ("selected", 1.0, ""),
        ("pdf", 1.0, ""),
        (None, None, ""),
    ],
)
def test_the_share_of_the_page_is_said_where_it_tells_something(
    route: str | None, recall: float | None, share: str
) -> None:
    assert ReadingRow("en", route, recall, None).share == share


@pytest.mark.parametrize(
    ("extractor", "route", "reader"),
    [
        ("policytrail/3", "pdf", "Policytrail's extractor 3, from a PDF file"),
        ("policytrail/3 a/1 b/2 c/3", None, "Policytrail's extractor 3 with a 1, b 2 and c 3"),
        ("policytrail/3 a/1", "unheard of", "Policytrail's extractor 3 with a 1"),
        (None, None, ""),
        ("", "page", "which took the whole page without its menus"),
    ],
)
def test_the_reader_is_named(extractor: str | None, route: str | None, reader: str) -> None:
    assert ReadingRow(None, route, None, extractor).reader == reader


def test_an_inference_says_what_it_stands_on() -> None:
    bases = ("length fits", "length differs", "length unknown", None)
    sentences = [how_known("inferred", basis) for basis in bases]
    assert len(set(sentences)) == len(bases)
    assert all(sentence.startswith("Inferred: the captures around it show the same text") for sentence in sentences)
    assert "take turns" in how_known("inferred", "length of one variant")


@pytest.fixture
def conn(sample_corpus: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(sample_corpus)) as conn:
        yield conn
        conn.rollback()


def test_snapshots_are_counted_by_how_they_are_known(conn: sqlite3.Connection) -> None:
    (policy,) = policies_of(conn, "harbourlight.example")
    counted = sightings(conn, policy)
    (total,) = conn.execute("SELECT count(*) FROM snapshots WHERE policy = ?", [policy.id]).fetchone()
    assert counted.states.total() == total
    assert counted.states["inferred"] > 1
    of_revisions = [sightings(conn, policy, revision).states for revision in revisions_of(conn, policy)]
    assert sum(states["inferred"] for states in of_revisions) == counted.states["inferred"]
    conn.execute("UPDATE snapshots SET reason = 'length differs' WHERE policy = ? AND state = 'inferred'", [policy.id])
    again = sightings(conn, policy)
    assert (again.states, again.unfit) == (counted.states, counted.states["inferred"])
    conn.execute("UPDATE snapshots SET reason = 'length of one variant' WHERE state = 'inferred'")
    conn.execute("UPDATE snapshots SET reason = 'variant unknown' WHERE state = 'listed'")
    again = sightings(conn, policy)
    assert (again.unfit, again.by_length, again.unknown) == (0, counted.states["inferred"], counted.states["listed"])
