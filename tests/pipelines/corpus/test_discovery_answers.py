"""What the archive answered to a discovery goes along with its corpus."""

from itertools import permutations
from pathlib import Path

import pytest

from pipelines.corpus import Corpus
from pipelines.merge import Places, merge

PLACES = Places(None, None, "https://archive.example")
ROWS = {
    "a": [("shop.example", "index", "[1]", "2025-01-01T00:00:00+00:00", 1)],
    "b": [
        ("shop.example", "index", "[2]", "2025-01-02T00:00:00+00:00", 1),
        ("shop.example", "page 1", "{}", "2024-01-01T00:00:00+00:00", 1),
    ],
    "c": [
        ("shop.example", "index", "[3]", "2025-01-02T00:00:00+00:00", 1),
        ("shop.example", "page 1", "null", "2025-01-01T00:00:00+00:00", 0),
    ],
}


def keep(path: Path, rows: list[tuple]) -> None:
    with Corpus(path) as corpus, corpus.writing():
        corpus.db.conn.executemany("INSERT INTO discovery_answers VALUES (?, ?, ?, ?, ?)", rows)


@pytest.mark.parametrize("order", [*permutations("abc")])
def test_the_later_answer_counts_in_any_order(order: tuple[str, ...], tmp_path: Path) -> None:
    for name, rows in ROWS.items():
        keep(tmp_path / f"{name}.db", rows)
    with Corpus(tmp_path / "all.db") as whole:
        for name in (*order, order[0]):
            assert merge(tmp_path / f"{name}.db", whole, PLACES).failed == []
        kept = whole.db.execute("SELECT * FROM discovery_answers ORDER BY question").fetchall()
    assert kept == [ROWS["c"][0], ROWS["b"][1]]


def test_what_no_discovery_stores_is_left_out(tmp_path: Path) -> None:
    keep(
        tmp_path / "a.db",
        [
            ("shop.example", "no JSON", "[", "2025-01-01T00:00:00+00:00", 1),
            ("shop.example", "still to be asked", "[]", "9999-01-01T00:00:00+00:00", 1),
            ("shop.example", "no time", "[]", "yesterday", 1),
        ],
    )
    with Corpus(tmp_path / "all.db") as whole:
        assert merge(tmp_path / "a.db", whole, PLACES).failed == ["3 answers to a discovery that none stores, left out"]
        assert whole.db.table("discovery_answers").count == 0
