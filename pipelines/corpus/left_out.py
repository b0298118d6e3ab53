"""What the pages of a policy's documents show and the documents leave out, block by block: the table `left_out`.

Prose (running text, where a vendor may have put something that counts) is kept from every fetched snapshot of a
document, with the first and the last one that show it. Menus and buttons are to look at: they are kept from the
earliest only. How many words each fetched snapshot leaves out, all told, stands in `snapshots.words_left_out`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlite_utils import Database

from crawler.model import Document, LeftOut

MOST_BLOCKS = 200
"""Blocks that are kept of a page, and blocks of prose that are kept of a document: some ten times what a page has. Of a
page the largest are kept, prose first, and the rest is summed in a row; of a document those seen first.
"""
REST_OF_PAGE = "further blocks"
"""The reason of the row that sums what a page has beyond `MOST_BLOCKS`."""
REST_OF_DOCUMENT = "further prose in later captures"
"""The reason of the row which says that a document's captures show more prose than is kept."""
_TO_SETTLE = 10 * MOST_BLOCKS
"""Blocks of a document from which on a crawl does not wait for its end to drop what is too much."""
_LONGEST = 500
"""Characters that are kept of a block: its snapshot shows the rest."""
_BEFORE = (
    "(SELECT captured, timestamp, url FROM snapshots WHERE id = {}) <"
    " (SELECT captured, timestamp, url FROM snapshots WHERE id = {})"
)


class Block(NamedTuple):
    """A block in the corpus: ``snapshot`` is the first that shows it, ``last`` the last one."""

    document: str
    reason: str
    digest: str
    words: int
    text: str
    prose: int
    snapshot: int
    last: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What a policy has once."""
        return self[:3]


class Page(NamedTuple):
    """A fetched snapshot of which it is known what its document leaves out."""

    snapshot: int
    document: str
    url: str


_INSERT = "INSERT INTO left_out (policy, document, reason, digest, words, text, prose, snapshot, last)"
_VALUES = f"{_INSERT} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def create_left_out(db: Database) -> None:
    """Create the table and the column."""
    db.table("left_out").create(
        {
            "policy": int,
            "document": str,
            "reason": str,  # navigation, header, footer, consent dialog, widget, hidden …
            "digest": str,  # of the whole text, digits aside; empty for a row that sums others
            "words": int,
            "text": str,  # how it begins
            "prose": int,  # 1 if it reads as running text
            "snapshot": int,  # the first that shows it
            "last": int,  # the last fetched one that shows it
        },
        pk=("policy", "document", "reason", "digest"),
        not_null={"words", "text", "prose", "snapshot", "last"},
        foreign_keys=[
            ("policy", "policies", "id"),
            ("document", "documents", "hash"),
            ("snapshot", "snapshots", "id"),
            ("last", "snapshots", "id"),
        ],
    )
    for column in ("document", "snapshot", "last"):
        db.table("left_out").create_index([column])
    db.table("snapshots").add_column("words_left_out", int)


def pages(db: Database, policy: int, document: str | None = None) -> list[Page]:
    """Return the fetched snapshots of a policy, or of one document, of which it is known what was left out, in order.

    It is not for imported texts, and not for those that a version before 0011 read.
    """
    rows = db.execute(
        "SELECT id, document, url FROM snapshots WHERE policy = ?1 AND state = 'fetched' AND words_left_out IS NOT NULL"  # noqa: S608 - ours
        f" {'' if document is None else 'AND document = ?2'} ORDER BY captured, timestamp, url",
        [policy] if document is None else [policy, document],
    )
    return [Page(*row) for row in rows]


def blocks(db: Database, policy: int, document: str | None = None) -> list[Block]:
    """Return the blocks that are kept of a policy, or of one document."""
    rows = db.execute(
        f"SELECT {', '.join(Block._fields)} FROM left_out WHERE policy = ?1"  # noqa: S608 - ours
        f" {'' if document is None else 'AND document = ?2'}",
        [policy] if document is None else [policy, document],
    )
    return [Block(*row) for row in rows]


def overfull(db: Database, policy: int) -> set[str]:
    """Return the documents of a policy of which not all prose is kept."""
    rows = db.execute("SELECT document FROM left_out WHERE policy = ? AND reason = ?", [policy, REST_OF_DOCUMENT])
    return {row[0] for row in rows}


def note(db: Database, policy: int, snapshot: int, document: Document) -> None:
    """Note what a fetched snapshot's page, by its id, shows and its document leaves out."""
    db.execute("UPDATE snapshots SET words_left_out = ? WHERE id = ?", [_words(document.left_out), snapshot])
    (earliest,) = db.execute(
        "SELECT id FROM snapshots WHERE document = ? AND policy = ? AND state = 'fetched'"
        " AND words_left_out IS NOT NULL ORDER BY captured, timestamp, url LIMIT 1",
        [document.hash, policy],
    ).fetchone()
    found = _of_page(document.hash, document.left_out, snapshot)
    if snapshot == earliest:
        db.execute(
            "DELETE FROM left_out WHERE policy = ? AND document = ? AND NOT prose AND reason <> ?",
            [policy, document.hash, REST_OF_DOCUMENT],
        )
        menus = [(policy, *block) for block in found if not block.prose]
        db.conn.executemany(f"{_VALUES} ON CONFLICT DO NOTHING", menus)
    prose = [block for block in found if block.prose]
    later = _BEFORE.format("left_out.last", "excluded.last")
    db.conn.executemany(
        f"{_VALUES} ON CONFLICT DO UPDATE SET last = excluded.last WHERE {later}",
        [(policy, *block) for block in prose],
    )
    db.conn.executemany(
        "UPDATE left_out SET snapshot = ?1, words = ?2, text = ?3 WHERE policy = ?4 AND document = ?5 AND reason = ?6"  # noqa: S608 - ours
        f" AND digest = ?7 AND {_BEFORE.format('?1', 'left_out.snapshot')}",
        [(snapshot, block.words, block.text, policy, *block.key) for block in prose],
    )
    of_document = "SELECT 1 FROM left_out WHERE policy = ? AND document = ? LIMIT 1 OFFSET ?"
    if db.execute(of_document, [policy, document.hash, _TO_SETTLE]).fetchone():
        _settle(db, policy, document.hash)


