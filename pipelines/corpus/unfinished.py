"""What a crawl asked for of a policy that it did not come to the end of: so the next one goes on in its place."""

from sqlite_utils import Database

from crawler.model import Key, Snapshot


def create_unfinished(db: Database) -> None:
    """Create the table: the snapshots that were answered since a crawl was last done with their policy."""
    db.table("unfinished").create(
        {"policy": int, "url": str, "timestamp": str},
        pk=("policy", "url", "timestamp"),
        foreign_keys=[("policy", "policies", "id")],
    )


def answered(db: Database, policy: int, snapshot: Snapshot) -> None:
    """Store that a snapshot of a policy is answered."""
    db.execute("INSERT OR IGNORE INTO unfinished VALUES (?, ?, ?)", [policy, snapshot.url, snapshot.timestamp])


def finish(db: Database, policy: int) -> None:
    """Store that a crawl is done with a policy."""
    db.execute("DELETE FROM unfinished WHERE policy = ?", [policy])


def of_policy(db: Database, policy: int) -> set[Key]:
    """Return the snapshots of a policy that were answered since a crawl was last done with it."""
    return set(db.execute("SELECT url, timestamp FROM unfinished WHERE policy = ?", [policy]).fetchall())
