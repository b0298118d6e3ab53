"""Addresses that may be a policy's, as discovery found them, each with the evidence and what somebody decided about it.

A row is an address and a type. An address is the same with http or https, with or without www: the archive's `urlkey`
names it. What a later discovery finds is put beside what was found before; a decision stays.
"""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple, get_args

from sqlite_utils import Database

from crawler.archive.urlkey import urlkey
from crawler.discovery.candidates import Candidate, Evidence, Source

Decision = Literal["accepted", "refused"]

_MOST_SEEN = 12
"""Pieces of evidence kept for an address: the earliest and the latest half of this many. More persuades nobody."""
_MAX_PAGE = 2_000
"""Characters of the address of the page where one was seen."""
_MAX_TEXT = 200
"""Characters of a link's text."""
MAX_SEEN = 100_000
"""Characters of the evidence for an address, twelve pieces at most with addresses that are all escapes."""
_COLUMNS = "domain, url, type, language, score, first, last, seen, verified, found, decision, decided"
_SELECTED = _COLUMNS.replace("seen", f"CASE WHEN length(seen) <= {MAX_SEEN} THEN seen END AS seen")


class StoredCandidate(NamedTuple):
    """A candidate, when it was found first, and what somebody decided about it, when (UTC, ISO 8601)."""

    candidate: Candidate
    found: str
    decision: Decision | None
    decided: str | None


def create_candidates(db: Database) -> None:
    """Create the table."""
    db.execute("""
CREATE TABLE candidates (
    domain TEXT NOT NULL,
    urlkey TEXT NOT NULL,
    type TEXT NOT NULL COLLATE NOCASE,
    url TEXT NOT NULL,
    language TEXT,
    score FLOAT NOT NULL,
    first TEXT,
    last TEXT,
    seen TEXT NOT NULL,
    verified INTEGER NOT NULL,
    found TEXT NOT NULL,
    decision TEXT,
    decided TEXT,
    PRIMARY KEY (domain, urlkey, type)
)""")
    db.execute("CREATE INDEX idx_candidates_ranked ON candidates (domain, type, verified DESC, score DESC, urlkey)")


def put(db: Database, found: Iterable[Candidate], now: datetime | None = None) -> list[Candidate]:
    """Store candidates beside what is known of them; return those that no vendors file could have, which are not.

    The newest language and score count; the evidence of all is kept. What was decided about an address stays, and one
    that was refused as whatever it was found is refused as a further type, too. Call it within a transaction.
    """
    from crawler.vendors import checks  # noqa: PLC0415 - loads lxml, and a corpus is opened often

    moment = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    left_out = []
    for candidate in found:
        try:
            checks.vendor(candidate.domain)
            checks.url(candidate.url)
            checks.policy_type(candidate.type)
        except checks.Wrong:
            left_out.append(candidate)
            continue
        known = _known(db, candidate)
        decision, decided = (known.decision, known.decided) if known else _inherited(db, candidate)
        united = _united(known.candidate if known else candidate, candidate, candidate.score, candidate.language)
        _store(db, StoredCandidate(united, known.found if known else moment, decision, decided))
    return left_out


def read(db: Database, domain: str | None = None) -> list[StoredCandidate]:
    """Return the candidates of a vendor, or of all: by vendor and type, the likeliest first."""
    return [stored for stored in read_all(db, domain) if stored is not None]


def read_all(db: Database, domain: str | None = None) -> list[StoredCandidate | None]:
    """Return the same, and None in place of each row that no discovery stores."""
    asked, values = ("WHERE domain = ?", [domain]) if domain is not None else ("", [])
    return _rows(db, f"{asked} ORDER BY domain, type, verified DESC, score DESC, urlkey", values)


def decide(
    db: Database, url: str, decision: Decision, domain: str | None = None, now: datetime | None = None
) -> list[StoredCandidate]:
    """Store what somebody decided about an address, as whichever types it was found; return its rows as they are now.

    Nothing is returned for an address that is no candidate. Call it within a transaction.
    """
    moment = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    asked, values = ("AND domain = ?", [domain]) if domain is not None else ("", [])
    db.execute(
        f"UPDATE candidates SET decision = ?, decided = ? WHERE urlkey = ? AND decision IS NOT ? {asked}",  # noqa: S608 - ours
        [decision, moment, urlkey(url), decision, *values],
    )
    rows = _rows(db, f"WHERE urlkey = ? {asked} ORDER BY domain, type", [urlkey(url), *values])
    return [stored for stored in rows if stored is not None]


def refused(db: Database, domain: str) -> set[tuple[str, str]]:
    """Return the addresses of a vendor that were refused: of each its urlkey, and the type in small letters."""
    rows = db.execute("SELECT urlkey, type FROM candidates WHERE domain = ? AND decision = 'refused'", [domain])
    return {(key, type_.lower()) for key, type_ in rows}


def accepted(db: Database, domain: str) -> list[Candidate]:
    """Return the candidates of a vendor that were accepted."""
    return [stored.candidate for stored in read(db, domain) if stored.decision == "accepted"]


def unite(db: Database, theirs: StoredCandidate) -> None:
    """Put what another corpus says of an address beside what is known here: whichever is put in first, the result is
    the same. The later of two decisions counts.
    """
    ours = _known(db, theirs.candidate) or theirs
    one, other = ours.candidate, theirs.candidate
    language = max(one.language or "", other.language or "") or None
    united = _united(one, other, max(one.score, other.score), language)
    decided = max(ours, theirs, key=lambda one: (one.decided or "", one.decision or ""))
    _store(db, StoredCandidate(united, min(ours.found, theirs.found), decided.decision, decided.decided))


