"""What follows for the snapshots of a policy that two corpora knew in parts: concluded anew from all answers."""

import json

from crawler.model import Conclusion, Key, Period
from crawler.text.another_page import Suspects
from crawler.timeline.concluding import conclude
from pipelines.corpus import Corpus, snapshots
from pipelines.corpus.differences import identity_of
from pipelines.corpus.documents import Bodies
from pipelines.merge.rows import COLUMNS, Row

_ROWS = f"SELECT {COLUMNS} FROM snapshots WHERE policy = ? AND mimetype IS NOT NULL"  # noqa: S608 - ours
_SEARCHED = (
    "SELECT c.arguments FROM crawl_policies p JOIN crawls c ON c.id = p.crawl WHERE p.policy = ? GROUP BY c.arguments"
)


def conclude_anew(corpus: Corpus, policy: int) -> None:
    """Conclude what follows for the snapshots of a policy, by its id, that have no answer of their own.

    What of the texts does not count is what either corpus has learned. That both together would show more is left to
    the next crawl or `reextract`: once something is learned, texts become one, so what is learned from the rest depends
    on the order.
    """
    texts: dict[Key, str] = {}
    rejected: dict[Key, str] = {}
    failed: set[Key] = set()
    by_bytes: dict[Key, str] = {}
    concluded: dict[Key, tuple[str, str | None, str | None]] = {}
    for row in (Row(*row) for row in corpus.db.execute(_ROWS, [policy])):
        if row.is_concluded and not row.is_by_bytes:
            concluded[row.key] = row.state, row.document, row.reason
        elif row.origin is not None:
            continue
        elif row.is_by_bytes:
            by_bytes[row.key] = row.reason or ""
        elif row.state == "fetched" and row.document is not None:
            texts[row.key] = row.document
        elif row.state == "rejected":
            rejected[row.key] = row.reason or ""
        elif row.state == "failed":
            failed.add(row.key)
    listed = {(one.url, one.timestamp): one for one in snapshots.listed(corpus.db, policy, Period())}
    shown = {listed[key].digest for key in texts if key in listed}
    rejected |= {key: reason for key, reason in by_bytes.items() if key in listed and listed[key].digest not in shown}
    identity, bodies = identity_of(corpus.db.conn, policy), Bodies(corpus, policy)
    found = conclude(
        listed.values(),
        texts,
        rejected,
        failed,
        suspects=(lambda shown: Suspects().look(shown, bodies, identity)) if _was_searched(corpus, policy) else None,
    )
    now = {(one.snapshot.url, one.snapshot.timestamp): one for one in found}
    gone = (key for key in concluded.keys() | by_bytes.keys() - rejected.keys() if key not in now and key in listed)
    changed = [one for key, one in now.items() if concluded.get(key) != (one.state, one.document, one.reason)]
    snapshots.store_conclusions(
        corpus.db, policy, [*changed, *(Conclusion(listed[key], "listed", None) for key in sorted(gone))]
    )


def _was_searched(corpus: Corpus, policy: int) -> bool:
    """Tell whether a crawl came to its end that looked for what changed: what it did not ask for follows from that."""
    for (arguments,) in corpus.db.execute(_SEARCHED, [policy]).fetchall():
        try:
            asked = json.loads(arguments or "{}")
        except (TypeError, ValueError, RecursionError):
            continue
        if isinstance(asked, dict) and asked.get("snapshots", "changes") == "changes":
            return True
    return False
