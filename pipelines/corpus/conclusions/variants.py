"""Which texts of a policy take turns, so that their returns are no changes by the vendor, and when.

    variants        a period in which a policy is served in variants: from its first to its last snapshot
    variant_texts   the texts of a period, and how often each was seen

They are drawn from the revisions, which stay what they are; `crawler.timeline.turns` has the rule.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sqlite_utils import Database

from crawler.text.comparison.words import Piece
from crawler.timeline.turns import periods
from pipelines.corpus.differences import Difference, difference, identity_of, stored

_HOLDS = (
    "v.policy = r.policy AND v.first_captured <= r.first_captured AND v.last_captured >= r.last_captured"
    " AND t.variant = v.id AND t.document = r.document ORDER BY v.first_captured LIMIT 1"
)
OF_REVISION = f"FROM variants v CROSS JOIN variant_texts t WHERE {_HOLDS}"
"""SQL: the period `v` to which a revision `r` belongs, and its text `t` there."""
FLIP = f"coalesce((SELECT v.first_snapshot <> r.first_snapshot {OF_REVISION}), 0)"
"""SQL: whether a revision `r` is but a text's turn: it neither begins a period nor stands outside of one."""
_NEWEST = (
    "SELECT n.document FROM variant_texts n JOIN revisions q ON q.document = n.document AND q.policy = v.policy"
    " WHERE n.variant = v.id GROUP BY n.document ORDER BY min(q.first_captured) DESC, n.rowid DESC LIMIT 1"
)  # by when the policy first had it: a text that took turns in an earlier period is not new in the next
TOLD = (
    f"coalesce((SELECT CASE WHEN t.first_captured = r.first_captured THEN t.document = ({_NEWEST}) ELSE 0 END"
    f" {OF_REVISION}), 1)"
)
"""SQL: whether a list of changes has an entry at a revision `r`: of a period one, where its newest text appears."""
_MAX_COMPARED = 5
"""Texts of a period that are compared with the first of the next: a comparison takes 1 to 15 ms."""
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class VariantText:
    """A text of a period. Times are ISO 8601, UTC."""

    document: str
    seen: int
    """How many snapshots that were read, or have the same bytes as one that was, show it in the period."""
    first_captured: str
    last_captured: str
    compared_with: str | None
    """The text that was there before its first turn; None for the first of the period."""
    revision: int
    """The revision of its first turn."""
    words_added: int | None = None
    """Words that the text it is compared with does not have; None where there is none."""
    words_removed: int | None = None
    sentences: list[list[Piece]] = field(default_factory=list)
    """Some of the sentences in which the two differ."""


@dataclass(frozen=True, slots=True)
class Served:
    """A period in which a policy is served in variants, with its texts in the order of their first turns."""

    id: int
    first_captured: str
    last_captured: str
    turns: int
    """How many revisions it has."""
    texts: tuple[VariantText, ...]

    @property
    def number(self) -> str:
        """How many texts there are, in words."""
        count = len(self.texts)
        return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


class Turn(NamedTuple):
    """What a revision is in its period."""

    variant: int
    flip: bool
    """Whether it is no change by the vendor: any but the first revision of the period."""
    returns: bool
    """Whether the period had its text before."""


class Replaced(NamedTuple):
    """The text that a period took the place of, and what changed from it to the first of the period."""

    revision: int
    document: str
    change: Difference


def create_variants(db: Database) -> None:
    """Create the tables."""
    db.table("variants").create(
        {
            "id": int,
            "policy": int,
            "first_snapshot": int,
            "last_snapshot": int,
            "first_captured": str,
            "last_captured": str,
        },
        pk="id",
        not_null={"policy", "first_snapshot", "last_snapshot", "first_captured", "last_captured"},
        foreign_keys=[
            ("policy", "policies", "id"),
            ("first_snapshot", "snapshots", "id"),
            ("last_snapshot", "snapshots", "id"),
        ],
    )
    db.table("variants").create_index(["policy", "first_captured"])
    db.table("variants").create_index(["first_snapshot"], unique=True)
    db.table("variants").create_index(["last_snapshot"])
    db.table("variant_texts").create(
        {
            "variant": int,
            "document": str,
            "seen": int,  # snapshots that show it, fetched or with the same bytes
            "first_captured": str,
            "last_captured": str,
            "compared_with": str,  # the text before its first turn; null for the first
        },
        pk=("variant", "document"),
        not_null={"seen", "first_captured", "last_captured"},
        foreign_keys=[
            ("variant", "variants", "id"),
            ("document", "documents", "hash"),
            ("compared_with", "documents", "hash"),
        ],
    )
    db.table("variant_texts").create_index(["document"])
    db.table("variant_texts").create_index(["compared_with"])