def of_others(db: Database) -> Iterator[StoredCandidate | None]:
    """Yield the candidates of somebody else's corpus; None in place of a row that no discovery stores."""
    for stored in _rows(db, "ORDER BY domain, urlkey, type", []):
        try:
            yield stored if stored is not None and _is_ours(stored) else None
        except ValueError:  # of which `checks.Wrong` is one
            yield None


def _is_ours(stored: StoredCandidate) -> bool:
    from crawler.vendors import checks  # noqa: PLC0415 - likewise

    one = stored.candidate
    return (
        checks.vendor(one.domain) == one.domain
        and checks.url(one.url) == one.url
        and bool(checks.policy_type(one.type))
        and 0 <= one.score <= 1
        and bool(datetime.fromisoformat(stored.found))
    )


def _known(db: Database, candidate: Candidate) -> StoredCandidate | None:
    values = [candidate.domain, urlkey(candidate.url), candidate.type]
    rows = _rows(db, "WHERE domain = ? AND urlkey = ? AND type = ?", values)
    return rows[0] if rows else None  # what no discovery stores is stored anew


def _inherited(db: Database, candidate: Candidate) -> tuple[Decision | None, str | None]:
    """Return what was decided about an address that comes as a further type: what was said of it as all others."""
    rows = db.execute(
        "SELECT DISTINCT decision FROM candidates WHERE domain = ? AND urlkey = ?",
        [candidate.domain, urlkey(candidate.url)],
    ).fetchall()
    if rows != [("refused",)]:
        return None, None
    (latest,) = db.execute(
        "SELECT max(decided) FROM candidates WHERE domain = ? AND urlkey = ?",
        [candidate.domain, urlkey(candidate.url)],
    ).fetchone()
    return "refused", latest


def _united(one: Candidate, other: Candidate, score: float, language: str | None) -> Candidate:
    seen = sorted(
        {*map(_kept, one.seen), *map(_kept, other.seen)}, key=lambda piece: (piece.timestamp or "", *map(str, piece))
    )
    half = _MOST_SEEN // 2
    return Candidate(
        domain=one.domain,
        url=max(one.url, other.url),
        type=max(one.type, other.type),
        language=language or one.language,
        score=score,
        first=min((moment for moment in (one.first, other.first) if moment), default=None),
        last=max((moment for moment in (one.last, other.last) if moment), default=None),
        seen=tuple(seen if len(seen) <= _MOST_SEEN else seen[:half] + seen[-half:]),
        verified=one.verified or other.verified,
    )


def _store(db: Database, stored: StoredCandidate) -> None:
    one = stored.candidate
    seen = json.dumps([piece._asdict() for piece in one.seen], ensure_ascii=False)
    values = [one.domain, one.url, one.type, one.language, one.score, one.first, one.last, seen, one.verified]
    db.execute(
        f"INSERT OR REPLACE INTO candidates ({_COLUMNS}, urlkey) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - ours
        [*values, stored.found, stored.decision, stored.decided, urlkey(one.url)],
    )


def _kept(piece: Evidence) -> Evidence:
    """Return a piece of evidence as a database can hold it: no page says how long it is, or in which characters."""
    url, text = (value.encode("utf-8", "replace").decode() for value in (piece.url, piece.text))
    return piece._replace(url=url[:_MAX_PAGE], text=text[:_MAX_TEXT])


def _rows(db: Database, rest: str, values: list[str]) -> list[StoredCandidate | None]:
    texts = db.conn.text_factory
    db.conn.text_factory = bytes  # SQLite lets nobody have the rows behind a text that is no UTF-8
    try:
        rows = db.execute(f"SELECT {_SELECTED} FROM candidates {rest}", values).fetchall()  # noqa: S608 - ours
    finally:
        db.conn.text_factory = texts
    return [_readable(row) for row in rows]


def _readable(row: Sequence[object]) -> StoredCandidate | None:
    """Return the candidate in a row of the columns `_SELECTED`; None if no discovery stores such a row."""
    try:
        return _read([value.decode() if isinstance(value, bytes) else value for value in row])
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None


def _read(row: Sequence[object]) -> StoredCandidate:
    domain, url, type_, language, score, first, last, seen, verified, found, decision, decided = row
    texts, others = (domain, url, type_, found), (language, first, last, decided)
    if not (all(isinstance(text, str) for text in texts) and all(isinstance(text, str | None) for text in others)):
        raise TypeError("not all of its texts are texts")
    if decision not in {None, *get_args(Decision)} or not math.isfinite(float(score)):  # type: ignore[arg-type]
        raise ValueError("not a decision, or not a score")
    pieces = tuple(_evidence(piece) for piece in json.loads(str(seen)))
    candidate = Candidate(domain, url, type_, language, float(score), first, last, pieces, bool(verified))  # type: ignore[arg-type]
    return StoredCandidate(candidate, found, decision, decided)  # type: ignore[arg-type]


def _evidence(piece: dict[str, str | None]) -> Evidence:
    source, url, timestamp, text = (piece[name] for name in Evidence._fields)
    texts = (url, text, timestamp or "")
    if source not in get_args(Source) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"not a piece of evidence: {str(piece)[:100]}")
    "".join(map(str, texts)).encode()  # JSON can hold halves of characters
    return Evidence(source, url, timestamp, text)  # type: ignore[arg-type]
