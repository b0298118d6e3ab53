"""``policytrail demo``: a corpus of the sample that ships with the project, without a network."""

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler import program, sample
from crawler.commands import crawl

_PLACES = {"CORPUS_DB": sample.CORPUS, "DOCUMENTS_DIR": sample.DOCUMENTS}
_SHOWN = 3  # documents that are named


class Command(crawl.Command):
    """Crawls the sample as ``crawl policies`` crawls an archive, then says where everything is."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Make a small corpus of the sample that comes with Policytrail, without a network"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's global options alone: what is crawled is settled."""
        ScrapyCommand.add_options(self, parser)
        parser.set_defaults(spargs=[f"vendors={sample.VENDORS}"], output=None, overwrite_output=None, help=False)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Process the options; a setting that is given (-s) goes before the demo's own."""
        assert self.settings is not None
        if args:
            sys.exit(f"{' '.join(args)}: not expected; the usage is {program.name()} demo {self.syntax()}")
        ours = {"ARCHIVE_URL": sample.ARCHIVE, "LOG_LEVEL": "WARNING", **_PLACES}
        self.settings.setdict({name: str(value) for name, value in ours.items()}, priority="project")
        super().process_options(["policies"], opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, and print where the corpus and the documents are."""
        assert self.settings is not None
        super().run(["policies"], opts)
        if self.exitcode:
            return
        corpus, documents = (Path(self.settings[name]) for name in _PLACES)
        look = program.serve("" if corpus == sample.CORPUS else str(corpus))
        print(f"\nThe corpus:     {corpus!s:<25}  look at it with: {look}")
        print(f"The documents:  {f'{documents}/':<25}  one Markdown file a revision, e.g.")
        for path in sorted(documents.rglob("*.md"))[-_SHOWN:]:
            print(f"                  {path}")
