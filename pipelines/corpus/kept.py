"""Where the bytes of every capture are kept, and which could not be: those are fetched again by the next crawl."""

from typing import NamedTuple

from sqlite_utils import Database

from crawler.model import Playback

_LOST = ""


class Kept(NamedTuple):
    """The file in ``WARC_DIR`` with the bytes of a capture (None if they are lost), and the SHA-256 of its body."""

    file: str | None
    digest: str


def create_kept(db: Database) -> None:
    """Create the table. Of captures that earlier versions kept, it says nothing."""
    db.table("kept").create(
        {
            "policy": int,
            "url": str,
            "timestamp": str,  # with the URL, the address of the capture, or of a redirect on the way to it
            "file": str,  # in WARC_DIR; empty if the bytes could not be kept, or cannot be read any more
            "digest": str,  # SHA-256 of the body, decoded, in hexadecimal
        },
        pk=("policy", "url", "timestamp"),
        not_null={"file", "digest"},
        foreign_keys=[("policy", "policies", "id")],
    )


def store(db: Database, policy: int, capture: Playback, kept: Kept) -> None:
    """Store where the bytes of a capture are."""
    db.execute(
        "INSERT INTO kept (policy, url, timestamp, file, digest) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (policy, url, timestamp) DO UPDATE SET file = excluded.file, digest = excluded.digest",
        [policy, capture.url, capture.timestamp, kept.file or _LOST, kept.digest],
    )


def unite(db: Database, policy: int, capture: Playback, kept: Kept) -> None:
    """Store where else the bytes of a capture are, if that is better: a file counts more, then the greater digest."""
    db.execute(
        "INSERT INTO kept (policy, url, timestamp, file, digest) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (policy, url, timestamp) DO UPDATE SET file = excluded.file, digest = excluded.digest"
        " WHERE (excluded.file <> '', excluded.digest) > (kept.file <> '', kept.digest)",
        [policy, capture.url, capture.timestamp, kept.file or _LOST, kept.digest],
    )


def of_policy(db: Database, policy: int) -> dict[Playback, Kept]:
    """Return where the bytes of a policy's captures are, as far as that is known."""
    rows = db.execute("SELECT timestamp, url, file, digest FROM kept WHERE policy = ?", [policy])
    return {Playback(timestamp, url): Kept(file or None, digest) for timestamp, url, file, digest in rows}


def lost(db: Database, policy: int) -> list[tuple[Playback, str | None]]:
    """Return the captures of a policy whose bytes are lost, each with its digest if it is listed."""
    rows = db.execute(
        "SELECT k.timestamp, k.url, s.digest FROM kept k LEFT JOIN snapshots s USING (policy, url, timestamp)"
        " WHERE k.policy = ? AND k.file = ? ORDER BY k.timestamp, k.url",
        [policy, _LOST],
    )
    return [(Playback(timestamp, url), digest) for timestamp, url, digest in rows]
