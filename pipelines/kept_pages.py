"""The kept pages of policies, read again by workers: policy by policy, and the next ones meanwhile."""

import logging
import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.archive.redirects import NoDocument
from crawler.errors import FOREIGN, CorpusRowError
from crawler.extraction.rejection.reasons import REASONS
from crawler.local_archive.index import CaptureIndex
from crawler.model import Document, Playback, Policy, Rejection
from crawler.reading import Found, Page, document
from crawler.text.identity.policy import PolicyIdentity
from crawler.workers.reader import Reader
from pipelines.corpus import Corpus
from pipelines.corpus import kept as kept_bytes
from pipelines.corpus.differences import identity_of
from pipelines.corpus.row_errors import of_a_row
from pipelines.kept_responses import kept_response

logger = logging.getLogger(__name__)

# Bytes of pages that workers have, or that wait for a policy before them to be stored.
_AHEAD = 32 * 1024 * 1024
# Bytes of consecutive pages that one worker reads: what it knows of the last one spares it most of the next. With pages
# one by one, two workers took 1.7 times the processor's time of this process alone; in runs, 1.25 times (2026-11).
_RUN = 2 * 1024 * 1024


class Row(NamedTuple):
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

    @property
    def address(self) -> Playback:
        """Where its text was read."""
        timestamp, url = self.read_at.split("/", 1) if self.read_at else (self.timestamp, self.url)
        return Playback(timestamp, url)

    @property
    def has_bytes(self) -> bool:
        """Whether bytes came for it that may hold a text; for an imported text none ever did."""
        return self.origin is None and (
            self.state == "fetched" or (self.state == "rejected" and self.reason in REASONS and bool(self.detail))
        )


_ROWS = f"SELECT {', '.join(Row._fields)} FROM snapshots WHERE policy = ? ORDER BY captured, timestamp, url"  # noqa: S608


def rows_of(corpus: Corpus, policy: int) -> list[Row]:
    """Return the snapshots of a policy in order."""
    return [Row(*row) for row in corpus.db.execute(_ROWS, [policy])]


@dataclass(slots=True)
class Rereading:
    """A policy that is read again: its snapshots, and what came of them.

    ``answers`` are by snapshot. ``lost`` says of captures whose bytes are lost why; ``unread`` counts those whose bytes
    are there, by why they could not be read as they were before. ``failed`` says why the policy stays as it is.
    """

    policy: Policy
    identifier: int
    identity: PolicyIdentity = field(default_factory=PolicyIdentity)
    rows: list[Row] = field(default_factory=list)
    known: dict[Playback, kept_bytes.Kept] = field(default_factory=dict)
    answers: dict[int, Document | Rejection] = field(default_factory=dict)
    lost: dict[Playback, str] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)
    failed: str | None = None


@contextmanager
def left_as_it_is(of: Rereading) -> Iterator[None]:
    """Note why a policy stays as it is, where the corpus holds something of it that no crawl stores."""
    try:
        yield
    except sqlite3.Error as error:
        if (why := of_a_row(error)) is None:
            raise
        of.failed = why
    except (CorpusRowError, *FOREIGN) as error:
        logger.debug("Where it was", exc_info=True)
        of.failed = str(error) if isinstance(error, CorpusRowError) else f"{type(error).__name__}: {error}"


class _Step(NamedTuple):
    """A page of a policy, and the snapshot that it is of; without one, the policy's end."""

    of: Rereading
    row: Row | None = None
    page: Page | None = None
    found: Future[Found] | None = None


def read_again(
    corpus: Corpus,
    policies: Iterable[Policy],
    kept: CaptureIndex,
    public_url: str,
    reader: Reader,
    *,
    advance: Callable[[], object],
) -> Iterator[Rereading]:
    """Yield policies when all of their kept pages are read. Documents cite ``public_url``; ``advance`` is called for
    each page. Raises `WorkersError`.
    """
    for of, row, page, found in _in_order(reader, _pages(corpus, policies, kept, public_url)):
        if row is None or page is None or found is None:
            yield of
            continue
        if of.failed is not None:
            continue
        answer = document(page, found.result(), of.identity)
        advance()
        if not isinstance(answer, NoDocument):
            of.answers[row.id] = answer
        elif row.reason != answer.reason:
            of.unread[f"{row.timestamp}/{row.url}: {answer.reason}"] += 1


def _in_order(reader: Reader, steps: Iterator[_Step]) -> Iterator[_Step]:
    """Have pages read, and yield them in their order."""
    under_way: deque[_Step] = deque()
    size = 0
    for run in _runs(reader, steps):
        pages = [step.page for step in run if step.page]
        found = iter(reader.read_run(pages) if pages else ())
        under_way.extend(step._replace(found=next(found)) if step.page else step for step in run)
        size += sum(map(_size, run))
        while under_way and (size > _AHEAD or under_way[0].found is None or under_way[0].found.done()):
            size -= _size(under_way[0])
            yield under_way.popleft()
    yield from under_way


def _runs(reader: Reader, steps: Iterator[_Step]) -> Iterator[list[_Step]]:
    """Yield the pages that one worker reads, one after the other; here, page by page."""
    run: list[_Step] = []
    size = 0
    for step in steps:
        run.append(step)
        size += _size(step)
        if step.page is None or reader.is_here or size > _RUN:
            yield run
            run, size = [], 0


def _size(step: _Step) -> int:
    return len(step.page.response.body) if step.page else 0


def _pages(corpus: Corpus, policies: Iterable[Policy], kept: CaptureIndex, public_url: str) -> Iterator[_Step]:
    """Yield the kept pages of policies, and note which are lost."""
    for policy in policies:
        of = Rereading(policy, corpus.policy_id(policy))
        with left_as_it_is(of):
            of.identity = identity_of(corpus.db.conn, of.identifier)
            of.known = kept_bytes.of_policy(corpus.db, of.identifier)
            of.rows = rows_of(corpus, of.identifier)
            yield from _pages_of(of, kept, public_url)
        yield _Step(of)


def _pages_of(of: Rereading, kept: CaptureIndex, public_url: str) -> Iterator[_Step]:
    for row in of.rows:
        if not row.has_bytes:
            continue
        here = row.address
        response = kept_response(kept, here, of.known.get(here), row.digest if row.read_at is None else None)
        if isinstance(response, str):
            of.lost[here] = response
        else:
            yield _Step(of, row, Page(response, here.timestamp, of.policy.part_at(row.timestamp), public_url))
