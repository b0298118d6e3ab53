"""``scrapy changes``: what vendors changed, or said on a day, for a terminal or as JSON lines."""

import argparse
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from rich.console import Console
from rich.text import Text

from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError
from output import changes, on_a_day
from pipelines.corpus import Corpus

_DATE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")
_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")

Data = Callable[[], dict[str, Any]]
Lines = Callable[[], list[Text]]


class Command(CorpusCommand):
    """Prints the changes first captured in a period, the oldest first, or what policies said on a day.

    Finding none is no failure.
    """

    usage = "--since DATE [--until DATE] | --on DAY  [-a vendor=DOMAIN] [--json]"
    summary = "Show what vendors changed in a period, or what policies said on a day"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take the period, or the day."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="YYYY, YYYY-MM or YYYY-MM-DD, inclusive")
        parser.add_argument("--until", metavar="DATE", help="YYYY, YYYY-MM or YYYY-MM-DD, inclusive")
        parser.add_argument("--on", metavar="DAY", help="YYYY-MM-DD: show what policies said on this day (UTC)")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Print the changes, or the texts."""
        if args:
            raise ArgumentError(f"{' '.join(args)}: not expected; the usage is scrapy changes {self.usage}")
        found = self._on(corpus, vendor, opts) if opts.on is not None else self._between(corpus, vendor, opts)
        console = Console(soft_wrap=True, highlight=False, emoji=False)
        for data, lines in found:
            if opts.json:
                print(json.dumps(data()), flush=True)
            else:
                console.print(*lines(), "", sep="\n")

    def _between(self, corpus: Corpus, vendor: str | None, opts: argparse.Namespace) -> Iterator[tuple[Data, Lines]]:
        if opts.since is None:
            raise ArgumentError(f"Expected --since or --on; the usage is scrapy changes {self.usage}")
        for name, value in (("since", opts.since), ("until", opts.until)):
            if value is not None and not _DATE.fullmatch(value):
                raise ArgumentError(f"--{name} {value}: expected a date: YYYY, YYYY-MM or YYYY-MM-DD.")
        if opts.until and opts.since > f"{opts.until}~":
            raise ArgumentError(f"--since {opts.since} is after --until {opts.until}: nothing lies between.")
        for change in changes.between(corpus.db, opts.since, opts.until, self.public_url, vendor):
            yield partial(changes.as_data, corpus.db, change), partial(changes.summary, change)

    def _on(self, corpus: Corpus, vendor: str | None, opts: argparse.Namespace) -> Iterator[tuple[Data, Lines]]:
        if opts.since is not None or opts.until is not None:
            raise ArgumentError("--on is a day, --since and --until are a period: give one of the two.")
        if not _DAY.fullmatch(opts.on):
            raise ArgumentError(f"--on {opts.on}: expected a day: YYYY-MM-DD.")
        for held in on_a_day.held_on(corpus.db, opts.on, self.public_url, vendor):
            yield partial(on_a_day.as_data, opts.on, held), partial(on_a_day.summary, opts.on, held)
