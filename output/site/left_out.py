"""What the page of a revision shows and its document leaves out, as its earliest capture and later ones show it."""

import sqlite3
from dataclasses import dataclass

from pipelines.corpus.citation import CaptureAddresses, addresses

_BLOCKS = 50
"""Blocks on a page; the corpus's table has the others."""
_CHARACTERS = 300
"""Characters of a block on a page: enough to judge what it is."""


@dataclass(frozen=True, slots=True)
class LeftOutBlock:
    """A block, and the captures of this text that show it, first and last; times are ISO 8601, UTC."""

    reason: str
    words: int
    text: str
    prose: bool
    first: str
    last: str
    at: CaptureAddresses | None
    """Where the archive has the first capture; None if it was imported."""


@dataclass(frozen=True, slots=True)
class LeftOutOfPage:
    """What the earliest capture that was read with a text shows besides: in words, by reason, and block by block.

    The blocks, prose first, are also those of prose that later captures show. ``more`` are not among them.
    """

    captured: str
    words: int
    of_words: int | None
    """The words of the page: these and the document's; None if the document's were not counted."""
    by_reason: list[tuple[str, int]]
    blocks: list[LeftOutBlock]
    more: int


def left_out_of(conn: sqlite3.Connection, policy: int, document: str, public_url: str) -> LeftOutOfPage | None:
    """Return what the page of a policy's document, by its hash, shows besides; None where that was not recorded."""
    page = conn.execute(
        "SELECT s.id, s.captured, s.words_left_out, s.words_left_out + d.words"
        " FROM snapshots s JOIN documents d ON d.hash = s.document"
        " WHERE s.document = ? AND s.policy = ? AND s.state = 'fetched' AND s.words_left_out IS NOT NULL"
        " ORDER BY s.captured, s.timestamp, s.url LIMIT 1",
        [document, policy],
    ).fetchone()
    if page is None:
        return None
    snapshot, captured, words, of_words = page
    reasons = conn.execute(
        "SELECT reason, sum(words) FROM left_out WHERE policy = ? AND document = ? AND snapshot = ?"
        " GROUP BY reason HAVING sum(words) > 0 ORDER BY sum(words) DESC, reason",
        [policy, document, snapshot],
    ).fetchall()
    rows = conn.execute(
        "SELECT o.reason, o.words, o.text, o.prose, f.captured, l.captured, f.url, f.timestamp, f.origin"
        " FROM left_out o JOIN snapshots f ON f.id = o.snapshot JOIN snapshots l ON l.id = o.last"
        " WHERE o.policy = ? AND o.document = ?"
        " ORDER BY o.prose DESC, f.captured, o.words DESC, o.reason, o.digest LIMIT ?",
        [policy, document, _BLOCKS],
    ).fetchall()
    (count,) = conn.execute(
        "SELECT count(*) FROM left_out WHERE policy = ? AND document = ?", [policy, document]
    ).fetchone()
    blocks = [
        LeftOutBlock(reason, size, _shown(text), bool(prose), first, last, addresses(public_url, *capture))
        for reason, size, text, prose, first, last, *capture in rows
    ]
    return LeftOutOfPage(captured, words, of_words, reasons, blocks, count - len(blocks))


def _shown(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _CHARACTERS else f"{plain[:_CHARACTERS]}…"