def settle(db: Database, policy: int) -> None:
    """Keep of each document of a policy no more prose than `MOST_BLOCKS`, whatever came first."""
    rows = db.execute(
        "SELECT document FROM left_out WHERE policy = ? GROUP BY document HAVING sum(prose) > ? OR max(reason = ?)",
        [policy, MOST_BLOCKS, REST_OF_DOCUMENT],
    )
    for (document,) in rows.fetchall():
        _settle(db, policy, document)


def _settle(db: Database, policy: int, document: str) -> None:
    known = blocks(db, policy, document)
    _write(db, policy, known, _bounded(known, pages(db, policy, document)))


def renew(db: Database, policy: int, found: Mapping[int, tuple[str, tuple[LeftOut, ...]]]) -> int:
    """Let the corpus say for some snapshots of a policy, by their ids, what the document that each shows leaves out,
    and nothing else (no document: no text was read); return how much of it changed.
    """
    changed = 0
    for snapshot, (document, left_out) in found.items():
        words = _words(left_out) if document else None
        changed += db.execute(
            "UPDATE snapshots SET words_left_out = ?1 WHERE id = ?2 AND words_left_out IS NOT ?1", [words, snapshot]
        ).rowcount
    shown = pages(db, policy)
    of_page = {page.snapshot: page.document for page in shown}
    known = blocks(db, policy)
    merged = _Merged(shown)
    for page in shown:
        if page.snapshot in found:
            merged.add(_of_page(page.document, found[page.snapshot][1], page.snapshot))
    for block in known:  # what the other snapshots said, as far as it is kept
        unread = [s for s in (block.snapshot, block.last) if s not in found and of_page.get(s) == block.document]
        if unread:
            merged.add([block._replace(snapshot=unread[0], last=unread[-1])])
    return changed + _write(db, policy, known, _bounded(merged.blocks.values(), shown))


def unite(db: Database, policy: int, others: Iterable[Block]) -> int:
    """Keep further blocks of a policy's pages beside those that are kept, as far as their snapshots show these
    documents; return how many rows changed.
    """
    known, shown = blocks(db, policy), pages(db, policy)
    of_page = {page.snapshot: page.document for page in shown}
    merged = _Merged(shown)
    for block in (*known, *others):
        showing = [s for s in (block.snapshot, block.last) if of_page.get(s) == block.document]
        if showing:
            merged.add([block._replace(snapshot=showing[0], last=showing[-1])])
    return _write(db, policy, known, _bounded(merged.blocks.values(), shown))


