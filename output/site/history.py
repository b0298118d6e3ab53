"""A policy and its revisions, as the pages show them."""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from crawler.model import type_slug
from crawler.text.comparison.compare import Comparison, compare
from crawler.text.identity.policy import PolicyIdentity
from pipelines.corpus.bad_rows import BadRows, check_found, check_texts, check_times, kept, revision_name
from pipelines.corpus.conclusions.doubts import between, in_words, split
from pipelines.corpus.conclusions.variants import OF_REVISION
from pipelines.corpus.differences import Difference, difference, identity_of, stored
from pipelines.corpus.documents import TITLE, body_of
from pipelines.corpus.revisions import revision_names
from pipelines.corpus.views import MUCH_SHORTER

_MAX_MEASURED = 20
"""Most changes that a request measures itself where no crawl has: 1 to 15 ms each."""
_MAX_REMEMBERED = 500
_LONG = 200_000
"""Characters of two texts of which the comparison is not remembered."""


_REVISIONS = (
    f"SELECT r.id, r.document, {TITLE}, f.url, f.timestamp, f.origin, r.first_captured, r.last_captured, f.id,"  # noqa: S608 - ours
    " f.captured, l.captured FROM revisions r LEFT JOIN snapshots f ON f.id = r.first_snapshot"
    " LEFT JOIN snapshots l ON l.id = r.last_snapshot LEFT JOIN documents d ON d.hash = r.document"
    " WHERE r.policy = ? ORDER BY r.first_captured, f.timestamp, f.url"
)
_COLUMNS = (
    *("id", "document", "title", "url", "timestamp", "origin", "first_captured", "last_captured", "snapshot"),
    *("first snapshot's captured", "last snapshot's captured"),
)


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One tracked document of a vendor."""

    id: int
    vendor: str
    type: str


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against taking a revision for a change by the vendor: the marks of the view `changes`."""

    extractor_changed: bool = False
    """Whether its text was read by another extractor than the one before it."""
    outlier: bool = False
    """Whether its text is unlike both its neighbours, which are alike, or much shorter than both; a variant may be."""
    reasons: tuple[str, ...] = ()
    """The doubts about the snapshots that show it, each once."""
    between: int = 0
    """How many captures between it and the one before show neither."""

    def __iter__(self) -> Iterator[str]:
        """Yield the doubts in words, each to follow what it is about."""
        if MUCH_SHORTER in self.reasons:
            yield in_words(MUCH_SHORTER)
        elif self.outlier:
            yield "unlike its neighbours: perhaps another page was captured"
        if self.between:
            yield f"begins perhaps earlier: {between(self.between)}"
        if self.extractor_changed:
            yield "may be due to a newer extractor"
        yield from (in_words(reason) for reason in self.reasons if reason != MUCH_SHORTER)


@dataclass(slots=True)
class RevisionRow:
    """A stretch of time in which a policy had one document. Times are ISO 8601, UTC."""

    id: int
    number: int
    """Its place in the policy's history, from 1."""
    name: str
    """What it is called in addresses and on disk."""
    document: str
    title: str
    url: str
    timestamp: str
    origin: str | None
    """What the first snapshot was imported from; None for the archive."""
    first_captured: str
    last_captured: str
    snapshot: int
    """The first snapshot that shows it."""
    before: "RevisionRow | None" = field(default=None, repr=False)
    after: "RevisionRow | None" = field(default=None, repr=False)
    change: Difference | None = None
    """What changed from the revision before, where that is measured."""
    doubts: Doubts = field(default_factory=Doubts)
    variant: int | None = None
    """The period in which its text takes turns with others."""


def policies_of(conn: sqlite3.Connection, vendor: str) -> list[PolicyRow]:
    """Return the policies of a vendor by type; none where the vendor is unknown."""
    rows = conn.execute("SELECT id, vendor, type FROM policies WHERE vendor = ? ORDER BY type", [vendor])
    return [PolicyRow(*row) for row in rows]


def policy_at(conn: sqlite3.Connection, vendor: str, slug: str) -> PolicyRow | None:
    """Return the policy at an address; None where there is none."""
    return next((policy for policy in policies_of(conn, vendor) if type_slug(policy.type) == slug), None)


