"""What an archive has of a policy's addresses, and what of its record in the vendors file does not work: a machine.

    check = PolicyCheck(policy, …)
    check.questions()                              what to ask the archive now; each question comes once
    check.receive(question, status, headers, body)
    check.give_up(question, end)
    check.finished, check.result()

The listings and the estimate are those of a first crawl: its own machine reads them (`PolicyCrawl`). Beyond that, it
costs a capture for an address that leads elsewhere by now, for a policy of which a part of the page is meant, and a
listing of what is near to an address without any page.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from crawler.archive import memento, near
from crawler.archive.redirects import NoDocument, RedirectChain
from crawler.archive.urlkey import urlkey
from crawler.events import Event, Listed, ListingFailed, NothingArchived, Planned, UrlExcluded
from crawler.extraction.extract import CapturedResponse
from crawler.extraction.matching import unmatched
from crawler.extraction.rejection.judge import ended_at_home_page
from crawler.model import Part, Period, Playback, Policy, Scope, Snapshot
from crawler.policy_crawl import PolicyCrawl
from crawler.questions import ArchiveQuestion, CaptureQuestion, ListingQuestion, NearQuestion
from crawler.text.identity.policy import PolicyIdentity
from crawler.timeline import Known
from crawler.timeline.thoroughness import Cost


@dataclass(slots=True)
class CheckedUrl:
    """What the archive has of an address. ``pages`` are the captures that are no redirect and no error."""

    url: str
    captures: int = 0
    pages: int = 0
    first: str | None = None
    """The day of the first capture, YYYY-MM-DD, as the next two."""
    last: str | None = None
    last_page: str | None = None
    problem: str | None = None
    """Why a crawl gets nothing from it: a clause. None if it does."""
    remark: str | None = None
    """What else to know: a clause."""
    better: list[str] = field(default_factory=list)
    """Addresses to list as well, or instead."""
    listed: bool = True
    """Whether the archive answered at all."""


@dataclass(slots=True)
class CheckedPolicy:
    """What is known of a policy's record. ``cost`` is that of a first crawl: captures, beside its listings."""

    policy: Policy
    urls: list[CheckedUrl]
    selectors: list[str] = field(default_factory=list)
    """Sentences about selectors that match nothing on the newest capture."""
    cost: Cost = Cost(0, 0)  # noqa: RUF009 - a named tuple

    @property
    def is_well(self) -> bool:
        """Whether each address has a page, and each selector matches."""
        return not self.selectors and all(one.problem is None for one in self.urls)


