"""``scrapy reextract``: read the kept bytes of every capture again, with today's extractor."""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.conf import arglist_to_dict

from crawler import arguments
from crawler.archive.address import Playback, citation
from crawler.archive.capture_index import CaptureIndex
from crawler.archive.warc import ArchiveFilesError, read_captures
from crawler.local_archive import is_local
from pipelines.corpus import Corpus, CorpusError
from pipelines.corpus_lock import CorpusLock, CorpusLocked
from pipelines.documents import write_documents
from pipelines.reextraction import reread


class Command(ScrapyCommand):
    """Rebuilds documents and revisions from ``WARC_DIR`` or a local ``ARCHIVE_URL``. Exits 1 where that fails."""

    requires_project = True

    def syntax(self) -> str:
        """The arguments in the usage line."""
        return "[-a vendors=FILE] [-a vendor=DOMAIN]"

    def short_desc(self) -> str:
        """The line in the list of commands."""
        return "Read the kept bytes of every capture again, with today's extractor"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take the arguments of the spider that matter here."""
        super().add_options(parser)
        parser.add_argument(
            "-a", dest="given", action="append", default=[], metavar="NAME=VALUE", help="vendors=FILE or vendor=DOMAIN"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take in the options. Of the project's log only warnings are wanted, unless the user says otherwise."""
        super().process_options(args, opts)
        assert self.settings is not None
        self.settings.set("LOG_LEVEL", "WARNING", priority="project")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read again, policy by policy; each is stored whole."""
        assert self.settings is not None
        try:
            given = arglist_to_dict(opts.given)
        except ValueError:
            raise UsageError("Invalid -a value, use -a NAME=VALUE", print_help=False) from None
        archive = str(self.settings["ARCHIVE_URL"])
        place = Path(archive if is_local(archive) else self.settings["WARC_DIR"] or "output/warc")
        try:
            requested = arguments.parse(given)
            public_url = arguments.address("ARCHIVE_PUBLIC_URL", str(self.settings["ARCHIVE_PUBLIC_URL"]))
            path = Path(self.settings["CORPUS_DB"])
            if not path.is_file():
                raise CorpusError(f"{path}: there is no corpus to read again; make one with scrapy crawl policies.")
            kept = CaptureIndex(read_captures(place).captures)
            lock = CorpusLock(path)
            try:
                with Corpus(path) as corpus:
                    self._reread(corpus, requested, kept, public_url)
            finally:
                lock.release()
        except (arguments.ArgumentError, CorpusError, CorpusLocked, ArchiveFilesError) as error:
            print(error, file=sys.stderr)
            self.exitcode = 1

    def _reread(self, corpus: Corpus, requested: arguments.Arguments, kept: CaptureIndex, public_url: str) -> None:
        def cite(page: Playback, url: str) -> str:
            return citation(public_url, Playback(page.timestamp, url))

        console = Console()
        for policy in requested.policies:
            if not corpus.has(policy):
                continue
            read, changed, missing = reread(corpus, policy, kept, cite)
            if changed:
                directory = Path(self.settings["DOCUMENTS_DIR"]) if self.settings else Path()
                write_documents(directory, policy, corpus.revisions(policy), public_url)
            without = f", {missing} without kept bytes" if missing else ""
            console.print(
                f"{policy.vendor} {policy.type}: {read} snapshots read, {changed} changes{without}", highlight=False
            )
