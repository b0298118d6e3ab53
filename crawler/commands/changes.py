"""``scrapy changes``: what vendors changed, for a terminal or as JSON lines."""

import argparse
import json
import re
from dataclasses import asdict

from rich.console import Console

from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError
from output.changes import between, summary
from pipelines.corpus import Corpus

_DATE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")


class Command(CorpusCommand):
    """Prints the changes first captured in a period, the oldest first. Finding none is no failure."""

    usage = "--since DATE [--until DATE] [-a vendor=DOMAIN] [--json]"
    summary = "Show what vendors changed in a period"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take the period."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", required=True, help="YYYY, YYYY-MM or YYYY-MM-DD, inclusive")
        parser.add_argument("--until", metavar="DATE", help="YYYY, YYYY-MM or YYYY-MM-DD, inclusive")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Print the changes."""
        if args:
            raise ArgumentError(f"{' '.join(args)}: not expected; the usage is scrapy changes {self.usage}")
        for name, value in (("since", opts.since), ("until", opts.until)):
            if value is not None and not _DATE.fullmatch(value):
                raise ArgumentError(f"--{name} {value}: expected a date: YYYY, YYYY-MM or YYYY-MM-DD.")
        if opts.until and opts.since > f"{opts.until}~":
            raise ArgumentError(f"--since {opts.since} is after --until {opts.until}: nothing lies between.")
        console = Console(soft_wrap=True, highlight=False, emoji=False)
        for change in between(corpus.db, opts.since, opts.until, self.public_url, vendor):
            if opts.json:
                print(json.dumps(asdict(change)), flush=True)
            else:
                console.print(*summary(change), "", sep="\n")
