"""Each export, read back by the tool that it is made for, is the corpus."""

import hashlib
import json
import shutil
import subprocess
import zipfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from crawling import TRUE_REVISIONS
from exports_corpus import HOSTILE, add, put, put_hostile

from crawler.errors import FormatError
from output.formats.exported_revisions import exported_revisions, unchanging
from output.formats.table import FORMATS, export
from pipelines.corpus import Corpus
from pipelines.corpus.revisions import redraw
from pipelines.document_format import parse_document

PUBLIC = "https://archive.example"


@pytest.fixture(scope="module")
def expected(sample):
    return list(exported_revisions(sample.db, PUBLIC))


@pytest.fixture
def hostile(tmp_path):
    with Corpus(tmp_path / "corpus" / "hostile.db") as corpus:
        put_hostile(corpus)
        yield corpus


def git(place: Path, *arguments: str) -> str:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    return subprocess.run(["git", f"--git-dir={place}", *arguments], capture_output=True, check=True).stdout.decode()


def contents(place: Path) -> dict[str, str]:
    """Every file of an export by its path, as a digest."""
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return {str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_exported_revisions_stand_in_order(sample, expected):
    count = sample.db.execute("SELECT count(*) FROM revisions").fetchone()[0]
    assert len(expected) == count == TRUE_REVISIONS
    assert [(r.vendor, r.type, r.first_captured) for r in expected] == sorted(
        (r.vendor, r.type, r.first_captured) for r in expected
    )
    in_time = list(exported_revisions(sample.db, PUBLIC, order="time"))
    assert [r.first_captured for r in in_time] == sorted(r.first_captured for r in expected)
    assert sorted(in_time, key=lambda r: (r.vendor, r.type, r.first_captured)) == expected
    for before, after in pairwise(expected):
        same = (before.vendor, before.type) == (after.vendor, after.type)
        assert after.changed_after == (before.last_captured if same else None)


def test_a_crawl_that_writes_meanwhile_is_not_seen(hostile):
    with Corpus(hostile.path) as other, unchanging(hostile.db):
        found = exported_revisions(hostile.db, PUBLIC)
        first = next(found)
        put(other, "new.example", "privacy policy", ("2020-01-02T03:04:05+00:00", "T", "B"))
        assert len([first, *found]) == 2 * len(HOSTILE)
    assert len(list(exported_revisions(hostile.db, PUBLIC))) == 2 * len(HOSTILE) + 1


def test_json_lines_are_read_by_json(sample, expected, tmp_path):
    assert export(sample.db, "jsonl", tmp_path / "x.jsonl", PUBLIC).number == len(expected)
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_bytes().splitlines()]
    assert [(row["vendor"], row["body"], row["source"]) for row in rows] == [
        (r.vendor, r.body, r.source) for r in expected
    ]
    assert set(rows[0]) == set(expected[0].__dataclass_fields__)
    assert rows[0]["source"].startswith("https://archive.example/web/")


