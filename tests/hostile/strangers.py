"""Corpora that strangers made, from a good one: each scenario is a function that spoils it.

`refused` ones are no corpora of ours. `borne` ones have our schema, and values that nobody of ours writes; `large` ones
texts of one vendor that are larger than any of ours.
"""

# ruff: noqa: S608 - the names are ours

import re
import sqlite3
from collections.abc import Callable

from pipelines.corpus.schema import migrations

Spoil = Callable[[sqlite3.Connection], object]
REFUSED: dict[str, Spoil] = {}
BORNE: dict[str, Spoil] = {}
LARGE: dict[str, Spoil] = {}
SCRIPT = "<script>alert(1)</script>"
COUNT_ON = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"


def refused(spoil: Spoil) -> Spoil:
    """Register a scenario that everything refuses, and leaves as it is."""
    REFUSED[spoil.__name__] = spoil
    return spoil


def borne(spoil: Spoil) -> Spoil:
    """Register a scenario of which all show what they can, or say why not."""
    BORNE[spoil.__name__] = spoil
    return spoil


def large(spoil: Spoil) -> Spoil:
    """Register a scenario of which everything but one vendor's texts is shown, and written, as if it were alone."""
    LARGE[spoil.__name__] = spoil
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


@refused
def a_trigger_whose_name_is_sqlites_own(db):
    """SQLite reserves names like this one, and takes it all the same from who writes the schema as a table."""
    _add_to_schema(
        db,
        "trigger",
        "sqlite_evil",
        "crawls",
        "CREATE TRIGGER sqlite_evil AFTER INSERT ON crawls BEGIN DELETE FROM snapshots; END",
    )


@refused
def a_trigger_in_capitals(db):
    sql = "CREATE TRIGGER evil AFTER INSERT ON crawls BEGIN DELETE FROM snapshots; END"
    _add_to_schema(db, "TRIGGER", "evil", "crawls", sql)


@refused
def a_trigger_of_the_name_of_a_table(db):
    """It stands before the table, whose name it has."""
    sql = "CREATE TRIGGER policies AFTER INSERT ON crawls BEGIN DELETE FROM snapshots; END"
    _add_to_schema(db, "trigger", "policies", "crawls", sql)
    later = "UPDATE sqlite_master SET rowid = rowid + (SELECT max(rowid) FROM sqlite_master)"
    db.execute(f"{later} WHERE tbl_name = 'policies' AND type IN ('table', 'index')")


@borne
def a_schema_that_is_no_sql(db):
    _add_to_schema(db, "table", "evil", "evil", "CREATE TABLE evil (((")


@refused
def an_index_of_words_over_another_table(db):
    db.execute("DROP TABLE documents_fts")
    db.execute("CREATE VIRTUAL TABLE documents_fts USING fts5 (title, body, content=policies)")


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
def names_of_git(db):
    db.execute("UPDATE policies SET vendor = '.git', type = 'hooks/post-checkout' WHERE id = 1")
    db.execute("UPDATE policies SET vendor = '..', type = '.' WHERE id = 2")
    db.execute("UPDATE policies SET vendor = 'a//b', type = '' WHERE id = 3")


@borne
def timestamps_that_lead_out_of_the_folder(db):
    db.execute("UPDATE snapshots SET timestamp = '../../../../pwned' || id")


@borne
def names_without_end(db):
    db.execute("UPDATE policies SET vendor = ? || id, type = ?", ["v" * 10_000, "t" * 10_000])
    db.execute("UPDATE documents SET title = ?", ["T" * 1_000_000])


@borne
def numbers_beyond_all(db):
    db.execute("UPDATE documents SET recall = 9e999, words = 9223372036854775807")
    db.execute("UPDATE yearly SET year = 9223372036854775807 - rowid, count = 9223372036854775807")
    db.execute(
        "UPDATE snapshots SET length = 9223372036854775807, status = -9223372036854775808, words_left_out = 9e999"
    )


@borne
def revisions_of_other_policies(db):
    db.execute("UPDATE revisions SET policy = 1 + policy % (SELECT max(id) FROM policies), last_snapshot = 1")


@borne
def revisions_that_end_before_they_begin(db):
    db.execute("UPDATE revisions SET first_captured = last_captured, last_captured = first_captured")
    db.execute("UPDATE revisions SET first_snapshot = last_snapshot, last_snapshot = first_snapshot")


@borne
def urls_that_are_none(db):
    urls = [
        "",
        "http://[",
        "javascript:alert(1)",
        "http://a.example:99999999/",
        "//",
        "\ud7ff\x00\x1b[2J",
        "http://" + "a" * 100_000,
    ]
    for number, url in enumerate(urls):
        db.execute("UPDATE OR IGNORE snapshots SET url = ?, read_at = ? WHERE id % 7 = ?", [url, url, number])


