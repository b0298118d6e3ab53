"""How far the listing of each of a policy's URLs is known."""

from datetime import UTC, datetime

from sqlite_utils import Database

from crawler.timeline.listings import LastListing


def last_listing(db: Database, policy: int, url: str) -> LastListing | None:
    """Return how far the listing of a policy's URL is known; None if it was never listed."""
    sql = "SELECT newest, listed_whole FROM listings WHERE policy = ? AND url = ?"
    row = db.execute(sql, [policy, url]).fetchone()
    if row is None:
        return None
    return LastListing(datetime.fromisoformat(row[0]) if row[0] else None, datetime.fromisoformat(row[1]))


def store_listing(db: Database, policy: int, url: str, newest: datetime | None, *, whole: bool) -> None:
    """Store that a URL was listed just now, up to its newest snapshot: from the beginning, or only what is new."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute(
        "INSERT INTO listings (policy, url, newest, listed, listed_whole) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (policy, url) DO UPDATE SET"
        " newest = max(coalesce(newest, ''), coalesce(excluded.newest, '')),"
        " listed = excluded.listed, listed_whole = iif(?, excluded.listed_whole, listed_whole)",
        [policy, url, newest.isoformat() if newest else None, now, now, whole],
    )
