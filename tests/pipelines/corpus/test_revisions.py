"""Revisions are the stretches of one document in a policy's history, whatever was drawn before."""

from collections.abc import Iterable
from contextlib import closing
from itertools import groupby, pairwise
from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from pipelines.corpus.revisions import ANOTHER_PAGE, TRUNCATED, draw_in, redraw, revision_names
from pipelines.corpus.schema import migrations


def corpus(*histories: Iterable[str | None]) -> Database:
    """A corpus with a policy a history: the document of each snapshot, a snapshot a day."""
    db = Database(memory=True)
    migrations.apply(db)
    db["documents"].insert_all({"hash": name, "title": name, "body": name} for name in "ABC")
    for number, history in enumerate(histories, 1):
        db["policies"].insert({"id": number, "vendor": f"shop{number}.example", "type": "privacy policy"})
        db["snapshots"].insert_all(
            {"policy": number, "url": "u", "timestamp": f"200001{day:02}000000", "captured": f"2000-01-{day:02}"}
            | {"state": "fetched", "document": document}
            for day, document in enumerate(history, 1)
        )
    db.execute("PRAGMA foreign_keys = ON")
    return db


def drawn(db: Database, policy: int = 1) -> list[tuple[str, str, str]]:
    """The revisions of a policy: document, first and last day."""
    return db.execute(
        "SELECT r.document, substr(f.captured, 9), substr(l.captured, 9) FROM revisions r"
        " JOIN snapshots f ON f.id = r.first_snapshot JOIN snapshots l ON l.id = r.last_snapshot"
        " WHERE r.policy = ? ORDER BY f.captured, f.timestamp, f.url",
        [policy],
    ).fetchall()


def show(db: Database, day: int, document: str | None) -> None:
    db.execute("UPDATE snapshots SET document = ? WHERE captured = ?", [document, f"2000-01-{day:02}"])


def expected(history: list[str | None]) -> list[tuple[str, str, str]]:
    shown = [(document, f"{day:02}") for day, document in enumerate(history, 1) if document]
    stretches = [list(stretch) for _, stretch in groupby(shown, key=itemgetter(0))]
    return [(stretch[0][0], stretch[0][1], stretch[-1][1]) for stretch in stretches]


def test_a_text_that_returns_begins_another_revision():
    with closing(corpus("AABA")) as db:
        redraw(db, 1)
        assert drawn(db) == [("A", "01", "02"), ("B", "03", "03"), ("A", "04", "04")]


def test_snapshots_without_a_text_end_no_revision():
    with closing(corpus([None, "A", None, None, "A", None])) as db:
        redraw(db, 1)
        assert drawn(db) == [("A", "02", "05")]


def test_a_policy_without_a_legible_snapshot_has_no_revision():
    with closing(corpus([None, None], "")) as db:
        redraw(db, 1)
        redraw(db, 2)
        assert drawn(db, 1) == drawn(db, 2) == []


def test_of_one_moment_the_order_is_that_of_the_urls():
    with closing(corpus("B")) as db:
        row = {"policy": 1, "url": "a", "timestamp": "20000101000000", "captured": "2000-01-01", "state": "fetched"}
        db["snapshots"].insert(row | {"document": "A"})
        redraw(db, 1)
        assert [document for document, *_ in drawn(db)] == ["A", "B"]


def test_revisions_are_named_by_their_first_snapshots_and_numbered_within_a_second():
    with closing(corpus("ABA")) as db:
        db.execute("UPDATE snapshots SET url = 'v', timestamp = '20000101000000' WHERE document = 'B'")
        redraw(db, 1)
        names = revision_names(db.conn, 1)
        assert list(names.values()) == ["20000101000000", "20000101000000-2", "20000103000000"]
        assert list(names) == [row[0] for row in db.execute("SELECT id FROM revisions ORDER BY first_captured")]


def test_other_policies_keep_theirs():
    with closing(corpus("AB", "CC")) as db:
        redraw(db, 2)
        redraw(db, 1)
        db.execute("UPDATE snapshots SET document = NULL WHERE policy = 1")
        redraw(db, 1)
        assert drawn(db, 1) == []
        assert drawn(db, 2) == [("C", "01", "02")]


