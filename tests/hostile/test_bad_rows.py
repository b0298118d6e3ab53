"""One row that today's code cannot read is left out of a page, an export or a list of changes, which names it."""

# ruff: noqa: S608 - the values are ours

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from reading import run
from serving import serve

from crawler.commands.changes import Command as Changes
from crawler.commands.export import Command as Export
from pipelines.corpus.bad_rows import NAMED, BadRows

OF = "(SELECT r.id FROM revisions r JOIN policies p ON p.id = r.policy WHERE p.vendor = 'harbourlight.example'"
THIRD = f"{OF} ORDER BY r.first_captured LIMIT 1 OFFSET 2)"
OF_THIRD = f"(SELECT {{}} FROM revisions WHERE id = {THIRD})"
OF_REVISION = {
    "a time that is none": f"UPDATE revisions SET first_captured = 'garbage' WHERE id = {THIRD}",
    "a time that is missing": f"UPDATE revisions SET first_captured = NULL WHERE id = {THIRD}",
    "an end that is none": f"UPDATE revisions SET last_captured = 'garbage' WHERE id = {THIRD}",
    "a snapshot's time that is none": "UPDATE snapshots SET captured = 'garbage' WHERE id = "
    + OF_THIRD.format("first_snapshot"),
    "a snapshot that is missing": "DELETE FROM snapshots WHERE id = " + OF_THIRD.format("first_snapshot"),
    "a text that is missing": f"UPDATE revisions SET document = 'missing' WHERE id = {THIRD}",
    "a title of bytes": "UPDATE documents SET title = x'ff' WHERE hash = " + OF_THIRD.format("document"),
    "an address of bytes": "UPDATE OR IGNORE snapshots SET url = x'ff' WHERE id = " + OF_THIRD.format("first_snapshot"),
}
NOT_UTF8 = "UPDATE documents SET title = CAST(x'ffc328' AS TEXT) WHERE hash = " + OF_THIRD.format("document")
CRAWLS = {
    "an end that is none": "UPDATE crawls SET finished = 'garbage'",
    "values of other types": "UPDATE crawls SET started = x'ff', finished = 5, status = x'00'",
}
LEFT_OUT = "left out"
PAGES = [
    "/",
    "/policies",
    "/policies?sort=changed",
    "/changes",
    "/changes.atom",
    "/search?q=privacy",
    "/policies/harbourlight.example",
    "/policies/harbourlight.example/privacy-policy",
    "/policies/harbourlight.example/privacy-policy?on=2019-05-01",
    "/policies/harbourlight.example/privacy-policy/20190211154003",
    "/policies/harbourlight.example/privacy-policy/20190211154003/20200904114615",
]


@pytest.fixture
def spoilt(sample_crawl, tmp_path) -> Callable[[str], Path]:
    def make(sql: str) -> Path:
        path = Path(shutil.copy(sample_crawl.run.corpus, tmp_path / "corpus.db"))
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("PRAGMA foreign_keys = OFF")
            assert db.execute(sql).rowcount > 0
        return path

    return make


def exported(corpus: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (corpus.parent / "x.jsonl").read_text().splitlines()]


# Exports have the times of the snapshots.
EXPORTED = {
    name: sql
    for name, sql in (OF_REVISION | {"a title that is no UTF-8": NOT_UTF8}).items()
    if "UPDATE revisions SET first" not in sql and "UPDATE revisions SET last" not in sql
}


@pytest.mark.parametrize("sql", EXPORTED.values(), ids=EXPORTED)
@pytest.mark.parametrize("form", ["jsonl", "tree", "git", "ota", "ota-dataset"])
def test_an_export_has_all_other_revisions_and_names_the_one(spoilt, capsys, sql, form):
    corpus = spoilt(sql)
    assert run(Export, corpus, form, output=str(corpus.parent / "x.jsonl")) == 2
    said = capsys.readouterr().err
    assert "1 row of the corpus is left out, since Policytrail cannot read it: revision " in said
    assert " of harbourlight.example privacy policy (" in said
    if form == "jsonl":
        with closing(sqlite3.connect(corpus)) as db:
            (revisions,) = db.execute("SELECT count(*) FROM revisions").fetchone()
        assert len(exported(corpus)) == revisions - 1


