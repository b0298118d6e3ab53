"""Imports: what others saw completes the corpus, is never taken for the archive's word, and comes out as it went in."""

import json
import subprocess
import zipfile
from collections import Counter
from datetime import UTC, datetime

import pytest
from corpus_writing import known, listed_snapshots, start_crawl, store_answer, store_listing
from crawling import TRUE_REVISIONS

from crawler.errors import ImportProblem
from crawler.events import Answered
from crawler.model import Document, Policy, Snapshot
from output.formats.exporting import export
from pipelines.corpus import Corpus
from pipelines.imports.formats import read
from pipelines.imports.store import store

PUBLIC = "https://archive.example"
POLICY = Policy("shop.example", "privacy policy", ())


@pytest.fixture
def corpus(tmp_path):
    with Corpus(tmp_path / "corpus.db") as opened:
        yield opened


def history(corpus: Corpus, *columns: str) -> list[tuple]:
    """The revisions of the corpus, with the columns asked for."""
    return corpus.db.execute(f"SELECT {', '.join(columns)}{_REVISIONS}").fetchall()


_REVISIONS = (
    " FROM revisions r JOIN policies p ON p.id = r.policy JOIN snapshots f ON f.id = r.first_snapshot"
    " JOIN documents d ON d.hash = r.document ORDER BY p.vendor, p.type, r.first_captured"
)


def row(**more: object) -> dict[str, object]:
    """A line of a JSON lines file."""
    known = {
        "vendor": "shop.example",
        "type": "privacy policy",
        "url": "https://shop.example/privacy",
        "timestamp": "20010102030405",
        "first_captured": "2001-01-02T03:04:05+00:00",
        "known": "fetched",
        "origin": "archive",
        "last_url": "https://shop.example/privacy",
        "last_timestamp": "20020102030405",
        "last_captured": "2002-01-02T03:04:05+00:00",
        "last_known": "fetched",
        "last_origin": "archive",
        "title": "Privacy",
        "body": "We keep nothing.",
    }
    return known | more


def take(corpus, tmp_path, *rows):
    path = tmp_path / "given.jsonl"
    path.write_text("".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in rows))
    return store(corpus, read("jsonl", path, None))


