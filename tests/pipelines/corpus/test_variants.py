"""A corpus says which texts of a policy take turns, from when to when; its revisions stay what they are."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest
from sqlite_utils import Database
from turning import START, shows

from pipelines.corpus import documents
from pipelines.corpus.conclusions import variants
from pipelines.corpus.conclusions.draw import draw
from pipelines.corpus.revisions import redraw
from pipelines.corpus.schema import migrations


@pytest.fixture
def db() -> Iterator[Database]:
    with closing(Database(memory=True)) as made:
        migrations.apply(made)
        made.execute("PRAGMA foreign_keys = ON")
        yield made


def days(db: Database, sql: str) -> list[tuple[object, ...]]:
    """What SQL answers, with moments as days from the start."""
    return [
        tuple((datetime.fromisoformat(v) - START).days if isinstance(v, str) and "+00:00" in v else v for v in row)
        for row in db.execute(sql)
    ]


PERIODS = "SELECT first_captured, last_captured FROM variants ORDER BY 1"
TEXTS = "SELECT document, seen, first_captured, last_captured, compared_with FROM variant_texts ORDER BY variant, rowid"


def test_a_period_has_its_bounds_and_its_texts_with_how_often_each_was_seen(db):
    shows(db, "XA.AaBABaaABY")
    draw(db, 1)
    assert days(db, PERIODS) == [(1, 11)]
    assert days(db, TEXTS) == [("A", 4, 1, 10, None), ("B", 3, 5, 11, "A")]


def test_every_further_text_is_compared_with_the_one_before_its_first_turn(db):
    shows(db, "ABCABCABC")
    draw(db, 1)
    assert days(db, TEXTS) == [("A", 3, 0, 6, None), ("B", 3, 1, 7, "A"), ("C", 3, 2, 8, "B")]
    shown = db.execute("SELECT document, words_added, words_removed FROM served_in_turns").fetchall()
    assert shown == [("A", None, None), ("B", 1, 1), ("C", 1, 1)]


def test_changes_tell_what_is_but_a_turn_and_histories_the_last_change_by_the_vendor(db):
    shows(db, "XABABAY")
    shows(db, "ABABA", policy=2)
    draw(db, 1)
    draw(db, 2)
    told = days(db, "SELECT document, variant, flip FROM changes WHERE policy = 1 ORDER BY first_captured")
    assert told == [("X", None, 0), ("A", 1, 0), ("B", 1, 1), ("A", 1, 1), ("B", 1, 1), ("A", 1, 1), ("Y", None, 0)]
    assert days(db, "SELECT last_changed FROM histories") == [(6,), (0,)]


def test_periods_that_follow_each_other_share_no_revision(db):
    shows(db, "ABABAXBXBX")
    draw(db, 1)
    assert days(db, PERIODS) == [(0, 4), (5, 9)]
    told = days(db, "SELECT document, variant, flip FROM changes ORDER BY first_captured")
    assert [row[1:] for row in told] == [(1, 0), *[(1, 1)] * 4, (2, 0), *[(2, 1)] * 4]


def test_revisions_stay_facts(db):
    shows(db, "ABABA")
    redraw(db, 1)
    before = db.execute("SELECT * FROM revisions").fetchall()
    draw(db, 1)
    assert db.execute("SELECT * FROM revisions").fetchall() == before
    assert len(before) == 5


def test_drawn_anew_a_period_keeps_its_id_where_it_begins_where_it_did(db):
    shows(db, "ABABA")
    draw(db, 1)
    assert draw(db, 1) == 0
    shows(db, "ABABABBA")
    assert draw(db, 1) > 0
    assert days(db, "SELECT id, first_captured, last_captured FROM variants") == [(1, 0, 7)]
    shows(db, "ABAAAAAA")
    draw(db, 1)
    assert not days(db, PERIODS)
    assert not days(db, TEXTS)


def test_a_text_that_makes_no_revision_takes_no_turn(db):
    shows(db, "ABACACA")
    db.execute(
        "INSERT INTO doubts SELECT id, 'truncated capture', '', policy, captured FROM snapshots WHERE document = 'C'"
    )
    draw(db, 1)
    assert not days(db, PERIODS)


def test_a_document_that_goes_leaves_the_periods(db):
    shows(db, "ABCABA")
    draw(db, 1)
    assert [row[0] for row in days(db, TEXTS)] == ["A", "B", "C"]
    db.execute("UPDATE snapshots SET document = 'A' WHERE document IN ('B', 'C')")
    redraw(db, 1)
    documents.drop_orphans(db)
    assert [row[0] for row in days(db, TEXTS)] == ["A"]
    draw(db, 1)
    assert not days(db, PERIODS)


def test_a_text_that_was_not_there_when_periods_were_drawn_is_a_change_until_they_are_drawn_anew(db):
    shows(db, "AABABABA")
    draw(db, 1)
    shows(db, "AABCBABA")
    redraw(db, 1)
    assert days(db, "SELECT variant, flip FROM changes WHERE document = 'C'") == [(None, 0)]
    draw(db, 1)
    assert days(db, "SELECT variant, flip FROM changes WHERE document = 'C'") == [(1, 1)]


def test_a_corpus_of_an_earlier_version_has_its_periods_when_it_is_opened():
    with closing(Database(memory=True)) as old:
        migrations.apply(old, stop_before="0013_variants")
        shows(old, "XABABAY")
        redraw(old, 1)
        migrations.apply(old)
        assert days(old, PERIODS) == [(1, 5)]
        assert [row[0] for row in days(old, TEXTS)] == ["A", "B"]


def test_what_a_revision_is_in_its_period(db):
    shows(db, "XABABA")
    draw(db, 1)
    revisions = [row[0] for row in db.execute("SELECT id FROM revisions ORDER BY first_captured")]
    assert [variants.turn_of(db.conn, revision) for revision in revisions] == [
        None,
        variants.Turn(1, flip=False, returns=False),
        variants.Turn(1, flip=True, returns=False),
        *[variants.Turn(1, flip=True, returns=True)] * 3,
    ]
    found = variants.served(db.conn, 1)
    assert (found.turns, found.number, [text.revision for text in found.texts]) == (5, "two", revisions[1:3])


def test_changes_finds_periods_by_index(db):
    plan = [row[3] for row in db.execute("EXPLAIN QUERY PLAN SELECT * FROM changes WHERE revision = 3")]
    assert not [step for step in plan if step.startswith("SCAN")], plan
