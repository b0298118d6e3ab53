"""Corpora that strangers made: whatever is in them, nothing of it runs, and commands and the site answer in sentences.

A scenario is a function that spoils a good corpus. `refused` ones are no corpora of ours: everything refuses them, and
leaves them as they are. `borne` ones have our schema and foreign values: all show what they can, or say why not.
"""

# ruff: noqa: S608 - the names are ours

import re
import shutil
import sqlite3
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from crawling import run_crawl
from scrapy.settings import Settings
from serving import serve

from crawler.commands.changes import Command as Changes
from crawler.commands.export import Command as Export
from crawler.commands.reextract import Command as Reextract
from pipelines.corpus.schema import migrations

Spoil = Callable[[sqlite3.Connection], object]
REFUSED: dict[str, Spoil] = {}
BORNE: dict[str, Spoil] = {}
SCRIPT = "<script>alert(1)</script>"
COUNT_ON = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"


def refused(spoil: Spoil) -> Spoil:
    REFUSED[spoil.__name__] = spoil
    return spoil


def borne(spoil: Spoil) -> Spoil:
    BORNE[spoil.__name__] = spoil
    return spoil


# -- what is no corpus of ours ----------------------------------------------------------------------------------------
@refused
def a_trigger_without_end(db):
    db.execute(
        f"CREATE TRIGGER evil AFTER INSERT ON crawls BEGIN INSERT INTO yearly SELECT x, x, x FROM ({COUNT_ON}); END"
    )


@refused
def a_trigger_that_deletes(db):
    db.execute("CREATE TRIGGER evil AFTER INSERT ON crawls BEGIN DELETE FROM snapshots; END")


@refused
def a_trigger_that_loads_a_library(db):
    db.execute("CREATE TRIGGER evil AFTER UPDATE ON crawls BEGIN SELECT load_extension('/tmp/evil.so'); END")


@refused
def one_of_our_triggers_that_does_something_else(db):
    db.execute("DROP TRIGGER revisions_found_ai")
    db.execute("CREATE TRIGGER revisions_found_ai AFTER INSERT ON revisions BEGIN DELETE FROM documents; END")


@refused
def a_trigger_on_a_view(db):
    db.execute("CREATE TRIGGER evil INSTEAD OF INSERT ON changes BEGIN DELETE FROM documents; END")


@refused
def a_view_in_place_of_a_table(db):
    db.execute("PRAGMA legacy_alter_table = ON")
    db.execute("ALTER TABLE policies RENAME TO policies_real")
    db.execute("CREATE VIEW policies AS SELECT id, vendor, 'x' AS type, 'x' AS name, NULL AS parts FROM policies_real")


@refused
def a_table_in_place_of_a_view(db):
    db.execute("CREATE TABLE other AS SELECT * FROM changes")
    db.execute("DROP VIEW changes")
    db.execute("ALTER TABLE other RENAME TO changes")


@refused
def a_view_without_end(db):
    columns = [row[1] for row in db.execute("PRAGMA table_info(histories)")]
    db.execute("DROP VIEW histories")
    db.execute(f"CREATE VIEW histories AS SELECT {', '.join(f'x AS {name}' for name in columns)} FROM ({COUNT_ON})")


@refused
def a_generated_column(db):
    db.execute(
        "ALTER TABLE documents ADD COLUMN evil TEXT GENERATED ALWAYS AS (printf('%.*c', 500000000, 'x')) VIRTUAL"
    )


@refused
def an_index_of_an_expression(db):
    db.execute("CREATE INDEX evil ON crawls (printf('%.*c', 1000, status))")


@refused
def an_index_with_a_condition(db):
    db.execute("CREATE INDEX evil ON crawls (status) WHERE length(printf('%.*c', 1000, 'x')) > 1")


@refused
def a_table_with_a_check(db):
    db.execute("DROP TABLE yearly")
    db.execute("CREATE TABLE yearly (year INTEGER, what TEXT, count INTEGER, CHECK (count < 3))")


@refused
def tables_missing(db):
    db.execute("DROP TABLE yearly")
    db.execute("DROP TABLE differences")


