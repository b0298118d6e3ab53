"""What the commands that work on a corpus have in common: which corpus, which of its vendors, and how they fail."""

import argparse
import sqlite3
import sys
from difflib import get_close_matches
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.conf import arglist_to_dict
from sqlite_utils import Database

from crawler.errors import ArgumentError, CorpusError, PolicytrailError
from pipelines.corpus import Corpus


class CorpusCommand(ScrapyCommand):
    """A command on an open corpus: `work` does it. Exits 1, with a sentence, where it cannot be done."""

    requires_project = True
    takes: tuple[str, ...] = ("vendor",)
    """The arguments (``-a NAME=VALUE``) that the command knows; they mean what they mean to a crawl."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take ``-a NAME=VALUE``, as the crawl does."""
        super().add_options(parser)
        known = " or ".join(self.takes)
        parser.add_argument("-a", dest="given", action="append", default=[], metavar="NAME=VALUE", help=known)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take in the options. Of the project's log only warnings are wanted, unless the user says otherwise."""
        super().process_options(args, opts)
        assert self.settings is not None
        self.settings.set("LOG_LEVEL", "WARNING", priority="project")
        try:
            self.given = arglist_to_dict(opts.given)
        except ValueError:
            raise UsageError("Invalid -a value, use -a NAME=VALUE", print_help=False) from None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Open the corpus and work on it."""
        assert self.settings is not None
        path = Path(self.settings["CORPUS_DB"])
        try:
            if unknown := next((name for name in self.given if name not in self.takes), None):
                known = ", ".join(self.takes)
                raise ArgumentError(f"-a {unknown}=…: there is no such argument here; there is {known}.")
            with self.open(path) as corpus:
                self.work(corpus, _vendor(corpus.db, self.given.get("vendor")), args, opts)
        except BrokenPipeError:  # who reads it has seen enough: head, less
            sys.stderr.close()
        except sqlite3.Error as error:
            self._fail(f"{path}: cannot be read or written ({error}).")
        except PolicytrailError as error:
            self._fail(str(error))

    def open(self, path: Path) -> Corpus:
        """The corpus at a path. Raises `CorpusError` where there is none."""
        if not path.is_file():
            raise CorpusError(f"{path}: there is no corpus; make one with scrapy crawl policies, or set CORPUS_DB.")
        return Corpus(path)

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """What the command does. Raises `ArgumentError` with what the user can do about it."""
        raise NotImplementedError

    def _fail(self, message: str) -> None:
        print(message, file=sys.stderr)
        self.exitcode = 1


def _vendor(db: Database, asked: str | None) -> str | None:
    """The vendor that was asked for, None for all. Raises `ArgumentError` where the corpus has none of that name."""
    if asked is None:
        return None
    vendor = asked.lower()
    if db.execute("SELECT 1 FROM policies WHERE vendor = ?", [vendor]).fetchone():
        return vendor
    known = [row[0] for row in db.execute("SELECT DISTINCT vendor FROM policies ORDER BY vendor")]
    close = get_close_matches(vendor, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else f" It holds {', '.join(known[:5])}{' …' * (len(known) > 5)}."
    raise ArgumentError(f"-a vendor={vendor}: the corpus has no policy of this vendor.{hint}")
