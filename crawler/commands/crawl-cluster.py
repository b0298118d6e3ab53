"""``scrapy crawl-cluster``: a crawl on the machines of a Dask cluster, into one corpus."""  # noqa: N999 - the command's name

import argparse
import logging
import signal
import sys
import uuid
from collections import deque
from functools import partial
from pathlib import Path

from scrapy.spiderloader import get_spider_loader

from crawler import arguments, crawl_help, logs, program
from crawler.archive.address import is_local
from crawler.cluster import transport
from crawler.cluster.arrivals import Home, known_of, take_in
from crawler.cluster.batches import Request, batches
from crawler.cluster.connection import connected
from crawler.cluster.outcome import ClusterOutcome
from crawler.cluster.progress import ClusterProgress, log_of_a_machine
from crawler.commands import crawl
from crawler.errors import ArgumentError, ClusterError, CorpusError, PolicytrailError
from crawler.extraction.extract import EXTRACTOR
from crawler.rate_limit.rates import intervals
from pipelines.corpus import Corpus
from pipelines.corpus.lock import CorpusLock
from pipelines.merge import Places

logger = logging.getLogger(__name__)

_EVERYWHERE = ("CONTACT", "ARCHIVE_PUBLIC_URL", "CDX_REQUESTS_PER_MINUTE", "REPLAY_REQUESTS_PER_MINUTE", "LOG_LEVEL")
"""Settings that hold on each machine, however they are set on this one."""
_HERE = (
    *("ARCHIVE_URL", "CORPUS_DB", "DOCUMENTS_DIR", "WARC_DIR", "STATE_DIR"),
    *("NOTIFY_URLS", "RESULT_FILE", "LOG_FILE", "LOG_FORMAT"),
)
"""Settings that mean something else there, or nothing."""
_NO_NOTIFICATIONS = "NOTIFY_URLS: a crawl on a cluster sends no notifications; %s changes --new shows what is new."


