"""What a format writes, it reads: a corpus that is exported and imported into an empty one is the same."""

import json

import pytest
from crawling import TRUE_REVISIONS
from exports_corpus import history

from output.formats.table import export, read
from pipelines.corpus.citation import REPORTED
from pipelines.imports import store_texts

PUBLIC = "https://archive.example"
TEXT = ("p.vendor", "p.type", "d.hash", "d.title", "d.body", "f.timestamp", "r.first_captured")


def test_json_lines_keep_all_that_is_exported(sample, corpus, tmp_path):
    export(sample.db, "jsonl", tmp_path / "one.jsonl", PUBLIC)
    counts = store_texts(corpus, read("jsonl", tmp_path / "one.jsonl", None))
    assert (counts.read, counts.refused) == (TRUE_REVISIONS, {})
    export(corpus.db, "jsonl", tmp_path / "two.jsonl", PUBLIC)
    one, two = (
        [json.loads(line) for line in (tmp_path / f"{n}.jsonl").read_text("utf-8").splitlines()] for n in ("one", "two")
    )
    apart = {"origin": REPORTED, "last_origin": REPORTED, "source": None}  # only a crawl cites the archive
    assert two == [line | apart for line in one]
    assert set(corpus.db.execute("SELECT DISTINCT origin FROM snapshots")) == {(REPORTED,)}


@pytest.mark.parametrize(("name", "columns"), [("ota", (*TEXT, "f.url")), ("ota-dataset", TEXT)])
def test_open_terms_archives_formats_keep_every_text_and_its_first_moment(sample, corpus, tmp_path, name, columns):
    written = export(sample.db, name, tmp_path / "x", PUBLIC).number
    counts = store_texts(corpus, read("ota", tmp_path / "x", None))
    assert (counts.read, counts.refused) == (written, {})
    assert history(corpus, *columns) == history(sample, *columns)


def test_a_tree_keeps_the_last_text_of_every_policy(sample, corpus, tmp_path):
    export(sample.db, "tree", tmp_path / "x", PUBLIC)
    assert store_texts(corpus, read("tree", tmp_path / "x", None)).refused == {}
    last = {row[:2]: row for row in history(sample, *TEXT, "f.url")}
    assert history(corpus, *TEXT, "f.url") == list(last.values())


@pytest.mark.parametrize("name", ["jsonl", "ota", "ota-dataset"])
def test_what_was_imported_can_be_exported_again(sample, corpus, tmp_path, name):
    export(sample.db, name, tmp_path / "x", PUBLIC)
    store_texts(corpus, read(name.partition("-")[0], tmp_path / "x", None))
    for again in ("git", "jsonl", "ota-dataset"):
        assert export(corpus.db, again, tmp_path / again, PUBLIC).number == TRUE_REVISIONS
