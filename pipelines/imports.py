"""Imports: texts that others kept, stored as snapshots beside the archive's and never in their place."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crawler.model import Policy
from pipelines.corpus import Corpus, documents
from pipelines.corpus.conclusions.draw import draw
from pipelines.corpus.differences import identity_of
from pipelines.corpus.revisions import redraw
from pipelines.imported_text import ImportedText, Refused

_BATCH = 200
"""Texts stored per transaction: a crawl that runs at the same time waits no longer than for these."""
_BATCH_CHARACTERS = 4 * 1024 * 1024
"""Characters at which a batch ends before that: 200 large texts took gigabytes."""
_KNOWN = "SELECT document, origin FROM snapshots WHERE policy = ? AND url = ? AND timestamp = ?"


@dataclass(slots=True)
class ImportCounts:
    """What came of an import: texts read, snapshots added and already there, and texts refused by reason."""

    read: int = 0
    added: int = 0
    there: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    policies: set[int] = field(default_factory=set)


def store_texts(corpus: Corpus, found: Iterable[ImportedText | Refused]) -> ImportCounts:
    """Store texts as they come, a batch per transaction, so that an import that was stopped can simply be repeated."""
    counts = ImportCounts()
    for batch in _batches(found):
        with corpus.writing():
            changed: set[int] = set()
            for one in batch:
                if isinstance(one, Refused):
                    counts.refused[str(one)] += 1
                else:
                    counts.read += 1
                    changed |= _put(corpus, one, counts)
            for policy in changed:
                redraw(corpus.db, policy)
            counts.policies |= changed
    if counts.policies:
        with corpus.writing():
            documents.drop_orphans(corpus.db)
    for policy in counts.policies:
        with corpus.writing():
            draw(corpus.db, policy)
    return counts


def _batches(found: Iterable[ImportedText | Refused]) -> Iterator[list[ImportedText | Refused]]:
    batch: list[ImportedText | Refused] = []
    characters = 0
    for one in found:
        batch.append(one)
        characters += len(one.body) if isinstance(one, ImportedText) else 0
        if len(batch) >= _BATCH or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    yield batch


def _put(corpus: Corpus, text: ImportedText, counts: ImportCounts) -> set[int]:
    """Store one text; return its policy if that changed anything."""
    policy = corpus.policy_id(Policy(text.vendor, text.type, ()))
    document = identity_of(corpus.db.conn, policy).content(text.body).hash
    known = {m: corpus.db.execute(_KNOWN, [policy, m.url, m.timestamp]).fetchone() for m in text.moments}
    new = [moment for moment, row in known.items() if row is None]
    other = [m for m, row in known.items() if text.again and row and row[0] != document and row[1] == m.origin]
    counts.added += len(new)
    counts.there += len(known) - len(new)
    if not new and not other:
        return set()
    corpus.db.execute(
        "INSERT INTO documents (hash, title, body, language, route, recall, extractor) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (hash) DO NOTHING",
        [
            *(document, text.title, text.body, text.language or _language(text.body)),
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


def _language(body: str) -> str | None:
    from crawler.extraction.language import language  # noqa: PLC0415 - loads its model's libraries, for few texts

    return language(body)
