"""Drives the crawl of a policy without Scrapy, network or database: an archive and a memory made of dicts."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from crawler.archive import cdx
from crawler.archive.redirects import NoDocument
from crawler.events import Answered, Concluded, Event, Finished, Learned, Listed
from crawler.model import Key, Period, Playback, Policy, Scope, Snapshot
from crawler.policy_crawl import PolicyCrawl
from crawler.questions import CaptureQuestion, ListingQuestion, NearQuestion, Question, ReadingQuestion
from crawler.reading import read
from crawler.text.identity.policy import PolicyIdentity
from crawler.timeline import Known
from crawler.timeline.listings import LastListing
from crawler.timestamps import nearest_moment

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = "<html><head><title>Privacy</title></head><body><main><h1>Privacy</h1>{}</main></body></html>"
PROSE = "<p>We keep your order for {} days, as the law asks of every shop that sells to consumers.</p>" * 12


def page(days: object) -> bytes:
    """A policy whose text depends on a word."""
    return PAGE.format(PROSE.format(*[days] * 12)).encode()


@dataclass
class Stored:
    """The memory of a policy's crawl, which takes in events as a corpus would."""

    listed: dict[Key, Snapshot] = field(default_factory=dict)
    outcomes: dict[Key, tuple[str, str | None]] = field(default_factory=dict)  # state and document
    read_at: dict[Key, str] = field(default_factory=dict)  # where archived redirects led
    texts: dict[str, str] = field(default_factory=dict)
    learned: PolicyIdentity = field(default_factory=PolicyIdentity)
    unclaimed: set[Key] = field(default_factory=set)
    new: set[Key] = field(default_factory=set)  # answered since a crawl last came to its end
    last: dict[str, LastListing] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def last_listing(self, policy: Policy, url: str) -> LastListing | None:
        return self.last.get(url)

    def known(self, policy: Policy) -> Known:
        by_state: dict[str, dict[Key, str]] = {"fetched": {}, "repeat": {}, "inferred": {}}
        for key, (state, document) in self.outcomes.items():
            if document is not None:
                by_state[state][key] = document
        dismissed = {key for key, (state, _) in self.outcomes.items() if state == "rejected"}
        return Known(
            by_state["fetched"] | by_state["repeat"],
            by_state["inferred"],
            dismissed,
            set(self.unclaimed),
            set(self.new),
        )

    def lost(self, policy: Policy) -> list[tuple[Playback, str | None]]:
        return []

    def identity(self, policy: Policy) -> PolicyIdentity:
        return self.learned

    def snapshots(self, policy: Policy, period: Period) -> Iterable[Snapshot]:
        until = (period.until or "").ljust(14, "9")
        return [s for s in self.listed.values() if (period.since or "") <= s.timestamp <= until]

    def bodies(self, policy: Policy) -> Mapping[str, str]:
        return self.texts

    def store(self, event: Event) -> None:
        self.events.append(event)
        match event:
            case Listed():
                self.listed |= {(s.url, s.timestamp): s for s in event.snapshots}
            case Answered():
                document = event.document
                if document is not None:
                    self.texts.setdefault(document.hash, document.body)
                key = (event.snapshot.url, event.snapshot.timestamp)
                self.outcomes[key] = event.state, document.hash if document else None
                if event.read_at is not None:
                    self.read_at[key] = event.read_at
                self.unclaimed.discard(key)
                self.new.add(key)
            case Finished():
                self.new.clear()
            case Concluded():
                for conclusion in event.conclusions:
                    key = (conclusion.snapshot.url, conclusion.snapshot.timestamp)
                    self.outcomes[key] = conclusion.state, conclusion.document
                    if conclusion.state == "listed" and conclusion.reason:
                        self.unclaimed.add(key)
                    else:
                        self.unclaimed.discard(key)
            case Learned():
                self.learned = event.identity
                self.texts = {event.renamed.get(d, _Same(d)).hash: body for d, body in self.texts.items()}
                for key, (state, d) in self.outcomes.items():
                    self.outcomes[key] = state, event.renamed[d].hash if d in event.renamed else d


@dataclass(frozen=True)
class _Same:
    hash: str


@dataclass
class FakeArchive:
    """An archive that has captures of URLs: by URL and timestamp, status, headers and body."""

    captures: dict[Key, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)  # URLs without a listing
    requests: list[Question] = field(default_factory=list)

    def add(self, url: str, timestamp: str, body: bytes, status: int = 200, **headers: str) -> None:
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        captured = format_datetime(nearest_moment(timestamp), usegmt=True)
        self.captures[url, timestamp] = status, {"memento-datetime": captured, "content-type": "text/html"} | own, body

    def answer(self, crawl: PolicyCrawl, question: Question) -> Iterator[Event]:
        if isinstance(question, ReadingQuestion):
            return crawl.receive_reading(question, read(question.page).found)
        self.requests.append(question)
        if isinstance(question, ListingQuestion):
            if question.url in self.refused:
                return crawl.receive_listing(question, 503, b"<h1>Sorry</h1>")
            return crawl.receive_listing(question, 200, self._listing(question))
        if isinstance(question, NearQuestion):
            return crawl.receive_near(question, 200, b"[]")
        here = question.chain.last
        if (here.url, here.timestamp) not in self.captures:
            return crawl.give_up(question, NoDocument("no answer", "TimeoutError: 90 s", failed=True))
        return crawl.receive_capture(question, *self.captures[here.url, here.timestamp])

    def _listing(self, question: ListingQuestion) -> bytes:
        rows = [
            ["example,x)/", timestamp, url, "text/html", str(status), f"D{hash(body)}", str(len(body))]
            for (url, timestamp), (status, _, body) in sorted(self.captures.items())
            if url == question.url and timestamp >= (question.since or "") and "unlisted" not in url
        ]
        return json.dumps([list(cdx.FIELDS), *rows]).encode() if rows else b"[]"


class Killed(Exception):  # noqa: N818 - what happened, and no error
    """The crawl was killed before it stored its next event."""


def begin(policy: Policy, memory: Stored, scope: Scope | None = None) -> PolicyCrawl:
    """The crawl of a policy at its beginning."""
    archive = "https://archive.example"
    return PolicyCrawl(policy, scope or Scope(), memory, archive_url=archive, public_url=archive, now=NOW)


def drive(
    crawl: PolicyCrawl,
    archive: FakeArchive,
    memory: Stored,
    pick: int = 0,
    most: int = 10**9,
    *,
    read_at_once: bool = True,
    events: int = 10**9,
) -> None:
    """Answer the crawl's questions until it asks none, or ``most`` of them; ``pick`` says which of those open first.

    What came is read at once, or when its turn comes. Raises `Killed` when so many ``events`` are stored.
    """
    waiting = crawl.questions()
    while waiting and most > 0:
        reading = next((q for q in waiting if isinstance(q, ReadingQuestion)), None) if read_at_once else None
        question = reading or waiting[pick % len(waiting)]
        waiting.remove(question)
        most -= reading is None
        for event in archive.answer(crawl, question):
            if not events:
                raise Killed
            memory.store(event)
            events -= 1
        waiting += crawl.questions()
        if not most and read_at_once:
            for last in [q for q in waiting if isinstance(q, ReadingQuestion)]:
                for event in archive.answer(crawl, last):
                    memory.store(event)


def captured(question: Question) -> str:
    """The timestamp of the capture that a question asks for."""
    assert isinstance(question, CaptureQuestion)
    return question.chain.last.timestamp
