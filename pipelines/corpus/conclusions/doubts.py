"""Why a snapshot's text may not be the vendor's doing: the table `doubts`, a row per snapshot and reason.

What shows in the capture itself (mojibake, a capture that is cut short) comes with its document. What shows only beside
other snapshots is derived when a policy is finished, and again whenever more is known:

    prose left out changed              the page says something else outside of a text that is the same
    another page                        it has nothing in common with the texts around it (`another_page.py`)
    much shorter than its neighbours    a text came and went: perhaps the page was captured without it
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlite_utils import Database

from crawler.archive.urlkey import urlkey
from crawler.model import Doubt
from pipelines.corpus import left_out
from pipelines.corpus.differences import short_texts
from pipelines.corpus.left_out import Block, Page
from pipelines.corpus.revisions import ANOTHER_PAGE, TRUNCATED
from pipelines.corpus.views import MUCH_SHORTER

PROSE_CHANGED = "prose left out changed"
_WORDS = {
    TRUNCATED: "a capture of it is cut short",
    ANOTHER_PAGE: "another page was captured in its place",
    "mojibake": "some of its characters are garbled",
    PROSE_CHANGED: "what the page says outside of this text changed while it held",
    MUCH_SHORTER: "much shorter than the texts around it: perhaps the page was captured without its text",
}
DERIVED = (PROSE_CHANGED, MUCH_SHORTER, ANOTHER_PAGE)
_NEWS = 3
"""Where the prose beside a policy's texts changed so often, and at more than a third of the captures, a change says
nothing: teasers of news, quotes, offers.
"""
_SHOWN = 3
"""Blocks that a detail quotes, each by its beginning."""
_BEGINNING = 200


def create_doubts(db: Database) -> None:
    """Create the table. Its policy and time are the snapshot's, so that those of a revision are found by index."""
    db.table("doubts").create(
        {
            "snapshot": int,
            "reason": str,  # truncated capture, another page, mojibake, much shorter than its neighbours …
            "detail": str,  # the evidence for it
            "policy": int,
            "captured": str,
        },
        pk=("snapshot", "reason"),
        not_null={"detail", "policy", "captured"},
        foreign_keys=[("snapshot", "snapshots", "id"), ("policy", "policies", "id")],
    )
    db.table("doubts").create_index(["policy", "captured"])
    db.table("doubts").create_index(["reason"])


def in_words(reason: str) -> str:
    """Return what a doubt about its snapshots says of a revision, to follow what it is about."""
    return _WORDS.get(reason, reason)


def between(captures: int) -> str:
    """Return what the column ``doubtful_between`` of the view `changes` says of when a text began."""
    return (
        f"{'one capture' if captures == 1 else f'{captures:,} captures'} in between showed another page or a part of it"
    )


def split(reasons: str | None) -> tuple[str, ...]:
    """Return the reasons that the column ``doubts`` of the view `changes` lists."""
    return tuple(reasons.split(",")) if reasons else ()


def renew(db: Database, policy: int, found: Mapping[int, Iterable[Doubt]]) -> int:
    """Let the corpus have these doubts about captures, by the ids of their snapshots; return how many rows changed."""
    wanted = {(snapshot, doubt.reason): doubt.detail for snapshot, doubts in found.items() for doubt in doubts}
    if len(found) == 1:
        rows = db.execute("SELECT snapshot, reason, detail FROM doubts WHERE snapshot = ?", [*found])
    else:
        rows = db.execute("SELECT snapshot, reason, detail FROM doubts WHERE policy = ?", [policy])
    known = {(s, reason): detail for s, reason, detail in rows if s in found and reason not in DERIVED}
    return _write(db, known, wanted)


def derive(db: Database, policy: int) -> int:
    """Draw the doubts that follow from a policy's revisions and pages; return how many rows changed."""
    changed = conclude(db, policy, PROSE_CHANGED, dict(_prose_changed(db, policy)))
    return changed + conclude(db, policy, MUCH_SHORTER, dict(_much_shorter(db, policy)))


def conclude(db: Database, policy: int, reason: str, details: Mapping[int, str]) -> int:
    """Let a policy's snapshots have these doubts of one reason, by their ids; return how many rows changed."""
    rows = db.execute("SELECT snapshot, detail FROM doubts WHERE policy = ? AND reason = ?", [policy, reason])
    known = {(snapshot, reason): detail for snapshot, detail in rows.fetchall()}
    return _write(db, known, {(snapshot, reason): detail for snapshot, detail in details.items()})


def _write(db: Database, known: Mapping[tuple[int, str], str], wanted: Mapping[tuple[int, str], str]) -> int:
    gone = [key for key in known if key not in wanted]
    new = [(*key, detail) for key, detail in wanted.items() if known.get(key) != detail]
    db.conn.executemany("DELETE FROM doubts WHERE snapshot = ? AND reason = ?", gone)
    db.conn.executemany(
        "INSERT INTO doubts (snapshot, reason, detail, policy, captured)"
        " SELECT id, ?2, ?3, policy, captured FROM snapshots WHERE id = ?1"
        " ON CONFLICT DO UPDATE SET detail = excluded.detail",
        new,
    )
    return len(gone) + len(new)


