"""What of a policy's texts does not count, in the corpus: the places that were learned, and what stood where.

noise         the places: the words around them, what may stand there, what they were learned from
disregarded   for each document what was disregarded in it, and the first snapshot that says so
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter

from sqlite_utils import Database

from crawler.model import Disregarded, Document
from crawler.text.identity.content import Content
from crawler.text.identity.volatile_spots import LearnedFrom, VolatileSpot
from pipelines.corpus import left_out
from pipelines.corpus.conclusions import variants
from pipelines.corpus.revisions import redraw

_LONGEST = 500
"""Characters that are kept of what is disregarded: a shuffled list can be long, and its snapshot shows the rest."""


def create_noise(db: Database) -> None:
    """Create the tables of the places that were learned not to count, and of what stood there."""
    db.table("noise").create(
        {
            "policy": int,
            "before": str,  # the words before the place; \u2402 stands for the beginning of the text
            "after": str,  # the words after it; \u2403 stands for the end, \u2426 for what is disregarded itself
            "kind": str,  # changes at every capture, takes turns; changes, or comes and goes, beside the policy
            # JSON: wordings that may stand there, \u2400 for digits and dates; of texts in turn, those; of a box, a
            # letter for each line (heading, item, row, sentence, other text); of what comes and goes, its lines
            "known": str,
            "longest": int,  # how many words may stand there; of what comes and goes, how far from the edge (lines)
            "changes": int,  # between so many captures it changed
            "pairs": int,  # of so many that followed each other
            "first": str,  # from this capture
            "last": str,  # to this one
        },
        pk=("policy", "before", "after"),
        not_null={"kind", "known", "longest", "changes", "pairs", "first", "last"},
        foreign_keys=[("policy", "policies", "id")],
    )
    db.table("disregarded").create(
        {
            "document": str,
            "what": str,  # copyright year, present date, counter, order of a list, changes at every capture …
            "text": str,  # what it says there
            "snapshot": int,  # the first that says so
        },
        pk=("document", "what", "text"),
        not_null={"snapshot"},
        foreign_keys=[("document", "documents", "hash"), ("snapshot", "snapshots", "id")],
    )
    db.table("disregarded").create_index(["snapshot"])


def places(conn: sqlite3.Connection, policy: int) -> tuple[VolatileSpot, ...]:
    """Return the spots of a policy's texts that were learned not to count, in the order in which they were learned."""
    rows = conn.execute(
        "SELECT before, after, kind, known, longest, changes, pairs, first, last FROM noise"
        " WHERE policy = ? ORDER BY rowid",
        [policy],
    )
    return tuple(
        VolatileSpot(
            before=tuple(before.split(" ")),
            after=tuple(after.split(" ")),
            kind=kind,
            known=frozenset(json.loads(known)),
            longest=longest,
            learned_from=LearnedFrom(*seen),
        )
        for before, after, kind, known, longest, *seen in rows
    )


def put_places(db: Database, policy: int, learned: Iterable[VolatileSpot]) -> None:
    """Store the spots of a policy's texts that do not count, those known already in their order. Where one is new, what
    changed between the policy's texts is to be measured again.
    """
    known = dict.fromkeys(places(db.conn, policy))
    new = [spot for spot in learned if spot not in known]
    for spot in new:
        wordings = json.dumps(sorted(spot.known), ensure_ascii=False)
        row = [spot.kind, wordings, spot.longest, *_seen(spot.learned_from)]
        db.execute(
            "INSERT INTO noise (policy, before, after, kind, known, longest, changes, pairs, first, last)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " kind = excluded.kind, known = excluded.known, longest = excluded.longest, changes = excluded.changes,"
            " pairs = excluded.pairs, first = excluded.first, last = excluded.last",
            [policy, " ".join(spot.before), " ".join(spot.after), *row],
        )
    if new:
        of_policy = "(SELECT document FROM snapshots WHERE policy = ?)"
        db.execute(
            f"DELETE FROM differences WHERE before IN {of_policy} OR after IN {of_policy}",  # noqa: S608 - ours
            [policy, policy],
        )


def replace_places(db: Database, policy: int, learned: Iterable[VolatileSpot]) -> None:
    """Store the spots of a policy's texts that do not count, in their order, in place of those that are stored."""
    db.execute("DELETE FROM noise WHERE policy = ?", [policy])
    put_places(db, policy, learned)


def note(db: Database, snapshot: int, document: Document) -> None:
    """Note what was disregarded in the text of a fetched snapshot, by its id."""
    note_found(db, document.hash, document.disregarded, snapshot)


def renew(db: Database, policy: int, found: Mapping[int, tuple[str, tuple[Disregarded, ...]]]) -> int:
    """Let the corpus say for some snapshots of a policy, by their ids, what was disregarded in the document that each
    shows, and nothing else; return how much of it changed.
    """
    wanted: dict[tuple[str, str, str], int] = {}
    for snapshot, (document, disregarded) in found.items():  # in their order, so the first one stays
        for one in disregarded:
            wanted.setdefault((document, one.what, one.text[:_LONGEST]), snapshot)
    rows = db.execute(
        "SELECT d.document, d.what, d.text, d.snapshot FROM disregarded d JOIN snapshots s ON s.id = d.snapshot"
        " WHERE s.policy = ?",
        [policy],
    ).fetchall()
    stale = [row[:3] for row in rows if row[3] in found and row[:3] not in wanted]
    db.conn.executemany("DELETE FROM disregarded WHERE document = ? AND what = ? AND text = ?", stale)
    known = {row[:3] for row in rows}
    new = [(key, snapshot) for key, snapshot in wanted.items() if key not in known]
    noted = sum(
        note_found(db, document, [Disregarded(what, text)], snapshot) for (document, what, text), snapshot in new
    )
    return len(stale) + noted


