"""Crawls of parts, merged, are the crawl of the whole: by policies, periods, and whatever was learned or imported."""

import asyncio
import json
import shutil
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from crawling import SAMPLE, run_crawl
from merging import PUBLIC, documents, exported, into, merged
from sqlite_utils import Database
from test_noise import CHANGED, at, readers, teaser, token
from test_noise import archive as noisy

from crawler.errors import CorpusError
from crawler.local_archive.captures import read_captures
from crawler.local_archive.index import CaptureIndex
from crawler.local_archive.server import serve
from crawler.model import Policy
from crawler.workers.in_process import InProcess
from crawler.workers.reader import Reader
from output.formats import jsonl
from output.formats.table import export
from pipelines.corpus import Corpus, parts
from pipelines.corpus.conclusions.draw import draw
from pipelines.corpus.schema import migrations
from pipelines.imports import store_texts
from pipelines.merge import merging
from pipelines.reextraction import reread

pytestmark = pytest.mark.slow
REVISIONS = (
    "SELECT f.timestamp, l.timestamp FROM revisions r JOIN snapshots f ON f.id = r.first_snapshot"
    " JOIN snapshots l ON l.id = r.last_snapshot ORDER BY f.captured"
)


def fill(db: Database) -> None:
    """A policy that changed once, as an early version had it."""
    db["policies"].insert({"vendor": "shop.example", "type": "privacy policy"})
    for number, text in enumerate(("cookies", "newsletters"), 1):
        db["documents"].insert({"hash": text, "title": "Privacy", "body": f"We keep {text}."})
        db["snapshots"].insert(
            {"policy": 1, "url": "https://shop.example/", "timestamp": f"200{number}0102030405", "state": "fetched"}
            | {"captured": f"200{number}-01-02T03:04:05+00:00", "document": text}
        )
        row = {"policy": 1, "document": text, "first_snapshot": number, "last_snapshot": number}
        db["revisions"].insert(row)
    db["crawls"].insert({"started": "2003-01-01T00:00:00+00:00", "status": "running"})


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with Corpus(path) as corpus:
        return corpus.db.execute(sql).fetchall()


@pytest.fixture(scope="module")
def halves(tmp_path_factory):
    """The sample crawled at once, and by two machines that have half of its policies each: of four, to be quick."""
    folder = tmp_path_factory.mktemp("halves")
    records = (SAMPLE / "vendors.toml").read_text("utf-8").split("[[policy]]")[1:5]
    assert len(tomllib.loads("[[policy]]".join(["", *records]))["policy"]) == len(records)
    for name, chosen in (("one", records), ("some", records[::2]), ("others", records[1::2])):
        (folder / f"{name}.toml").write_text("[[policy]]".join(["", *chosen]), "utf-8")

    async def crawl() -> None:
        async with serve(SAMPLE / "sample.warc.gz") as archive:  # as a foreign one: its captures are kept
            for name in ("one", "some", "others"):
                await run_crawl(folder / name, archive, folder / f"{name}.toml")

    asyncio.run(crawl())
    return folder


def test_crawls_of_some_policies_make_the_crawl_of_all(halves, tmp_path):
    parts = [halves / name / "corpus.db" for name in ("some", "others")]
    for path in (merged(tmp_path / "a", parts), merged(tmp_path / "b", [*parts[::-1], *parts])):
        assert exported(path) == exported(halves / "one" / "corpus.db")
        assert documents(path.parent / "documents") == documents(halves / "one" / "documents")


