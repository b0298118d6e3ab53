"""A part of a corpus has all that the whole knows of its policies, and a crawl of them goes on from it."""

import sqlite3
from contextlib import closing

import pytest
from crawling import SAMPLE, run_crawl

from crawler.vendors import load
from pipelines.corpus import Corpus
from pipelines.corpus.subset import _TABLES, write_subset

POLICIES = load(SAMPLE / "vendors.toml")
LEFT = {"yearly"}
"""Follows from the others, by triggers."""


@pytest.fixture(scope="module")
def whole(sample_crawl):
    return sample_crawl.run.corpus


def rows(path, table):
    with closing(sqlite3.connect(path)) as db:
        return sorted(map(repr, db.execute(f"SELECT * FROM [{table}]")))  # noqa: S608 - names of ours


def test_every_table_is_copied(whole):
    with Corpus.reading(whole) as corpus:
        names = {name for name in corpus.db.table_names() if not name.startswith(("documents_", "_"))}
    assert names == {*_TABLES, *LEFT}


def test_all_policies_are_the_whole(whole, tmp_path):
    assert write_subset(whole, POLICIES, tmp_path / "part.db")
    for table in _TABLES:
        assert rows(tmp_path / "part.db", table) == rows(whole, table), table


def test_a_part_is_whole_in_itself(whole, tmp_path):
    path = tmp_path / "part.db"
    assert write_subset(whole, POLICIES[:3], path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        found = db.execute("SELECT vendor, type FROM policies ORDER BY id").fetchall()
    assert sorted(found) == sorted((policy.vendor, policy.type) for policy in POLICIES[:3])
    for table in _TABLES:
        assert set(rows(path, table)) <= set(rows(whole, table))
    assert rows(path, "revisions")


async def test_a_crawl_of_a_part_goes_on_from_it(whole, tmp_path):
    vendor = POLICIES[0].vendor
    write_subset(whole, [policy for policy in POLICIES if policy.vendor == vendor], tmp_path / "corpus.db")
    again = await run_crawl(tmp_path, snapshots="all", vendor=vendor)
    assert again.run.status == "complete"
    assert again.stats.get("policytrail/snapshots_fetched", 0) == 0


def test_of_policies_that_it_does_not_know_there_is_no_part(whole, tmp_path):
    unknown = POLICIES[0].__class__("nobody.example", "privacy policy", ("https://nobody.example/",))
    assert not write_subset(whole, [unknown], tmp_path / "part.db")
    assert not (tmp_path / "part.db").exists()
