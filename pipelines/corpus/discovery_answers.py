"""What the archive answered when the policies of a domain were looked for: so that nothing is asked twice."""

import json
from datetime import UTC, datetime

from sqlite_utils import Database


def create_discovery_answers(db: Database) -> None:
    """Create the table."""
    db.table("discovery_answers").create(
        {
            "domain": str,
            "question": str,  # what was asked: index, months URL, links TIMESTAMP/URL, page TIMESTAMP/URL
            "answer": str,  # JSON: what of the answer counts
            "asked": str,  # when
            "reading": int,  # the version of the program that read it
        },
        pk=("domain", "question"),
        not_null={"domain", "question", "answer", "asked", "reading"},
    )


def find(db: Database, domain: str, question: str, reading: int, since: datetime | None) -> str | None:
    """Return the answer to a question that a version of the program read; none that was asked before ``since``."""
    sql = "SELECT answer FROM discovery_answers WHERE domain = ? AND question = ? AND reading = ? AND asked >= ?"
    row = db.execute(sql, [domain, question, reading, _iso(since) if since else ""]).fetchone()
    return None if row is None else str(row[0])


def store(db: Database, domain: str, question: str, reading: int, answer: str) -> None:
    """Store the answer to a question about a domain."""
    db.execute(
        "INSERT OR REPLACE INTO discovery_answers (domain, question, answer, asked, reading) VALUES (?, ?, ?, ?, ?)",
        [domain, question, answer, _iso(datetime.now(UTC)), reading],
    )


def unite(db: Database, others: Database) -> int:
    """Put the answers of another corpus beside those that are here, of two to a question the later one: whichever is
    put in first, the result is the same. Return how many no discovery stores.
    """
    refused = 0
    now = _iso(datetime.now(UTC))
    for row in others.execute("SELECT domain, question, reading, asked, answer FROM discovery_answers").fetchall():
        if not _is_ours(*row) or row[3] > now:  # one that is yet to be asked would count for ever
            refused += 1
            continue
        db.execute(
            "INSERT INTO discovery_answers (domain, question, reading, asked, answer) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (domain, question)"
            " DO UPDATE SET reading = excluded.reading, asked = excluded.asked, answer = excluded.answer"
            " WHERE (excluded.reading, excluded.asked, excluded.answer) > (reading, asked, answer)",
            row,
        )
    return refused


def _is_ours(domain: object, question: object, reading: object, asked: object, answer: object) -> bool:
    if not all(isinstance(text, str) for text in (domain, question)) or not isinstance(reading, int):
        return False
    try:
        json.loads(answer)  # type: ignore[arg-type]
        return asked == _iso(datetime.fromisoformat(asked))  # type: ignore[arg-type]
    except (ValueError, TypeError, RecursionError):
        return False


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
