"""The extension that shows how a crawl goes: a bar at a terminal, log lines elsewhere, a table at the end."""

import logging
import sys
import time
from collections import Counter
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from scrapy import signals
from scrapy.crawler import Crawler

from crawler import logs, program
from crawler.events import Answered, Finished, Listed, ListingFailed, Planned
from crawler.rate_limit.rates import CDX, REPLAY, intervals
from crawler.run import run_of
from crawler.visible import visible

logger = logging.getLogger(__name__)

_NAMED = 5
"""Changed policies that the last line names."""


class ProgressExtension:
    """Counts the items of a crawl as they are stored, and shows the counts."""

    def __init__(self, crawler: Crawler) -> None:
        self.run = run_of(crawler)
        self.intervals = intervals(crawler.settings, local=self.run.is_local)
        self.is_json = logs.is_json(crawler.settings)
        self.log_every = crawler.settings.getfloat("LOGSTATS_INTERVAL")
        self.logged = time.monotonic()
        self.listed = 0
        self.listings = 0
        self.fetched = 0
        self.answered: Counter[str] = Counter()  # snapshots that were requested, by the policy's name
        self.plans: dict[str, Planned] = {}
        self.finished: list[Finished] = []
        self.bar: Progress | None = None
        self.logs: list[logging.StreamHandler[Any]] = []
        crawler.signals.connect(self.open, signals.spider_opened)
        crawler.signals.connect(self.count, signals.item_scraped)
        crawler.signals.connect(self.close, signals.spider_closed)
        crawler.signals.connect(self.show_table, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open(self) -> None:
        """Show the bar, if a person is looking."""
        console = Console(stderr=True)
        if not console.is_terminal or self.is_json:
            return
        status = TextColumn("{task.fields[status]}", table_column=Column(no_wrap=False))  # two lines where it is narrow
        self.bar = Progress(BarColumn(bar_width=20), status, TimeElapsedColumn(), console=console)
        self.bar.add_task("requests", total=None, status=self._status())
        self.bar.start()
        # The log goes on above the bar: handlers hold the stream that stood before the bar took its place.
        handlers = [h for h in logging.getLogger().handlers if isinstance(h, logging.StreamHandler)]
        self.logs = [h for h in handlers if h.stream is sys.__stderr__]
        for handler in self.logs:
            handler.setStream(sys.stderr)

    def count(self, item: object) -> None:
        """Count one stored event."""
        match item:
            case Listed():
                self.listings += 1
                self.listed += len(item.snapshots)
            case ListingFailed():
                self.listings += 1
            case Planned():
                self.plans[item.policy.name] = item
                if len(self.plans) == len(self.run.requested.policies):
                    self._log_plans()
            case Answered():
                self.answered[item.policy.name] += 1
                self.fetched += item.state == "fetched"
            case Finished(summary=summary) if summary is not None:
                self.finished.append(item)
                self.run.revisions[item.policy.name] = summary.revisions
                if self.bar is None:
                    logger.info("%s: %s", item.policy.name, _counts(item))
        if self.bar is not None:
            done = self.listings + self.answered.total()
            self.bar.update(self.bar.task_ids[0], total=done + self._left()[0], completed=done, status=self._status())
        elif time.monotonic() - self.logged >= self.log_every > 0:
            self.logged = time.monotonic()
            logger.info(self._status())

    def _log_plans(self) -> None:
        """Log what the crawl is likely to take, once that is known of all policies."""
        plans = self.plans.values()
        likely, at_most = sum(plan.cost.likely for plan in plans), sum(plan.cost.at_most for plan in plans)
        minutes = self.intervals[REPLAY] / 60
        logger.info(
            "%s, %d snapshots: about %d requests (%.1f min at the current rate), at most %d (%.1f min)",
            *(_number(len(plans), "policy", "policies"), sum(plan.snapshots for plan in plans)),
            *(likely, likely * minutes, at_most, at_most * minutes),
        )

    def _status(self) -> str:
        policies, revisions = len(self.run.requested.policies), sum(self.run.revisions.values())
        counts = (
            f"{len(self.finished)}/{policies} policies · {self.listed} snapshots · {self.fetched} fetched"
            f" · {revisions} revisions"
        )
        left, seconds = self._left()
        if not left:
            return f"{counts} · storing the last of it"
        minutes = f", {seconds / 60:.0f} min" if seconds >= 60 else ""
        return f"{counts} · about {_number(left, 'request', 'requests')} left{minutes} at this rate"

    def _left(self) -> tuple[int, float]:
        """Return the requests that are likely to be needed still, and the seconds that they take at the rates set.

        A policy takes as many as its plan says, or as it has taken if these are more; one that is not done takes one
        more at least.
        """
        crawls = self.run.crawls
        listings = sum(len(policy.urls) for policy in self.run.requested.policies if policy.name not in crawls)
        captures = 0
        for name, crawl in crawls.items():
            listings += crawl.unlisted
            likely = self.plans[name].cost.likely if name in self.plans else 0
            if not crawl.finished:
                captures += max(crawl.pending, likely - self.answered[name], int(not crawl.unlisted))
        return listings + captures, listings * self.intervals[CDX] + captures * self.intervals[REPLAY]

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()
        for handler in self.logs:
            handler.setStream(sys.__stderr__)

    def show_table(self) -> None:
        """Print what the crawl came to, a line a policy, name what failed, and which policies changed."""
        if not self.finished:
            return
        table = Table("vendor", "policy", title_justify="left")
        for column in ("snapshots listed", "fetched", "revisions", "new", "rejected", "failed"):
            table.add_column(column, justify="right")
        in_order = sorted(self.finished, key=lambda item: (item.policy.vendor, item.policy.type))
        for item in in_order:
            assert item.summary is not None
            listed, fetched, rejected, failed, revisions = item.summary
            counts = (listed, fetched, revisions, item.new, rejected, failed)
            table.add_row(item.policy.vendor, item.policy.type, *map(str, counts))
        console = Console()
        if not console.is_terminal:
            console = Console(width=120)
        console.print(table)
        for item in self.finished:
            for error in item.errors:
                line = visible(f"{item.policy.name}: {error}")
                console.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
        if changed := [item.policy.name for item in in_order if item.changed]:
            names = ", ".join(changed[:_NAMED]) + (f" and {len(changed) - _NAMED} more" if changed[_NAMED:] else "")
            number = _number(len(changed), "policy", "policies")
            line = f"{number} changed: {names}; look: {program.serve()}, {program.name()} changes --new"
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def _number(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def _counts(item: Finished) -> str:
    assert item.summary is not None
    counts = ", ".join(f"{count} {name}" for name, count in item.summary._asdict().items())
    return f"{counts}, {item.new} new{'; ' if item.errors else ''}{'; '.join(item.errors)}"
