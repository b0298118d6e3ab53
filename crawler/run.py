"""The state of a running crawl, which the spider, the pipelines and the extensions share."""

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawler.arguments import Arguments
from crawler.model import Key, Policy, Snapshot
from crawler.outbox import Outbox
from crawler.recent import RecentBodies
from crawler.text.identity.learning import Stretch
from crawler.text.identity.policy import PolicyIdentity
from crawler.timeline import Timeline

if TYPE_CHECKING:
    from scrapy import Request

    from crawler.items import Item

logger = logging.getLogger(__name__)

Status = Literal["complete", "partial", "failed", "interrupted"]


@dataclass(slots=True)
class Tracked:
    """One policy while it is being crawled. Its timeline begins when its URLs are listed, and ends when it is
    finished.
    """

    policy: Policy
    unlisted: set[str] = field(init=False)
    snapshots: dict[Key, Snapshot] = field(default_factory=dict)
    timeline: Timeline | None = None
    identity: PolicyIdentity = field(default_factory=PolicyIdentity)
    fruitless: set[Stretch] = field(default_factory=set)  # what told of nothing that does not count
    outbox: "Outbox[Item | Request]" = field(default_factory=Outbox)
    errors: list[str] = field(default_factory=list)
    listed: int = 0  # URLs whose listing arrived
    failed: int = 0  # snapshots that the archive did not answer for
    finished: bool = False

    def __post_init__(self) -> None:
        self.unlisted = set(self.policy.urls)

    @property
    def under_way(self) -> int:
        """The snapshots that are asked for and not answered."""
        return self.timeline.pending if self.timeline else 0

    def finish(self) -> None:
        """Let go of what only the crawl needed."""
        self.finished = True
        self.timeline = None
        self.snapshots = {}


@dataclass(slots=True)
class Run:
    """One crawl: what is asked of it, where it asks and stores, and how far it is."""

    requested: Arguments
    archive_url: str  # of a local archive: known when it is served
    public_url: str
    corpus: Path
    documents: Path
    tracked: list[Tracked] = field(init=False)
    is_local: bool = False  # whether the archive is a path, served by the project itself
    fatal: str | None = None
    ended: str | None = None  # why the crawl ended early, if it did
    broken: bool = False  # whether the corpus could not be written
    bodies: RecentBodies = field(default_factory=RecentBodies)  # read a moment ago: they may not be stored yet
    stopping: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.tracked = [Tracked(policy) for policy in self.requested.policies]

    def give_up(self, message: str) -> NoReturn:
        """End the crawl before it begins, for a reason that the user can do something about."""
        self.fatal = message
        logger.error(message)
        raise CloseSpider("failed")

    def note(self, policy: Policy, error: str) -> None:
        """Note what could not be done for a policy, after its snapshots were asked for."""
        logger.error("%s %s: %s", policy.vendor, policy.type, error)
        next(tracked for tracked in self.tracked if tracked.policy == policy).errors.append(error)

    def end_early(self, crawler: Crawler, message: str) -> None:
        """Stop the crawl in order, for a reason that the user should know; the first one counts."""
        if self.ended is None:
            self.ended = message
            logger.error(message)
            self.stopping = asyncio.create_task(crawler.stop_async())

    @property
    def status(self) -> Status:
        """How the crawl went, as far as it went."""
        if self.fatal:
            return "failed"
        if self.ended:
            return "partial" if any(tracked.listed for tracked in self.tracked) else "failed"
        if not all(tracked.finished for tracked in self.tracked):
            return "interrupted"
        if not any(tracked.listed for tracked in self.tracked):
            return "failed"
        return "partial" if any(tracked.errors for tracked in self.tracked) else "complete"


def run_of(crawler: Crawler) -> Run:
    """The run of a Scrapy crawler whose spider has one."""
    spider: Any = crawler.spider
    run = spider.run
    assert isinstance(run, Run)
    return run
