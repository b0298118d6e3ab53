"""Merges a corpus into another one, policy by policy, each in one transaction: a merge that was stopped is repeated."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.errors import FOREIGN, CorpusError, CorpusRowError
from crawler.model import Policy
from crawler.vendors import checks
from pipelines.corpus import Corpus, discovery_answers, documents
from pipelines.corpus.revisions import revisions
from pipelines.corpus.row_errors import of_a_row
from pipelines.documents import write_documents
from pipelines.merge.candidates import take_candidates
from pipelines.merge.crawls import take_crawls
from pipelines.merge.files import Brought, bring
from pipelines.merge.policies import Theirs, United, unite
from pipelines.merge.sources import source

logger = logging.getLogger(__name__)

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_NAMED = 3
"""Files that a sentence names."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where what belongs to a corpus is written: its WARC files (None: they stay where they are) and its documents
    (None: none are written), which cite an archive.
    """

    warc: Path | None
    documents: Path | None
    public_url: str


@dataclass(slots=True)
class Merged:
    """What came of merging one corpus. ``failed`` has a clause for each thing that could not be done."""

    policies: int = 0
    snapshots: int = 0
    answers: int = 0
    texts: int = 0
    revisions: int = 0
    files: int = 0
    failed: list[str] = field(default_factory=list)


def merge(path: Path, corpus: Corpus, places: Places, warc: Sequence[Path] = ()) -> Merged:
    """Merge the corpus at a path into an open one, which must be locked; ``warc`` are further folders with its WARC
    files. Raises `CorpusError` if the corpus at the path cannot be read (what was merged of it stays, and may be merged
    again), and `sqlite3.Error` if the open one cannot be written.
    """
    merged = Merged()
    try:
        with source(path, corpus.path.parent) as theirs:
            _merge(theirs, corpus, places, [path.parent / "warc", *warc], merged)
    except sqlite3.Error as error:
        if _code(error) == sqlite3.SQLITE_INTERRUPT:  # Ctrl-C while SQLite was at work
            raise KeyboardInterrupt from error
        if not _is_theirs(error):
            raise
        raise CorpusError(f"{path}: the corpus is damaged ({error}). Restore it from a backup.") from error
    except FOREIGN as error:
        logger.debug("Where it was", exc_info=True)
        raise CorpusError(
            f"{path}: the corpus holds something that Policytrail does not write ({type(error).__name__}: {error})."
        ) from error
    return merged


def _merge(theirs: Corpus, corpus: Corpus, places: Places, warc: Sequence[Path], merged: Merged) -> None:
    """Merge an open corpus whose WARC files are in some folders."""
    brought = _bring(theirs, warc, places, merged)
    with corpus.writing():
        crawls, refused = take_crawls(corpus, theirs)
        candidates_refused = take_candidates(corpus, theirs)
        answers_refused = discovery_answers.unite(corpus.db, theirs.db)
    if refused:
        merged.failed.append(f"{refused:,} crawls that have no time, or counts that are none, left out")
    if candidates_refused:
        merged.failed.append(f"{candidates_refused:,} candidates that no discovery stores, left out")
    if answers_refused:
        merged.failed.append(f"{answers_refused:,} answers to a discovery that none stores, left out")
    changed: set[str] = set()
    behind = 0
    for identifier, policy in _policies(theirs, merged):
        united = _unite(corpus, policy, Theirs(theirs, crawls, brought.names), identifier, merged)
        if united is not None:
            changed |= {*united.texts_of_others}
            behind += united.behind
            _write(corpus, policy, places, merged)
    if places.warc is not None and behind:
        named = ", ".join(brought.missing[:_NAMED]) + (" …" if len(brought.missing) > _NAMED else "")
        merged.failed.append(
            f"the bytes of {behind:,} captures stay behind: {named} is neither in {warc[0]} nor in a"
            " folder given by --warc"
        )
    if merged.policies:
        with corpus.writing():
            documents.drop_orphans(corpus.db)
    for policy in _showing(corpus, changed):
        _write(corpus, policy, places, merged)


def _bring(theirs: Corpus, warc: Sequence[Path], places: Places, merged: Merged) -> Brought:
    try:
        brought = bring(theirs, [folder for folder in warc if folder.is_dir()], places.warc)
    except OSError as error:
        raise CorpusError(f"{theirs.path}: its WARC files cannot be brought to {places.warc} ({error}).") from error
    merged.files = brought.copied
    return brought


def _policies(theirs: Corpus, merged: Merged) -> Iterator[tuple[int, Policy]]:
    """Yield the policies of a corpus, by their ids there; one that none of ours can have is noted as failed."""
    for identifier, vendor, type_ in theirs.db.execute(
        "SELECT id, vendor, type FROM policies ORDER BY vendor, type"
    ).fetchall():
        try:
            if checks.vendor(vendor) != vendor or checks.policy_type(type_) != type_:
                raise checks.Wrong
        except (checks.Wrong, TypeError, AttributeError):
            merged.failed.append(f"{checks.shown(f'{vendor} {type_}')} cannot be a policy, and was left out")
        else:
            yield identifier, Policy(vendor, type_, ())


def _unite(corpus: Corpus, policy: Policy, theirs: Theirs, identifier: int, merged: Merged) -> United | None:
    try:
        with corpus.writing():
            united = unite(corpus, policy, theirs, identifier)
    except sqlite3.Error as error:
        if (why := of_a_row(error)) is None:
            raise
        logger.debug("Where it was", exc_info=True)
        merged.failed.append(f"{policy.name} holds what no crawl stores ({type(error).__name__}: {why}), left out")
        return None
    except (CorpusRowError, *FOREIGN) as error:
        logger.debug("Where it was", exc_info=True)
        merged.failed.append(f"{policy.name} holds what no crawl stores ({type(error).__name__}: {error}), left out")
        return None
    merged.policies += united.changed
    merged.snapshots += united.snapshots
    merged.answers += united.answers
    merged.texts += united.texts
    merged.revisions += united.revisions
    for why, count in sorted(Counter(united.refused).items()):
        merged.failed.append(f"{policy.name}: {count:,} times {why}, left out")
    return united


def _write(corpus: Corpus, policy: Policy, places: Places, merged: Merged) -> None:
    if places.documents is None:
        return
    try:
        write_documents(places.documents, policy, revisions(corpus.db, corpus.policy_id(policy)), places.public_url)
    except (OSError, ValueError) as error:
        logger.debug("Where it was", exc_info=True)
        merged.failed.append(f"documents of {policy.name} not written to {places.documents} ({error})")


def _showing(corpus: Corpus, changed: set[str]) -> list[Policy]:
    """Return the policies that show texts which have another wording now."""
    found = set()
    for document in sorted(changed):
        found |= {
            *corpus.db.execute(
                "SELECT p.vendor, p.type FROM revisions r JOIN policies p ON p.id = r.policy WHERE r.document = ?",
                [document],
            )
        }
    return [Policy(vendor, type_, ()) for vendor, type_ in sorted(found)]


def _is_theirs(error: sqlite3.Error) -> bool:
    """Tell whether an error is of what is in a file, which is the one that is read: the other one was just written.
    An index is only written.
    """
    return (_code(error) in _DAMAGED and of_a_row(error) is None) or "decode" in str(error)


def _code(error: sqlite3.Error) -> int:
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