def _much_shorter(db: Database, policy: int) -> Iterator[tuple[int, str]]:
    """Yield the snapshots that were read and show a text much shorter than its neighbours, and by how much."""
    for text in short_texts(db, policy):
        rows = db.execute(
            "SELECT s.id FROM revisions r JOIN snapshots s ON s.document = r.document AND s.policy = r.policy"
            " AND s.captured BETWEEN r.first_captured AND r.last_captured"
            " WHERE r.id = ? AND s.state IN ('fetched', 'repeat')",
            [text.revision],
        )
        detail = f"{text.words:,} words; the texts before and after have {text.before:,} and {text.after:,}"
        yield from ((row[0], detail) for row in rows.fetchall())


class _Change(NamedTuple):
    """What came and what went among the prose that a page shows and its document leaves out."""

    came: list[Block]
    went: list[Block]


def _prose_changed(db: Database, policy: int) -> Iterator[tuple[int, str]]:
    """Yield the snapshots whose page says something else outside of its document than the document's page before, and
    what.

    Captures of one address are compared. What changes at nearly every capture is noise (see `_NEWS`), and left alone,
    but for blocks that stood there in a third of the captures: a block that comes with the news may be none.
    """
    prose = [block for block in left_out.blocks(db, policy) if block.prose]
    if not prose:
        return
    full = left_out.overfull(db, policy)
    by_document: dict[str, list[Block]] = defaultdict(list)
    for block in prose:
        by_document[block.document].append(block)
    shown: dict[str, list[Page]] = {document: [] for document in by_document}
    for page in left_out.pages(db, policy):
        if page.document in shown:
            shown[page.document].append(page)
    histories = {
        document: _history_of(_once(found, shown[document]), shown[document]) for document, found in by_document.items()
    }
    noisy = _noisy(histories.values())
    for document, history in histories.items():
        for address, changes in history.changes.items():
            only_lasting = document in full or address in noisy
            for snapshot, change in sorted(changes.items(), key=lambda item: history.order[item[0]]):
                came = [block for block in change.came if not only_lasting or history.lasted(block)]
                went = [block for block in change.went if not only_lasting or history.lasted(block)]
                if came or went:
                    yield snapshot, _detail(_Change(came, went))


def _noisy(histories: Iterable["_History"]) -> set[str]:
    """Return the addresses whose pages say something else outside of their texts at many captures."""
    changes: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for history in histories:
        pairs += history.pairs
        changes += Counter({address: len(found) for address, found in history.changes.items()})
    return {address for address, count in changes.items() if count >= _NEWS and 3 * count > pairs[address]}


def _once(found: Iterable[Block], shown: list[Page]) -> list[Block]:
    """Return the blocks with each text once: what has another reason in another capture has not changed."""
    order = {page.snapshot: place for place, page in enumerate(shown)}
    texts: dict[str, Block] = {}
    shown_now = (block for block in found if block.snapshot in order and block.last in order)
    for block in sorted(shown_now, key=lambda block: (order[block.snapshot], block.reason)):
        known = texts.setdefault(block.digest, block)
        texts[block.digest] = known._replace(last=max(known.last, block.last, key=lambda one: order[one]))
    return list(texts.values())


class _History(NamedTuple):
    """What changed among the prose outside of one document, captures of one address beside each other."""

    order: dict[int, int]
    """The place of each snapshot among those of the document."""
    pairs: Counter[str]
    """How many captures of each address followed another one."""
    changes: dict[str, dict[int, _Change]]
    """By address: what came and went at which snapshot."""

    def lasted(self, block: Block) -> bool:
        """Tell whether a block stood there for long."""
        captures = self.order[block.last] - self.order[block.snapshot] + 1
        return captures >= _NEWS and 3 * captures >= len(self.order)


def _history_of(texts: list[Block], shown: list[Page]) -> _History:
    addresses = {page.snapshot: urlkey(page.url) for page in shown}
    of_address: dict[str, list[int]] = defaultdict(list)
    place: dict[int, int] = {}
    for page in shown:
        snapshots = of_address[addresses[page.snapshot]]
        place[page.snapshot] = len(snapshots)
        snapshots.append(page.snapshot)
    changes: dict[str, dict[int, _Change]] = defaultdict(lambda: defaultdict(lambda: _Change([], [])))
    for block in texts:
        if place[block.snapshot]:
            changes[addresses[block.snapshot]][block.snapshot].came.append(block)
        for snapshot in of_address[addresses[block.last]][place[block.last] + 1 :][:1]:
            changes[addresses[block.last]][snapshot].went.append(block)
    pairs = Counter({address: len(snapshots) - 1 for address, snapshots in of_address.items()})
    return _History({page.snapshot: number for number, page in enumerate(shown)}, pairs, changes)


def _detail(change: _Change) -> str:
    """Return in words what is said now, and what was said before."""
    said = [f"{when}: {_quoted(found)}" for when, found in (("now", change.came), ("before", change.went)) if found]
    return "; ".join(said)


def _quoted(found: list[Block]) -> str:
    ordered = sorted(found, key=lambda block: (-block.words, block.digest))
    texts = [
        f"“{block.text[:_BEGINNING]}{'…' if len(block.text) > _BEGINNING else ''}” ({block.reason})"
        for block in ordered[:_SHOWN]
    ]
    more = len(found) - len(texts)
    return ", ".join(texts) + (f" and {more:,} more" if more else "")