@refused
def a_newer_version_with_other_tables(db):
    _migrated(db, "0099_future")
    db.execute("ALTER TABLE documents RENAME TO texts")


@refused
def a_newer_version(db):
    _migrated(db, "0099_future")


@refused
def migrations_without_record(db):
    db.execute(f"DELETE FROM {migrations.migrations_table}")


@refused
def migrations_to_be_made_again(db):
    db.execute(f"DELETE FROM {migrations.migrations_table} WHERE name >= '0005'")


@refused
def a_table_of_migrations_that_is_a_view(db):
    db.execute(f"ALTER TABLE {migrations.migrations_table} RENAME TO m")
    db.execute(
        f"CREATE VIEW {migrations.migrations_table} AS SELECT x AS id, x AS name, 'corpus' AS migration_set,"
        f" x AS applied_at FROM ({COUNT_ON})"
    )


@refused
def a_file_of_something_else(db):
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
        db.execute(f"DROP VIEW {name}")
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if not re.match("sqlite_|documents_(fts|signs)_", name):
            db.execute(f"DROP TABLE IF EXISTS {name}")
    db.execute("CREATE TABLE family_photos (x)")


# -- corpora with values that we never write --------------------------------------------------------------------------
@borne
def documents_missing(db):
    db.execute("UPDATE revisions SET document = 'missing'")


@borne
def snapshots_missing(db):
    db.execute("DELETE FROM snapshots")


@borne
def broken_json(db):
    db.execute("UPDATE differences SET sentences = 'not json'")
    db.execute("UPDATE policies SET parts = '{{{'")
    db.execute("UPDATE crawls SET arguments = 'not json'")


@borne
def json_of_another_form(db):
    db.execute("UPDATE differences SET sentences = ?", [f'[[["{SCRIPT}", "{SCRIPT}"]]]'])
    db.execute("UPDATE policies SET parts = '[1, 2]'")


@borne
def deep_json(db):
    db.execute("UPDATE differences SET sentences = ?", ["[" * 200_000])


@borne
def broken_noise(db):
    db.execute("INSERT INTO noise VALUES (1, 'a', 'b', 'k', 'not json', 3, 1, 1, 'x', 'y')")


@borne
def broken_times(db):
    db.execute("UPDATE snapshots SET captured = 'garbage'")
    db.execute("UPDATE revisions SET first_captured = ?, last_captured = NULL", [SCRIPT])


@borne
def times_of_other_years(db):
    db.execute("UPDATE OR IGNORE snapshots SET captured = '0000-00-00T00:00:00+00:00', timestamp = '99999999999999'")
    db.execute("UPDATE revisions SET first_captured = '99999-01-01', last_captured = '-1'")


@borne
def other_types(db):
    db.execute("UPDATE OR IGNORE snapshots SET url = x'00ff', timestamp = 5")
    db.execute("UPDATE snapshots SET captured = 7, state = 3.5, status = 'x'")


@borne
def blobs_for_texts(db):
    db.execute("UPDATE documents SET title = x'ff00', body = x'fffe00'")


@borne
def text_that_is_no_utf8(db):
    db.execute("UPDATE documents SET title = CAST(x'ffc3' AS TEXT), body = CAST(x'ffc328' AS TEXT)")


@borne
def nulls(db):
    db.execute("UPDATE revisions SET first_captured = NULL, last_captured = NULL, found = NULL")
    db.execute("UPDATE documents SET language = NULL, route = NULL, recall = NULL, extractor = NULL")
    db.execute("UPDATE crawls SET finished = NULL, arguments = NULL")


@borne
def a_vendor_of_markup(db):
    db.execute("UPDATE policies SET vendor = ?, type = '\"><img src=x onerror=alert(1)>' WHERE id = 1", [SCRIPT])


@borne
def a_vendor_that_leads_out_of_the_folder(db):
    db.execute("UPDATE policies SET vendor = '../../../../../../..pwned', type = '../x' WHERE id = 2")


@borne
def a_vendor_with_control_characters(db):
    db.execute("UPDATE policies SET vendor = 'a' || char(0) || 'b/../c', type = 'n' || char(10) || 't' WHERE id = 2")


