"""Reads kept bytes again with today's extractor, and draws documents and revisions anew. Facts stay what they were.

What a newer extractor makes of old bytes is never a vendor's change: the snapshots, when they were captured and what
was received for them do not change, only what is read in them. With an unchanged extractor nothing changes at all.

A page that is too slow or too large to be read today, or fails, keeps what an earlier version read in it: that text was
there. To take it away would make a change by the vendor, or a gap, of a limit of ours. A page that was too slow before
is tried again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from crawler.archive.urlkey import urlkey
from crawler.extraction.rejection.reasons import REASONS
from crawler.local_archive.index import CaptureIndex
from crawler.model import BY_LENGTH, EMPTY_DIGEST, Disregarded, Document, Doubt, LeftOut, Policy, Rejection, Snapshot
from crawler.text.identity.content import Content
from crawler.text.identity.learning import Shown
from crawler.text.identity.policy import PolicyIdentity, relearn
from crawler.workers.reader import Reader
from pipelines.corpus import Corpus, documents, left_out, news, noise
from pipelines.corpus import kept as kept_bytes
from pipelines.corpus.conclusions import doubts
from pipelines.corpus.conclusions.draw import draw
from pipelines.corpus.revisions import redraw
from pipelines.corpus.snapshots import detail_of
from pipelines.kept_pages import Rereading, Row, left_as_it_is, read_again, rows_of


class Reread(NamedTuple):
    """What came of reading a policy again: snapshots read, those that say something else now, those without bytes.

    ``lost`` counts the last by why: a clause that names the file, if it is known. ``unread`` counts those whose bytes
    are there and could not be read, by why. ``failed`` says why the policy could not be read again at all.
    """

    read: int
    changed: int
    missing: int
    lost: Counter[str] = Counter()  # noqa: RUF012 - never changed
    unread: Counter[str] = Counter()  # noqa: RUF012 - likewise
    failed: str | None = None

    def plus(self, other: "Reread") -> "Reread":
        """Return what came of both."""
        counts = (self.read + other.read, self.changed + other.changed, self.missing + other.missing)
        return Reread(*counts, self.lost + other.lost, self.unread + other.unread)


class _Outcome(NamedTuple):
    """What a snapshot is worth, as the corpus has it."""

    state: str
    reason: str | None
    detail: str | None
    document: str | None


def reread(
    corpus: Corpus,
    policies: Iterable[Policy],
    kept: CaptureIndex,
    public_url: str,
    reader: Reader,
    *,
    advance: Callable[[], object] = lambda: None,
) -> Iterator[tuple[Policy, Reread]]:
    """Read the snapshots of policies again from the kept bytes, and store, policy by policy and each in one
    transaction, what came out otherwise. What of the corpus no crawl stores leaves its policy as it is, and the others
    go on. Documents cite ``public_url``; ``advance`` is called for each page that is read. Raises `WorkersError`.
    """
    for again in read_again(corpus, policies, kept, public_url, reader, advance=advance):
        read = Reread(0, 0, 0, failed=again.failed)
        if again.failed is None:
            with left_as_it_is(again):
                read = _store_policy(corpus, again)
        yield again.policy, read._replace(failed=again.failed)


def _store_policy(corpus: Corpus, again: Rereading) -> Reread:
    identifier, identity, rows, answers, lost = again.identifier, again.identity, again.rows, again.answers, again.lost
    learned = _relearn(identity, rows, answers)
    if learned is not identity:
        answers = {row: _known_as(answer, learned) for row, answer in answers.items()}
    began = news.now()
    with corpus.writing():
        noise.put_places(corpus.db, identifier, () if learned == identity else learned.places)
        unread = {row.document for row in rows if row.state == "fetched" and row.id not in answers}
        if renamed := _renamed(corpus, identifier, unread, learned):
            noise.rename(corpus.db, identifier, renamed)
            rows = rows_of(corpus, identifier)
        changed = len(renamed) + _store(corpus, rows, answers)
        changed += noise.renew(corpus.db, identifier, _disregarded(answers))
        changed += left_out.renew(corpus.db, identifier, _left_out(answers))
        changed += doubts.renew(corpus.db, identifier, _doubts(answers))
        if changed:
            redraw(corpus.db, identifier)
            documents.drop_orphans(corpus.db)
        changed += draw(corpus.db, identifier)
        news.not_news(corpus.db, identifier, began)
        for capture in lost.keys() & again.known.keys():
            kept_bytes.store(corpus.db, identifier, capture, again.known[capture]._replace(file=None))
    return Reread(len(answers), changed, len(lost), Counter(lost.values()), again.unread)


def _relearn(identity: PolicyIdentity, rows: list[Row], answers: dict[int, Document | Rejection]) -> PolicyIdentity:
    """Learn from the texts, as they are read now, what does not count; the same object if that is nothing new."""
    bodies = {answer.hash: answer.body for answer in answers.values() if isinstance(answer, Document)}
    outcomes = _outcomes(rows, answers)
    shown = [
        Shown(datetime.fromisoformat(row.captured), outcome.document, urlkey(row.url))
        for row in rows
        if (outcome := outcomes.get(row.id)) and outcome.document and outcome.state != "inferred"
    ]
    return relearn(identity, shown, bodies, set())[0]


def _known_as(answer: Document | Rejection, identity: PolicyIdentity) -> Document | Rejection:
    if isinstance(answer, Rejection):
        return answer
    said = identity.content(answer.body)
    return replace(answer, hash=said.hash, disregarded=said.disregarded)


def _renamed(corpus: Corpus, policy: int, unread: set[str | None], identity: PolicyIdentity) -> dict[str, Content]:
    """Return, of the documents whose bytes could not be read again, those that have another identity now."""
    bodies = documents.Bodies(corpus, policy)
    contents = {document: identity.content(bodies[document]) for document in bodies if document in unread}
    return {document: content for document, content in contents.items() if content.hash != document}


def _disregarded(answers: dict[int, Document | Rejection]) -> dict[int, tuple[str, tuple[Disregarded, ...]]]:
    """Return, for each snapshot that was read, its document and what was disregarded in it."""
    return {
        snapshot: (answer.hash, answer.disregarded) if isinstance(answer, Document) else ("", ())
        for snapshot, answer in answers.items()
    }


def _left_out(answers: dict[int, Document | Rejection]) -> dict[int, tuple[str, tuple[LeftOut, ...]]]:
    """Return, for each snapshot that was read, its document and what that leaves out."""
    return {
        snapshot: (answer.hash, answer.left_out) if isinstance(answer, Document) else ("", ())
        for snapshot, answer in answers.items()
    }


def _doubts(answers: dict[int, Document | Rejection]) -> dict[int, tuple[Doubt, ...]]:
    """Return the doubts about each capture that was read."""
    return {snapshot: answer.doubts if isinstance(answer, Document) else () for snapshot, answer in answers.items()}


def _store(corpus: Corpus, rows: list[Row], answers: dict[int, Document | Rejection]) -> int:
    """Store documents and outcomes; return how many rows of the corpus that changed."""
    changed = 0
    outcomes = _outcomes(rows, answers)
    stored = {row[0] for row in corpus.db.execute("SELECT hash FROM documents")}
    for answer in answers.values():
        if isinstance(answer, Document) and answer.hash not in stored:
            changed += documents.store_document(corpus.db, answer)
            stored.add(answer.hash)
    for row in rows:
        outcome = outcomes.get(row.id)
        if outcome is not None and outcome != (row.state, row.reason, row.detail, row.document):
            changed += 1
            corpus.db.execute(
                "UPDATE snapshots SET state = ?, reason = ?, detail = ?, document = ? WHERE id = ?", [*outcome, row.id]
            )
    for row in rows:
        document, captured = answers.get(row.id), datetime.fromisoformat(row.captured)
        snapshot = Snapshot(row.url, row.timestamp, captured, "", row.status, row.digest, None)
        if isinstance(document, Document) and documents.is_earliest(corpus.db, snapshot, document.hash):
            changed += documents.store_document(corpus.db, document)
    return changed


def _outcomes(rows: list[Row], answers: dict[int, Document | Rejection]) -> dict[int, _Outcome]:
    """Return what every snapshot is worth after reading: those read, those with the same bytes, those in between."""
    outcomes = {}
    by_digest: dict[str, _Outcome] = {}
    for row in rows:
        answer = answers.get(row.id)
        if isinstance(answer, Document):
            outcomes[row.id] = _Outcome("fetched", None, None, answer.hash)
        elif answer is not None:
            outcomes[row.id] = _Outcome("rejected", answer.reason, detail_of(answer.detail), None)
        elif row.state == "fetched":
            outcomes[row.id] = _Outcome(row.state, row.reason, row.detail, row.document)
        if row.id in outcomes and row.status in {200, None} and row.digest not in {"", "-", EMPTY_DIGEST}:
            by_digest.setdefault(row.digest, outcomes[row.id])
    for row in rows:
        same = by_digest.get(row.digest)
        if row.id in outcomes or same is None:
            continue
        if row.state == "repeat" or (row.state == "rejected" and row.detail is None and row.reason in REASONS):
            repeat = _Outcome("repeat", None, None, same.document)
            outcomes[row.id] = repeat if same.document else _Outcome("rejected", same.reason, None, None)
    return outcomes | _inferences(rows, outcomes)


def _inferences(rows: list[Row], outcomes: dict[int, _Outcome]) -> dict[int, _Outcome]:
    """Return the inferred snapshots: still so between two with one document, no longer known between others."""
    after = dict(zip((row.id for row in rows), _next_documents(rows, outcomes), strict=True))
    now = {row.document: outcomes[row.id].document for row in rows if row.id in outcomes}
    inferences = {}
    before: str | None = None
    for row in rows:
        if row.state == "inferred" and row.id not in outcomes:
            variant = now.get(row.document) if row.reason == BY_LENGTH else None
            holds = before is not None and before == after[row.id]
            document = variant or (before if holds else None)
            inferences[row.id] = _Outcome("inferred", row.reason, row.detail, document) if document else _LISTED
        elif (outcome := outcomes.get(row.id)) and outcome.document:
            before = outcome.document
    return inferences


_LISTED = _Outcome("listed", None, None, None)


def _next_documents(rows: list[Row], outcomes: dict[int, _Outcome]) -> Iterable[str | None]:
    """Return, for every row, the document of the next one that shows any."""
    following: list[str | None] = []
    document: str | None = None
    for row in reversed(rows):
        following.append(document)
        if (outcome := outcomes.get(row.id)) and outcome.document:
            document = outcome.document
    return reversed(following)