def test_parquet_is_read_by_pyarrow_and_duckdb(sample, expected, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (the extra parquet)")
    place = tmp_path / "x.parquet"
    assert export(sample.db, "parquet", place, PUBLIC).number == len(expected)
    rows = parquet.read_table(place).to_pylist()
    for row, record in zip(rows, expected, strict=True):
        assert row["first_captured"].isoformat() == record.first_captured
        assert (row["changed_after"] and row["changed_after"].isoformat()) == record.changed_after
        for name in ("vendor", "hash", "title", "body", "source", "recall", "extractor", "origin"):
            assert row[name] == getattr(record, name)
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    query = f"SELECT vendor, count(*), max(year(last_captured)) FROM '{place}' GROUP BY 1 ORDER BY 1"  # noqa: S608
    counted = duckdb.connect().execute(query).fetchall()
    assert sum(row[1] for row in counted) == len(expected)
    assert counted[0][0] == expected[0].vendor


def test_parquet_without_pyarrow_is_a_sentence(sample, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(FormatError, match=r"pip install '\.\[parquet\]'"):
        export(sample.db, "parquet", tmp_path / "x.parquet", PUBLIC)
    assert not list(tmp_path.iterdir())


def test_the_tree_is_the_published_one(sample, expected, tmp_path):
    count, left_out = export(sample.db, "tree", tmp_path / "tree", PUBLIC)
    last = {(record.vendor, record.type): record for record in expected}
    assert (count, left_out) == (len(last), 0)
    document = parse_document((tmp_path / "tree/h/ha/har/harbourlight.example.md").read_text("utf-8"))
    record = last["harbourlight.example", "privacy policy"]
    assert (document.title, document.body, document.timestamp) == (record.title, record.body, record.timestamp)
    other = tmp_path / "tree/terms-of-service/t/ta/tal/tallowbridge.example.md"
    assert parse_document(other.read_text("utf-8")).type == "terms of service"
    assert len(list((tmp_path / "tree").rglob("*.md"))) == count


def test_a_tree_takes_the_place_of_a_tree_and_of_nothing_else(sample, tmp_path):
    place = tmp_path / "tree"
    export(sample.db, "tree", place, PUBLIC)
    gone = place / "g/go/gon/gone.example.md"
    gone.parent.mkdir(parents=True)
    gone.touch()
    export(sample.db, "tree", place, PUBLIC)
    assert not gone.exists()
    for name in ("notes.txt", "h/ha/har/zzz.md", "h/ha/notes.md"):
        mine = place / name
        mine.parent.mkdir(parents=True, exist_ok=True)
        mine.write_text("mine")
        with pytest.raises(FormatError, match="something other than a tree"):
            export(sample.db, "tree", place, PUBLIC)
        assert mine.read_text() == "mine"
        mine.unlink()


def test_git_has_a_commit_a_revision_dated_at_its_capture(sample, expected, tmp_path):
    place = tmp_path / "x.git"
    assert export(sample.db, "git", place, PUBLIC).number == len(expected)
    git(place, "fsck", "--strict")
    form = "%at %ct %an%x00%(trailers:key=Document,valueonly,separator=)%x00%(trailers:key=Source,valueonly,separator=)"
    logged = git(place, "log", "--reverse", f"--format={form}").splitlines()
    in_time = sorted(expected, key=lambda r: (r.first_captured, r.timestamp, r.vendor, r.type, r.url))
    assert logged == [
        f"{int(r.captured.timestamp())} {int(r.captured.timestamp())} {r.vendor}\0{r.hash}\0{r.source}" for r in in_time
    ]
    policy = [r for r in expected if (r.vendor, r.type) == ("tallowbridge.example", "terms of service")]
    path = "tallowbridge.example/terms-of-service.md"
    for commit, record in zip(git(place, "rev-list", "--reverse", "main", "--", path).split(), policy, strict=True):
        assert git(place, "show", f"{commit}:{path}") == record.text


def test_open_terms_archives_versions(sample, expected, tmp_path):
    place = tmp_path / "x.git"
    assert export(sample.db, "ota", place, PUBLIC).number == len(expected)
    path = "pellworth.example/Trackers Policy.md"
    subjects = git(place, "log", "--reverse", "--format=%s", "main", "--", path).splitlines()
    assert subjects[0] == "First record of pellworth.example Trackers Policy"
    assert set(subjects[1:]) == {"Record new changes of pellworth.example Trackers Policy"}
    body = git(place, "log", "-1", "--format=%b", "main", "--", path)
    assert "snapshot https://archive.example/web/" in body
    assert body.strip().splitlines()[-1] == "X-source-document-location: https://pellworth.example/cookies"


def test_open_terms_archives_dataset(sample, expected, tmp_path):
    place = tmp_path / "x.zip"
    assert export(sample.db, "ota-dataset", place, PUBLIC).number == len(expected)
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(expected)
        at = expected[-1].first_captured.replace("+00:00", "Z").replace(":", "-")
        assert names[-1] == f"dataset/{expected[-1].vendor}/Privacy Policy/{at}.md"
        assert archive.read(names[-1]).decode() == expected[-1].text


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_corpus_gives_the_same_export(sample, name, tmp_path):
    if name == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed (the extra parquet)")
    places = [tmp_path / "one", tmp_path / "two"]
    for place in (*places, places[0]):
        export(sample.db, name, place, PUBLIC)
    if FORMATS[name].suffix.endswith("git"):
        assert len({git(place, "rev-parse", "main") for place in places}) == 1
    else:
        assert contents(places[0]) == contents(places[1])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


@pytest.mark.parametrize("name", FORMATS)
def test_one_vendor_can_be_exported(sample, name, tmp_path):
    if name == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed (the extra parquet)")
    everything = export(sample.db, name, tmp_path / "all", PUBLIC).number
    assert 0 < export(sample.db, name, tmp_path / "one", PUBLIC, "gruenwald.example").number < everything


@pytest.mark.parametrize("name", FORMATS)
def test_no_name_leads_out_of_an_export_or_into_its_program(hostile, name, tmp_path):
    if name == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed (the extra parquet)")
    place = tmp_path / "folder" / "export"
    count = export(hostile.db, name, place, PUBLIC).number
    pages = 5 + 5 * len(HOSTILE)  # a vendor, its policy, two texts, and how they differ
    assert count == {"tree": len(HOSTILE), "site": pages}.get(name, 2 * len(HOSTILE))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "folder"]
    assert [path.name for path in place.parent.iterdir()] == ["export"]
    if name == "tree":
        assert len(list(place.rglob("*.md"))) == count
    elif FORMATS[name].suffix.endswith("git"):
        git(place, "fsck", "--strict")
        assert git(place, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/main"]
        names = git(place, "ls-tree", "-r", "-z", "--name-only", "main").split("\0")
        assert len(names) == len(HOSTILE) + 1
        assert not any(part in {"", ".", "..", ".git"} for name in names[:-1] for part in name.split("/"))
        assert "\x1b" not in git(place, "log")
    elif name == "ota-dataset":
        with zipfile.ZipFile(place) as archive:
            archive.extractall(tmp_path / "extracted")
            assert set(archive.namelist()) == {
                path.relative_to(tmp_path / "extracted").as_posix() for path in (tmp_path / "extracted").rglob("*.md")
            }


# -- the repository grows ---------------------------------------------------------------------------------------------
def year(number: int) -> str:
    return f"{number}-01-02T03:04:05+00:00"


def seen(corpus: Corpus, policy: int, number: int, name: str) -> None:
    corpus.db.execute("INSERT OR IGNORE INTO documents (hash, title, body) VALUES (?, 'T', ?)", [name, f"Body {name}"])
    add(corpus, policy, year(number), name)
    redraw(corpus.db, policy)
    corpus.db.conn.commit()


@pytest.fixture
def growing(tmp_path):
    with Corpus(tmp_path / "growing.db") as corpus:
        put(corpus, "a.example", "privacy policy", (year(2001), "T", "one"), (year(2003), "T", "two"))
        put(corpus, "b.example", "privacy policy", (year(2002), "T", "three"))
        yield corpus


def test_a_second_export_adds_what_is_new(growing, tmp_path):
    place = tmp_path / "x.git"
    export(growing.db, "git", place, PUBLIC)
    before = git(place, "rev-list", "main").split()
    seen(growing, 1, 2009, "four")
    seen(growing, 2, 2010, "five")
    assert export(growing.db, "git", place, PUBLIC).number == 5
    after = git(place, "rev-list", "main").split()
    assert after[2:] == before


def test_an_older_text_that_is_found_later_stands_where_it_belongs(growing, tmp_path):
    export(growing.db, "git", tmp_path / "x.git", PUBLIC)
    before = git(tmp_path / "x.git", "rev-list", "--reverse", "main").split()
    seen(growing, 1, 2002, "between")
    export(growing.db, "git", tmp_path / "x.git", PUBLIC)
    after = git(tmp_path / "x.git", "rev-list", "--reverse", "main").split()
    assert len(after) == 4
    assert after[0] == before[0]
    export(growing.db, "git", tmp_path / "fresh.git", PUBLIC)
    assert git(tmp_path / "fresh.git", "rev-list", "--reverse", "main").split() == after


def test_what_the_corpus_lost_the_repository_loses(growing, tmp_path):
    place = tmp_path / "x.git"
    export(growing.db, "git", place, PUBLIC)
    before = git(place, "rev-list", "main").split()
    growing.db.execute("DELETE FROM revisions WHERE id = 2")
    growing.db.conn.commit()
    assert export(growing.db, "git", place, PUBLIC).number == 2
    assert git(place, "rev-list", "main").split() == before[1:]
    growing.db.execute("DELETE FROM revisions")
    growing.db.conn.commit()
    assert export(growing.db, "git", place, PUBLIC).number == 0
    assert git(place, "for-each-ref") == ""


def test_a_text_seen_again_changes_no_commit(growing, tmp_path):
    place = tmp_path / "x.git"
    export(growing.db, "git", place, PUBLIC)
    before = git(place, "rev-parse", "main")
    seen(growing, 1, 2010, growing.db.execute("SELECT document FROM revisions WHERE id = 2").fetchone()[0])
    export(growing.db, "git", place, PUBLIC)
    assert git(place, "rev-parse", "main") == before


def test_a_repository_of_somebody_else_is_left_alone(growing, tmp_path):
    place = tmp_path / "mine.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(place)], check=True)
    before = contents(place)
    with pytest.raises(FormatError, match="not a git repository that scrapy export git made"):
        export(growing.db, "git", place, PUBLIC)
    export(growing.db, "ota", tmp_path / "ota.git", PUBLIC)
    with pytest.raises(FormatError, match="not a git repository that scrapy export git made"):
        export(growing.db, "git", tmp_path / "ota.git", PUBLIC)
    assert contents(place) == before


def test_a_repository_that_git_tidied_up_is_continued(growing, tmp_path):
    place = tmp_path / "x.git"
    export(growing.db, "git", place, PUBLIC)
    git(place, "gc", "--quiet", "--prune=now")
    git(place, "multi-pack-index", "write")
    git(place, "commit-graph", "write", "--reachable")
    before = git(place, "rev-list", "main").split()
    seen(growing, 1, 2009, "four")
    assert export(growing.db, "git", place, PUBLIC).number == 4
    assert git(place, "rev-list", "main").split()[1:] == before
    git(place, "fsck", "--strict")


def test_a_repository_that_is_damaged_or_locked_is_a_sentence(growing, tmp_path):
    place = tmp_path / "x.git"
    export(growing.db, "git", place, PUBLIC)
    lock = place / "refs" / "heads" / "main.lock"
    lock.touch()
    with pytest.raises(FormatError, match=r"another process .*main\.lock"):
        export(growing.db, "git", place, PUBLIC)
    lock.unlink()
    next((place / "objects" / "pack").glob("*.idx")).write_bytes(b"x" * 2000)
    with pytest.raises(FormatError, match="remove it and export again"):
        export(growing.db, "git", place, PUBLIC)


def test_texts_that_come_and_go_take_one_object_each(growing, tmp_path):
    for number in range(2011, 2091):
        seen(growing, 1, number, "even" if number % 2 else "odd")
    assert export(growing.db, "git", tmp_path / "x.git", PUBLIC).number == 83
    git(tmp_path / "x.git", "fsck", "--strict")
    listed = git(tmp_path / "x.git", "cat-file", "--batch-all-objects", "--batch-check").splitlines()
    assert Counter(line.split()[1] for line in listed) == {"commit": 83, "tree": 10, "blob": 5}


def test_an_export_that_fails_leaves_the_old_one(growing, tmp_path, monkeypatch):
    place, repository = tmp_path / "x.jsonl", tmp_path / "x.git"
    export(growing.db, "jsonl", place, PUBLIC)
    export(growing.db, "git", repository, PUBLIC)
    before, head = place.read_bytes(), git(repository, "rev-parse", "main")
    seen(growing, 1, 2009, "four")
    seen(growing, 1, 2010, "five")

    def torn(db, *more):
        found = exported_revisions(db, *more)
        for _ in range(4):
            yield next(found)
        raise OSError("the disk is gone")

    monkeypatch.setattr("output.formats.table.exported_revisions", torn)
    for name, where in (("jsonl", place), ("git", repository), ("tree", tmp_path / "tree"), ("git", tmp_path / "y")):
        with pytest.raises(FormatError, match="the disk is gone"):
            export(growing.db, name, where, PUBLIC)
    assert place.read_bytes() == before
    assert git(repository, "rev-parse", "main") == head
    assert sorted(p.name for p in tmp_path.iterdir() if "growing" not in p.name) == ["x.git", "x.jsonl"]


def test_the_environment_and_the_users_configuration_do_not_matter(growing, tmp_path, monkeypatch):
    export(growing.db, "git", tmp_path / "x.git", PUBLIC)
    (tmp_path / "config").write_text("[init]\n\tdefaultBranch = odd\n[core]\n\tquotePath = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "somebody")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    export(growing.db, "git", tmp_path / "y.git", PUBLIC)
    monkeypatch.undo()
    assert git(tmp_path / "x.git", "rev-parse", "main") == git(tmp_path / "y.git", "rev-parse", "main")


def test_git_need_not_be_installed(growing, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    for _ in range(2):
        assert export(growing.db, "git", tmp_path / "x.git", PUBLIC).number == 3
