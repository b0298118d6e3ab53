"""Stores imported texts: as snapshots of their own origin, beside the archive's and never in their place."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from sqlite_utils import Database

from crawler.extraction.language import language
from crawler.model import Policy
from pipelines.corpus import Corpus, documents
from pipelines.corpus.differences import identity_of, measure
from pipelines.corpus.revisions import redraw
from pipelines.imports.text import Moment, Refused, Text

_BATCH = 200
"""Texts that are stored at a time: a crawl that runs meanwhile waits no longer than for these."""


@dataclass(slots=True)
class Account:
    """What came of an import: texts read, snapshots that are new, those that were there, and what was refused, why."""

    read: int = 0
    added: int = 0
    there: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    policies: set[int] = field(default_factory=set)


def store(corpus: Corpus, found: Iterable[Text | Refused]) -> Account:
    """Store texts as they come, some at a time: a corpus whose import was stopped is whole, and it can be repeated."""
    account = Account()
    iterator = iter(found)
    while batch := list(islice(iterator, _BATCH)):
        with corpus.db.atomic():
            changed: set[int] = set()
            for one in batch:
                if isinstance(one, Refused):
                    account.refused[str(one)] += 1
                else:
                    account.read += 1
                    changed |= _put(corpus, one, account)
            for policy in changed:
                redraw(corpus.db, policy)
            account.policies |= changed
    if account.policies:
        with corpus.db.atomic():
            documents.drop_orphans(corpus.db)
    for policy in account.policies:
        with corpus.db.atomic():
            measure(corpus.db, policy)
    return account


def _put(corpus: Corpus, text: Text, account: Account) -> set[int]:
    """Store one text; gives its policy where that changed anything."""
    policy = corpus.policy_id(Policy(text.vendor, text.type, ()))
    document = identity_of(corpus.db.conn, policy).content(text.body).hash
    shown = {moment: _shown(corpus.db, policy, moment) for moment in text.moments}
    new = [moment for moment, row in shown.items() if row is None]
    other = [m for m, row in shown.items() if text.again and row and row[0] != document and row[1] == m.origin]
    account.added += len(new)
    account.there += len(shown) - len(new)
    if not new and not other:
        return set()
    corpus.db.execute(
        "INSERT INTO documents (hash, title, body, language, route, recall, extractor) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (hash) DO NOTHING",
        [
            *(document, text.title, text.body, text.language or language(text.body)),
            *(text.route, text.recall, text.extractor or None),
        ],
    )
    corpus.db.conn.executemany(
        "INSERT INTO snapshots (policy, url, timestamp, captured, digest, state, document, read_at, origin)"
        " VALUES (?, ?, ?, ?, '', ?, ?, ?, ?)",
        [(policy, m.url, m.timestamp, m.captured, m.state, document, m.read_at, m.origin) for m in new],
    )
    corpus.db.conn.executemany(
        "UPDATE snapshots SET document = ? WHERE policy = ? AND url = ? AND timestamp = ? AND origin = ?",
        [(document, policy, m.url, m.timestamp, m.origin) for m in other],
    )
    return {policy}


def _shown(db: Database, policy: int, moment: Moment) -> tuple[str | None, str | None] | None:
    """The document and the origin of the snapshot at a moment, if there is one."""
    row: tuple[str | None, str | None] | None = db.execute(
        "SELECT document, origin FROM snapshots WHERE policy = ? AND url = ? AND timestamp = ?",
        [policy, moment.url, moment.timestamp],
    ).fetchone()
    return row
