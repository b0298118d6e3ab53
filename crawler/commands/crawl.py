"""``scrapy crawl`` with an exit status that a schedule can rely on. Scrapy's own exits 0 whatever happened."""

import argparse
import asyncio
import sys

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from crawler import logs
from crawler.arguments import given_once
from crawler.errors import PolicytrailError
from crawler.outcome import sentence
from crawler.run import Run

EXIT_STATUS = {"complete": 0, "failed": 1, "partial": 2, "interrupted": 2}
"""0: all well. 1: nothing could be done. 2: done in part; what failed is named."""


class Command(crawl.Command):
    """Runs a spider, and exits with the status of its run. If it is not 0, the last line says why."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Process the options. Scrapy exits with 2 if they are wrong, which here means: done in part."""
        assert self.settings is not None
        known = set(self.settings)
        given = list(opts.spargs)
        try:
            super().process_options(args, opts)
            given_once(given)
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
            sys.exit(f"{problem} Usage: scrapy crawl policies [-a NAME=VALUE …]")
        crawler = self._create_crawler(args[0])
        crawling = self.crawler_process.crawl(crawler, **opts.spargs)
        assert isinstance(crawling, asyncio.Task)  # settings.py chooses the asyncio reactor
        self.crawler_process.start()
        run = getattr(crawler.spider, "run", None)
        if self.crawler_process.bootstrap_failed:
            self.exitcode = 1
            logs.say_last(self.settings, _why(crawling))
        elif isinstance(run, Run):  # another spider's crawl ends as Scrapy's does
            self.exitcode = EXIT_STATUS[run.status]
            if self.exitcode:
                logs.say_last(self.settings, sentence(run, crawler.stats.get_stats()))


def _why(crawling: "asyncio.Task[None]") -> str:
    """Return what was wrong with the arguments, instead of a traceback."""
    error = None if crawling.cancelled() else crawling.exception()
    if isinstance(error, PolicytrailError):
        return str(error)
    return f"The crawl could not begin ({type(error).__name__}: {error})."