def test_a_revision_keeps_its_id_when_its_end_or_its_text_changes():
    with closing(corpus("AAB")) as db:
        redraw(db, 1)
        ids = db.execute("SELECT id FROM revisions ORDER BY first_snapshot").fetchall()
        for day, document in ((2, "B"), (1, "C"), (2, "A"), (3, "A"), (2, "B")):
            show(db, day, document)
            redraw(db, 1)
        assert drawn(db) == [("C", "01", "01"), ("B", "02", "02"), ("A", "03", "03")]
        assert db.execute("SELECT id FROM revisions ORDER BY first_snapshot").fetchone() == ids[0]


@pytest.mark.parametrize("history", ["", "ABCAB", ["A", None, "A"]])
def test_drawing_again_writes_nothing(history):
    with closing(corpus(history)) as db:
        redraw(db, 1)
        before = db.conn.total_changes
        redraw(db, 1)
        assert db.conn.total_changes == before


DOCUMENT = st.sampled_from(["A", "B", "C", None])


@settings(max_examples=40, deadline=None)
@given(st.lists(DOCUMENT, min_size=1, max_size=9), st.lists(st.tuples(st.integers(1, 9), DOCUMENT), max_size=8))
def test_whatever_was_drawn_before_they_are_the_stretches_of_the_history(history, changes):
    history = list(history)
    with closing(corpus(history)) as db:
        redraw(db, 1)
        assert drawn(db) == expected(history)
        for day, document in changes:
            if day <= len(history):
                history[day - 1] = document
                show(db, day, document)
                redraw(db, 1)
            assert drawn(db) == expected(history)
        assert all(one[0] != other[0] for one, other in pairwise(drawn(db)))


def leads(db: Database, day: int, to: int) -> None:
    """Let the snapshot of a day be a redirect, whose text was read at the snapshot of another day."""
    db.execute("UPDATE snapshots SET read_at = ? WHERE id = ?", [f"200001{to:02}000000/u", day])


def test_a_redirect_to_a_snapshot_that_shows_the_text_itself_is_no_beginning_and_no_end():
    with closing(corpus("ABBABB")) as db:
        leads(db, 2, 3)
        leads(db, 6, 5)
        redraw(db, 1)
        assert drawn(db) == [("A", "01", "01"), ("B", "03", "03"), ("A", "04", "04"), ("B", "05", "05")]


@pytest.mark.parametrize("target", [None, "A"])
def test_it_is_one_while_nothing_else_shows_its_text(target):
    with closing(corpus(["A", "B", target])) as db:
        leads(db, 2, 3)
        redraw(db, 1)
        assert drawn(db)[1] == ("B", "02", "02")


REVISIONS = "SELECT id, policy, document, first_snapshot, last_snapshot, first_captured, last_captured FROM revisions"
DOUBTED = "INSERT INTO doubts (snapshot, reason, detail, policy, captured) VALUES (?, ?, '', 1, '')"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(DOCUMENT, min_size=1, max_size=9),
    st.randoms(),
    st.sets(st.integers(1, 9), max_size=1),
    st.booleans(),
    st.dictionaries(st.integers(1, 9), st.integers(-4, 4), max_size=2),
)
def test_drawn_answer_by_answer_they_are_as_if_all_were_drawn_again(history, random, doubted, other_page, redirects):
    order = [*enumerate(history, 1)]
    random.shuffle(order)
    with closing(corpus([None] * len(history))) as db, closing(corpus([None] * len(history))) as again:
        for day, document in order:
            for one in (db, again):
                show(one, day, document)
                if day in redirects and document is not None:
                    leads(one, day, day + redirects[day])
                if day in doubted:
                    one.execute(DOUBTED, [day, ANOTHER_PAGE if other_page else TRUNCATED])
            if document is not None:
                draw_in(db, 1, day)
            redraw(again, 1)
            assert db.execute(REVISIONS).fetchall() == again.execute(REVISIONS).fetchall()
