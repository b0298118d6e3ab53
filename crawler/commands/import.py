"""``scrapy import``: texts that others kept of policies, as further snapshots; what others track, as a vendors file."""  # noqa: N999 - the command's name

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from crawler import program
from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError
from crawler.first_named import FirstNamed
from crawler.vendors.merging import merge_into
from crawler.visible import visible
from pipelines.corpus import Corpus
from pipelines.imported_text import ImportedText, Refused
from pipelines.imports import store_texts

_NAMED = 10
"""Reasons that are named."""
DECLARATIONS = "ota-declarations"
"""The format that makes a vendors file, not snapshots."""
_HOW_TO_MEND = (
    "Mend them and import again: what is there already stays as it is."
    " A vendor that is not a domain is given one by --services."
)


class Command(CorpusCommand):
    """Imports a file, folder or repository. The first refused texts are named on standard error, and all are counted
    by reason; so is what a vendors file cannot say of Open Terms Archive's declarations.

    Exits with 2 if some were refused, with 1 if all were.
    """

    summary = "Import from Open Terms Archive, the published corpus or another corpus"

    def syntax(self) -> str:
        from output.formats.table import READABLE  # noqa: PLC0415 - Scrapy imports every command, whichever is run

        return f"PATH --format {'|'.join([*READABLE, DECLARATIONS])} [--services FILE] [--output VENDORS.toml]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the format, and what vendors are called in it."""
        from output.formats.table import READABLE  # noqa: PLC0415 - likewise

        super().add_options(parser)
        parser.add_argument("--format", choices=[*READABLE, DECLARATIONS], required=True)
        parser.add_argument(
            "--output",
            metavar="FILE",
            help=f"the vendors file of {DECLARATIONS}, added to if it is there; vendors.toml",
        )
        parser.add_argument("--services", metavar="FILE", help='TOML with lines like "Some Shop" = "shop.example"')

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Import into the corpus, or into a vendors file."""
        assert self.settings is not None
        if opts.format == DECLARATIONS:
            with self.failing(Path(self.settings["CORPUS_DB"])):
                self._declarations(args, opts)
        else:
            super().run(args, opts)

    def _declarations(self, args: list[str], opts: argparse.Namespace) -> None:
        """Put what a collection declares into a vendors file, and print what came of it."""
        from output.formats import ota_declarations  # noqa: PLC0415 - as above
        from output.formats.table import domains  # noqa: PLC0415 - likewise

        if len(args) != 1 or self.given:
            raise ArgumentError(f"Expected one collection to import: {program.name()} import {self.syntax()}")
        path = Path(opts.output or "vendors.toml")
        found = ota_declarations.read(Path(args[0]), domains(Path(opts.services)) if opts.services else {})
        merged = merge_into(path, found.additions)
        not_taken = [(one.where, one.reason) for one in found.not_taken]
        not_taken += [(f"{one.policy.name}, {one.url}", one.reason) for one in merged.left_out]
        named = FirstNamed()
        for where, reason in not_taken:
            named.name(f"{where}: not taken: {reason}")
        named.end()
        print(
            f"{path}: {merged.policies:,} policies and {merged.urls:,} URLs added."
            f" {found.services:,} services declare {len(found.additions):,} policies."
        )
        _count(Counter(reason for _, reason in not_taken), "not taken")
        if found.with_scripts:
            print(f"  {found.with_scripts:,} declarations have scripts run, which no capture is read with")
        if not_taken:
            print(
                f"{len(not_taken):,} things were not taken, as named above; what was is in {path}."
                if found.additions
                else "Nothing was taken, as named above.",
                file=sys.stderr,
            )
            self.exitcode = 2 if found.additions else 1

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise `ArgumentError` unless there is one place to import from."""
        if len(args) != 1 or self.given or opts.output:
            raise ArgumentError(f"Expected one place to import from: {program.name()} import {self.syntax()}")

    def open(self, path: Path) -> Corpus:
        """Open the corpus at a path, or make one."""
        return Corpus(path)

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Import from one place and print what came of it."""
        from output.formats.table import read  # noqa: PLC0415 - likewise

        services = Path(opts.services) if opts.services else None
        counts = store_texts(corpus, _named(read(opts.format, Path(args[0]), services)))
        print(
            f"{counts.read} texts read: {counts.added} snapshots added to {len(counts.policies)} policies,"
            f" {counts.there} were there already; {counts.refused.total()} texts refused."
        )
        _count(counts.refused, "refused")
        if counts.refused:
            kept = "the others are in the corpus" if counts.read else "nothing was imported"
            refused = counts.refused.total()
            were = "1 text was" if refused == 1 else f"{refused} texts were"
            print(f"{were} refused, as named above; {kept}. {_HOW_TO_MEND}", file=sys.stderr)
            self.exitcode = 2 if counts.read else 1


def _count(reasons: Counter[str], what: str) -> None:
    """Print how much was refused, by the most common reasons."""
    for reason, count in reasons.most_common(_NAMED):
        print(visible(f"  {count} {what}: {reason}"))
    if len(reasons) > _NAMED:
        print(f"  … and for {len(reasons) - _NAMED} more reasons")


def _named(found: Iterator[ImportedText | Refused]) -> Iterator[ImportedText | Refused]:
    """Name which text is refused and why, as it comes."""
    named = FirstNamed()
    for one in found:
        if isinstance(one, Refused):
            named.name(f"{one.where}: refused: {one}")
        yield one
    named.end()