@borne
def scripts_for_values(db):
    db.execute(
        "UPDATE documents SET extractor = :s, language = :s, route = :s, title = '</title>' || :s", {"s": SCRIPT}
    )
    db.execute("UPDATE snapshots SET read_at = 'javascript:alert(1)', origin = :s", {"s": SCRIPT})
    db.execute("UPDATE crawls SET status = :s, started = '<b>x', finished = '<b>x'", {"s": SCRIPT})


@borne
def years_without_end(db):
    db.execute("INSERT INTO yearly VALUES (1, 'listed', 1), (99999999, 'listed', 1)")


@borne
def years_of_another_type(db):
    db.execute("UPDATE yearly SET year = 'x' || rowid, count = 'many'")


@borne
def a_huge_text(db):
    triggers = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'documents'"
    ).fetchall()
    for name, _ in triggers:  # the indexes of a text of this size take minutes
        db.execute(f"DROP TRIGGER {name}")
    db.execute("UPDATE documents SET body = ? WHERE rowid < 3", ["# x\n" * 21_000_000])
    for _, sql in triggers:
        db.execute(sql)


@borne
def a_text_of_many_signs(db):
    db.execute("UPDATE documents SET body = ?", ["[" * 50_000 + "*a_ " * 20_000 + "> " * 5_000])


@borne
def a_damaged_index_of_words(db):
    db.execute("UPDATE documents_fts_data SET block = x'00ff00ff' WHERE id > 10")


def _migrated(db: sqlite3.Connection, name: str) -> None:
    db.execute(
        f"INSERT INTO {migrations.migrations_table} (migration_set, name, applied_at) VALUES ('corpus', ?, '2030')",
        [name],
    )


