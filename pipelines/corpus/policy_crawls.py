"""What the crawl of a policy asks of the corpus (the `Memory` of `crawler.policy_crawl`), and what it puts into it.

Each event is stored in one transaction: a killed run leaves a whole corpus.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from sqlite_utils import Database

from crawler.events import Answered, Concluded, Event, Finished, Learned, Listed, Received, UrlExcluded
from crawler.model import Period, Playback, Policy, Snapshot
from crawler.text.identity.policy import PolicyIdentity
from crawler.timeline import Known
from crawler.timeline.listings import LastListing
from pipelines.corpus import crawls, documents, kept, left_out, noise, parts, snapshots, unfinished
from pipelines.corpus.conclusions import doubts
from pipelines.corpus.conclusions.draw import draw
from pipelines.corpus.database import Corpus
from pipelines.corpus.differences import identity_of
from pipelines.corpus.revisions import draw_in, redraw


class CorpusMemory:
    """Reads from an open corpus. Every method raises `CorpusError` where the corpus cannot be read."""

    def __init__(self, corpus: Corpus, keeps_bytes: Callable[[], bool] = lambda: False) -> None:
        self._corpus = corpus
        self._keeps_bytes = keeps_bytes

    def last_listing(self, policy: Policy, url: str) -> LastListing | None:
        """Return how far the listing of a URL is known."""
        with self._corpus.being("read"):
            found = self._corpus.find(policy)
            return None if found is None else snapshots.last_listing(self._corpus.db, found, url)

    def known(self, policy: Policy) -> Known:
        """Return what is known of the policy's snapshots."""
        with self._corpus.being("read"):
            return snapshots.known(self._corpus.db, self._corpus.policy_id(policy))

    def identity(self, policy: Policy) -> PolicyIdentity:
        """Return what was learned of the policy's texts."""
        with self._corpus.being("read"):
            return identity_of(self._corpus.db.conn, self._corpus.policy_id(policy))

    def snapshots(self, policy: Policy, period: Period) -> Iterator[Snapshot]:
        """Return the snapshots of a period that the archive listed."""
        with self._corpus.being("read"):
            yield from snapshots.listed(self._corpus.db, self._corpus.policy_id(policy), period)

    def bodies(self, policy: Policy) -> Mapping[str, str]:
        """Return the bodies of the policy's documents by content hash, read when they are looked up."""
        with self._corpus.being("read"):
            return documents.Bodies(self._corpus, self._corpus.policy_id(policy))

    def lost(self, policy: Policy) -> list[tuple[Playback, str | None]]:
        """Return the captures whose bytes are lost, with their digests, if bytes are kept at all."""
        if not self._keeps_bytes():
            return []
        with self._corpus.being("read"):
            return kept.lost(self._corpus.db, self._corpus.policy_id(policy))


def store(corpus: Corpus, crawl: int, event: Event, requests: int) -> Event:
    """Store an event, and how many requests the crawl has sent so far; a finished policy gets its summary."""
    db = corpus.db
    with corpus.writing():
        policy = corpus.policy_id(event.policy)
        match event:
            case Listed():
                parts.store_parts(db, policy, event.policy.parts)
                stored = snapshots.store_listed(db, policy, event.snapshots)
                if snapshots.refuse_implausible(db, policy):
                    redraw(db, policy)
                crawls.count_rows(db, crawl, event.received, stored, event.refused)
                if event.reach != "period":
                    newest = max((snapshot.captured for snapshot in event.snapshots), default=None)
                    snapshots.store_listing(db, policy, event.url, newest, whole=event.reach == "whole")
            case Received():
                body = hashlib.sha256(event.body).hexdigest()
                kept.store(db, policy, event.playback, kept.Kept(event.kept_in, body))
            case UrlExcluded():
                snapshots.store_excluded(db, policy, event.url)
            case Answered():
                _store_answer(db, policy, event)
                crawls.count_outcome(db, crawl, event.reason or event.state)
            case Concluded():
                snapshots.store_conclusions(db, policy, event.conclusions)
                redraw(db, policy)
            case Learned():
                noise.put_places(db, policy, event.identity.places)
                noise.rename(db, policy, event.renamed)
            case Finished():
                unfinished.finish(db, policy)
                left_out.settle(db, policy)
                draw(db, policy)
                event = _finished(corpus, crawl, policy, event)
        crawls.store_requests(db, crawl, requests)
    return event


def _store_answer(db: Database, policy: int, answer: Answered) -> None:
    document = answer.document
    if document is not None and documents.is_earliest(db, answer.snapshot, document.hash):
        documents.store_document(db, document)
    earlier = snapshots.document_of(db, policy, answer.snapshot)
    row = snapshots.store_answer(db, policy, answer)
    if document is not None and row is not None:
        noise.note(db, row, document)
        left_out.note(db, policy, row, document)
        doubts.renew(db, policy, {row: document.doubts})
    unfinished.answered(db, policy, answer.snapshot)
    if earlier is not None:
        redraw(db, policy)
    elif document is not None and row is not None:
        draw_in(db, policy, row)


def store_end(corpus: Corpus, crawl: int, event: Finished) -> Finished:
    """Store that a policy is finished, and nothing that follows from what is stored of it: it cannot be drawn."""
    with corpus.db.atomic():
        return _finished(corpus, crawl, corpus.policy_id(event.policy), event)


def _finished(corpus: Corpus, crawl: int, policy: int, event: Finished) -> Finished:
    db = corpus.db
    summary = crawls.finish_policy(db, crawl, policy, event.errors)
    new = crawls.number_of_new(db, crawl, policy)
    changed = new > 0 and crawls.was_finished_before(db, crawl, policy)
    return replace(event, summary=summary, new=new, changed=changed)
