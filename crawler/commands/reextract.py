"""``scrapy reextract``: read the kept bytes of every capture again, with today's extractor."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from crawler.archive.address import citation, is_local
from crawler.corpus_command import CorpusCommand
from crawler.errors import ArchiveFilesError, CorpusError
from crawler.local_archive.captures import ArchivedRecord, read_captures
from crawler.local_archive.index import CaptureIndex
from crawler.model import Playback, Policy
from crawler.vendors import load
from pipelines.corpus import Corpus, parts
from pipelines.corpus.lock import CorpusLock
from pipelines.corpus.revisions import revisions
from pipelines.documents import write_documents
from pipelines.reextraction import Reread, reread

_NAMED = 5
"""Files that the last line names; the lines before it have all."""


class Command(CorpusCommand):
    """Rebuilds documents and revisions from ``WARC_DIR`` or a local ``ARCHIVE_URL``.

    The corpus says which policies there are and which part of its pages each is; ``-a vendors`` names a file that says
    the latter anew. Exits with 2 if there are policies of which neither says it, or captures whose bytes
    are lost.
    """

    takes = ("vendors", "vendor")

    usage = "[-a vendors=FILE] [-a vendor=DOMAIN]"
    summary = "Read the kept bytes of every capture again, with today's extractor"

    def open(self, path: Path) -> Corpus:
        """Open the corpus at a path and lock it until the process ends. Raises `CorpusError` if a crawl holds it."""
        if path.is_file():
            try:
                self.lock = CorpusLock(path)
            except OSError as error:
                raise CorpusError(
                    f"{path}: nothing can be written beside the corpus ({error}), and what is read again is written"
                    " there. Copy the corpus, and set CORPUS_DB to the copy."
                ) from error
            return Corpus(path)
        return super().open(path)

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Read again, policy by policy; each is stored whole."""
        assert self.settings is not None
        public_url, archive = self.public_url, str(self.settings["ARCHIVE_URL"])
        kept = _kept(corpus, Path(archive if is_local(archive) else self.settings["WARC_DIR"] or "output/warc"))
        file = self.given.get("vendors")
        policies, unknown = _policies(corpus, vendor, load(Path(file)) if file else ())
        console = Console(highlight=False, soft_wrap=True)
        if not policies and not unknown:
            console.print(f"{corpus.path} has no policy that a crawl fetched: there is nothing to read again.")
            return
        total = Reread(0, 0, 0)
        for identifier, policy in policies.items():
            read = self._reread(corpus, identifier, policy, CaptureIndex(kept), public_url)
            total = total.plus(read)
            console.print(f"{policy.name}: {_counts(read)}")
        if len(policies) != 1:
            console.print(f"{len(policies)} policies read again: {_counts(total)}.")
        if total.lost:
            console.print(
                *(f"{why}: {number} captures not read" for why, number in sorted(total.lost.items())), sep="\n"
            )
            print(_not_read(total), file=sys.stderr)
            self.exitcode = 2
        if unknown:
            console.print(f"Not read: {', '.join(unknown)}.")
            print(
                f"{len(unknown)} policies were not read: the corpus does not say which part of its pages each is, since"
                " an older version made it. Give the vendors file: scrapy reextract -a vendors=FILE.",
                file=sys.stderr,
            )
            self.exitcode = 2

    def _reread(self, corpus: Corpus, identifier: int, policy: Policy, kept: CaptureIndex, public_url: str) -> Reread:
        def cite(page: Playback, url: str) -> str:
            return citation(public_url, Playback(page.timestamp, url))

        assert self.settings is not None
        read = reread(corpus, policy, kept, cite)
        with corpus.writing():
            parts.store_parts(corpus.db, identifier, policy.parts)
        if read.changed:
            directory = Path(self.settings["DOCUMENTS_DIR"])
            write_documents(directory, policy, revisions(corpus.db, identifier), public_url)
        return read


def _kept(corpus: Corpus, path: Path) -> Sequence[ArchivedRecord]:
    """Return the captures at a path; none if there are none any more where crawls kept some."""
    try:
        return read_captures(path).captures
    except ArchiveFilesError:
        if path.is_dir() and corpus.db.execute("SELECT 1 FROM kept LIMIT 1").fetchone():
            return ()
        raise


def _not_read(total: Reread) -> str:
    """Return the sentence about captures that were not read."""
    where = "; ".join(f"{why} ({number})" for why, number in sorted(total.lost.items())[:_NAMED])
    more = f"; and {len(total.lost) - _NAMED} more" if len(total.lost) > _NAMED else ""
    return (
        f"{total.missing} captures were not read again, and what an earlier version read in them stands: {where}{more}."
        " Restore the files from a backup; or the next crawl fetches again what it knows to be lost."
    )


def _policies(corpus: Corpus, vendor: str | None, named: tuple[Policy, ...]) -> tuple[dict[int, Policy], list[str]]:
    """Return the policies of the corpus that were fetched, by their ids, and the names of those whose part of the page
    neither the file nor the corpus says.
    """
    given = {(policy.vendor, policy.type): policy.parts for policy in named}
    found, unknown = {}, []
    for identifier, of_vendor, type_ in _fetched(corpus, vendor):
        part = given.get((of_vendor, type_), parts.stored_parts(corpus.db, identifier))
        policy = Policy(of_vendor, type_, (), part or ())
        if part is None:
            unknown.append(policy.name)
        else:
            found[identifier] = policy
    return found, unknown


def _fetched(corpus: Corpus, vendor: str | None) -> Iterator[tuple[int, str, str]]:
    yield from corpus.db.execute(
        "SELECT id, vendor, type FROM policies p WHERE ? IN (vendor, '') AND EXISTS (SELECT 1 FROM snapshots s"
        " WHERE s.policy = p.id AND s.mimetype IS NOT NULL) ORDER BY vendor, type",
        [vendor or ""],
    ).fetchall()


def _counts(read: Reread) -> str:
    without = f", {read.missing} without kept bytes" if read.missing else ""
    return f"{read.read} snapshots read, {read.changed} changes{without}"