def rename(db: Database, policy: int, renamed: Mapping[str, str]) -> None:
    """Let what documents of a policy leave out stand with those that they have become, by their hashes."""
    concerned = {*renamed, *renamed.values()}
    known = [block for block in blocks(db, policy) if block.document in concerned]
    if known:
        shown = pages(db, policy)
        merged = _Merged(shown)
        merged.add(block._replace(document=renamed.get(block.document, block.document)) for block in known)
        _write(db, policy, known, _bounded(merged.blocks.values(), shown))


class _Merged:
    """Blocks of a policy, each once: prose from the first to the last page, others of a document's earliest page."""

    def __init__(self, shown: Iterable[Page]) -> None:
        self.order: dict[int, int] = {}
        self.earliest: dict[str, int] = {}
        self.blocks: dict[tuple[str, str, str], Block] = {}
        for place, page in enumerate(shown):
            self.order[page.snapshot] = place
            self.earliest.setdefault(page.document, page.snapshot)

    def add(self, found: Iterable[Block]) -> None:
        for block in found:
            known = self.blocks.get(block.key, block)
            if block.prose or block.reason == REST_OF_DOCUMENT or block.snapshot == self.earliest.get(block.document):
                first = min(known, block, key=lambda one: self.order.get(one.snapshot, -1))
                last = max(known.last, block.last, key=lambda snapshot: self.order.get(snapshot, -1))
                self.blocks[block.key] = first._replace(last=last)


def _words(left_out: Iterable[LeftOut]) -> int:
    return sum(block.words for block in left_out)


def _of_page(document: str, left_out: Iterable[LeftOut], snapshot: int) -> list[Block]:
    """Return the blocks of a page that are kept: equal ones as one, and what is too much summed in a last one."""
    found: dict[tuple[str, str], Block] = {}
    for one in left_out:
        block = Block(document, one.reason, one.digest, one.words, one.text[:_LONGEST], one.prose, snapshot, snapshot)
        same = found.get(block[1:3])
        found[block[1:3]] = same._replace(words=same.words + block.words) if same else block
    ordered = sorted(found.values(), key=lambda block: (-block.prose, -block.words, block.digest, block.reason))
    kept, rest = ordered[:MOST_BLOCKS], ordered[MOST_BLOCKS:]
    if rest:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in Counter(b.reason for b in rest).most_common())
        words = sum(block.words for block in rest)
        kept.append(Block(document, REST_OF_PAGE, "", words, reasons[:_LONGEST], 0, snapshot, snapshot))
    return kept


def _bounded(found: Iterable[Block], shown: Iterable[Page]) -> Iterator[Block]:
    """Yield the blocks without the prose that is too much for a document, and a row which says so."""
    order = _Merged(shown)
    of_document = defaultdict(list)
    for block in found:
        of_document[block.document].append(block)
    for document, all_blocks in of_document.items():
        prose = sorted(
            (block for block in all_blocks if block.prose),
            key=lambda block: (order.order.get(block.snapshot, -1), -block.words, block.digest, block.reason),
        )
        said = any(block.reason == REST_OF_DOCUMENT for block in all_blocks)
        yield from (block for block in all_blocks if not block.prose and block.reason != REST_OF_DOCUMENT)
        yield from prose[:MOST_BLOCKS]
        if (said or len(prose) > MOST_BLOCKS) and document in order.earliest:
            first = order.earliest[document]
            text = f"Only the {MOST_BLOCKS} that were seen first are kept."
            yield Block(document, REST_OF_DOCUMENT, "", 0, text, 0, first, first)


def _write(db: Database, policy: int, known: Iterable[Block], wanted: Iterable[Block]) -> int:
    """Put blocks in the place of those that are known; return how many rows changed."""
    new = {block.key: block for block in wanted}
    old = {block.key: block for block in known}
    gone = [(policy, *key) for key in old if key not in new]
    other = [(policy, *block) for key, block in new.items() if old.get(key) != block]
    db.conn.executemany("DELETE FROM left_out WHERE policy = ? AND document = ? AND reason = ? AND digest = ?", gone)
    db.conn.executemany(f"{_VALUES.replace('INSERT', 'INSERT OR REPLACE', 1)}", other)
    return len(gone) + len(other)
