"""The runs of the spiders: what each asked, received, stored and refused, and how each policy fared in it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from crawler.events import Summary
from pipelines.corpus import news


def create_crawls(db: Database) -> None:
    """Create the tables of the runs of the spider, and how each policy fared in them."""
    db.table("crawls").create(
        {
            "id": int,
            "started": str,
            "finished": str,
            "status": str,  # running, complete, partial, failed, interrupted; killed: never stored how it ended
            "arguments": str,  # JSON: the spider arguments and the archive
            "asked": int,  # requests sent to the archive, repeated ones included
            "received": int,  # rows in its listings
            "stored": int,  # rows that were new snapshots
            "refused": int,  # rows that are none
        },
        pk="id",
        not_null={"started", "status"},
        defaults={"asked": 0, "received": 0, "stored": 0, "refused": 0},
    )
    db.table("crawl_counts").create(
        {"crawl": int, "what": str, "reason": str, "count": int},
        pk=("crawl", "what", "reason"),
        foreign_keys=[("crawl", "crawls", "id")],
    )
    db.table("crawl_policies").create(
        {
            "crawl": int,
            "policy": int,
            "status": str,  # complete, partial
            "listed": int,
            "fetched": int,
            "revisions": int,
            "rejected": int,
            "failed": int,
            "errors": str,
        },
        pk=("crawl", "policy"),
        foreign_keys=[("crawl", "crawls", "id"), ("policy", "policies", "id")],
    )
    db.table("crawl_policies").create_index(["policy"])


def start(db: Database, arguments: Mapping[str, Any]) -> int:
    """Store that a crawl has begun; return its id."""
    news.correct(db)
    started = datetime.now(UTC).isoformat(timespec="milliseconds")  # what is new in a crawl was found after it
    row = {"started": started, "status": "running", "arguments": json.dumps(arguments, sort_keys=True)}
    identifier = db.table("crawls").insert(row).last_pk
    assert isinstance(identifier, int)
    return identifier


def is_running(db: Database) -> bool:
    """Tell whether a crawl is noted as running."""
    return db.execute("SELECT 1 FROM crawls WHERE status = 'running' LIMIT 1").fetchone() is not None


def settle(db: Database) -> None:
    """Note as killed what is noted as running. Only who holds the corpus's lock knows that it is not."""
    if is_running(db):
        db.execute("UPDATE crawls SET status = 'killed' WHERE status = 'running'")


def finish(db: Database, crawl: int, status: str, reason: str | None = None) -> None:
    """Store how a crawl ended (complete, partial, failed or interrupted), and why if it ended early."""
    # A plain statement waits for other writers; sqlite-utils reads the row before, and who has read is refused at once.
    sql = "UPDATE crawls SET finished = ?, status = ?, reason = ? WHERE id = ?"
    db.execute(sql, [_now(), status, reason, crawl])


def store_requests(db: Database, crawl: int, requests: int) -> None:
    """Store how many requests a crawl has sent so far."""
    db.execute("UPDATE crawls SET asked = ? WHERE id = ?", [requests, crawl])


def count_rows(db: Database, crawl: int, received: int, stored: int, refused: Counter[str]) -> None:
    """Count the rows of a listing: received, new and, by reason, refused."""
    db.execute(
        "UPDATE crawls SET received = received + ?, stored = stored + ?, refused = refused + ? WHERE id = ?",
        [received, stored, refused.total(), crawl],
    )
    _count(db, crawl, "row", refused)


def count_outcome(db: Database, crawl: int, outcome: str) -> None:
    """Count the outcome of a snapshot: its state or the reason for it."""
    _count(db, crawl, "snapshot", Counter([outcome]))


def count_domain(db: Database, crawl: int, outcome: str, policies: int) -> None:
    """Count a domain whose policies were looked for, by how that went (complete or partial), and those found."""
    _count(db, crawl, "domain", Counter([outcome]))
    _count(db, crawl, "found", Counter({"policies": policies}))


def finish_policy(db: Database, crawl: int, policy: int, errors: Iterable[str]) -> Summary:
    """Store that a crawl is done with a policy, and what could not be done; return how far the policy is known."""
    summary = summarise(db, policy)
    text = "\n".join(errors)
    row = {"crawl": crawl, "policy": policy, "errors": text or None, **summary._asdict()}
    row["new"] = number_of_new(db, crawl, policy)
    row["status"] = "partial" if text or summary.failed else "complete"
    db.table("crawl_policies").upsert(row, pk=("crawl", "policy"))
    return summary


def summarise(db: Database, policy: int) -> Summary:
    """Return how far a policy is known."""
    rows = db.execute("SELECT state, count(*) FROM snapshots WHERE policy = ? GROUP BY state", [policy])
    states = Counter(dict(rows))
    return Summary(
        states.total(), states["fetched"], states["rejected"], states["failed"], number_of_revisions(db, policy)
    )


def number_of_new(db: Database, crawl: int, policy: int) -> int:
    """Return how many revisions of a policy a crawl has found."""
    row = db.execute("SELECT started FROM crawls WHERE id = ?", [crawl]).fetchone()
    return news.number(db, policy, row[0]) if row else 0


def was_finished_before(db: Database, crawl: int, policy: int) -> bool:
    """Tell whether an earlier crawl was done with a policy, and found a text."""
    earlier = "SELECT 1 FROM crawl_policies WHERE policy = ? AND crawl < ? AND revisions > 0 LIMIT 1"
    return db.execute(earlier, [policy, crawl]).fetchone() is not None


def number_of_revisions(db: Database, policy: int) -> int:
    """Return how many revisions of a policy are known."""
    return int(db.execute("SELECT count(*) FROM revisions WHERE policy = ?", [policy]).fetchone()[0])


def _count(db: Database, crawl: int, what: str, counts: Counter[str]) -> None:
    db.conn.executemany(
        "INSERT INTO crawl_counts (crawl, what, reason, count) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (crawl, what, reason) DO UPDATE SET count = count + excluded.count",
        [(crawl, what, reason, count) for reason, count in counts.items()],
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
