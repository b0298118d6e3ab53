"""What readers ask for often and SQLite would have to count each time, kept beside the facts that it follows from.

    revisions.first_captured, .last_captured   the times of its first and last snapshot, to sort and search by
    yearly                                     how many snapshots of each state, and how many revisions, begin in a year
    differences                                what changed between two documents that followed each other, in words;
                                               and between the two around one that is unlike both

Triggers keep the first two, whoever writes the tables. The third is of texts, so that it never needs to be made again;
a crawl adds what is missing when a policy is finished, and `measure` may be called at any time.
"""

import json
from itertools import pairwise

from sqlite_utils import Database

from crawler.text.comparison.compare import compare
from crawler.text.comparison.excerpt import excerpt

UNLIKE_BEFORE = "c.words_after - c.words_added < 0.3 * c.words_after"
UNLIKE_NEXT = "n.words_before - n.words_removed < 0.3 * n.words_before"
"""SQL: whether a text shares less than 30 % of its words with the one before it (difference `c`), with the one after it
(`n`). Policies are rewritten so thoroughly too, but not back again: see `ALIKE`.
"""
ALIKE = "a.words_added + a.words_removed < 0.3 * (a.words_before + a.words_after)"
"""SQL: whether two texts (difference `a`) share more than 70 % of their words."""

_TIMES = """
first_captured = (SELECT captured FROM snapshots WHERE id = first_snapshot),
last_captured = (SELECT captured FROM snapshots WHERE id = last_snapshot)
"""
_COUNT = (
    "INSERT INTO yearly (year, what, count) VALUES (substr({captured}, 1, 4), {what}, {step})"
    " ON CONFLICT (year, what) DO UPDATE SET count = count + excluded.count;"
)
_STARTED = "(SELECT captured FROM snapshots WHERE id = {row}.first_snapshot)"


def create_derived(db: Database) -> None:
    """Create what is kept, its triggers and indexes, and fill it from the tables as they are."""
    table = db.table("revisions")
    for column in ("first_captured", "last_captured"):
        table.add_column(column, str)
    db.execute(f"UPDATE revisions SET {_TIMES}")  # noqa: S608 - no value in it
    table.create_index(["policy", "first_captured"])
    table.create_index(["first_captured"])
    db.table("yearly").create({"year": str, "what": str, "count": int}, pk=("year", "what"), not_null={"count"})
    db.execute(
        "INSERT INTO yearly SELECT substr(captured, 1, 4), state, count(*) FROM snapshots GROUP BY 1, 2"
        " UNION ALL SELECT substr(first_captured, 1, 4), 'revision', count(*) FROM revisions GROUP BY 1"
    )
    db.table("differences").create(
        {
            "before": str,
            "after": str,
            "words_before": int,
            "words_after": int,
            "words_added": int,
            "words_removed": int,
            "words_moved": int,
            "sentences": str,  # JSON: of each changed sentence, runs of [=, - or +, text]
        },
        pk=("before", "after"),
        foreign_keys=[("before", "documents", "hash"), ("after", "documents", "hash")],
    )
    _create_triggers(db)


def _create_triggers(db: Database) -> None:
    set_times = f"UPDATE revisions SET {_TIMES} WHERE id = new.id;"  # noqa: S608 - no value in it
    add = _COUNT.format(captured="new.captured", what="new.state", step=1)
    take = _COUNT.format(captured="old.captured", what="old.state", step=-1)
    begin = _COUNT.format(captured=_STARTED.format(row="new"), what="'revision'", step=1)
    end = _COUNT.format(captured=_STARTED.format(row="old"), what="'revision'", step=-1)
    for name, when, do in (
        ("revisions_times_ai", "AFTER INSERT ON revisions", set_times + begin),
        ("revisions_times_au", "AFTER UPDATE OF first_snapshot, last_snapshot ON revisions", set_times + end + begin),
        ("revisions_times_ad", "AFTER DELETE ON revisions", end),
        ("snapshots_yearly_ai", "AFTER INSERT ON snapshots", add),
        ("snapshots_yearly_au", "AFTER UPDATE OF state ON snapshots WHEN old.state <> new.state", take + add),
        ("snapshots_yearly_ad", "AFTER DELETE ON snapshots", take),
    ):
        db.execute(f"CREATE TRIGGER {name} {when} BEGIN {do} END")


def measure(db: Database, policy: int) -> int:
    """Measure the changes of a policy that are not measured yet; gives how many there were.

    Where a text is unlike both its neighbours, these are compared too: if they are alike, it may be of another page.
    """
    rows = db.execute(
        "SELECT r.document FROM revisions r JOIN snapshots f ON f.id = r.first_snapshot WHERE r.policy = ?"
        " ORDER BY f.captured, f.timestamp, f.url",
        [policy],
    )
    documents = [row[0] for row in rows]
    measured = sum(_measure(db, before, after) for before, after in sorted(set(pairwise(documents))))
    around = {(a, b, c) for a, b, c in zip(documents, documents[1:], documents[2:], strict=False) if a != c}
    return measured + sum(_measure(db, a, c) for a, b, c in sorted(around) if _is_unlike_both(db, a, b, c))


def _is_unlike_both(db: Database, before: str, document: str, after: str) -> bool:
    row = db.execute(
        f"SELECT {UNLIKE_BEFORE} AND {UNLIKE_NEXT} FROM differences c, differences n"  # noqa: S608 - ours
        " WHERE c.before = ? AND c.after = ? AND n.before = ? AND n.after = ?",
        [before, document, document, after],
    ).fetchone()
    return bool(row and row[0])


def _measure(db: Database, before: str, after: str) -> bool:
    """Measure a change; whether that was still to be done."""
    if db.execute("SELECT 1 FROM differences WHERE before = ? AND after = ?", [before, after]).fetchone():
        return False
    texts = [db.execute("SELECT body FROM documents WHERE hash = ?", [key]).fetchone()[0] for key in (before, after)]
    result = compare(*texts)
    sizes = [result.before, result.after, result.added, result.removed, result.moved]
    db.execute(
        "INSERT OR IGNORE INTO differences VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [before, after, *sizes, json.dumps(excerpt(result), ensure_ascii=False)],
    )
    return True