# -- our own JSON lines -----------------------------------------------------------------------------------------------
def test_exported_imported_and_exported_again_is_the_same(sample_crawl, corpus, tmp_path):
    with Corpus(sample_crawl.run.corpus) as sample:
        export(sample.db, "jsonl", tmp_path / "one.jsonl", PUBLIC)
    account = store(corpus, read("jsonl", tmp_path / "one.jsonl", None))
    assert account.read == TRUE_REVISIONS
    assert not account.refused
    export(corpus.db, "jsonl", tmp_path / "two.jsonl", PUBLIC)
    assert (tmp_path / "two.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()
    assert set(corpus.db.execute("SELECT DISTINCT origin FROM snapshots")) == {("archive",)}
    for name in ("git", "tree", "ota-dataset"):
        assert export(corpus.db, name, tmp_path / name, PUBLIC)


def test_importing_again_adds_nothing(corpus, tmp_path):
    first = take(corpus, tmp_path, row())
    assert (first.added, first.there) == (2, 0)
    before = (
        corpus.db.execute("SELECT * FROM snapshots").fetchall(),
        corpus.db.execute("SELECT * FROM documents").fetchall(),
    )
    again = take(corpus, tmp_path, row(body="Something else."))
    assert (again.added, again.there) == (0, 2)
    after = (
        corpus.db.execute("SELECT * FROM snapshots").fetchall(),
        corpus.db.execute("SELECT * FROM documents").fetchall(),
    )
    assert after == before


def test_changes_are_measured(corpus, tmp_path):
    later = {"timestamp": "20030102030405", "first_captured": "2003-01-02T03:04:05+00:00"}
    last = {"last_timestamp": "20030102030405", "last_captured": "2003-01-02T03:04:05+00:00"}
    take(corpus, tmp_path, row(), row(body="We keep everything.", **later, **last))
    assert corpus.db.execute("SELECT words_added, words_removed FROM differences").fetchall() == [(1, 1)]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("{\n", "no JSON"),
        ("[" * 100_000 + "\n", "no JSON"),
        ("[1]\n", "no JSON object"),
        (row(vendor="../../etc"), "is no domain"),
        (row(vendor=7), "no vendor"),
        (row(type="../x"), "cannot be one"),
        (row(url="javascript:alert(1)"), "no address of the web"),
        (row(timestamp="2001"), "no time"),
        (row(first_captured="2001-13-02T03:04:05+00:00"), "an impossible time"),
        (row(first_captured="2001-01-02T03:04:05"), "not UTC"),
        (row(known="rejected"), "not a way"),
        (row(origin="'; DROP"), "no origin"),
        (row(title="\ud800"), "title is no Unicode text"),
        (row(body="\0"), "body holds what no text does"),
        (row(body=" \n"), "empty text"),
        (row(url="https://shop.example/" + "x" * 10_000), "URL too long"),
        (row(recall="high"), "no recall"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_what_cannot_be_taken_is_counted_and_the_rest_is_taken(corpus, tmp_path, wrong, why):
    account = take(corpus, tmp_path, wrong, row())
    assert account.read == 1
    ((reason, count),) = account.refused.items()
    assert why in reason
    assert count == 1


# -- beside the archive -----------------------------------------------------------------------------------------------
def archived(corpus: Corpus, year: int, state: str, body: str = "") -> None:
    at = datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC)
    snapshot = Snapshot("https://shop.example/privacy", f"{at:%Y%m%d%H%M%S}", at, "text/html", 200, f"D{year}", 9)
    store_listing(corpus, 1, POLICY, [snapshot], 1, Counter())
    if state != "listed":
        document = Document("Title", body, body) if body else None
        store_answer(corpus, 1, Answered(POLICY, snapshot, state, document=document))


def test_the_archives_snapshots_are_never_overwritten(corpus, tmp_path):
    start_crawl(corpus, {})
    archived(corpus, 2001, "fetched", "The archive's text.")
    archived(corpus, 2002, "rejected")
    before = corpus.db.execute("SELECT * FROM snapshots").fetchall()
    assert take(corpus, tmp_path, row()).added == 0
    assert corpus.db.execute("SELECT * FROM snapshots").fetchall() == before


def test_the_archives_own_word_takes_the_place_of_an_imported_one(corpus, tmp_path):
    take(corpus, tmp_path, row(origin="tree"))
    start_crawl(corpus, {})
    assert known(corpus, POLICY).texts.keys() == {("https://shop.example/privacy", "20020102030405")}
    archived(corpus, 2001, "fetched", "As the archive has it.")
    assert history(corpus, "f.origin", "d.body") == [
        (None, "As the archive has it."),
        ("archive", "We keep nothing."),
    ]


def test_what_others_saw_completes_what_the_archive_has(corpus, tmp_path):
    start_crawl(corpus, {})
    archived(corpus, 2000, "fetched", "Old.")
    archived(corpus, 2009, "fetched", "New.")
    take(corpus, tmp_path, row(origin="ota", last_origin="ota"))
    assert history(corpus, "f.origin", "d.body") == [(None, "Old."), ("ota", "We keep nothing."), (None, "New.")]


def test_what_the_archive_lists_later_is_its_snapshot_and_keeps_its_text(corpus, tmp_path):
    take(corpus, tmp_path, row())
    assert list(listed_snapshots(corpus, POLICY)) == []
    start_crawl(corpus, {})
    archived(corpus, 2001, "listed")
    (listed,) = listed_snapshots(corpus, POLICY)
    assert (listed.timestamp, listed.digest) == ("20010102030405", "D2001")
    assert (listed.url, listed.timestamp) in known(corpus, POLICY).texts
    assert history(corpus, "f.state", "f.digest", "d.body") == [("fetched", "D2001", "We keep nothing.")]


@pytest.mark.parametrize("name", ["jsonl", "ota", "tree"])
async def test_a_crawl_goes_on_from_an_imported_corpus(sample_crawl, crawl, tmp_path, name):
    with Corpus(sample_crawl.run.corpus) as sample:
        export(sample.db, name, tmp_path / "x", PUBLIC)
        columns = ("p.vendor", "d.hash")
        expected = [of for of in history(sample, *columns) if of[0] == "harbourlight.example"]
    with Corpus(tmp_path / "corpus.db") as corpus:
        store(corpus, read(name, tmp_path / "x", None))
    for _ in range(2):
        crawled = await crawl(vendor="harbourlight.example")
        assert crawled.run.status == "complete"
    with Corpus(tmp_path / "corpus.db") as corpus:
        assert [of for of in history(corpus, *columns) if of[0] == "harbourlight.example"] == expected


# -- Open Terms Archive -----------------------------------------------------------------------------------------------
def commit(place, path, content, at, subject, *, trailers=""):
    file = place / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    when = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z", "HOME": str(place)}
    who = ["-c", "user.name=bot", "-c", "user.email=bot@ota.example"]
    for command in (["add", "."], [*who, "commit", "-q", "-m", f"{subject}\n\nRecorded after 1a2b3c4\n\n{trailers}"]):
        subprocess.run(["git", "-C", str(place), *command], check=True, env=when | {"PATH": "/usr/bin:/bin"})


@pytest.fixture
def versions(tmp_path):
    """A versions repository as its engine writes it, with what it has lived through."""
    place = tmp_path / "versions"
    subprocess.run(["git", "init", "-q", str(place)], check=True)
    commit(place, "README.md", "Versions", "2019-01-01T00:00:00Z", "Initial commit")
    path = "Some Shop/Privacy Policy.md"
    commit(place, path, "Privacy\n=======\n\nOne.\n", "2020-01-02T03:04:05+02:00", "Start tracking Some Shop")
    commit(place, path, "# Privacy\n\nOne, read better.\n", "2020-02-01T00:00:00Z", "Refilter Some Shop Privacy Policy")
    where = "X-engine-version: 14.1.0\nX-source-document-location: https://some.example/privacy"
    commit(
        place, path, "# Privacy\n\nTwo.\n", "2021-01-02T03:04:05Z", "Record new changes of Some Shop", trailers=where
    )
    commit(
        place, "shop.example/Trackers Policy.md", "Cookies.\n", "2021-06-01T00:00:00Z", "First record of shop.example"
    )
    commit(place, "../versions/Nobody/Imprint.md", "Who we are.\n", "2022-01-01T00:00:00Z", "First record of Nobody")
    return place


def test_a_versions_repository_is_read(corpus, versions, tmp_path):
    services = tmp_path / "services.toml"
    services.write_text('"Some Shop" = "some.example"\n')
    account = store(corpus, read("ota", versions, services))
    assert account.refused == {'the service "Nobody" is no domain': 1}
    columns = ("p.vendor", "p.type", "f.timestamp", "f.url", "d.title", "d.body", "d.extractor")
    plain, engine = ("open-terms-archive",), ("ota-engine/14.1.0",)
    assert history(corpus, *columns) == [
        (
            "shop.example",
            "cookie policy",
            "20210601000000",
            "https://shop.example/",
            "Trackers Policy",
            "Cookies.",
            *plain,
        ),
        # The first version was read again by a better extractor, which is no change of the vendor's.
        (
            "some.example",
            "privacy policy",
            "20200102010405",
            "https://some.example/",
            "Privacy",
            "One, read better.",
            *plain,
        ),
        (
            "some.example",
            "privacy policy",
            "20210102030405",
            "https://some.example/privacy",
            "Privacy",
            "Two.",
            *engine,
        ),
    ]
    assert corpus.db.execute("SELECT DISTINCT origin, state, reason FROM snapshots").fetchall() == [
        ("ota", "fetched", None)
    ]
    assert corpus.db.execute("SELECT count(*) FROM documents").fetchone() == (3,)
    again = store(corpus, read("ota", versions, services))
    assert (again.added, again.policies) == (0, set())


def test_a_repository_of_somebody_else_runs_nothing(corpus, versions, tmp_path):
    (versions / ".git" / "config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch {tmp_path}/ran\n\tpager = touch {tmp_path}/ran\n"
        f"[log]\n\tshowSignature = true\n[gpg]\n\tprogram = touch {tmp_path}/ran\n"
        f'[diff "x"]\n\ttextconv = touch {tmp_path}/ran\n'
    )
    (versions / ".git" / "info").mkdir(exist_ok=True)
    (versions / ".git" / "info" / "attributes").write_text("* diff=x\n")
    assert store(corpus, read("ota", versions, None)).read == 1
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["ota", "ota-dataset", "tree"])
def test_what_we_export_for_others_can_be_imported(sample_crawl, corpus, tmp_path, name):
    with Corpus(sample_crawl.run.corpus) as sample:
        count = export(sample.db, name, tmp_path / "x", PUBLIC)
        kept = dict(sample.db.execute("SELECT hash, body FROM documents"))
        whole = history(sample, "p.vendor", "p.type", "d.hash", "f.timestamp")
    account = store(corpus, read(name.partition("-")[0], tmp_path / "x", None))
    assert (account.read, account.refused) == (count, {})
    assert dict(corpus.db.execute("SELECT hash, body FROM documents")).items() <= kept.items()
    imported = history(corpus, "p.vendor", "p.type", "d.hash", "f.timestamp")
    assert imported == whole if name != "tree" else set(imported) <= set(whole)


