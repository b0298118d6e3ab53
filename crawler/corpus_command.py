"""The base of the commands that work on a corpus: which corpus, which of its vendors, how they fail."""

import argparse
import logging
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.conf import arglist_to_dict

from crawler import logs, program
from crawler.arguments import given_once, vendor_among, web_address
from crawler.errors import FOREIGN, ArgumentError, CorpusError, PolicytrailError
from pipelines.corpus import Corpus
from pipelines.corpus.bad_rows import BadRows
from pipelines.corpus.database import unusable

if TYPE_CHECKING:
    from sqlite_utils import Database

logger = logging.getLogger(__name__)


class CorpusCommand(ScrapyCommand):
    """A command on an open corpus: `work` does it. Exits with 1 and a sentence if it cannot be done."""

    requires_project = True
    requires_crawler_process = False
    usage: str
    """The arguments in the usage line."""
    summary: str
    """The line in the list of commands."""
    takes: tuple[str, ...] = ("vendor",)
    """The arguments (``-a NAME=VALUE``) that the command takes, with the meaning that they have for a crawl."""

    def syntax(self) -> str:
        return self.usage

    def short_desc(self) -> str:
        return self.summary

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add ``-a NAME=VALUE``, as the crawl has it."""
        super().add_options(parser)
        known = " or ".join(self.takes)
        parser.add_argument("-a", dest="given", action="append", default=[], metavar="NAME=VALUE", help=known)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Process the options; exit with 1 if they are wrong. The log shows warnings, unless the user asks for more."""
        assert self.settings is not None
        known = set(self.settings)
        self.settings.set("LOG_LEVEL", "WARNING", priority="project")
        try:
            super().process_options(args, opts)
            self.given = arglist_to_dict(opts.given)
            given_once(opts.given)
            logs.install(self.settings)
        except ValueError:
            sys.exit("Invalid -a value, use -a NAME=VALUE")
        except (UsageError, PolicytrailError) as error:
            sys.exit(str(error))
        logs.warn_of_unknown((setting.partition("=")[0] for setting in opts.set), known)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Open the corpus and work on it."""
        assert self.settings is not None
        path = Path(self.settings["CORPUS_DB"])
        with self.failing(path):
            if unknown := next((name for name in self.given if name not in self.takes), None):
                known = ", ".join(self.takes)
                raise ArgumentError(f"-a {unknown}=…: no such argument. Expected one of {known}.")
            self.check(args, opts)
            with self.open(path) as corpus:
                self.work(corpus, self._vendor(corpus.db), args, opts)

    @contextmanager
    def failing(self, path: Path) -> Iterator[None]:
        """Make a sentence and an exit status of what goes wrong within this, on the corpus at a path."""
        try:
            yield
        except BrokenPipeError:  # the reader has seen enough: head, less
            sys.stderr.close()
        except PolicytrailError as error:
            self._fail(str(error))
        except KeyboardInterrupt:
            self._interrupted()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:  # Ctrl-C while SQLite was at work
                self._interrupted()
            else:
                self._fail(str(unusable(path, error)))
        except OSError as error:
            self._fail(f"{error.filename or path}: cannot be read or written ({error.strerror or error}).")
        except FOREIGN as error:
            logger.debug("Where it was", exc_info=True)
            self._fail(
                f"{path}: the corpus holds something that Policytrail does not write ({type(error).__name__}: {error})."
                " -s LOG_LEVEL=DEBUG shows where it was met."
            )

    @property
    def public_url(self) -> str:
        """Where documents cite the archive. Raises `ArgumentError` for a setting that is no web address."""
        assert self.settings is not None
        return web_address("ARCHIVE_PUBLIC_URL", str(self.settings["ARCHIVE_PUBLIC_URL"]))

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise `ArgumentError` for what is wrong whatever the corpus holds, before it is looked for."""

    def open(self, path: Path) -> Corpus:
        """Open the corpus at a path. Raises `CorpusError` if there is none."""
        if not path.is_file():
            raise CorpusError(
                f"{path}: there is no corpus; make one with {program.name()} crawl policies, or set CORPUS_DB."
            )
        return Corpus.reading(path)

    def vendors(self, db: "Database") -> set[str]:
        """Return the vendors that can be asked for."""
        return {row[0] for row in db.execute("SELECT DISTINCT vendor FROM policies")}

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Do the command's work. Raises `PolicytrailError` if it cannot be done."""
        raise NotImplementedError

    def left_out(self, bad: BadRows, *, anything_done: bool) -> None:
        """Name the rows that were left out, if any, and let the command exit with 2, or with 1 if nothing was done."""
        if bad:
            assert self.settings is not None
            logs.say_last(self.settings, f"{self.settings['CORPUS_DB']}: {bad.told()}")
            self.exitcode = 2 if anything_done else 1

    def _vendor(self, db: "Database") -> str | None:
        """Return the vendor that was asked for, None for all. Raises `ArgumentError` if the corpus does not have it."""
        asked = self.given.get("vendor")
        if asked is None:
            return None
        return vendor_among(str(asked), self.vendors(db), "the corpus")

    def _interrupted(self) -> None:
        self._fail("Interrupted.")
        self.exitcode = 2  # as a crawl

    def _fail(self, message: str) -> None:
        assert self.settings is not None
        logs.say_last(self.settings, message)
        self.exitcode = 1
