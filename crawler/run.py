"""The state of a running crawl, which the spider, the pipelines and the extensions share."""

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured

from crawler import logs

if TYPE_CHECKING:
    from crawler.arguments import Arguments
    from crawler.checking import PolicyCheck
    from crawler.discovery.events import Discovered
    from crawler.discovery.machine import Discovery
    from crawler.discovery.memory import DiscoveryMemory
    from crawler.discovery_arguments import DiscoveryArguments
    from crawler.events import Finished
    from crawler.memory import Memory
    from crawler.model import Policy
    from crawler.policy_crawl import PolicyCrawl

logger = logging.getLogger(__name__)

Status = Literal["complete", "partial", "failed", "interrupted"]


class ArchiveRun:
    """What the runs of all spiders have in common: where they ask and store, and how they end."""

    archive_url: str  # of a local archive: known when it is served
    corpus: Path
    is_local: bool  # whether the archive is a path to files that the project serves itself
    fatal: str | None  # why the run could not begin
    ended: str | None  # why the run ended early
    faults: list[str]  # errors that nobody expected, and that belong to no policy or domain
    stopping: "asyncio.Task[None] | None"

    def give_up(self, message: str) -> NoReturn:
        """End the run before it begins, for a reason that the user can do something about."""
        self.fatal = message
        logger.error(message, extra=logs.AT_THE_END)
        raise CloseSpider("failed")

    def end_early(self, crawler: Crawler, message: str) -> None:
        """Stop the run in order, for a reason that the user should know; the first one counts."""
        if self.ended is None:
            self.ended = message
            logger.error(message, extra=logs.AT_THE_END)
            self.stopping = asyncio.create_task(crawler.stop_async())

    @property
    def status(self) -> Status:
        """How the run went, as far as it went."""
        raise NotImplementedError


@dataclass(slots=True)
class Run(ArchiveRun):
    """One crawl: what the user asked for, where it asks and stores, and how far it is."""

    requested: "Arguments"
    archive_url: str
    public_url: str
    corpus: Path
    documents: Path
    is_local: bool = False
    memory: "Memory | None" = None  # from when the corpus is open
    crawls: "dict[str, PolicyCrawl]" = field(default_factory=dict)  # by the policy's name, from when they begin
    revisions: dict[str, int] = field(default_factory=dict)  # that are stored, by the policy's name
    finished: "dict[str, Finished]" = field(default_factory=dict)  # by the policy's name, once they are stored
    fatal: str | None = None
    ended: str | None = None
    faults: list[str] = field(default_factory=list)
    stopping: "asyncio.Task[None] | None" = None

    def note_error(self, policy: "Policy", error: str) -> None:
        """Note what could not be done for a policy."""
        logger.error("%s: %s", policy.name, error)
        self.crawls[policy.name].errors.append(error)

    @property
    def status(self) -> Status:
        """How the crawl went, as far as it went."""
        crawls = self.crawls.values()
        return _status(
            self,
            any_listed=any(crawl.listed for crawl in crawls),
            finished=len(crawls) >= len(self.requested.policies) and all(crawl.finished for crawl in crawls),
            errors=any(crawl.errors for crawl in crawls),
        )


@dataclass(slots=True)
class DiscoveryRun(ArchiveRun):
    """One discovery of the policies of domains: what the user asked for, where it asks and stores, how far it is."""

    requested: "DiscoveryArguments"
    archive_url: str
    corpus: Path
    is_local: bool = False
    memory: "DiscoveryMemory | None" = None  # from when the corpus is open
    discoveries: "dict[str, Discovery]" = field(default_factory=dict)  # by domain, from when they begin
    done: "list[Discovered]" = field(default_factory=list)  # once they are stored
    fatal: str | None = None
    ended: str | None = None
    faults: list[str] = field(default_factory=list)
    stopping: "asyncio.Task[None] | None" = None

    @property
    def status(self) -> Status:
        """How the discovery went, as far as it went."""
        discoveries = self.discoveries.values()
        return _status(
            self,
            any_listed=any(discovery.listed for discovery in discoveries),
            finished=len(discoveries) >= len(self.requested.domains) and all(each.finished for each in discoveries),
            errors=any(discovery.errors for discovery in discoveries),
        )


@dataclass(slots=True)
class CheckRun(ArchiveRun):
    """One check of a vendors file: of which policies, where it asks, and how far it is."""

    policies: "tuple[Policy, ...]"
    archive_url: str
    corpus: Path  # which a check leaves alone
    is_local: bool = False
    checks: "list[PolicyCheck]" = field(default_factory=list)  # from when they begin
    fatal: str | None = None
    ended: str | None = None
    faults: list[str] = field(default_factory=list)
    stopping: "asyncio.Task[None] | None" = None

    @property
    def status(self) -> Status:
        """How the check went, as far as it went; what it found is another matter."""
        urls = [url for check in self.checks for url in check.result().urls]
        return _status(
            self,
            any_listed=any(url.listed and (url.captures or url.problem) for url in urls),
            finished=len(self.checks) >= len(self.policies) and all(check.finished for check in self.checks),
            errors=not all(url.listed for url in urls),
        )


def _status(run: ArchiveRun, *, any_listed: bool, finished: bool, errors: bool) -> Status:
    """Return how a run went, as far as it went: whether the archive listed anything, whether all of it is finished, and
    whether some of it went wrong.
    """
    if run.fatal:
        return "failed"
    if run.ended or run.faults:
        return "partial" if any_listed else "failed"
    if not finished:
        return "interrupted"
    if not any_listed:
        return "failed"
    return "partial" if errors else "complete"


def unexpected(error: BaseException) -> str:
    """Return the clause about an error that nobody expected."""
    return f"unexpected error ({type(error).__name__}: {error})"[:500]


def run_of(crawler: Crawler) -> Run:
    """Return the run of a crawl of policies. Raises `NotConfigured` for another spider: it needs no such component."""
    run = getattr(crawler.spider, "run", None)
    if not isinstance(run, Run):
        raise NotConfigured
    return run


def discovery_run_of(crawler: Crawler) -> DiscoveryRun:
    """Return the run of a discovery. Raises `NotConfigured` for another spider: it needs no such component."""
    run = getattr(crawler.spider, "run", None)
    if not isinstance(run, DiscoveryRun):
        raise NotConfigured
    return run


def archive_run_of(crawler: Crawler) -> ArchiveRun:
    """Return the run of any spider of ours. Raises `NotConfigured` for one that has none."""
    run = getattr(crawler.spider, "run", None)
    if not isinstance(run, ArchiveRun):
        raise NotConfigured
    return run
