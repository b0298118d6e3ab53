"""``scrapy export``: the corpus in the formats that others work with."""

import argparse
import sys
from pathlib import Path

from crawler import program
from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError
from crawler.visible import visible
from pipelines.corpus import Corpus
from pipelines.corpus.bad_rows import BadRows


class Command(CorpusCommand):
    """Writes the corpus in a format: beside it, or to ``--output``.

    Exits with 2 if rows of the corpus were left out since they cannot be read, with 1 if all were.
    """

    summary = "Write the corpus as a site, JSON lines, Parquet, documents, git history or for Open Terms Archive"

    def syntax(self) -> str:
        from output.formats.table import FORMATS  # noqa: PLC0415 - Scrapy imports every command, whichever is run

        return f"{'|'.join(FORMATS)} [--output PATH] [-a vendor=DOMAIN]"

    @property
    def choices(self) -> tuple[str, ...]:
        """What the first argument may be."""
        from output.formats.table import FORMATS  # noqa: PLC0415 - likewise

        return tuple(FORMATS)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add where to write."""
        super().add_options(parser)
        parser.add_argument(
            "--output", metavar="PATH", help="where to write, - for standard output; beside the corpus if not given"
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise `ArgumentError` for a format that there is not, or that cannot be written where it shall be."""
        from output.formats.table import FORMATS  # noqa: PLC0415 - likewise

        if len(args) != 1 or args[0] not in FORMATS:
            unknown = f"{visible(args[0])}: no such format. " if len(args) == 1 else ""
            raise ArgumentError(f"{unknown}Expected one format: {program.name()} export {self.syntax()}")
        if opts.output == "-" and FORMATS[args[0]].stream is None:
            streams = ", ".join(name for name, other in FORMATS.items() if other.stream)
            raise ArgumentError(
                f"--output -: {args[0]} cannot be written to standard output, only {streams} can; give a path."
            )

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Write one format and print where it is."""
        from output.formats.table import FORMATS, export  # noqa: PLC0415 - likewise

        form = FORMATS[args[0]]
        beside = corpus.path.with_name(f"{corpus.path.stem}{'-' * bool(vendor)}{vendor or ''}{form.suffix}")
        to_stdout = opts.output == "-"
        place = sys.stdout.buffer if to_stdout else Path(opts.output) if opts.output else beside
        bad = BadRows()
        written = export(corpus.db, args[0], place, self.public_url, vendor, bad=bad)
        said = sys.stderr if to_stdout else sys.stdout
        print(f"{written.number} {form.what}: {'standard output' if to_stdout else place}", file=said)
        if written.left_out:
            left_out = f"{written.left_out} imported texts left out"
            print(f"{left_out}: this format cites captures, and no capture shows them.", file=said)
        self.left_out(bad, anything_done=written.number > 0)
