"""``scrapy reextract``: read the kept bytes of every capture again, with today's extractor."""

import argparse
from pathlib import Path

from rich.console import Console

from crawler import arguments
from crawler.archive.address import citation, is_local
from crawler.corpus_command import CorpusCommand
from crawler.local_archive.captures import read_captures
from crawler.local_archive.index import CaptureIndex
from crawler.model import Playback
from pipelines.corpus import Corpus
from pipelines.corpus.lock import CorpusLock
from pipelines.corpus.revisions import revisions
from pipelines.documents import write_documents
from pipelines.reextraction import reread


class Command(CorpusCommand):
    """Rebuilds documents and revisions from ``WARC_DIR`` or a local ``ARCHIVE_URL``."""

    takes = ("vendors", "vendor")

    usage = "[-a vendors=FILE] [-a vendor=DOMAIN]"
    summary = "Read the kept bytes of every capture again, with today's extractor"

    def open(self, path: Path) -> Corpus:
        """Open the corpus at a path and lock it until the process ends. Raises `CorpusError` if a crawl holds it."""
        if path.is_file():
            self.lock = CorpusLock(path)
        return super().open(path)

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Read again, policy by policy; each is stored whole."""
        assert self.settings is not None
        requested = arguments.parse(self.given)
        public_url, archive = self.public_url, str(self.settings["ARCHIVE_URL"])
        kept = read_captures(Path(archive if is_local(archive) else self.settings["WARC_DIR"] or "output/warc"))
        self._reread(corpus, requested, CaptureIndex(kept.captures), public_url)

    def _reread(self, corpus: Corpus, requested: arguments.Arguments, kept: CaptureIndex, public_url: str) -> None:
        def cite(page: Playback, url: str) -> str:
            return citation(public_url, Playback(page.timestamp, url))

        console = Console()
        for policy in requested.policies:
            identifier = corpus.find(policy)
            if identifier is None:
                continue
            read, changed, missing = reread(corpus, policy, kept, cite)
            if changed:
                directory = Path(self.settings["DOCUMENTS_DIR"]) if self.settings else Path()
                write_documents(directory, policy, revisions(corpus.db, identifier), public_url)
            without = f", {missing} without kept bytes" if missing else ""
            console.print(f"{policy.name}: {read} snapshots read, {changed} changes{without}", highlight=False)
