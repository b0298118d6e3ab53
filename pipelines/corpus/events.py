"""Stores what a policy's crawl finds out, each event in one transaction: a killed run leaves a whole corpus."""

from dataclasses import replace

from crawler.events import Answered, Concluded, Event, Finished, Learned, Listed
from pipelines.corpus import crawls, documents, noise, snapshots
from pipelines.corpus.database import Corpus
from pipelines.corpus.differences import measure
from pipelines.corpus.revisions import redraw


def store(corpus: Corpus, crawl: int, event: Event, requests: int) -> Event:
    """Store an event, and how many requests the crawl has sent so far; a finished policy gets its summary."""
    db = corpus.db
    with db.atomic():
        policy = corpus.policy_id(event.policy)
        match event:
            case Listed():
                stored = snapshots.store_listed(db, policy, event.snapshots)
                crawls.count_rows(db, crawl, event.received, stored, event.refused)
                if event.reach != "period":
                    newest = max((snapshot.captured for snapshot in event.snapshots), default=None)
                    snapshots.store_listing(db, policy, event.url, newest, whole=event.reach == "whole")
            case Answered():
                if event.document is not None and documents.is_earliest(db, event.snapshot, event.document.hash):
                    documents.store_document(db, event.document)
                snapshots.store_answer(db, policy, event)
                if event.document is not None:
                    noise.note(db, policy, event.snapshot, event.document)
                crawls.count_outcome(db, crawl, event.reason or event.state)
                redraw(db, policy)
            case Concluded():
                snapshots.store_conclusions(db, policy, event.conclusions)
                redraw(db, policy)
            case Learned():
                noise.put_places(db, policy, event.identity.places)
                noise.rename(db, policy, event.renamed)
            case Finished():
                measure(db, policy)
                event = replace(event, summary=crawls.finish_policy(db, crawl, policy, event.errors))
        crawls.store_requests(db, crawl, requests)
    return event