def derive(db: Database, policy: int) -> int:
    """Draw the periods in which a policy's texts take turns from its revisions; return how many rows changed.

    A period that begins where it did keeps its id.
    """
    wanted = dict(_drawn(db, policy))
    known = {
        row: db.execute("SELECT * FROM variant_texts WHERE variant = ? ORDER BY rowid", [row[0]]).fetchall()
        for row in db.execute("SELECT * FROM variants WHERE policy = ?", [policy]).fetchall()
    }
    if wanted == {row[1:]: [text[1:] for text in texts] for row, texts in known.items()}:
        return 0
    begins = {row[1] for row in wanted}
    for identifier, _, first, *_ in known:
        db.execute("DELETE FROM variant_texts WHERE variant = ?", [identifier])
        if first not in begins:
            db.execute("DELETE FROM variants WHERE id = ?", [identifier])
    for row, texts in wanted.items():
        (identifier,) = db.execute(
            "INSERT INTO variants (policy, first_snapshot, last_snapshot, first_captured, last_captured)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (first_snapshot) DO UPDATE SET last_snapshot = excluded.last_snapshot,"
            " first_captured = excluded.first_captured, last_captured = excluded.last_captured RETURNING id",
            row,
        ).fetchone()
        db.conn.executemany(
            "INSERT INTO variant_texts (variant, document, seen, first_captured, last_captured, compared_with)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(identifier, *text) for text in texts],
        )
    return len({row[1:] for row in known} ^ set(wanted)) or len(wanted)


def drop(db: Database, document: str) -> None:
    """Drop a document that no snapshot shows any more from the periods."""
    db.execute("DELETE FROM variant_texts WHERE document = ?1 OR compared_with = ?1", [document])


def turn_of(conn: sqlite3.Connection, revision: int) -> Turn | None:
    """Return what a revision, by its id, is in its period; None where it is in none."""
    row = conn.execute(
        "SELECT v.id, v.first_snapshot <> r.first_snapshot, t.first_captured < r.first_captured"  # noqa: S608 - ours
        f" FROM revisions r CROSS JOIN variants v CROSS JOIN variant_texts t WHERE r.id = ? AND {_HOLDS}",
        [revision],
    ).fetchone()
    return None if row is None else Turn(row[0], bool(row[1]), bool(row[2]))


def served(conn: sqlite3.Connection, variant: int) -> Served:
    """Return a period by its id."""
    policy, first, last = conn.execute(
        "SELECT policy, first_captured, last_captured FROM variants WHERE id = ?", [variant]
    ).fetchone()
    within = "r.policy = ? AND r.first_captured BETWEEN ? AND ?"
    turns = conn.execute(f"SELECT count(*) FROM revisions r WHERE {within}", [policy, first, last]).fetchone()[0]  # noqa: S608 - ours
    rows = conn.execute(
        "SELECT t.document, t.seen, t.first_captured, t.last_captured, t.compared_with, (SELECT r.id FROM revisions r"
        " WHERE r.policy = ? AND r.document = t.document AND r.first_captured = t.first_captured LIMIT 1)"
        " FROM variant_texts t WHERE t.variant = ? ORDER BY t.first_captured, t.rowid",
        [policy, variant],
    )
    texts = (VariantText(*row) for row in rows.fetchall() if row[-1] is not None)
    return Served(variant, first, last, turns, tuple(_measured(conn, text) for text in texts))


