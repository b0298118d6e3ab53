"""``scrapy import``: texts that others kept of policies, as further snapshots of the corpus."""  # noqa: N999 - the command's name

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError
from output.formats.table import READABLE, read
from pipelines.corpus import Corpus
from pipelines.imported_text import ImportedText, Refused
from pipelines.imports import store_texts

_NAMED = 10
"""Reasons that are named."""
_HOW_TO_MEND = (
    "Mend them and import again: what is there already stays as it is."
    " A vendor that is not a domain is given one by --services."
)


class Command(CorpusCommand):
    """Imports a file, folder or repository. Refused texts are named on standard error, and counted by reason.

    Exits with 2 if some were refused, with 1 if all were.
    """

    usage = f"PATH --format {'|'.join(READABLE)} [--services FILE]"
    summary = "Import from Open Terms Archive, the published corpus or another corpus"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the format, and what vendors are called in it."""
        super().add_options(parser)
        parser.add_argument("--format", choices=READABLE, required=True)
        parser.add_argument("--services", metavar="FILE", help='TOML with lines like "Some Shop" = "shop.example"')

    def open(self, path: Path) -> Corpus:
        """Open the corpus at a path, or make one."""
        return Corpus(path)

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Import from one place and print what came of it."""
        if len(args) != 1 or vendor:
            raise ArgumentError(f"Expected one place to import from: scrapy import {self.usage}")
        services = Path(opts.services) if opts.services else None
        counts = store_texts(corpus, _named(read(opts.format, Path(args[0]), services)))
        print(
            f"{counts.read} texts read: {counts.added} snapshots added to {len(counts.policies)} policies,"
            f" {counts.there} were there already; {counts.refused.total()} texts refused."
        )
        for reason, count in counts.refused.most_common(_NAMED):
            print(f"  {count} refused: {reason}")
        if len(counts.refused) > _NAMED:
            print(f"  … and for {len(counts.refused) - _NAMED} more reasons")
        if counts.refused:
            kept = "the others are in the corpus" if counts.read else "nothing was imported"
            refused = counts.refused.total()
            were = "1 text was" if refused == 1 else f"{refused} texts were"
            print(f"{were} refused, as named above; {kept}. {_HOW_TO_MEND}", file=sys.stderr)
            self.exitcode = 2 if counts.read else 1


def _named(found: Iterator[ImportedText | Refused]) -> Iterator[ImportedText | Refused]:
    """Print which text is refused and why, as it comes."""
    for one in found:
        if isinstance(one, Refused):
            print(f"{one.where}: refused: {one}", file=sys.stderr)
        yield one
