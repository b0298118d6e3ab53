"""Puts into a corpus what a crawl would find out, and reads what a crawl would ask of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from crawler.events import Answered, Concluded, Event, Finished, Learned, Summary
from crawler.model import Conclusion, Period, Policy, Snapshot
from crawler.text.identity.policy import PolicyIdentity
from crawler.timeline import Known
from pipelines.corpus import Corpus, crawls, policy_crawls, snapshots
from pipelines.corpus import revisions as stored_revisions
from pipelines.corpus.policy_crawls import CorpusMemory
from pipelines.corpus.revisions import Revision

REQUESTS = 7
"""How many requests the crawl has sent when an event is stored."""


def start_crawl(corpus: Corpus, arguments: Mapping[str, Any] | None = None) -> int:
    with corpus.being("written"):
        return crawls.start(corpus.db, arguments or {})


def finish_crawl(corpus: Corpus, crawl: int, status: str, reason: str | None = None) -> None:
    crawls.finish(corpus.db, crawl, status, reason)


def store_listing(  # noqa: PLR0917
    corpus: Corpus, crawl: int, policy: Policy, found: Iterable[Snapshot], received: int, refused: Counter[str]
) -> int:
    """Store a listing; returns how many snapshots were new."""
    with corpus.db.atomic():
        stored = snapshots.store_listed(corpus.db, corpus.policy_id(policy), found)
        crawls.count_rows(corpus.db, crawl, received, stored, refused)
    return stored


def store_answer(corpus: Corpus, crawl: int, answer: Answered) -> None:
    _store(corpus, crawl, answer)


def store_conclusions(corpus: Corpus, policy: Policy, conclusions: Iterable[Conclusion]) -> None:
    _store(corpus, 1, Concluded(policy, tuple(conclusions)))


def store_learned(corpus: Corpus, learned: Learned) -> None:
    _store(corpus, 1, learned)


def finish_policy(corpus: Corpus, crawl: int, policy: Policy, errors: Iterable[str]) -> Summary:
    finished = _store(corpus, crawl, Finished(policy, tuple(errors)))
    assert isinstance(finished, Finished)
    assert finished.summary is not None
    return finished.summary


def summary(corpus: Corpus, policy: Policy) -> Summary:
    return crawls.summarise(corpus.db, corpus.policy_id(policy))


def known(corpus: Corpus, policy: Policy) -> Known:
    return CorpusMemory(corpus).known(policy)


def identity(corpus: Corpus, policy: Policy) -> PolicyIdentity:
    return CorpusMemory(corpus).identity(policy)


def listed_snapshots(
    corpus: Corpus, policy: Policy, since: str | None = None, until: str | None = None
) -> list[Snapshot]:
    return list(CorpusMemory(corpus).snapshots(policy, Period(since, until)))


def revisions_of(corpus: Corpus, policy: Policy) -> list[Revision]:
    return list(stored_revisions.revisions(corpus.db, corpus.policy_id(policy)))


def _store(corpus: Corpus, crawl: int, event: Event) -> Event:
    return policy_crawls.store(corpus, crawl, event, requests=REQUESTS)