def rename(db: Database, policy: int, renamed: Mapping[str, Content]) -> None:
    """Give documents of a policy, by their hashes, the identity that they have now; those of other policies with the
    same text keep theirs. Of several that become one, the earliest fetched snapshot's text stays.
    """
    by_new: dict[str, list[str]] = defaultdict(list)
    for old, now in renamed.items():
        by_new[now.hash].append(old)
    following = {new: [renamed[new].hash] if new in renamed else [] for new in sorted(by_new)}
    for new in TopologicalSorter(following).static_order():  # a hash is free before another document gets it
        olds = by_new.get(new, [])
        first = {old: row for old in sorted(olds) if (row := _first_shown(db, old, policy))}
        if not first:
            continue
        known = _first_shown(db, new)
        earliest = min(first, key=lambda old: first[old][1:])
        if known is None or first[earliest][1:] < known[1:]:
            _copy(db, earliest, new)
        for old, (snapshot, *_) in first.items():
            db.execute("UPDATE snapshots SET document = ? WHERE policy = ? AND document = ?", [new, policy, old])
            told = _move_notes(db, policy, old, new)
            untold = [one for one in renamed[old].disregarded if (one.what, one.text[:_LONGEST]) not in told]
            note_found(db, new, untold, snapshot)
    left_out.rename(db, policy, {old: now.hash for old, now in renamed.items()})
    redraw(db, policy)
    for old in renamed:
        _drop_if_unseen(db, old)


def _seen(learned_from: LearnedFrom) -> tuple[int, int, str, str]:
    return learned_from.changes, learned_from.pairs, learned_from.first, learned_from.last


def _first_shown(db: Database, document: str, policy: int | None = None) -> tuple[int, str, str, str] | None:
    """Return the first fetched snapshot, of one policy or of any, that shows a document: its id and sort key."""
    row: tuple[int, str, str, str] | None = db.execute(
        "SELECT id, captured, timestamp, url FROM snapshots WHERE document = ? AND policy = coalesce(?, policy)"
        " ORDER BY state <> 'fetched', captured, timestamp, url LIMIT 1",
        [document, policy],
    ).fetchone()
    return row


def _copy(db: Database, old: str, new: str) -> None:
    """Let a document have the text of another one."""
    columns = "title, body, language, route, recall, extractor, words"
    db.execute(
        f"INSERT INTO documents (hash, {columns}) SELECT ?, {columns} FROM documents WHERE hash = ?"  # noqa: S608 - ours
        " ON CONFLICT (hash) DO UPDATE SET title = excluded.title, body = excluded.body, language = excluded.language,"
        " route = excluded.route, recall = excluded.recall, extractor = excluded.extractor, words = excluded.words",
        [new, old],
    )


def note_found(db: Database, document: str, found: Iterable[Disregarded], snapshot: int) -> int:
    """Note what a snapshot of a document says where it does not count; return how much of it changed."""
    return sum(
        db.execute(
            "INSERT INTO disregarded (document, what, text, snapshot) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " snapshot = excluded.snapshot WHERE (SELECT captured FROM snapshots WHERE id = excluded.snapshot)"
            " < (SELECT captured FROM snapshots WHERE id = disregarded.snapshot)",
            [document, one.what, one.text[:_LONGEST], snapshot],
        ).rowcount
        for one in found
    )


def _move_notes(db: Database, policy: int, old: str, new: str) -> set[tuple[str, str]]:
    """Let what a policy's snapshots said in one document stand with another one; return what that is."""
    rows = db.execute(
        "SELECT d.what, d.text, d.snapshot FROM disregarded d JOIN snapshots s ON s.id = d.snapshot"
        " WHERE d.document = ? AND s.policy = ?",
        [old, policy],
    ).fetchall()
    for what, text, snapshot in rows:
        db.execute("DELETE FROM disregarded WHERE document = ? AND what = ? AND text = ?", [old, what, text])
        note_found(db, new, [Disregarded(what, text)], snapshot)
    return {(what, text) for what, text, _ in rows}


def _drop_if_unseen(db: Database, document: str) -> None:
    """Drop a document that no snapshot shows any more, and what hangs on it."""
    if not db.execute("SELECT 1 FROM snapshots WHERE document = ? LIMIT 1", [document]).fetchone():
        db.execute("DELETE FROM differences WHERE before = ? OR after = ?", [document, document])
        db.execute("DELETE FROM disregarded WHERE document = ?", [document])
        db.execute("DELETE FROM left_out WHERE document = ?", [document])
        variants.drop(db, document)
        db.execute("DELETE FROM documents WHERE hash = ?", [document])
