"""Reads kept bytes again with today's extractor, and draws documents and revisions anew. Facts stay what they were.

What a newer extractor makes of old bytes is never a vendor's change: the snapshots, when they were captured and what
was received for them do not change, only what is read in them. With an unchanged extractor nothing changes at all.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from crawler.archive import truncation
from crawler.archive.cdx import EMPTY_DIGEST
from crawler.archive.urlkey import urlkey
from crawler.extraction.extract import extract
from crawler.extraction.rejection.reasons import REASONS
from crawler.local_archive.index import CaptureIndex
from crawler.model import BY_LENGTH, Disregarded, Document, Doubt, LeftOut, Playback, Policy, Rejection, Snapshot
from crawler.text.identity.content import Content
from crawler.text.identity.learning import Shown
from crawler.text.identity.policy import PolicyIdentity, relearn
from pipelines.corpus import Corpus, documents, left_out, news, noise
from pipelines.corpus import kept as kept_bytes
from pipelines.corpus.conclusions import doubts
from pipelines.corpus.conclusions.draw import draw
from pipelines.corpus.differences import identity_of
from pipelines.corpus.revisions import redraw
from pipelines.kept_responses import kept_response

Cite = Callable[[Playback, str], str]
"""The address in the archive of a URL that the page captured at a `Playback` names."""


class Reread(NamedTuple):
    """What came of reading a policy again: snapshots read, those that say something else now, those without bytes.

    ``lost`` counts the last by why: a clause that names the file, if it is known.
    """

    read: int
    changed: int
    missing: int
    lost: Counter[str] = Counter()  # noqa: RUF012 - never changed

    def plus(self, other: "Reread") -> "Reread":
        """Return what came of both."""
        counts = (self.read + other.read, self.changed + other.changed, self.missing + other.missing)
        return Reread(*counts, self.lost + other.lost)


class _Row(NamedTuple):
    """A snapshot in the corpus."""

    id: int
    url: str
    timestamp: str
    captured: str
    status: int | None
    digest: str
    state: str
    reason: str | None
    detail: str | None
    document: str | None
    read_at: str | None
    origin: str | None


_ROWS = f"SELECT {', '.join(_Row._fields)} FROM snapshots WHERE policy = ? ORDER BY captured, timestamp, url"  # noqa: S608


class _Outcome(NamedTuple):
    """What a snapshot is worth, as the corpus has it."""

    state: str
    reason: str | None
    detail: str | None
    document: str | None


def reread(corpus: Corpus, policy: Policy, kept: CaptureIndex, cite: Cite) -> Reread:
    """Read a policy's snapshots again from the kept bytes, and store in one transaction what came out otherwise."""
    identifier = corpus.policy_id(policy)
    identity = identity_of(corpus.db.conn, identifier)
    rows = [_Row(*row) for row in corpus.db.execute(_ROWS, [identifier])]
    answers: dict[int, Document | Rejection] = {}
    lost: dict[Playback, str] = {}
    known = kept_bytes.of_policy(corpus.db, identifier)
    for row in rows:
        if row.origin is not None:
            continue  # an imported text never had bytes
        if row.state == "fetched" or (row.state == "rejected" and row.reason in REASONS and row.detail):
            here = _address(row)
            digest = row.digest if row.read_at is None else None
            response = kept_response(kept, here, known.get(here), digest)
            if isinstance(response, str):
                lost[here] = response
            else:
                part = policy.part_at(row.timestamp)
                read = extract(response, part, lambda url, here=here: cite(here, url), identity)  # type: ignore[misc]
                answers[row.id] = truncation.marked(read, response.headers, response.body, response.truncated)
    learned = _relearn(identity, rows, answers)
    if learned is not identity:
        answers = {row: _known_as(answer, learned) for row, answer in answers.items()}
    began = news.now()
    with corpus.writing():
        noise.put_places(corpus.db, identifier, () if learned == identity else learned.places)
        unread = {row.document for row in rows if row.state == "fetched" and row.id not in answers}
        if renamed := _renamed(corpus, identifier, unread, learned):
            noise.rename(corpus.db, identifier, renamed)
            rows = [_Row(*row) for row in corpus.db.execute(_ROWS, [identifier])]
        changed = len(renamed) + _store(corpus, rows, answers)
        changed += noise.renew(corpus.db, identifier, _disregarded(answers))
        changed += left_out.renew(corpus.db, identifier, _left_out(answers))
        changed += doubts.renew(corpus.db, identifier, _doubts(answers))
        if changed:
            redraw(corpus.db, identifier)
            documents.drop_orphans(corpus.db)
        changed += draw(corpus.db, identifier)
        news.not_news(corpus.db, identifier, began)
        for capture in lost.keys() & known.keys():
            kept_bytes.store(corpus.db, identifier, capture, known[capture]._replace(file=None))
    return Reread(len(answers), changed, len(lost), Counter(lost.values()))


def _relearn(identity: PolicyIdentity, rows: list[_Row], answers: dict[int, Document | Rejection]) -> PolicyIdentity:
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


def _address(row: _Row) -> Playback:
    timestamp, url = row.read_at.split("/", 1) if row.read_at else (row.timestamp, row.url)
    return Playback(timestamp, url)


def _store(corpus: Corpus, rows: list[_Row], answers: dict[int, Document | Rejection]) -> int:
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


def _outcomes(rows: list[_Row], answers: dict[int, Document | Rejection]) -> dict[int, _Outcome]:
    """Return what every snapshot is worth after reading: those read, those with the same bytes, those in between."""
    outcomes = {}
    by_digest: dict[str, _Outcome] = {}
    for row in rows:
        answer = answers.get(row.id)
        if isinstance(answer, Document):
            outcomes[row.id] = _Outcome("fetched", None, None, answer.hash)
        elif answer is not None:
            outcomes[row.id] = _Outcome("rejected", answer.reason, answer.detail, None)
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


def _inferences(rows: list[_Row], outcomes: dict[int, _Outcome]) -> dict[int, _Outcome]:
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


def _next_documents(rows: list[_Row], outcomes: dict[int, _Outcome]) -> Iterable[str | None]:
    """Return, for every row, the document of the next one that shows any."""
    following: list[str | None] = []
    document: str | None = None
    for row in reversed(rows):
        following.append(document)
        if (outcome := outcomes.get(row.id)) and outcome.document:
            document = outcome.document
    return reversed(following)