def test_a_corpus_is_only_read_and_may_lie_where_nothing_can_be_written(halves, tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    shutil.copy(halves / "some" / "corpus.db", folder / "corpus.db")
    before = (folder / "corpus.db").read_bytes()
    folder.chmod(0o555)
    merged(tmp_path / "a", [folder / "corpus.db"])
    folder.chmod(0o755)
    assert (folder / "corpus.db").read_bytes() == before
    assert [path.name for path in folder.iterdir() if path.stat().st_size and not path.name.endswith("-shm")] == [
        "corpus.db"
    ]


@pytest.mark.parametrize("noise", [token, readers, teaser])
async def test_what_one_crawl_learned_holds_for_the_texts_of_the_other(tmp_path, vendors, noise):
    for name, first, last in (("early", 0, 56), ("late", 56, 60)):  # too few captures to learn from
        await run_crawl(tmp_path / name, noisy(tmp_path / f"{name}.warc", noise, first=first, last=last), vendors)
    parts = [tmp_path / name / "corpus.db" for name in ("early", "late")]
    one, other = merged(tmp_path / "a", parts), merged(tmp_path / "b", parts[::-1])
    assert [first for first, _ in rows(one, REVISIONS)] == [at(0), at(CHANGED)]
    assert exported(one) == exported(other)
    assert exported(merged(tmp_path / "c", [other, one])) == exported(one)


@pytest.mark.parametrize("noise", [token, readers])
async def test_what_neither_crawl_could_learn_is_learned_by_the_next_one(tmp_path, vendors, noise):
    for name, first, last in (("early", 0, 6), ("late", 6, 12)):
        archived = noisy(tmp_path / f"{name}.warc", noise, first=first, last=last)
        await run_crawl(tmp_path / name, archived, vendors, snapshots="all")
        assert rows(tmp_path / name / "corpus.db", "SELECT count(*) FROM noise") == [(0,)]
    merged(tmp_path / "a", [tmp_path / name / "corpus.db" for name in ("early", "late")]).rename(
        tmp_path / "a" / "corpus.db"
    )
    crawled = await run_crawl(tmp_path / "a", noisy(tmp_path / "all.warc", noise, last=12), vendors, snapshots="all")
    assert crawled.requests == 1  # the listing
    assert rows(tmp_path / "a" / "corpus.db", REVISIONS) == [(at(0), at(11))]


def test_imports_come_along_as_imports(halves, tmp_path):
    lines = tmp_path / "lines.jsonl"
    source = halves / "some" / "corpus.db"
    with Corpus(source) as corpus:
        export(corpus.db, "jsonl", lines, PUBLIC)
    imported = tmp_path / "imported.db"
    with Corpus(imported) as corpus:
        store_texts(corpus, jsonl.read(lines, {}))
    both = merged(tmp_path / "a", [imported, halves / "others" / "corpus.db"])
    origins = "SELECT DISTINCT s.origin FROM snapshots s JOIN policies p ON p.id = s.policy WHERE p.vendor = '{}'"
    assert rows(both, origins.format("harbourlight.example")) == [("archive-reported",)]
    assert rows(both, origins.format("gruenwald.example")) == [(None,)]
    # What a crawl fetched counts more, and an import changes nothing of it, whichever comes first.
    for order in ([imported, source], [source, imported]):
        assert exported(merged(tmp_path / "b", order)) == exported(source)


def test_a_merge_that_was_stopped_is_repeated(halves, tmp_path, monkeypatch):
    unite, calls = merging.unite, []

    def stopped(*given):
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return unite(*given)

    path = merged(tmp_path / "a", [])
    monkeypatch.setattr(merging, "unite", stopped)
    source = halves / "one" / "corpus.db"
    with pytest.raises(KeyboardInterrupt):
        into(path, source)
    assert rows(path, "SELECT count(DISTINCT policy) FROM revisions") == [(2,)]
    into(path, source)
    assert exported(path) == exported(source)
    assert documents(path.parent / "documents") == documents(halves / "one" / "documents")


def test_warc_files_come_along_each_once_and_what_is_read_again_from_them_is_the_same(halves, tmp_path):
    parts = [halves / name / "corpus.db" for name in ("some", "others")]
    path = merged(tmp_path / "a", [*parts, *parts])
    kept = [file for name in ("some", "others") for file in (halves / name / "warc").iterdir()]
    found = [*(tmp_path / "a" / "warc").iterdir()]
    assert sorted(file.read_bytes() for file in found) == sorted(file.read_bytes() for file in kept)
    if len({file.name for file in kept}) == len(kept):  # those of crawls that began in one second are told apart
        assert {file.name for file in found} == {file.name for file in kept}
    captures = CaptureIndex(read_captures(tmp_path / "a" / "warc").captures)
    with Corpus(path) as corpus:
        named = corpus.db.execute("SELECT vendor, type FROM policies").fetchall()
        policies = [Policy(vendor, type_, ()) for vendor, type_ in named]
        for _, read in reread(corpus, policies, captures, PUBLIC, Reader(InProcess())):
            assert (read.changed, read.missing) == (0, 0)
            assert read.read > 0


def test_a_warc_file_takes_no_others_place(halves, tmp_path):
    for name in ("some", "others"):  # two machines that began in the same second
        shutil.copytree(halves / name, tmp_path / name)
        (file,) = (tmp_path / name / "warc").iterdir()
        file.rename(file.with_name("policytrail-20260101000000-00001.warc.gz"))
        with Corpus(tmp_path / name / "corpus.db") as corpus:
            corpus.db.execute("UPDATE kept SET file = 'policytrail-20260101000000-00001.warc.gz'")
            corpus.db.conn.commit()
    parts = [tmp_path / name / "corpus.db" for name in ("some", "others")]
    path = merged(tmp_path / "a", [*parts, *parts])
    held = {file.name: file.read_bytes() for file in (tmp_path / "a" / "warc").iterdir()}
    assert sorted(held.values()) == sorted(next((part.parent / "warc").iterdir()).read_bytes() for part in parts)
    assert {row[0] for row in rows(path, "SELECT DISTINCT file FROM kept")} == {*held}


def test_bytes_that_are_nowhere_stay_behind_with_a_word_and_come_with_the_next_merge(halves, tmp_path):
    source = shutil.copy(halves / "some" / "corpus.db", tmp_path / "some.db")
    path = merged(tmp_path / "a", [])
    (why,) = into(path, Path(source)).failed
    (file,) = (halves / "some" / "warc").iterdir()
    assert file.name in why
    assert rows(path, "SELECT count(*) FROM kept") == [(0,)]
    assert into(path, Path(source), [halves / "some" / "warc"]).failed == []
    assert rows(path, "SELECT DISTINCT file FROM kept") == [(file.name,)]


def test_a_corpus_of_an_older_version_is_brought_up_to_date_in_a_copy(tmp_path):
    old = tmp_path / "old.db"
    with closing(Database(old)) as db:
        migrations.apply(db, stop_before="0019_reported")
        fill(db)
    before = old.read_bytes()
    path = merged(tmp_path / "a", [old, old])
    assert old.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if file.is_file() and file.stat().st_size] == ["old.db"]
    assert [json.loads(line)["body"] for line in exported(path).splitlines()] == [
        "We keep cookies.",
        "We keep newsletters.",
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER more AFTER INSERT ON snapshots BEGIN DELETE FROM documents; END",
        "DROP VIEW gaps; CREATE VIEW gaps AS SELECT randomblob(1)",
        "DROP TABLE kept; CREATE VIEW kept AS SELECT 1 AS policy",
        "UPDATE _sqlite_migrations SET name = '9999_newer' WHERE name LIKE '0020%'",
    ],
)
def test_a_strangers_schema_is_refused_whole(halves, tmp_path, sql):
    source = Path(shutil.copy(halves / "some" / "corpus.db", tmp_path / "some.db"))
    with closing(sqlite3.connect(source)) as db:
        db.executescript(sql)
    path = merged(tmp_path / "a", [])
    with pytest.raises(CorpusError, match=r"some\.db"):
        into(path, source)
    assert rows(path, "SELECT (SELECT count(*) FROM policies), (SELECT count(*) FROM crawls)") == [(0, 0)]


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE snapshots SET state = 'certain' WHERE id % 5 = 0", "in no known state"),
        ("UPDATE snapshots SET captured = 'yesterday' WHERE id = 7", "without a time"),
        ("UPDATE snapshots SET timestamp = '../../etc' WHERE id = 7", "without an address"),
        ("UPDATE snapshots SET detail = x'00ff' WHERE id = 7", "of other types"),
        ("UPDATE policies SET vendor = '../../etc' WHERE id = 1", "cannot be a policy"),
        ("UPDATE kept SET file = '../../../etc/passwd'", "stay behind"),
        (
            "PRAGMA foreign_keys = OFF; UPDATE snapshots SET document = 'none' WHERE document IS NOT NULL",
            "is missing",
        ),
        ("UPDATE documents SET body = x'00ff'", "text is missing"),
        ("UPDATE snapshots SET origin = '<b>' WHERE id = 7", "of no known origin"),
        ("UPDATE listings SET listed = x'00ff'", None),
        ("UPDATE differences SET sentences = 'no JSON', told = '[]'", None),
        ("UPDATE doubts SET detail = x'00ff'; UPDATE left_out SET words = 'many', text = x'00ff'", None),
        ("UPDATE noise SET known = 'no JSON'", None),
        ("UPDATE policies SET parts = 'no JSON'", None),
        ("UPDATE crawls SET asked = 'many', started = x'00ff'", "crawls that have no time"),
    ],
)
def test_what_no_crawl_writes_is_left_out_with_a_word_and_the_rest_is_merged(halves, tmp_path, sql, why):
    source = Path(shutil.copy(halves / "some" / "corpus.db", tmp_path / "some.db"))
    with closing(sqlite3.connect(source)) as db:
        db.executescript(sql)
    path = merged(tmp_path / "a", [halves / "others" / "corpus.db"])
    before = exported(path)
    found = into(path, source, [halves / "some" / "warc"])
    assert why is None or any(why in one for one in found.failed)
    assert {*before.splitlines()} <= {*exported(path).splitlines()}
    assert exported(path).count(b"tallowbridge.example") or why is not None
    with Corpus(path) as corpus:
        for policy, *_ in corpus.db.execute("SELECT id FROM policies").fetchall():
            parts.stored_parts(corpus.db, policy)  # can be read
            draw(corpus.db, policy)
    assert not [file for file in tmp_path.rglob("*.md") if tmp_path / "a" / "documents" not in file.parents]


def test_a_text_under_anothers_hash_takes_no_place(halves, tmp_path):
    source = Path(shutil.copy(halves / "some" / "corpus.db", tmp_path / "some.db"))
    with closing(sqlite3.connect(source)) as db:
        db.execute("UPDATE documents SET body = 'We sell all that we know of you.'")
        db.commit()
    path = merged(tmp_path / "a", [halves / "some" / "corpus.db"])
    before = dict(rows(path, "SELECT hash, body FROM documents"))
    into(path, source)
    after = dict(rows(path, "SELECT hash, body FROM documents"))
    assert {name: body for name, body in after.items() if before.get(name, body) != body} == {}