def test_an_export_of_nothing_but_such_rows_has_failed(spoilt, capsys):
    corpus = spoilt("UPDATE revisions SET document = 'missing'")
    assert run(Export, corpus, "jsonl", output=str(corpus.parent / "x.jsonl")) == 1
    said = capsys.readouterr().err
    assert said.count("revision ") == NAMED
    assert "; and " in said
    assert " more." in said


@pytest.mark.parametrize("sql", [*OF_REVISION.values(), NOT_UTF8], ids=[*OF_REVISION, "a title that is no UTF-8"])
@pytest.mark.parametrize("asked", [{"since": "1990"}, {"on": "2019-05-01"}, {"new": True}], ids=str)
def test_changes_has_all_others_and_names_what_it_leaves_out(spoilt, sample_crawl, capsys, sql, asked):
    options = {"since": None, "until": None, "on": None, "new": False, "json": True, **asked}
    whole = Path(shutil.copy(sample_crawl.run.corpus, spoilt(sql).parent / "whole.db"))
    assert run(Changes, whole, **options) == 0
    expected = capsys.readouterr().out.splitlines()
    status = run(Changes, whole.with_name("corpus.db"), **options)
    found = capsys.readouterr()
    # What replaced the revision that is left out may be told as a change of the one before, or not at all.
    assert len(expected) - 2 <= len(found.out.splitlines()) <= len(expected)
    if len(found.out.splitlines()) < len(expected) or status:
        assert status == 2
        assert "left out, since Policytrail cannot read" in found.err
        assert "revision " in found.err


@pytest.mark.parametrize("sql", OF_REVISION.values(), ids=OF_REVISION)
async def test_pages_show_all_others_and_name_what_they_leave_out(spoilt, sql):
    served = serve(spoilt(sql))
    named = []
    for path in PAGES:
        answer = await served.client.get(path)
        assert answer.status_code == 200, path
        if LEFT_OUT in answer.text:
            named.append(path)
    assert "/policies/harbourlight.example/privacy-policy" in named
    page = await served.client.get("/policies/harbourlight.example/privacy-policy")
    assert "revision " in page.text[: page.text.index("<h1")]


@pytest.mark.parametrize("sql", CRAWLS.values(), ids=CRAWLS)
async def test_the_first_page_leaves_out_a_crawl_that_cannot_be_read(spoilt, sql):
    answer = await serve(spoilt(sql)).client.get("/")
    assert answer.status_code == 200
    assert "crawl 1 (" in answer.text
    assert "last crawl" not in answer.text
    assert "harbourlight.example" in answer.text


async def test_a_policy_whose_vendor_is_no_text_is_told(spoilt):
    served = serve(spoilt("UPDATE policies SET vendor = x'ff' WHERE id = 2"))
    answer = await served.client.get("/policies")
    assert "policy 2 (its vendor is no text)" in answer.text
    assert answer.text.count("<tr>") > 6


async def test_revisions_without_times_take_no_places_of_others(spoilt):
    policy = OF.replace("r.id FROM", "p.id FROM", 1) + ")"
    served = serve(spoilt(f"UPDATE revisions SET first_captured = 'z' || id WHERE policy IN {policy}"))
    answer = await served.client.get("/")
    assert answer.text.count("read the text") == 8
    assert "10 rows of the corpus are left out" in answer.text  # with that policy's history


def test_what_is_told_of_rows_is_bounded_and_each_is_told_once():
    bad = BadRows()
    for _ in range(2):
        assert [*bad.kept(range(1000), lambda n: [0][n], "row {}".format)] == [0]
    assert bad.told().startswith("999 rows of the corpus are left out, since Policytrail cannot read them: row 1 (")
    assert f"; and {999 - NAMED} more." in bad.told()
    assert BadRows().told() == ""
