"""One policy's crawl as a plain machine without I/O: listing pages and captures in, events and questions out.

    crawl = PolicyCrawl(…)                                    begins with the questions for the listings of its URLs
    crawl.questions()                                         what to ask now; each question comes once
    crawl.receive_listing(question, status, body)             \\
    crawl.receive_near(question, status, body)                 |
    crawl.receive_capture(question, status, headers, body)     > yield events, in the order in which to store them
    crawl.receive_reading(question, found)                     |
    crawl.give_up(question, end)                              /
    crawl.finished                                            whether nothing is left to ask

Whoever drives it stores each event before it takes the next one, and hands in one answer at a time: what the crawl
learns and concludes stands on what `Memory` has stored. Answers may come in any order: what is found is the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from crawler import noise_suspected, timestamps
from crawler.archive import cdx, memento, near, redirects, truncation
from crawler.archive.listing import Listing
from crawler.archive.redirects import NoDocument, RedirectChain
from crawler.events import (
    Answered,
    Concluded,
    Event,
    Finished,
    Learned,
    Listed,
    ListingFailed,
    NothingArchived,
    Planned,
    Received,
    UrlExcluded,
)
from crawler.memory import Memory
from crawler.model import Document, Key, Period, Playback, Policy, Rejection, Scope, Snapshot
from crawler.patience import Patience
from crawler.questions import ArchiveQuestion, CaptureQuestion, ListingQuestion, NearQuestion, Question, ReadingQuestion
from crawler.reading import Found, document, page_of
from crawler.text.another_page import Suspects
from crawler.text.identity.learning import CLOSE, STRETCH, Stretch
from crawler.text.identity.policy import PolicyIdentity, relearn
from crawler.timeline import AT_ONCE, Timeline
from crawler.timeline.listings import is_excluded, reach, since


class PolicyCrawl:
    """The crawl of one policy, which asks at ``archive_url`` and cites ``public_url``. ``errors`` are what could not be
    done, ``listed`` the number of URLs whose listing arrived, ``failed`` that of snapshots without an answer.
    """

    def __init__(
        self, policy: Policy, scope: Scope, memory: Memory, *, archive_url: str, public_url: str, now: datetime
    ) -> None:
        self.policy = policy
        self.errors: list[str] = []
        self.failed, self.finished = 0, False
        self._scope = scope
        self._memory = memory
        self._archive_url = archive_url
        self._public_url = public_url
        self._found: dict[Key, Snapshot] = {}  # while it is listed
        self._snapshots: tuple[Snapshot, ...] = ()  # from then on
        self._identity = PolicyIdentity()
        self._fruitless: set[Stretch] = set()
        self._suspects = Suspects()
        self._patience = Patience()
        self._timeline: Timeline | None = None
        last = {url: memory.last_listing(policy, url) for url in policy.urls}
        self._listings = {
            url: Listing(url, since(scope.period, last[url], now), timestamps.latest(now))
            for url in policy.urls
            if not is_excluded(last[url], now)
        }
        self.listed = len(policy.urls) - len(self._listings)
        self._empty: list[str] = []
        self._questions: list[Question] = [
            ListingQuestion(url, listing.since, scope.period.until) for url, listing in self._listings.items()
        ]

    @property
    def unlisted(self) -> int:
        """How many listings are still to come."""
        return len(self._listings) + (self._timeline is None and not self._listings and not self.finished)

    @property
    def pending(self) -> int:
        """How many snapshots have been requested and not answered."""
        return self._timeline.pending if self._timeline else 0

    def questions(self) -> list[Question]:
        """Return what to ask the archive, or whoever reads pages, now; each question once."""
        questions, self._questions = self._questions, []
        return questions

    def fail(self, why: str) -> Iterator[Event]:
        """End early: neither the state of this crawl nor what is stored can be relied on any more."""
        self.errors.append(why)
        self._questions, self._listings, self._timeline = [], {}, None
        self._found, self._snapshots = {}, ()
        self.finished = True
        yield Finished(self.policy, tuple(self.errors))

    # -- listings -----------------------------------------------------------------------------------------------------
    def receive_listing(self, question: ListingQuestion, status: int, body: bytes) -> Iterator[Event]:
        """Record a page of a listing (HTTP status and decoded body)."""
        listing = self._listings[question.url]
        try:
            listing.add(cdx.read_page(status, body))
        except (cdx.ListingError, cdx.UrlExcluded) as error:
            yield from self._end_listing(question.url, str(error), excluded=isinstance(error, cdx.UrlExcluded))
            return
        if listing.resume_key is not None:
            self._questions.append(replace(question, resume_key=listing.resume_key))
        else:
            yield from self._end_listing(listing.url)

    def _end_listing(self, url: str, why_failed: str | None = None, *, excluded: bool = False) -> Iterator[Event]:
        """Go on with what was listed of a URL, also if the listing broke off; that a URL is excluded is told once."""
        last, listing = self._memory.last_listing(self.policy, url), self._listings[url]
        snapshots, is_new = tuple(listing.snapshots.values()), last is None or last.newest is None
        why_failed = why_failed or (listing.why_nothing if is_new else None)
        if why_failed is None or listing.received:
            if is_new and not listing.received:
                self._empty.append(url)
            self.listed += 1
            self._found = self._found | listing.snapshots if self._found else listing.snapshots
            listing.snapshots = {}
            reached = reach(self._scope.period, listing.since) if why_failed is None else "period"
            yield Listed(self.policy, url, snapshots, listing.received, listing.refused, reached)
        if excluded:
            self.listed += not listing.received
            yield UrlExcluded(self.policy, url)
        if why_failed is not None and not (excluded and last and last.excluded):
            why_failed += f" ({len(snapshots):,} snapshots of it are kept)" if snapshots else ""
            self.errors.append(f"{url} could not be listed: {why_failed}")
            yield ListingFailed(self.policy, url, why_failed)
        del self._listings[url]
        if not self._listings:
            yield from self.begin()

    def begin(self) -> Iterator[Event]:
        """Go on when nothing is left to list; a crawl that has nothing to list begins with this."""
        if about := next(filter(near.is_asked_about, self._empty), None):
            self._questions.append(NearQuestion(about))
        else:
            yield from self._begin()

    def receive_near(self, question: NearQuestion, status: int, body: bytes) -> Iterator[Event]:
        """Record the addresses near a URL of which the archive has nothing."""
        yield from self._begin(near.read(status, body))

    def _begin(self, found: tuple[near.Near, ...] = ()) -> Iterator[Event]:
        """Name the URLs of which the archive has nothing, with near ones that it has, and go on with the others."""
        for url in self._empty:
            if self._scope.period == Period() or not near.has(url, found):
                self.errors.append(near.sentence(url, found))
                yield NothingArchived(self.policy, url, self.errors[-1])
        yield from self._plan()

    def _plan(self) -> Iterator[Event]:
        """Begin the timeline with all that is listed and stored."""
        self._identity = self._memory.identity(self.policy)
        for snapshot in self._memory.snapshots(self.policy, self._scope.period):
            self._found.setdefault((snapshot.url, snapshot.timestamp), snapshot)
        self._snapshots, self._found = tuple(self._found.values()), {}  # the timeline needs the room
        scope, known = self._scope, self._memory.known(self.policy)
        self._timeline = Timeline(self._snapshots, scope.mode, scope.thoroughness, known)
        yield from self._between_rounds()
        yield Planned(self.policy, len(self._snapshots), self._timeline.cost)
        yield from self._ask()

    # -- captures -----------------------------------------------------------------------------------------------------
    def receive_capture(
        self, question: CaptureQuestion, status: int, headers: Mapping[str, str], body: bytes
    ) -> Iterator[Event]:
        """Record the archive's answer: HTTP status, headers (names in lower case) and decoded body."""
        chain = question.chain
        self._patience.came()
        outcome = memento.classify(self._archive_url, chain.last, status, headers, body)
        if memento.is_capture(headers) and not isinstance(outcome, memento.NearMatch):
            digest = question.snapshot.digest if chain.last == chain.snapshot else None
            archived, cut = memento.archived_headers(headers), headers.get(truncation.HEADER)
            yield Received(self.policy, chain.last, status, archived, body, digest, cut)
        step = redirects.next_step(chain, outcome)
        if isinstance(step, RedirectChain):
            self._questions.append(replace(question, chain=step))
        elif isinstance(step, NoDocument):
            yield from self._record(question.snapshot, step)
        else:
            response = step.status, headers, body
            page = page_of(question.snapshot, chain.last, response, policy=self.policy, public_url=self._public_url)
            read_at = f"{chain.last.timestamp}/{chain.last.url}" if len(chain.requested) > 1 else None
            if isinstance(page, Rejection):
                yield from self._record(question.snapshot, page, read_at)
            else:
                self._questions.append(ReadingQuestion(question.snapshot, page, read_at))

    def receive_reading(self, question: ReadingQuestion, found: Found) -> Iterator[Event]:
        """Record what was read in a page."""
        read = document(question.page, found, self._identity)
        yield from self._record(question.snapshot, read, question.read_at)
        yield from self._wait(self._patience.read(found))

    def give_up(self, question: ArchiveQuestion, end: NoDocument) -> Iterator[Event]:
        """Record that a question got no answer, and why."""
        if isinstance(question, ListingQuestion):
            yield from self._end_listing(question.url, end.detail)
        elif isinstance(question, NearQuestion):
            yield from self._begin()
        else:
            yield from self._record(question.snapshot, end)
            yield from self._wait(self._patience.came(end))

    def _wait(self, why: str | None) -> Iterator[Event]:
        """Leave the rest to the next crawl, if there is a reason to."""
        yield from self.fail(why) if why is not None and not self.finished else ()

    def _record(
        self, snapshot: Snapshot, end: Document | Rejection | NoDocument, read_at: str | None = None
    ) -> Iterator[Event]:
        """Record the outcome of a snapshot, and go on from there."""
        assert self._timeline is not None
        reason = self._timeline.reason_for(snapshot)
        if isinstance(end, Document):
            self._timeline.record_answer(snapshot, end.hash)
            yield Answered(self.policy, snapshot, "fetched", None, None, end, read_at, reason)
        else:
            failed = isinstance(end, NoDocument) and end.failed
            self.failed += failed
            self._timeline.record_answer(snapshot, None, None if failed else end.reason)
            state: Literal["failed", "rejected"] = "failed" if failed else "rejected"
            yield Answered(self.policy, snapshot, state, end.reason, end.detail, None, read_at, reason)
        yield from self._between_rounds()
        yield from self._ask()

    # -- between answers ----------------------------------------------------------------------------------------------
    def _between_rounds(self) -> Iterator[Event]:
        """Tell what follows from the answers, and go through the rounds whose answers are stored.

        What is done between two rounds depends on what was found out up to then. So a crawl that was killed does it
        again between the same rounds, before it comes to those in which it has something to ask.
        """
        assert self._timeline is not None
        while True:
            while conclusions := self._timeline.conclusions(AT_ONCE):
                yield Concluded(self.policy, tuple(conclusions))
            if not self._timeline.is_between_rounds:
                return
            if learned := self._learn():
                yield learned
            elif suspects := self._suspect():
                self._timeline.doubt(suspects)
            else:
                self._timeline.begin_round()

    def _ask(self) -> Iterator[Event]:
        """Ask what the timeline wants to know now, or finish."""
        assert self._timeline is not None
        for snapshot in self._timeline.next():
            chain = RedirectChain((Playback(snapshot.timestamp, snapshot.url),))
            self._questions.append(CaptureQuestion(snapshot, chain))
        if not self._timeline.pending:
            if self.failed:
                self.errors.append(f"{self.failed} snapshots got no answer; the next crawl requests them again")
            self.finished = True
            self._timeline, self._snapshots = None, ()  # nobody needs them any more, and a crawl has many policies
            yield Finished(self.policy, tuple(self.errors))

    def _learn(self) -> Learned | None:
        """Learn between two rounds what of the texts does not count; None if that is nothing new.

        A text that differs at every capture would be requested at every capture. So where the texts seen so far differ
        in what may be noise, the timeline samples captures that follow each other closely; and where those show that it
        is, the documents that differ in nothing else become one.
        """
        assert self._timeline is not None
        history = noise_suspected.history_of(self._timeline.shown)
        bodies = self._memory.bodies(self.policy)
        identity, renamed = relearn(self._identity, history, bodies, self._fruitless)
        if identity is self._identity:
            if noise_suspected.changes_always(history, bodies, self._identity, self._fruitless):
                self._timeline.sample(STRETCH + 1, CLOSE, distinct=True)
            elif noise_suspected.rotates(history, bodies, self._identity, self._fruitless):
                self._timeline.sample(noise_suspected.ROTATING, CLOSE, distinct=False)
            return None
        self._identity = identity
        names = {document: content.hash for document, content in renamed.items()}
        self._timeline = self._timeline.renamed(self._snapshots, names)
        self._suspects = Suspects()  # of those names, and as the timeline comes to them again
        return Learned(self.policy, identity, renamed)

    def _suspect(self) -> set[str]:
        """Return the documents that look like another page in place of the policy, those that did not before."""
        assert self._timeline is not None
        shown = (document for _, document in self._timeline.shown)
        return self._suspects.look(shown, self._memory.bodies(self.policy), self._identity)
