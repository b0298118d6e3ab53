"""``scrapy changes``: what vendors changed, for a terminal or as JSON lines."""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict

from rich.console import Console

from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError, StateError
from crawler.rate_limit.rates import state_directory
from crawler.rate_limit.shared_state import SharedState, StateBusy
from output.changes import Change, between, summary
from output.formats.exported_revisions import unchanging
from output.new_changes import looked, new_changes, remember
from pipelines.corpus import Corpus, news

_DATE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")


class Command(CorpusCommand):
    """Prints the changes first captured in a period, or those found since the last look; the oldest first.

    Finding none is no failure: standard error says so, and standard output stays empty.
    """

    usage = "--since DATE [--until DATE] | --new [-a vendor=DOMAIN] [--json]"
    summary = "Show what vendors changed in a period, or since you last looked"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take the period."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="YYYY, YYYY-MM or YYYY-MM-DD, inclusive")
        parser.add_argument("--until", metavar="DATE", help="YYYY, YYYY-MM or YYYY-MM-DD, inclusive")
        parser.add_argument("--new", action="store_true", help="what crawls found since changes --new last looked")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Print the changes."""
        if args:
            raise ArgumentError(f"{' '.join(args)}: not expected; the usage is scrapy changes {self.usage}")
        if opts.new == bool(opts.since or opts.until) or not (opts.new or opts.since):
            raise ArgumentError(f"Expected a period or --new: scrapy changes {self.usage}")
        found = self._new(corpus, vendor) if opts.new else self._between(corpus, vendor, opts)
        console = Console(soft_wrap=True, highlight=False, emoji=False)
        number = 0
        for number, change in enumerate(found, 1):  # noqa: B007 - the last one counts
            if opts.json:
                print(json.dumps(asdict(change)), flush=True)
            else:
                console.print(*summary(change), "", sep="\n")
        if not number:
            until = f" until {opts.until}" if opts.until else ""
            nothing = f"No policy changed since {opts.since}{until}, as far as {corpus.path} knows."
            new = f"Nothing new in {corpus.path}. Older changes: scrapy changes --since DATE."
            print(new if opts.new else nothing, file=sys.stderr)

    def _between(self, corpus: Corpus, vendor: str | None, opts: argparse.Namespace) -> Iterator[Change]:
        for name, value in (("since", opts.since), ("until", opts.until)):
            if value is not None and not _DATE.fullmatch(value):
                raise ArgumentError(f"--{name} {value}: expected a date: YYYY, YYYY-MM or YYYY-MM-DD.")
        if opts.until and opts.since > f"{opts.until}~":
            raise ArgumentError(f"--since {opts.since} is after --until {opts.until}: nothing lies between.")
        yield from between(corpus.db, opts.since, opts.until, self.public_url, vendor)

    def _new(self, corpus: Corpus, vendor: str | None) -> Iterator[Change]:
        """Yield what was found since the last look; that it was looked at is remembered once all of it is taken."""
        assert self.settings is not None
        state = SharedState(state_directory(self.settings))
        cannot = "So it cannot be remembered how far you have looked"
        try:
            seen = looked(state, corpus.path)
        except (StateError, StateBusy) as error:
            raise StateError(f"{_said(error, state)} {cannot}.") from error
        if not seen:
            print("This is the first look at this corpus: all of its changes are new.", file=sys.stderr)
        with unchanging(corpus.db):
            latest = news.latest(corpus.db)
            yield from new_changes(corpus.db, seen, self.public_url, vendor)
        try:
            remember(state, corpus.path, vendor, latest)
        except (StateError, StateBusy) as error:
            print(f"{_said(error, state)} {cannot}: the next look shows the same again.", file=sys.stderr)
            self.exitcode = 2
        state.close()


def _said(error: StateError | StateBusy, state: SharedState) -> str:
    return str(error) or f"{state.path}: another process is at work on it."