# -- what holds for all of them ---------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def good(sample_crawl, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("good") / "corpus.db"
    with closing(sqlite3.connect(sample_crawl.run.corpus)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    return path


@pytest.fixture
def spoilt(good, tmp_path) -> Callable[[Spoil], Path]:
    def make(spoil: Spoil) -> Path:
        path = Path(shutil.copy(good, tmp_path / "corpus.db"))
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("PRAGMA foreign_keys = OFF")
            spoil(db)
        return path

    return make


def run(kind: type, corpus: Path, *args: str, **options: object) -> int:
    """Run a command in this process; whatever is not a sentence of the command's is raised. Returns its exit status."""
    command = kind()
    command.settings = Settings()
    command.settings.setmodule("crawler.settings")
    out = corpus.parent / "out"
    ours = {"CORPUS_DB": corpus, "DOCUMENTS_DIR": out / "documents", "WARC_DIR": "", "STATE_DIR": out / "state"}
    for name, value in ours.items():
        command.settings.set(name, str(value))
    command.given = {}
    command.run(list(args), Namespace(**options))
    return int(command.exitcode)


def read_in_every_way(corpus: Path) -> list[int]:
    since = {"since": "1990", "until": None, "new": False}
    return [
        run(Changes, corpus, **since, on=None, json=True),
        run(Changes, corpus, **since, on=None, json=False),
        run(Changes, corpus, since=None, until=None, new=False, on="2019-05-01", json=True),
        *(run(Export, corpus, form, output=str(corpus.parent / form)) for form in ("jsonl", "tree", "git", "ota")),
    ]


PAGES = [
    *("/", "/about", "/changes", "/changes.atom", "/policies", "/search?q=privacy", "/revisions/1"),
    *("/policies/harbourlight.example", "/policies/harbourlight.example/changes.atom"),
    "/policies/harbourlight.example/privacy-policy",
    "/policies/harbourlight.example/privacy-policy?on=2019-05-01",
    "/policies/harbourlight.example/privacy-policy/20190211154003",
    "/policies/harbourlight.example/privacy-policy/20190211154003/20200904114615",
    *(
        "/corpus",
        "/corpus/changes",
        "/corpus/histories",
        "/corpus/snapshots.json",
        "/corpus/documents",
        "/corpus/crawls",
    ),
]


async def statuses(corpus: Path) -> dict[str, int]:
    served = serve(corpus)
    try:
        answers = {path: await served.client.get(path) for path in PAGES}
    finally:
        for database in served.databases.values():
            database.close()
    for path, answer in answers.items():
        assert SCRIPT not in answer.text or path.endswith(".json"), path
    return {path: answer.status_code for path, answer in answers.items()}


@pytest.mark.slow
@pytest.mark.parametrize("spoil", REFUSED.values(), ids=REFUSED)
async def test_a_file_that_is_no_corpus_of_ours_is_refused_and_left_as_it_is(spoilt, spoil, capsys, tmp_path):
    corpus = spoilt(spoil)
    before = corpus.read_bytes()
    assert set(read_in_every_way(corpus)) == {1}
    assert run(Reextract, corpus) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(set(said)) == 1
    assert re.match(
        r"\S+corpus\.db: cannot be opened as a corpus \(.*\)\. .*, or set CORPUS_DB to another path\.", said[0]
    )
    crawled = await run_crawl(tmp_path, vendor="gruenwald.example")
    assert crawled.run.status == "failed"
    assert crawled.run.fatal == said[0]
    assert corpus.read_bytes() == before
    found = await statuses(corpus)
    assert {status for path, status in found.items() if not path.startswith("/corpus") and path != "/about"} == {503}
    assert max(found.values()) <= 503
    assert 500 not in found.values()


@pytest.mark.slow
@pytest.mark.parametrize("spoil", BORNE.values(), ids=BORNE)
async def test_values_that_nobody_of_ours_writes_are_shown_or_named(spoilt, spoil, capsys):
    corpus = spoilt(spoil)
    statuses_of_commands = read_in_every_way(corpus)
    said = capsys.readouterr().err
    assert set(statuses_of_commands) <= {0, 1}
    assert "Traceback" not in said
    assert said.count("\n") >= sum(statuses_of_commands)
    assert not list(corpus.parent.parent.glob("*pwned*"))
    assert 500 not in (found := await statuses(corpus)).values(), found


async def test_a_good_corpus_is_served_and_read(spoilt):
    corpus = spoilt(lambda db: None)
    assert set(read_in_every_way(corpus)) == {0}
    assert set((await statuses(corpus)).values()) <= {200, 302}


@pytest.mark.parametrize(
    "path",
    [
        "?sql=select+randomblob(500000000)",
        ".json?sql=select+1",
        "/documents?_where=1",
        "/documents.json?_where=randomblob(9)",
    ],
)
async def test_strangers_ask_no_sql_of_their_own_and_browsers_are_kept_safe(good, path):
    served = serve(good, sql=False)
    assert (await served.client.get(f"/corpus{path}")).status_code == 403
    for other in (
        "/",
        "/corpus/changes",
        "/corpus/changes.json",
        "/static/site.css",
        "/corpus/nothing",
        "/-/versions.json",
    ):
        headers = (await served.client.get(other)).headers
        assert headers["x-content-type-options"] == "nosniff", other
        assert "script-src 'self';" in headers["content-security-policy"], other
        assert "frame-ancestors 'none'" in headers["content-security-policy"], other
        assert headers["referrer-policy"] in {"same-origin", "no-referrer"}, other


async def test_no_answer_takes_the_memory_of_the_machine(good):
    served = serve(good)
    blob = await served.client.get("/corpus.json?sql=select+length(randomblob(900000000))")
    assert blob.status_code == 400
    rows = await served.client.get("/corpus.json?sql=select+hex(zeroblob(20000000))+from+documents+limit+3")
    assert rows.status_code == 413
    assert "larger than 32 MiB" in rows.text


async def test_what_somebody_added_beside_ours_may_stay(spoilt):
    def add(db):
        db.execute("CREATE TABLE my_notes (policy INTEGER REFERENCES policies (id), note)")
        db.execute("CREATE VIEW my_view AS SELECT * FROM changes WHERE type = 'privacy policy'")
        db.execute("CREATE INDEX my_index ON snapshots (status, captured)")
        db.execute("ANALYZE")

    assert set(read_in_every_way(spoilt(add))) == {0}
