"""``scrapy export``: the corpus in the formats that others work with."""

import argparse
from pathlib import Path

from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError
from output.formats.table import FORMATS, export
from pipelines.corpus import Corpus


class Command(CorpusCommand):
    """Writes the corpus in a format: beside it, or to ``--output``."""

    usage = f"{'|'.join(FORMATS)} [--output PATH] [-a vendor=DOMAIN]"
    summary = "Write the corpus as JSON lines, Parquet, documents, git history or for Open Terms Archive"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add where to write."""
        super().add_options(parser)
        parser.add_argument("--output", metavar="PATH", help="where to write; beside the corpus if not given")

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Write one format and print where it is."""
        if len(args) != 1 or args[0] not in FORMATS:
            raise ArgumentError(f"Expected one format: scrapy export {self.usage}")
        form = FORMATS[args[0]]
        beside = corpus.path.with_name(f"{corpus.path.stem}{'-' * bool(vendor)}{vendor or ''}{form.suffix}")
        place = Path(opts.output) if opts.output else beside
        written = export(corpus.db, args[0], place, self.public_url, vendor)
        print(f"{written.number} {form.what}: {place}")
        if written.left_out:
            print(f"{written.left_out} imported texts left out: this format cites captures, and no capture shows them.")