def revisions_of(
    conn: sqlite3.Connection, policy: PolicyRow, *, changes: bool = True, bad: BadRows | None = None
) -> list[RevisionRow]:
    """Return the revisions of a policy in order, if wanted with what each changed.

    Those that cannot be read go to ``bad``; without it, they raise `CorpusRowError` and the like.
    """
    rows = kept(
        conn.execute(_REVISIONS, [policy.id]).fetchall(), _checked, lambda row: revision_name(conn, row[0]), bad
    )
    revisions: list[RevisionRow] = []
    names = revision_names(conn, policy.id)
    measured = 0
    identity: PolicyIdentity | None = None
    for number, (id_, *row) in enumerate(rows, 1):
        revision = RevisionRow(id_, number, names[id_], *row)
        if revisions:
            revision.before = revisions[-1]
            revisions[-1].after = revision
            if changes:
                revision.change = stored(conn, revisions[-1].document, revision.document)
            if changes and revision.change is None and measured < _MAX_MEASURED:
                measured += 1
                identity = identity or identity_of(conn, policy.id)
                revision.change = _measured(conn, revisions[-1].document, revision.document, identity)
        revisions.append(revision)
    doubts = doubts_about(conn, [revision.id for revision in revisions])
    held_in = f"SELECT r.id, (SELECT v.id {OF_REVISION}) FROM revisions r WHERE r.policy = ?"  # noqa: S608 - ours
    variants = dict(conn.execute(held_in, [policy.id]).fetchall())
    for revision in revisions:
        revision.doubts = doubts.get(revision.id, revision.doubts)
        revision.variant = variants.get(revision.id)
    return revisions


def _checked(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row of a revision without what is looked at here alone. Raises `CorpusRowError`."""
    named = dict(zip(_COLUMNS, row, strict=True))
    check_found(
        named, {"snapshot": "its first snapshot", "last snapshot's captured": "its last snapshot", "title": "its text"}
    )
    check_texts(named, ("document", "title", "url", "timestamp"))
    check_times(named, ("first_captured", "last_captured", "first snapshot's captured", "last snapshot's captured"))
    return row[:-2]


def doubts_about(conn: sqlite3.Connection, revisions: Sequence[int]) -> dict[int, Doubts]:
    """Return the doubts about revisions, by their ids; those without any are left out."""
    rows = conn.execute(
        "SELECT revision, extractor_changed, outlier AND variant IS NULL, doubts, doubtful_between FROM changes"  # noqa: S608 - question marks
        f" WHERE revision IN ({', '.join('?' * len(revisions))})",
        list(revisions),
    )
    return {
        revision: Doubts(bool(extractor_changed), bool(outlier), split(reasons), captures)
        for revision, extractor_changed, outlier, reasons, captures in rows
        if extractor_changed or outlier or reasons or captures
    }


_MEASURED: OrderedDict[tuple[bytes, PolicyIdentity], Difference] = OrderedDict()
"""The last changes that were measured, by a digest of the texts: while a crawl of a policy runs, none are stored."""


def _measured(conn: sqlite3.Connection, before: str, after: str, identity: PolicyIdentity) -> Difference:
    bodies = repr((body_of(conn, before), body_of(conn, after)))
    key = blake2b(bodies.encode(errors="surrogatepass"), digest_size=16).digest(), identity
    found = _MEASURED.get(key) or difference(conn, before, after, identity)
    _MEASURED[key] = found
    if len(_MEASURED) > _MAX_REMEMBERED:
        _MEASURED.popitem(last=False)
    return found


def comparison(before: str, after: str, identity: PolicyIdentity) -> Comparison:
    """Return what `compare` does, remembered unless it is large: readers go back and forth between few pages."""
    return _compared(before, after, identity) if len(before) + len(after) < _LONG else compare(before, after, identity)


@lru_cache(maxsize=64)
def _compared(before: str, after: str, identity: PolicyIdentity) -> Comparison:
    return compare(before, after, identity)


def revision_named(revisions: list[RevisionRow], name: str) -> RevisionRow | None:
    """Return the revision of this name; else, for other digits of a time, the one that held or was seen last."""
    for revision in revisions:
        if revision.name == name:
            return revision
    digits = name.replace("-", "")
    if not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 14):
        return None
    seen = [revision for revision in revisions if revision.timestamp <= digits.ljust(14, "9")]
    return seen[-1] if seen else None
