"""``scrapy import``: what others saw of policies, as further snapshots of the corpus."""  # noqa: N999 - the command's name

import argparse
from pathlib import Path

from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError, ImportProblem
from pipelines.corpus import Corpus
from pipelines.imports.formats import FORMATS, read
from pipelines.imports.store import store

_SHOWN = 10
"""Reasons of refusal that are named."""


class Command(CorpusCommand):
    """Imports a file, folder or repository. Texts that cannot be taken are counted, and named by why."""

    def syntax(self) -> str:
        """The arguments in the usage line."""
        return f"PATH --format {'|'.join(FORMATS)} [--services FILE]"

    def short_desc(self) -> str:
        """The line in the list of commands."""
        return "Take in what Open Terms Archive, the published corpus or another corpus has"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take the format, and what vendors are called in it."""
        super().add_options(parser)
        parser.add_argument("--format", choices=FORMATS, required=True)
        parser.add_argument("--services", metavar="FILE", help='TOML, a line a service: "Some Shop" = "shop.example"')

    def open(self, path: Path) -> Corpus:
        """The corpus at a path, which is made where there is none."""
        return Corpus(path)

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Import from one place, and say what came of it."""
        if len(args) != 1 or vendor:
            raise ArgumentError(f"Expected one place to import from: scrapy import {self.syntax()}")
        try:
            account = store(corpus, read(opts.format, Path(args[0]), Path(opts.services) if opts.services else None))
        except ImportProblem as error:
            raise ArgumentError(str(error)) from error
        print(
            f"{account.read} texts read: {account.added} snapshots added to {len(account.policies)} policies,"
            f" {account.there} were there; {account.refused.total()} texts refused."
        )
        for reason, count in account.refused.most_common(_SHOWN):
            print(f"  {count} refused: {reason}")
        if len(account.refused) > _SHOWN:
            print(f"  … and for {len(account.refused) - _SHOWN} more reasons")