class PolicyCheck:
    """The check of one policy, which asks at ``archive_url``."""

    def __init__(self, policy: Policy, *, archive_url: str, now: datetime) -> None:
        self.policy = policy
        self.finished = False
        self._archive_url = archive_url
        self._crawl = PolicyCrawl(
            policy, Scope(), _NothingKnown(), archive_url=archive_url, public_url=archive_url, now=now
        )
        self._urls = {url: CheckedUrl(url) for url in policy.urls}
        self._found = CheckedPolicy(policy, list(self._urls.values()))
        self._pages: list[Snapshot] = []
        self._led: dict[ArchiveQuestion, CheckedUrl] = {}
        self._near: dict[ArchiveQuestion, CheckedUrl] = {}
        self._newest: ArchiveQuestion | None = None
        self._planned = False
        self._left = 0
        self._questions: list[ArchiveQuestion] = self._of_crawl()

    def questions(self) -> list[ArchiveQuestion]:
        """Return what to ask the archive now; each question once."""
        questions, self._questions = self._questions, []
        self._left += len(questions)
        return questions

    def result(self) -> CheckedPolicy:
        """Return what is known up to now."""
        return self._found

    def receive(self, question: ArchiveQuestion, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Record an answer: HTTP status, headers (names in lower case) and decoded body."""
        if isinstance(question, CaptureQuestion):
            outcome = memento.classify(self._archive_url, question.chain.last, status, headers, body)
            if question in self._led and isinstance(outcome, memento.ArchivedRedirect):
                self._lead(self._led[question], outcome)
            if question == self._newest:
                self._match(question.snapshot, outcome, headers, body)
        elif question in self._near:
            one = self._near[question]
            nearest = near.nearest(one.url, near.read(status, body))
            one.better = [found.url for found in nearest]
            one.problem = f"{one.problem}{near.hint(nearest)}"
        elif isinstance(question, NearQuestion):
            self._note(self._crawl.receive_near(question, status, body))
        else:
            self._note(self._crawl.receive_listing(question, status, body))
        self._went_on()

    def give_up(self, question: ArchiveQuestion, end: NoDocument) -> None:
        """Record that a question got no answer, and why."""
        if question == self._newest:
            self._found.selectors.append(f"{_named(question)} got no answer ({end.detail}); nothing is known of them.")
        elif question not in self._led and question not in self._near:
            self._note(self._crawl.give_up(question, end))
        self._went_on()

    def _of_crawl(self) -> list[ArchiveQuestion]:
        """Return what the crawl asks until it is planned."""
        asked = self._crawl.questions()
        return [one for one in asked if isinstance(one, ListingQuestion | NearQuestion)]

    def _went_on(self) -> None:
        self._left -= 1
        if self._planned:
            deque(self._crawl.fail("it is but a check"), maxlen=0)  # gives back the memory that its snapshots take
        self._questions += self._of_crawl()
        self.finished = not self._left and not self._questions

    # -- listings -----------------------------------------------------------------------------------------------------
    def _note(self, events: Iterator[Event]) -> None:
        for event in events:
            match event:
                case Listed(url=url, snapshots=snapshots):
                    self._list(self._urls[url], snapshots)
                case ListingFailed(url=url, why=why):
                    one = self._urls[url]
                    if one.problem is None:  # that it is excluded was said before
                        one.problem, one.listed = f"it could not be listed: {why}", bool(one.captures)
                case UrlExcluded(url=url):
                    self._urls[url].problem = "the archive excludes it, at its owner's wish"
                case NothingArchived(url=url, why=why):
                    self._urls[url].problem = why
                case Planned(cost=cost):
                    self._found.cost = cost
                    self._ask_further()
                    self._planned = True
                    return

    def _list(self, one: CheckedUrl, snapshots: tuple[Snapshot, ...]) -> None:
        if not snapshots:
            return
        in_order = sorted(snapshots, key=lambda snapshot: snapshot.captured)
        pages = [snapshot for snapshot in in_order if snapshot.status in {None, 200}]
        self._pages += pages
        one.captures, one.pages = len(in_order), len(pages)
        one.first, one.last = _day(in_order[0]), _day(in_order[-1])
        one.last_page = _day(pages[-1]) if pages else None
        since = next((n for n in range(len(in_order), 0, -1) if not _is_redirect(in_order[n - 1])), 0)
        if since < len(in_order):  # the newest ones lead elsewhere
            snapshot = in_order[-1]
            chain = RedirectChain((Playback(snapshot.timestamp, snapshot.url),))
            self._led[CaptureQuestion(snapshot, chain)] = one
            one.remark = f"it leads elsewhere since {_day(in_order[since])}"
        if not pages and not any(map(_is_redirect, in_order)):  # a crawl follows archived redirects
            statuses = Counter(snapshot.status for snapshot in in_order)
            named = ", ".join(f"{status}: {count:,}" for status, count in statuses.most_common())
            one.problem = f"none of its captures is a page ({named})"

    def _ask_further(self) -> None:
        """Ask what the listings leave open."""
        for one in self._urls.values():
            if one.captures and one.problem is not None and one.listed and near.is_asked_about(one.url):
                self._near[NearQuestion(one.url)] = one
        newest = max(self._pages, key=lambda snapshot: snapshot.captured, default=None)
        if newest is not None and _selects(self.policy.part_at(newest.timestamp)):
            chain = RedirectChain((Playback(newest.timestamp, newest.url),))
            self._newest = CaptureQuestion(newest, chain)
            self._questions.append(self._newest)
        self._questions += [*self._led, *self._near]
        self._pages = []

    # -- captures -----------------------------------------------------------------------------------------------------
    def _lead(self, one: CheckedUrl, redirect: memento.ArchivedRedirect) -> None:
        """Note where an address leads, unless the record has that, or it is the same page to the archive."""
        target = redirect.target.url if redirect.target is not None else redirect.location
        if urlkey(target) == urlkey(one.url):
            one.remark = None  # to https, say, or to www
        elif urlkey(target) in {urlkey(url) for url in self._urls}:
            one.remark = f"{one.remark}: to {target}, which is in urls"
        elif redirect.target is None or not urlsplit(target).hostname:
            one.remark = f"{one.remark}: to {target[:200]}, which no archive holds"
        elif ended_at_home_page(one.url, target):
            one.remark = f"{one.remark}: to the home page, {target}"
            one.problem = None if one.pages else "all that it has leads to the home page"
        else:
            one.better = [target]
            one.remark = f"{one.remark}: to {target}; if that is the policy, list it in urls"

    def _match(self, snapshot: Snapshot, outcome: memento.Outcome, headers: Mapping[str, str], body: bytes) -> None:
        assert self._newest is not None
        if not isinstance(outcome, memento.Capture):
            what = type(outcome).__name__
            self._found.selectors.append(f"{_named(self._newest)} is not to be had ({what}); nothing is known of them.")
            return
        response = CapturedResponse(body, snapshot.url, outcome.status, memento.archived_headers(headers))
        part = self.policy.part_at(snapshot.timestamp)
        self._found.selectors += [f"{_named(self._newest)}: {one}" for one in unmatched(response, part)]


def _selects(part: Part) -> bool:
    return part.chosen_by is not None


def _is_redirect(snapshot: Snapshot) -> bool:
    return snapshot.status is not None and 300 <= snapshot.status < 400


def _day(snapshot: Snapshot) -> str:
    return f"{snapshot.captured:%Y-%m-%d}"


def _named(question: ArchiveQuestion) -> str:
    assert isinstance(question, CaptureQuestion)
    return f"The newest capture, {question.chain.last.timestamp}/{question.chain.last.url},"


class _NothingKnown:
    """The memory of a first crawl (`crawler.memory.Memory`)."""

    def last_listing(self, policy: Policy, url: str) -> None:
        return None

    def known(self, policy: Policy) -> Known:
        return Known()

    def identity(self, policy: Policy) -> PolicyIdentity:
        return PolicyIdentity()

    def snapshots(self, policy: Policy, period: Period) -> tuple[Snapshot, ...]:
        return ()

    def lost(self, policy: Policy) -> list[tuple[Playback, str | None]]:
        return []

    def bodies(self, policy: Policy) -> dict[str, str]:
        return {}
