"""``scrapy crawl`` with an exit status that a schedule can rely on. Scrapy's own exits 0 whatever happened."""

import argparse
import asyncio
import gc
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

# First, since Scrapy deprecates some of its classes when it makes them, for which Python looks up every frame among all
# modules: with few of both, that takes a third of what it takes where a crawl needs them (0.2 s of 1.2, 2026-11).
import scrapy.core.downloader.contextfactory  # noqa: F401
from scrapy.commands import crawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from crawler import crawl_help, logs, program
from crawler.arguments import DISCOVERED_BY, checked, given_once
from crawler.errors import PolicytrailError
from crawler.outcome import content, sentence
from crawler.result_file import ResultFile
from crawler.run import ArchiveRun

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALLOCATIONS = 10_000
"""Objects more than before at which Python looks for what is unreachable: a page makes as many. By default at 700."""
EXIT_STATUS = {"complete": 0, "failed": 1, "partial": 2, "interrupted": 2}
"""0: all well. 1: nothing could be done. 2: done in part; what failed is named."""


class Command(crawl.Command):
    """Runs a spider, and exits with the status of its run. If it is not 0, the last line says why."""

    def short_desc(self) -> str:
        return "Crawl the policies of a vendors file (crawl policies), or find policies of domains (crawl discover)"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options; ``--help`` becomes one, since what it prints depends on the spider that is named."""
        super().add_options(parser)
        self.parser = parser
        parser.add_argument("-h", "--help", action="store_true", help="show this help: crawl SPIDER --help")

    def help_on(self, args: list[str]) -> str:
        """Return the help on the spider that the arguments name, or on all of them."""
        assert self.settings is not None
        return crawl_help.text(args[0] if args else None, get_spider_loader(self.settings), self.parser)

    def called(self, args: list[str]) -> str:
        """Return what the result calls the command."""
        return " ".join(["crawl", *args])

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Process the options. Scrapy exits with 2 if they are wrong, which here means: done in part."""
        assert self.settings is not None
        if opts.help:
            with suppress(BrokenPipeError):  # the reader has seen enough: head, less
                print(self.help_on(args), flush=True)
            sys.exit()
        known = set(self.settings)
        given = list(opts.spargs)
        self.result = ResultFile(self.settings, self.called(args))
        with self.result.refusing():
            try:
                super().process_options(args, opts)
                given_once(given)
                if args[:1] == ["policies"] and "domains" in opts.spargs:
                    checked(opts.spargs)  # before the discovery, which may take hours
                self.result.check()
                logs.install(self.settings)
            except (UsageError, PolicytrailError) as error:
                sys.exit(str(error))
        logs.warn_of_unknown((setting.partition("=")[0] for setting in opts.set), known)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider named in ``args``."""
        assert self.crawler_process is not None
        assert self.settings is not None
        if len(args) != 1 or args[0] not in self.crawler_process.spider_loader.list():
            problem = f"{' '.join(args)}: no such spider." if args else "No spider given."
            with self.result.refusing():
                sys.exit(f"{problem} Usage: {program.name()} crawl policies [-a NAME=VALUE …]")
        gc.freeze()  # what is imported stays: to look through it time and again took a tenth of a crawl (2026-11)
        gc.set_threshold(_ALLOCATIONS)
        steps = [(args[0], dict(opts.spargs))]
        if args[0] == "policies" and "domains" in opts.spargs:
            steps.insert(0, ("discover", {name: opts.spargs[name] for name in opts.spargs if name in DISCOVERED_BY}))
        begun = self._run_in_turn(steps)
        self.crawler_process.start()
        self._end(begun)

    def _run_in_turn(self, steps: "list[tuple[str, dict[str, Any]]]") -> "list[tuple[Crawler, asyncio.Task[None]]]":
        """Begin the first of some spiders, and let each begin when the one before is done; return those that began.

        One after the other, each has the corpus to itself. A spider that did nothing, or was interrupted, is the last.
        """
        assert self.crawler_process is not None
        process = self.crawler_process
        begun: list[tuple[Crawler, asyncio.Task[None]]] = []

        def begin(_: object = None) -> None:
            if begun and not _goes_on(begun[-1][0]):
                return
            name, given = steps.pop(0)
            crawler = self._create_crawler(name)
            crawling = process.crawl(crawler, **given)
            assert isinstance(crawling, asyncio.Task)  # settings.py chooses the asyncio reactor
            begun.append((crawler, crawling))
            if steps:
                crawling.add_done_callback(begin)

        begin()
        return begun

    def _end(self, begun: "list[tuple[Crawler, asyncio.Task[None]]]") -> None:
        """Exit with the status of all spiders that ran; the last line says of the last one that is not complete why."""
        statuses, why = [], ""
        runs: list[tuple[ArchiveRun, Mapping[str, Any]]] = []
        for crawler, crawling in begun:
            run = getattr(crawler.spider, "run", None)
            if crawler.spider is None or crawling.cancelled() or crawling.exception():
                statuses.append(1)
                why = _why(crawling)
            elif isinstance(run, ArchiveRun):  # another spider's crawl ends as Scrapy's does
                runs.append((run, crawler.stats.get_stats()))
                statuses.append(EXIT_STATUS[run.status])
                if statuses[-1]:
                    why = sentence(*runs[-1])
        exit_status = statuses[0] if len(set(statuses)) == 1 else 2
        status = "interrupted" if any(run.status == "interrupted" for run, _ in runs) else ""
        self.conclude(exit_status, why, status, **content(runs))

    def conclude(self, exit_status: int, sentence: str, status: str = "", **content: Any) -> None:
        """Write the result where it is wanted, set the exit status, and print why it is not 0."""
        assert self.settings is not None
        if unwritten := self.result.write(exit_status, sentence, status, **content):
            exit_status, sentence = exit_status or 2, f"{sentence} {unwritten}".strip()
        self.exitcode = exit_status
        if exit_status:
            logs.say_last(self.settings, sentence)


def _goes_on(crawler: Crawler) -> bool:
    """Tell whether another spider may begin after one."""
    run = getattr(crawler.spider, "run", None)
    return isinstance(run, ArchiveRun) and run.status in {"complete", "partial"} and run.ended is None


def _why(crawling: "asyncio.Task[None]") -> str:
    """Return what was wrong with the arguments, instead of a traceback."""
    error = None if crawling.cancelled() else crawling.exception()
    if isinstance(error, PolicytrailError):
        return str(error)
    return f"The crawl could not begin ({type(error).__name__}: {error})."
