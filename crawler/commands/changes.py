"""``scrapy changes``: what vendors changed, or said on a day, for a terminal or as JSON lines."""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import itemgetter
from typing import Any

from rich.console import Console
from rich.text import Text

from crawler import program
from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError, StateError
from crawler.rate_limit.rates import state_directory
from crawler.rate_limit.shared_state import SharedState, StateBusy
from output import changes, on_a_day
from output.formats.exported_revisions import unchanging
from output.new_changes import looked, new_changes, remember
from pipelines.corpus import Corpus, news
from pipelines.corpus.bad_rows import BadRows

_DATE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")
_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")

Data = Callable[[], dict[str, Any]]
Lines = Callable[[], list[Text]]
Told = tuple[str, Data, Lines]
"""What it is of, and what to print, as JSON and as text."""


class Command(CorpusCommand):
    """Prints the changes first captured in a period, or those found since the last look, the oldest first; or what
    policies said on a day.

    Finding none is no failure: standard error says so, and standard output stays empty. Exits with 2 if rows of the
    corpus were left out since they cannot be read, with 1 if all were.
    """

    usage = "--since DATE [--until DATE] | --new | --on DAY  [-a vendor=DOMAIN] [--json]"
    summary = "Show what vendors changed in a period or since you last looked, or what policies said on a day"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take the period, or the day."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="YYYY, YYYY-MM or YYYY-MM-DD, inclusive")
        parser.add_argument("--until", metavar="DATE", help="YYYY, YYYY-MM or YYYY-MM-DD, inclusive")
        parser.add_argument("--on", metavar="DAY", help="YYYY-MM-DD: show what policies said on this day (UTC)")
        parser.add_argument("--new", action="store_true", help="what crawls found since changes --new last looked")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise `ArgumentError` for a period or day that is none."""
        if args:
            raise ArgumentError(f"{' '.join(args)}: not expected; the usage is {program.name()} changes {self.usage}")
        if opts.on is not None and (opts.since is not None or opts.until is not None):
            raise ArgumentError("--on is a day, --since and --until are a period: give one of the two.")
        given = [value for value in (opts.since, opts.new or None, opts.on) if value is not None]
        if len(given) != 1 or (opts.until is not None and opts.since is None):
            raise ArgumentError(f"Expected a period, --new or --on: {program.name()} changes {self.usage}")
        for name, value in (("since", opts.since), ("until", opts.until)):
            if value is not None and not _DATE.fullmatch(value):
                raise ArgumentError(f"--{name} {value}: expected a date: YYYY, YYYY-MM or YYYY-MM-DD.")
        if opts.until and opts.since > f"{opts.until}~":
            raise ArgumentError(f"--since {opts.since} is after --until {opts.until}: nothing lies between.")
        if opts.on is not None and not _DAY.fullmatch(opts.on):
            raise ArgumentError(f"--on {opts.on}: expected a day: YYYY-MM-DD.")

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Print the changes, or the texts."""
        bad = BadRows()
        found, nothing = self._asked(corpus, vendor, opts, bad)
        console = Console(soft_wrap=True, highlight=False, emoji=False)
        number = 0

        def made(told: Told) -> list[str | Text]:
            _, data, lines = told
            return [json.dumps(data())] if opts.json else [*lines(), ""]

        for number, lines in enumerate(bad.kept(found, made, itemgetter(0)), 1):  # noqa: B007 - the last one counts
            if opts.json:
                print(*lines, flush=True)
            else:
                console.print(*lines, sep="\n")
        if not number:
            print(nothing, file=sys.stderr)
        self.left_out(bad, anything_done=number > 0)

    def _asked(
        self, corpus: Corpus, vendor: str | None, opts: argparse.Namespace, bad: BadRows
    ) -> tuple[Iterable[Told], str]:
        """Return what to print, and what to say if that is nothing. Rows that cannot be read go to ``bad``."""
        if opts.on is not None:
            return self._on(corpus, vendor, opts, bad), f"{corpus.path} knows no text that is as old as {opts.on}."
        if opts.new:
            found = self._new(corpus, vendor, bad)
            nothing = f"Nothing new in {corpus.path}. Older changes: {program.name()} changes --since DATE."
        else:
            found = changes.between(corpus.db, opts.since, opts.until, self.public_url, vendor, bad=bad)
            until = f" until {opts.until}" if opts.until else ""
            nothing = f"No policy changed since {opts.since}{until}, as far as {corpus.path} knows."
        return (
            (
                f"the change of {change.vendor} {change.type} of {change.first_captured}",
                partial(changes.as_data, corpus.db, change),
                partial(changes.summary, change),
            )
            for change in found
        ), nothing

    def _on(self, corpus: Corpus, vendor: str | None, opts: argparse.Namespace, bad: BadRows) -> Iterator[Told]:
        for held in on_a_day.held_on(corpus.db, opts.on, self.public_url, vendor, bad):
            of = f"{held[0].vendor} {held[0].type}"
            yield of, partial(on_a_day.as_data, opts.on, held), partial(on_a_day.summary, opts.on, held)

    def _new(self, corpus: Corpus, vendor: str | None, bad: BadRows) -> Iterator[changes.Change]:
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
            yield from new_changes(corpus.db, seen, self.public_url, vendor, bad)
        try:
            remember(state, corpus.path, vendor, latest)
        except (StateError, StateBusy) as error:
            print(f"{_said(error, state)} {cannot}: the next look shows the same again.", file=sys.stderr)
            self.exitcode = 2
        state.close()


def _said(error: StateError | StateBusy, state: SharedState) -> str:
    return str(error) or f"{state.path}: another process is at work on it."