@borne
def languages_and_hashes_that_are_none(db):
    db.execute(
        "UPDATE documents SET language = ?, extractor = ?", ['" onmouseover=alert(1) x="' + "x" * 10_000, "../" * 9]
    )
    db.execute("UPDATE documents SET hash = 'é/../' || rowid")
    db.execute("UPDATE revisions SET document = (SELECT min(hash) FROM documents)")


@borne
def what_is_learned_of_other_forms(db):
    for table in (
        "variants",
        "variant_texts",
        "disregarded",
        "left_out",
        "doubts",
        "noise",
        "listings",
        "kept",
        "crawl_counts",
    ):
        names = [(name, key) for _, name, _, _, _, key in db.execute(f"PRAGMA table_info({table})")]
        values = ", ".join(f"{name} = x'ff00'" for name, key in names if not key and name != "policy")
        db.execute(f"UPDATE OR IGNORE {table} SET {values}")


@borne
def a_view_without_end_beside_ours(db):
    db.execute(f"CREATE VIEW evil AS {COUNT_ON}")


@borne
def a_table_of_a_module_that_nobody_has(db):
    _add_to_schema(db, "table", "evil", "evil", "CREATE VIRTUAL TABLE evil USING nosuch(x)")


@borne
def tables_without_number_beside_ours(db):
    for number in range(500):
        db.execute(f'CREATE TABLE "<script>alert({number})</script>" ("{SCRIPT}")')


@borne
def statistics_that_lie(db):
    db.execute("ANALYZE")
    db.execute("UPDATE sqlite_stat1 SET stat = '9223372036854775807 1 x unordered noskipscan'")


@borne
def candidates_of_other_forms(db):
    forms = [
        "[]",
        "{{{",
        "[" * 100_000,
        '[{"source": "\\ud800", "url": "\\ud800", "text": "", "timestamp": null}]',
        b"\xff",
    ]
    for number, seen in enumerate(forms):
        values = ["harbourlight.example", f"k{number}", "Privacy Policy", f"http://x.example/{number}\x1b", 0.5, seen]
        db.execute(
            "INSERT INTO candidates (domain, urlkey, type, url, score, seen, verified, found)"
            " VALUES (?, ?, ?, ?, ?, ?, 1, '2026')",
            values,
        )
    db.execute("UPDATE candidates SET score = 9e999, first = x'ff', decision = 5 WHERE urlkey = 'k0'")


@borne
def a_policy_of_markup_of_a_terminal(db):
    db.execute("UPDATE policies SET vendor = 'a[/bold]' || char(27) || '[2J.example', type = '[/red] :x:' WHERE id = 1")


@large
def a_huge_text(db):
    _put_large_texts(db, "# x\n" * 21_000_000)


@large
def a_text_of_many_lines(db):
    _put_large_texts(db, "# x\n" * 1_000_000)


@large
def a_text_of_many_words(db):
    _put_large_texts(db, "We keep your order. " * 800_000)


def _put_large_texts(db: sqlite3.Connection, text: str) -> None:
    """Put a text in place of two of the vendor whose policies the tests' imports are of."""
    triggers = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'documents'"
    ).fetchall()
    for name, _ in triggers:  # the indexes of a text of this size take minutes
        db.execute(f"DROP TRIGGER {name}")
    documents = "SELECT DISTINCT r.document FROM revisions r JOIN policies p ON p.id = r.policy"
    documents += " WHERE p.vendor = 'harbourlight.example' ORDER BY r.first_captured LIMIT 2"
    db.execute(f"UPDATE documents SET body = ? WHERE hash IN ({documents})", [text])
    db.execute("DELETE FROM differences")
    for _, sql in triggers:
        db.execute(sql)


@borne
def a_text_of_many_signs(db):
    db.execute("UPDATE documents SET body = ?", ["[" * 50_000 + "*a_ " * 20_000 + "> " * 5_000])


@borne
def a_damaged_index_of_words(db):
    db.execute("UPDATE documents_fts_data SET block = x'00ff00ff' WHERE id > 10")


def _add_to_schema(db: sqlite3.Connection, kind: str, name: str, table: str, sql: str) -> None:
    """Write into the schema what SQLite would not."""
    db.execute("PRAGMA writable_schema = ON")
    db.execute(
        "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, 0, ?)",
        [kind, name, table, sql],
    )


def _migrated(db: sqlite3.Connection, name: str) -> None:
    db.execute(
        f"INSERT INTO {migrations.migrations_table} (migration_set, name, applied_at) VALUES ('corpus', ?, '2030')",
        [name],
    )