def told_at(conn: sqlite3.Connection, variant: int) -> int | None:
    """Return the revision at which a period, by its id, is told: the first with its newest text."""
    row = conn.execute(
        f"SELECT r.id FROM variants v JOIN variant_texts t ON t.variant = v.id AND t.document = ({_NEWEST})"  # noqa: S608 - ours
        " JOIN revisions r ON r.policy = v.policy AND r.document = t.document AND r.first_captured = t.first_captured"
        " WHERE v.id = ?",
        [variant],
    ).fetchone()
    return None if row is None else int(row[0])


def replaced(conn: sqlite3.Connection, variant: int) -> Replaced | None:
    """Return what a period, by its id, took the place of; None if it is a policy's first.

    Where texts took turns right before, that is one that takes none any more, and the most like the period's first: the
    vendor changed a word in some or each of them, and did not make one of them the other.
    """
    first = conn.execute(
        "SELECT r.policy, r.document, r.first_captured FROM variants v JOIN revisions r"
        " ON r.first_snapshot = v.first_snapshot WHERE v.id = ?",
        [variant],
    ).fetchone()
    if first is None:
        return None
    policy, document, begins = first
    earlier = "SELECT id, document FROM revisions WHERE policy = ? AND first_captured < ?"
    last = earlier + " {} ORDER BY first_captured DESC LIMIT 1"
    before = conn.execute(last.format(""), [policy, begins]).fetchone()
    if before is None:
        return None
    turn = turn_of(conn, before[0])
    stay = {text.document for text in served(conn, variant).texts}
    gone = [text.document for text in served(conn, turn.variant).texts if text.document not in stay] if turn else []
    of_text = last.format("AND document = ?")
    candidates = [conn.execute(of_text, [policy, begins, one]).fetchone() for one in gone[-_MAX_COMPARED:]] or [before]
    identity = identity_of(conn, policy)
    measured = [Replaced(id_, text, difference(conn, text, document, identity)) for id_, text in candidates]
    return min(measured, key=lambda one: one.change.added + one.change.removed)


def _measured(conn: sqlite3.Connection, text: VariantText) -> VariantText:
    """Return a text with how it differs from the one that it is compared with."""
    change = stored(conn, text.compared_with, text.document) if text.compared_with else None
    if change is None:
        return text
    return replace(text, words_added=change.added, words_removed=change.removed, sentences=change.sentences)


def _drawn(db: Database, policy: int) -> Iterator[tuple[tuple[object, ...], list[tuple[object, ...]]]]:
    """Yield each period and its texts, as their rows without the period's id."""
    revisions = db.execute(
        "SELECT r.document, r.first_snapshot, r.last_snapshot, r.first_captured, r.last_captured FROM revisions r"
        " JOIN snapshots f ON f.id = r.first_snapshot WHERE r.policy = ? ORDER BY f.captured, f.timestamp, f.url",
        [policy],
    ).fetchall()
    for period in periods([document for document, *_ in revisions]):
        turns = revisions[period.first : period.last + 1]
        texts: dict[str, tuple[object, ...]] = {}
        before: str | None = None
        seen = _seen(db, policy, turns[0][1], turns[-1][2])
        for document, _, _, first, last in turns:
            _, _, begun, _, compared = texts.get(document, (document, 0, first, last, before))
            texts[document] = (document, seen.get(document, 0), begun, last, compared)
            before = document
        yield (policy, turns[0][1], turns[-1][2], turns[0][3], turns[-1][4]), list(texts.values())


def _seen(db: Database, policy: int, first: int, last: int) -> dict[str, int]:
    """Return how many snapshots from one to another, both by their ids, were seen to show each document."""
    place = "SELECT captured, timestamp, url FROM snapshots WHERE id = ?"
    return dict(
        db.execute(
            "SELECT document, count(*) FROM snapshots WHERE policy = ? AND document IS NOT NULL"  # noqa: S608 - ours
            f" AND (captured, timestamp, url) >= ({place}) AND (captured, timestamp, url) <= ({place})"
            " AND state IN ('fetched', 'repeat') GROUP BY document",
            [policy, first, last],
        ).fetchall()
    )
