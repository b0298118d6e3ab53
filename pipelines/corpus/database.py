"""The corpus: one SQLite file with all that is known. Each method is one transaction, so that a run killed at any
moment leaves it whole.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple, Self

from sqlite_utils import Database

from crawler.errors import CorpusError
from crawler.items import Answered, Learned, Summary
from crawler.model import Conclusion, Key, Policy, Snapshot
from crawler.text.identity.policy import PolicyIdentity
from crawler.timeline.listings import LastListing
from pipelines.corpus import documents, noise
from pipelines.corpus.differences import identity_of, measure
from pipelines.corpus.many_rows import execute_for_many
from pipelines.corpus.revisions import redraw
from pipelines.corpus.schema import migrations

_BUSY_SECONDS = 30  # how long to wait for another writer: Datasette only reads, a second crawl writes for milliseconds


class Known(NamedTuple):
    """What the corpus knows of a policy's snapshots, by their addresses."""

    texts: dict[Key, str]
    inferred: dict[Key, str]
    dismissed: set[Key]


class Revision(NamedTuple):
    """A revision as its document file needs it: the first snapshot that shows it, and the text."""

    url: str
    timestamp: str
    captured: str
    title: str
    body: str


class Corpus:
    """An open corpus. Use as a context manager, or `close` it."""

    def __init__(self, path: Path) -> None:
        """Open or create the corpus at ``path`` and bring its schema up to date. Raises `CorpusError`."""
        self.path = path
        connection = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
            self.db = Database(connection)
            if {*self.db.table_names()} - {migrations.migrations_table} and not migrations.applied(self.db):
                raise sqlite3.DatabaseError("it is a database of something else")
            self.db.enable_wal()
            migrations.apply(self.db)
            self.db.execute("PRAGMA foreign_keys = ON")
        except (OSError, sqlite3.Error) as error:
            if connection is not None:
                connection.close()
            raise CorpusError(
                f"{path}: cannot be opened as a corpus ({error}). Expected a SQLite file made by Policytrail,"
                " or a place where one can be made; set CORPUS_DB to another path."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    # -- what is known ------------------------------------------------------------------------------------------------
    def known(self, policy: Policy) -> Known:
        """What earlier crawls found out about a policy's snapshots."""
        known = Known({}, {}, set())
        rows = self.db.execute(
            "SELECT url, timestamp, state, document FROM snapshots"
            " WHERE policy = ? AND (origin IS NULL OR origin = 'archive')",  # others' readings tell other texts apart
            [self.policy_id(policy)],
        )
        for url, timestamp, state, document in rows:
            key = (intern(url), timestamp)  # of 200,000 snapshots, a few URLs and documents are not kept 200,000 times
            if state == "rejected":
                known.dismissed.add(key)
            elif state == "inferred":
                known.inferred[key] = intern(document)
            elif document is not None:
                known.texts[key] = intern(document)
        return known

    def identity(self, policy: Policy) -> PolicyIdentity:
        """What was learned of a policy's texts: what of them does not count."""
        return identity_of(self.db.conn, self.policy_id(policy))

    def body(self, document: str) -> str | None:
        """The body of a document, if it is stored."""
        row = self.db.execute("SELECT body FROM documents WHERE hash = ?", [document]).fetchone()
        return row[0] if row else None

    def has(self, policy: Policy) -> bool:
        """Whether anything is known of a policy."""
        found = self.db.execute("SELECT 1 FROM policies WHERE vendor = ? AND type = ?", [policy.vendor, policy.type])
        return found.fetchone() is not None

    def snapshots(self, policy: Policy, since: str | None = None, until: str | None = None) -> Iterator[Snapshot]:
        """The snapshots of a policy that the archive listed, from one timestamp (of 1 to 14 digits) to another, both
        inclusive.
        """
        rows = self.db.execute(
            "SELECT url, timestamp, captured, mimetype, status, digest, length FROM snapshots"
            " WHERE policy = ? AND timestamp BETWEEN ? AND ? AND mimetype IS NOT NULL",
            [self.policy_id(policy), since or "", (until or "").ljust(14, "9")],
        )
        for url, timestamp, captured, mimetype, *rest in rows:  # interned: a policy has two URLs and 200,000 rows
            yield Snapshot(intern(url), timestamp, datetime.fromisoformat(captured), intern(mimetype), *rest)

    def last_listing(self, policy: Policy, url: str) -> LastListing | None:
        """How far the listing of a policy's URL is known."""
        row = self.db.execute(
            "SELECT newest, listed_whole FROM listings WHERE url = ?"
            " AND policy = (SELECT id FROM policies WHERE vendor = ? AND type = ?)",
            [url, policy.vendor, policy.type],
        ).fetchone()
        if row is None:
            return None
        return LastListing(datetime.fromisoformat(row[0]) if row[0] else None, datetime.fromisoformat(row[1]))

    def summary(self, policy: Policy) -> Summary:
        """How far a policy is known."""
        identifier = self.policy_id(policy)
        states = Counter(
            dict(self.db.execute("SELECT state, count(*) FROM snapshots WHERE policy = ? GROUP BY state", [identifier]))
        )
        revisions = self.db.execute("SELECT count(*) FROM revisions WHERE policy = ?", [identifier]).fetchone()[0]
        return Summary(states.total(), states["fetched"], states["rejected"], states["failed"], revisions)

    def revisions(self, policy: Policy) -> list[Revision]:
        """The revisions of a policy in order."""
        rows = self.db.execute(
            "SELECT s.url, s.timestamp, s.captured, d.title, d.body FROM revisions r"
            " JOIN snapshots s ON s.id = r.first_snapshot JOIN documents d ON d.hash = r.document"
            " WHERE r.policy = ? ORDER BY s.captured, s.timestamp, s.url",
            [self.policy_id(policy)],
        )
        return [Revision(*row) for row in rows]

    # -- crawls -------------------------------------------------------------------------------------------------------
    def start_crawl(self, arguments: Mapping[str, Any]) -> int:
        """Note that a crawl has begun; gives its id. Crawls that are still noted as running were killed: two never
        overlap. Raises `CorpusError` where the corpus cannot be written.
        """
        row = {"started": _now(), "status": "running", "arguments": json.dumps(arguments, sort_keys=True)}
        try:
            self.db.execute("UPDATE crawls SET status = 'killed' WHERE status = 'running'")
            identifier = self.db.table("crawls").insert(row).last_pk
        except sqlite3.Error as error:
            raise CorpusError(
                f"{self.path}: cannot be written ({error}). Make the file and its folder writable,"
                " or set CORPUS_DB to another path."
            ) from error
        assert isinstance(identifier, int)
        return identifier

    def note_asked(self, crawl: int, asked: int) -> None:
        """Note how many requests a crawl has sent so far."""
        self.db.table("crawls").update(crawl, {"asked": asked})

    def finish_policy(self, crawl: int, policy: Policy, errors: Iterable[str]) -> Summary:
        """Note that a crawl is done with a policy, and what could not be done."""
        measure(self.db, self.policy_id(policy))
        summary = self.summary(policy)
        text = "\n".join(errors)
        row = {"crawl": crawl, "policy": self.policy_id(policy), "errors": text or None, **summary._asdict()}
        row["status"] = "partial" if text or summary.failed else "complete"
        self.db.table("crawl_policies").upsert(row, pk=("crawl", "policy"))
        return summary

    def finish_crawl(self, crawl: int, status: str, reason: str | None = None) -> None:
        """Note how a crawl ended (complete, partial, failed or interrupted), and why where that was early."""
        self.db.table("crawls").update(crawl, {"finished": _now(), "status": status, "reason": reason})

    # -- what a crawl finds -------------------------------------------------------------------------------------------
    def store_listing(
        self, crawl: int, policy: Policy, snapshots: Iterable[Snapshot], received: int, refused: Counter[str]
    ) -> int:
        """Store the snapshots of a listing that are new, and the account of its rows; gives how many were new. An
        imported one that is listed now keeps its text.
        """
        with self.db.atomic():
            identifier = self.policy_id(policy)
            stored = execute_for_many(
                self.db,
                "INSERT INTO snapshots (policy, url, timestamp, captured, mimetype, status, digest, length, state)"
                " VALUES {rows} ON CONFLICT (policy, url, timestamp) DO UPDATE SET"
                " mimetype = excluded.mimetype, status = excluded.status, digest = excluded.digest,"
                " length = excluded.length WHERE mimetype IS NULL",
                ((identifier, s.url, s.timestamp, s.captured.isoformat(), *s[3:], "listed") for s in snapshots),
            )
            self.db.execute(
                "UPDATE crawls SET received = received + ?, stored = stored + ?, refused = refused + ? WHERE id = ?",
                [received, stored, refused.total(), crawl],
            )
            self._count(crawl, "row", refused)
        return stored

    def note_listing(self, policy: Policy, url: str, newest: datetime | None, *, whole: bool) -> None:
        """Note that a URL was listed, up to its newest snapshot if any; from the beginning, or what was new."""
        now = _now()
        with self.db.atomic():
            self.db.execute(
                "INSERT INTO listings (policy, url, newest, listed, listed_whole) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (policy, url) DO UPDATE SET"
                " newest = max(coalesce(newest, ''), coalesce(excluded.newest, '')),"
                " listed = excluded.listed, listed_whole = iif(?, excluded.listed_whole, listed_whole)",
                [self.policy_id(policy), url, newest.isoformat() if newest else None, now, now, whole],
            )

    def store_answer(self, crawl: int, answer: Answered) -> None:
        """Store the outcome of one snapshot, with its document, and redraw the policy's revisions."""
        with self.db.atomic():
            identifier = self.policy_id(answer.policy)
            document = answer.document
            if document is not None and documents.is_earliest(self.db, answer.snapshot, document.hash):
                documents.put(self.db, document)
            self.db.execute(
                "UPDATE snapshots SET state = ?, reason = ?, detail = ?, document = ?, read_at = ?, origin = NULL"
                " WHERE policy = ? AND url = ? AND timestamp = ?",
                [
                    answer.state,
                    answer.reason,
                    answer.detail,
                    document.hash if document else None,
                    answer.read_at,
                    identifier,
                    answer.snapshot.url,
                    answer.snapshot.timestamp,
                ],
            )
            if document is not None:
                noise.note(self.db, identifier, answer.snapshot, document)
            self._count(crawl, "snapshot", Counter([answer.reason or answer.state]))
            redraw(self.db, identifier)

    def store_conclusions(self, policy: Policy, conclusions: Iterable[Conclusion]) -> None:
        """Store what became known without asking, and redraw the policy's revisions."""
        with self.db.atomic():
            identifier = self.policy_id(policy)
            execute_for_many(
                self.db,
                "UPDATE snapshots SET state = column4, reason = column5, detail = NULL, document = column6,"
                " read_at = NULL, origin = NULL FROM (VALUES {rows})"
                " WHERE policy = column1 AND url = column2 AND timestamp = column3",
                (
                    (identifier, c.snapshot.url, c.snapshot.timestamp, c.state, c.reason, c.document)
                    for c in conclusions
                ),
            )
            redraw(self.db, identifier)

    def store_learned(self, learned: Learned) -> None:
        """Store what was learned of a policy's texts: documents that differ in nothing that counts become one."""
        with self.db.atomic():
            identifier = self.policy_id(learned.policy)
            noise.put_places(self.db, identifier, learned.identity.places)
            noise.rename(self.db, identifier, learned.renamed)

    def policy_id(self, policy: Policy) -> int:
        """The id of a policy, which is made where it is new."""
        row = self.db.execute(
            "SELECT id FROM policies WHERE vendor = ? AND type = ?", [policy.vendor, policy.type]
        ).fetchone()
        if row is None:
            row = (self.db.table("policies").insert({"vendor": policy.vendor, "type": policy.type}).last_pk,)
        return int(row[0])

    def _count(self, crawl: int, what: str, counts: Counter[str]) -> None:
        self.db.conn.executemany(
            "INSERT INTO crawl_counts (crawl, what, reason, count) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (crawl, what, reason) DO UPDATE SET count = count + excluded.count",
            [(crawl, what, reason, count) for reason, count in counts.items()],
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
