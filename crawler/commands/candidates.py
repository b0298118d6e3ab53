"""``scrapy candidates``: what discovery found, to look through, accept and refuse."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler import program
from crawler.argument_model import near
from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError, CorpusError
from crawler.visible import visible
from pipelines.corpus import Corpus, candidates
from pipelines.corpus.candidates import Decision, StoredCandidate
from pipelines.corpus.lock import CorpusLock

if TYPE_CHECKING:
    from sqlite_utils import Database

_NAMED = 10
"""Unknown URLs that are named."""
_SHOWN = 1_000
"""Candidates in a table: more are no table that anybody reads, and take gigabytes (100,000: 2 minutes, 2026-11)."""
_COMPARED = 2_000
"""Candidates that an unknown URL is compared with, to guess which one is meant: it takes 0.1 ms each (2026-11)."""


class Command(CorpusCommand):
    """Prints the addresses that may be policies'; or stores which of them are accepted or refused, and prints those.

    Exits with 2 if some of the URLs are no candidates, with 1 if all are; standard error names them.
    """

    usage = "[-a vendor=DOMAIN] [--accept URL …] [--refuse URL …] [--json]"
    summary = "Show the addresses that discovery found, and accept or refuse them"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add what to decide."""
        super().add_options(parser)
        decide = {"metavar": "URL", "nargs": "+", "action": "extend", "default": []}
        parser.add_argument("--accept", help="it is the policy: discovery takes it from now on", **decide)  # type: ignore[arg-type]
        parser.add_argument("--refuse", help="it is not: it does not come back", **decide)  # type: ignore[arg-type]
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Note whether something is to be written, before the corpus is opened."""
        super().process_options(args, opts)
        self.decides = bool(opts.accept or opts.refuse)

    def open(self, path: Path) -> Corpus:
        """Open the corpus at a path; to write it, lock it until the process ends."""
        corpus = super().open(path)
        if not self.decides:
            return corpus
        corpus.close()
        try:
            self.lock = CorpusLock(path)
        except OSError as error:
            raise CorpusError(f"{path}: nothing can be written there ({error}); set CORPUS_DB to a copy.") from error
        return Corpus.locked(path)

    def vendors(self, db: "Database") -> set[str]:
        """Return the vendors of which there are candidates."""
        return {row[0] for row in db.execute("SELECT DISTINCT domain FROM candidates")}

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise `ArgumentError` for two decisions about one address."""
        if args:
            raise ArgumentError(
                f"{' '.join(args)}: not expected; the usage is {program.name()} candidates {self.usage}"
            )
        if both := sorted({*opts.accept} & {*opts.refuse}):
            raise ArgumentError(f"{both[0]}: to be accepted and to be refused; give it once.")

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Print the candidates, or store decisions and print what they are about."""
        if not self.decides:
            every = candidates.read_all(corpus.db, vendor)
            found = [stored for stored in every if stored is not None]
            _print(found, as_json=opts.json)
            if foreign := len(every) - len(found):
                what = f"{foreign:,} of {len(every):,} candidates hold something that Policytrail does not write"
                print(f"{corpus.path}: {what}, and are left out.", file=sys.stderr)
                self.exitcode = 2 if found else 1
            elif not found:
                print(f"{corpus.path} has no candidates. {program.name()} crawl discover finds them.", file=sys.stderr)
            return
        decided: list[StoredCandidate] = []
        unknown: list[str] = []
        with corpus.being("written"), corpus.writing():
            given: list[tuple[Decision, list[str]]] = [("accepted", opts.accept), ("refused", opts.refuse)]
            for decision, urls in given:
                for url in dict.fromkeys(urls):
                    rows = candidates.decide(corpus.db, url, decision, vendor)
                    decided += rows
                    unknown += [] if rows else [url]
        _print(decided, as_json=opts.json)
        if unknown:
            self._name(unknown, corpus, vendor)
            self.exitcode = 2 if decided else 1

    def _name(self, unknown: Sequence[str], corpus: Corpus, vendor: str | None) -> None:
        """Print which URLs are no candidates."""
        known = [stored.candidate.url for stored in candidates.read(corpus.db, vendor)[:_COMPARED]]
        of = f" of {vendor}" if vendor else ""
        for url in unknown[:_NAMED]:
            hint = near(url, known) or f" {program.name()} candidates lists them."
            where = f"no candidate{of} in {corpus.path}; nothing was decided."
            print(f"{visible(url)}: {where}{visible(hint)}", file=sys.stderr)
        if len(unknown) > _NAMED:
            print(f"And {len(unknown) - _NAMED} more that are no candidates.", file=sys.stderr)


def _print(found: Sequence[StoredCandidate], *, as_json: bool) -> None:
    if as_json:
        for stored in found:
            print(json.dumps(_data(stored)))
        return
    if not found:
        return
    table = Table()
    for name in ("Vendor", "Type", "Address"):
        table.add_column(name, overflow="fold")
    table.add_column("Score", justify="right")
    for name in ("Lived", "Seen", "Decision"):
        table.add_column(name, overflow="fold")
    for stored in found[:_SHOWN]:
        one = stored.candidate
        lived = "–".join(dict.fromkeys(moment[:4] for moment in (one.first, one.last) if moment))
        seen = ", ".join(dict.fromkeys(piece.source for piece in one.seen))
        decision = stored.decision or ("verified" if one.verified else "")
        type_ = f"{one.type.lower()}{f' ({one.language})' if one.language else ''}"
        cells = (one.domain, type_, one.url, f"{one.score:.2f}", lived, seen, decision)
        table.add_row(*(Text(visible(cell)) for cell in cells))
    Console(highlight=False, emoji=False).print(table)
    if (more := len(found) - _SHOWN) > 0:
        print(f"And {more:,} more: --json shows all, -a vendor=… those of one vendor.", file=sys.stderr)


def _data(stored: StoredCandidate) -> dict[str, object]:
    one = stored.candidate
    return {
        "domain": one.domain,
        "url": one.url,
        "type": one.type,
        "language": one.language,
        "score": one.score,
        "first": one.first,
        "last": one.last,
        "verified": one.verified,
        "found": stored.found,
        "decision": stored.decision,
        "decided": stored.decided,
        "seen": [piece._asdict() for piece in one.seen],
    }