def test_a_dataset_is_read_as_zip_and_as_folder(corpus, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("demo/README.md", "# Dataset")
        archive.writestr("demo/LICENSE", "ODbL")
        archive.writestr("demo/shop.example/Terms of Service/2021-01-02T03-04-05Z.md", "Be nice.")
        archive.writestr("../../shop.example/Terms of Service/2022-01-02T03-04-05Z.md", "Be nicer.")
        archive.writestr("demo/shop.example/Terms of Service/2022-13-02T03-04-05Z.md", "Be late.")
        archive.extractall(tmp_path / "folder", members=archive.namelist()[:3])
    account = store(corpus, read("ota", tmp_path / "x.zip", None))
    assert (account.read, account.refused) == (2, {"an impossible time": 1})
    assert history(corpus, "p.type", "d.body") == [("terms of service", "Be nice."), ("terms of service", "Be nicer.")]
    assert store(corpus, read("ota", tmp_path / "folder", None)).there == 1


@pytest.mark.parametrize("name", ["ota", "tree", "jsonl"])
def test_what_is_not_there_is_a_sentence(tmp_path, name):
    with pytest.raises(ImportProblem, match=r"none: .*expected"):
        list(read(name, tmp_path / "none", None))
    (tmp_path / "text").write_text("text")
    with pytest.raises(ImportProblem, match="services file"):
        list(read(name, tmp_path, tmp_path / "text"))


def test_a_broken_repository_is_a_sentence(tmp_path):
    (tmp_path / "x" / "objects").mkdir(parents=True)
    (tmp_path / "x" / "HEAD").touch()
    with pytest.raises(ImportProblem, match="x: "):
        list(read("ota", tmp_path / "x", None))


@pytest.mark.parametrize("kind", ["blob", "tree", "commit"])
def test_a_repository_with_a_hole_is_a_sentence_and_no_text(corpus, versions, kind):
    def git(*command):
        return subprocess.run(["git", "-C", str(versions), *command], check=True, capture_output=True).stdout.decode()

    lost = git("rev-parse", {"blob": "HEAD:shop.example/Trackers Policy.md", "tree": "HEAD^{tree}"}.get(kind, "HEAD~2"))
    (versions / ".git/objects" / lost[:2] / lost[2:].strip()).unlink()
    with pytest.raises(ImportProblem, match="whole of the repository"):
        store(corpus, read("ota", versions, None))
    assert not corpus.db.execute("SELECT 1 FROM documents WHERE body LIKE '%missing%'").fetchone()