class Command(crawl.Command):
    """Crawls as ``scrapy crawl policies`` does, with its arguments, settings and exit status, on as many machines as
    there are; on this one, if no scheduler is named.
    """

    requires_crawler_process = False

    def syntax(self) -> str:
        return "[SCHEDULER] [-a NAME=VALUE …] [--through ADDRESS]"

    def short_desc(self) -> str:
        return "Crawl policies on the machines of a Dask cluster, into one corpus"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add how files travel."""
        super().add_options(parser)
        parser.add_argument(
            "--through",
            metavar="ADDRESS",
            help="a folder that all machines share, or another address of fsspec's (s3://…), through which corpora"
            " travel; through Dask if not given",
        )

    def help_on(self, args: list[str]) -> str:
        """Return the help: the arguments are those of ``policies``."""
        assert self.settings is not None
        usage = f"crawl-cluster {self.syntax()} [options]"
        return crawl_help.text("policies", get_spider_loader(self.settings), self.parser, usage)

    def called(self, args: list[str]) -> str:
        """Return what the result calls the command."""
        return "crawl-cluster"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl on a cluster."""
        assert self.settings is not None
        try:
            if len(args) > 1:
                raise ArgumentError(
                    f"{' '.join(args)}: expected one address: {program.name()} crawl-cluster {self.syntax()}"
                )
            requested = arguments.parse(opts.spargs)
            request, home = self._request(opts), self._home()
            if self.settings.getlist("NOTIFY_URLS"):
                logger.warning(_NO_NOTIFICATIONS, program.name())
            lock = _lock(home.corpus)
            try:
                Corpus(home.corpus).close()
                home.tidy()
                self._crawl(args[0] if args else None, requested, request, home)
            finally:
                home.tidy()
                lock.release()
        except PolicytrailError as error:
            self.conclude(1, str(error))
        except KeyboardInterrupt:  # before anything was handed out
            self.conclude(2, "Interrupted.", "interrupted")

    def _crawl(self, scheduler: str | None, requested: arguments.Arguments, request: Request, home: Home) -> None:
        assert self.settings is not None
        with connected(scheduler) as client:
            from crawler.cluster.dispatch import Dispatch  # noqa: PLC0415 - needs the extra

            transport.prepare(request)
            client.subscribe_topic(request.topic, log_of_a_machine)
            machines = len(client.scheduler_info(n_workers=-1)["workers"])
            policies = requested.policies
            progress = ClusterProgress(
                len(policies),
                bar=sys.stderr.isatty() and not logs.is_json(self.settings),
                log_every=self.settings.getfloat("LOGSTATS_INTERVAL"),
            )
            cut = list(batches(policies, machines, request))
            uniting = partial(take_in, client, home)
            dispatch = Dispatch(client, partial(known_of, home), uniting, progress.show, deque(cut))
            ended = None
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # as a crawl ends: in order
            with progress.shown():
                try:
                    dispatch.run()
                except KeyboardInterrupt:
                    ended = "Interrupted"
                except ClusterError as error:
                    ended = f"{scheduler or 'This machine'}: {error}"
            transport.clear(request)
        outcome = ClusterOutcome(cut, dispatch.done, home.corpus, ended)
        what = f"{outcome.policies} polic{'y' if outcome.policies == 1 else 'ies'}"
        print(f"{what} crawled in {outcome.crawled} of {len(cut)} batches: {home.corpus}")
        status = "interrupted" if ended == "Interrupted" else ""
        self.conclude(outcome.exit_status, outcome.sentence, status, **outcome.content)

    def _request(self, opts: argparse.Namespace) -> Request:
        """Return how each machine is to crawl. Raises `ArgumentError` for settings that no crawl could use."""
        settings = self.settings
        assert settings is not None
        archive = str(settings["ARCHIVE_URL"])
        try:
            intervals(settings, local=is_local(archive))
        except ValueError as error:
            raise ArgumentError(f"-s {error}") from error
        if "://" in str(settings["WORKERS"]):
            raise ArgumentError(
                f"-s WORKERS={settings['WORKERS']}: each machine of a cluster reads what it fetches, and its worker is"
                " busy with that. Expected auto, or a number of processes for each machine."
            )
        arguments.web_address("ARCHIVE_PUBLIC_URL", str(settings["ARCHIVE_PUBLIC_URL"]))
        archive = str(Path(archive).absolute()) if is_local(archive) else arguments.web_address("ARCHIVE_URL", archive)
        given = dict(setting.partition("=")[::2] for setting in opts.set)
        everywhere = {name: settings[name] for name in _EVERYWHERE} | given
        return Request(
            arguments=tuple(f"{k}={v}" for k, v in sorted(opts.spargs.items()) if k not in {"vendors", "vendor"}),
            settings=tuple(f"{name}={value}" for name, value in everywhere.items() if name not in _HERE),
            archive=archive,
            state=given.get("STATE_DIR"),
            keeps_bytes=bool(settings["WARC_DIR"]),
            extractor=EXTRACTOR,
            topic=f"policytrail-{uuid.uuid4().hex[:12]}",
            through=opts.through and _absolute(opts.through),
        )

    def _home(self) -> Home:
        settings = self.settings
        assert settings is not None
        bytes_ = str(settings["WARC_DIR"] or "")
        places = Places(
            warc=arguments.writable_folder("WARC_DIR", Path(bytes_), "bytes") if bytes_ else None,
            documents=arguments.writable_folder("DOCUMENTS_DIR", Path(settings["DOCUMENTS_DIR"]), "documents"),
            public_url=str(settings["ARCHIVE_PUBLIC_URL"]).rstrip("/"),
        )
        return Home(Path(settings["CORPUS_DB"]), places)


def _lock(corpus: Path) -> CorpusLock:
    try:
        return CorpusLock(corpus)
    except OSError as error:
        raise CorpusError(f"{corpus}: the corpus cannot be locked ({error}); set CORPUS_DB to another path.") from error


def _absolute(address: str) -> str:
    """Return a path as an absolute one; another address as it is."""
    return address if "://" in address else str(Path(address).absolute())
