"""``scrapy reextract``: read the kept bytes of every capture again, with today's extractor."""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from crawler import program
from crawler.archive.address import is_local
from crawler.corpus_command import CorpusCommand
from crawler.errors import ArchiveFilesError, ArgumentError, CorpusError
from crawler.extraction.extract import EXTRACTOR
from crawler.local_archive.captures import ArchivedRecord, list_captures, read_captures
from crawler.local_archive.index import CaptureIndex
from crawler.local_archive.unproven import UnprovenIndex
from crawler.model import Policy
from crawler.result_file import ResultFile
from crawler.vendors import load
from crawler.visible import visible
from crawler.workers.choose import executor
from crawler.workers.reader import Reader
from pipelines.corpus import Corpus, parts
from pipelines.corpus.lock import CorpusLock
from pipelines.corpus.revisions import revisions
from pipelines.documents import write_documents
from pipelines.interrupted import Checkpoint
from pipelines.kept_pages import Rereading, left_as_it_is
from pipelines.reextraction import Reread, reread

_NAMED = 5
"""Files that the last line names; the lines before it have all."""


class Command(CorpusCommand):
    """Rebuilds documents and revisions from ``WARC_DIR`` or a local ``ARCHIVE_URL``.

    The corpus says which policies there are and which part of its pages each is; ``-a vendors`` names a file that says
    the latter anew. Exits with 2 if there are policies of which neither says it, captures whose bytes are lost, or
    captures that take too much time or memory to read.
    """

    takes = ("vendors", "vendor")

    usage = "[-a vendors=FILE] [-a vendor=DOMAIN]"
    summary = "Read the kept bytes of every capture again, with today's extractor"

    def __init__(self) -> None:
        super().__init__()
        self.why: list[str] = []  # the exit status is not 0
        self.policies: list[dict[str, Any]] = []
        self.result: ResultFile | None = None

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Process the options; exit with 1 if they are wrong."""
        assert self.settings is not None
        self.result = result = ResultFile(self.settings, "reextract")
        with result.refusing():
            super().process_options(args, opts)
            try:
                result.check()
            except ArgumentError as error:
                sys.exit(str(error))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read again, and write what came of it to ``RESULT_FILE``, if that is wanted."""
        super().run(args, opts)
        if self.result is None:
            return
        status = "interrupted" if self.why[-1:] == ["Interrupted."] else ""
        figures = ("read", "changed", "missing", "unread")
        counts = {name: sum(policy.get(name, 0) for policy in self.policies) for name in figures}
        counts["policies"] = len(self.policies)
        if unwritten := self.result.write(
            self.exitcode, " ".join(self.why), status, counts=counts, policies=self.policies
        ):
            self._in_part(unwritten)

    def _fail(self, message: str) -> None:
        self.why.append(message)
        super()._fail(message)

    def _in_part(self, sentence: str) -> None:
        """Say what was not done; the exit status says that something was not."""
        print(sentence, file=sys.stderr)
        self.why.append(sentence)
        self.exitcode = self.exitcode or 2

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise `ArgumentError` for what is no option."""
        if args:
            raise ArgumentError(f"{' '.join(args)}: not expected; the usage is {program.name()} reextract {self.usage}")

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
            return Corpus.locked(path)
        return super().open(path)

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Read again, policy by policy; each is stored whole, so that a run that is interrupted can be gone on with."""
        assert self.settings is not None
        public_url, archive = self.public_url, str(self.settings["ARCHIVE_URL"])
        kept = _index(corpus, Path(archive if is_local(archive) else self.settings["WARC_DIR"] or "output/warc"))
        file = self.given.get("vendors")
        policies, unknown = _policies(corpus, vendor, load(Path(file)) if file else ())
        console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        if not policies and not unknown:
            console.print(f"{corpus.path} has no policy that a crawl fetched: there is nothing to read again.")
            return
        checkpoint = Checkpoint(corpus.path, _about(corpus, policies, kept, public_url))
        if checkpoint.done:
            console.print(
                f"{len(checkpoint.done)} policies were read again by a run that was interrupted; this one goes on."
            )
        total, failed = Reread(0, 0, 0), []
        for done, (number, changed, missing, lost, unread, *_) in checkpoint.done.items():
            total = total.plus(before := Reread(number, changed, missing, Counter(lost), Counter(unread)))
            self.policies.append(_came_of(policies[done], before))
        left = {policy: identifier for identifier, policy in policies.items() if identifier not in checkpoint.done}
        reader = Reader(executor(str(self.settings["WORKERS"]), in_runs=True))
        with closing(reader), _progress(corpus, left.values(), console) as advance:
            for policy, read in reread(corpus, left, kept, public_url, reader, advance=advance):
                if isinstance(kept, UnprovenIndex) and kept.proven:
                    kept = kept.proven
                    checkpoint.restate(_about(corpus, policies, kept, public_url))
                # What was stored last may not have been written when a run was interrupted.
                write = read.changed > 0 or checkpoint.resumes
                if why := read.failed or self._keep(corpus, left[policy], policy, public_url, write=write):
                    failed.append(f"{policy.name} stays as it is: {why}")
                    self.policies.append(_named(policy, "failed", [why]))
                    continue
                checkpoint.add(left[policy], read)
                total = total.plus(read)
                console.print(visible(f"{policy.name}: {_counts(read)}"))
                self.policies.append(_came_of(policy, read))
        if isinstance(kept, UnprovenIndex):
            kept.prove_rest()
        checkpoint.finish()
        if len(policies) != 1:
            console.print(f"{len(policies) - len(failed)} policies read again: {_counts(total)}.")
        if total.lost:
            console.print(
                *(visible(f"{why}: {number} captures not read") for why, number in sorted(total.lost.items())), sep="\n"
            )
            self._in_part(_not_read(total))
        if total.unread:
            console.print(*map(visible, sorted(total.unread)), sep="\n")
            self._in_part(
                f"{total.unread.total()} captures could not be read again, and what an earlier version read in them"
                " stands."
            )
        if failed:
            print(*map(visible, failed), sep="\n", file=sys.stderr)
            self._in_part(
                f"{len(failed)} policies were not read again, as named above: the corpus holds something of them that"
                " Policytrail does not write. Restore it from a backup, or crawl into a new one."
            )
        if unknown:
            console.print(visible(f"Not read: {', '.join(policy.name for policy in unknown)}."))
            self._in_part(
                f"{len(unknown)} policies were not read: the corpus does not say which part of its pages each is, since"
                f" an older version made it. Give the vendors file: {program.name()} reextract -a vendors=FILE."
            )
            self.policies += [_named(policy, "unread", []) for policy in unknown]

    def _keep(self, corpus: Corpus, identifier: int, policy: Policy, public_url: str, *, write: bool) -> str | None:
        """Store the part of its pages that a policy is, and write its documents; return why that cannot be done."""
        assert self.settings is not None
        kept = Rereading(policy, identifier)
        with left_as_it_is(kept):
            with corpus.writing():
                parts.store_parts(corpus.db, identifier, policy.parts)
            if write:
                directory = Path(self.settings["DOCUMENTS_DIR"])
                write_documents(directory, policy, revisions(corpus.db, identifier), public_url)
        return kept.failed


def _about(corpus: Corpus, policies: Mapping[int, Policy], kept: CaptureIndex, public_url: str) -> dict[str, Any]:
    """Return all that what comes of a policy depends on."""
    stored = "SELECT count(*), max(id), (SELECT max(id) FROM crawls) FROM snapshots"
    return {
        "extractor": EXTRACTOR,
        "cited": public_url,
        "corpus": list(*corpus.db.execute(stored)),
        "kept": dict(Counter(str(record.file.shown) for record in kept.captures)),
        "policies": {identifier: repr(policy) for identifier, policy in policies.items()},
    }


@contextmanager
def _progress(corpus: Corpus, policies: Iterable[int], console: Console) -> Iterator[Callable[[], object]]:
    """Show how far it is, at a terminal, and how long it takes; gives what to call for each page that is read."""
    columns = (TextColumn("Reading again"), BarColumn(bar_width=20), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        counted = (
            "SELECT count(*) FROM snapshots WHERE policy = ? AND origin IS NULL AND (state = 'fetched'"
            " OR (state = 'rejected' AND detail IS NOT NULL))"
        )
        total = sum(corpus.db.execute(counted, [policy]).fetchone()[0] for policy in policies)
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


def _index(corpus: Corpus, path: Path) -> CaptureIndex:
    """Return the captures at a path.

    They are proven from the start where it is known that this will be wanted: to go on with a run that was interrupted,
    which may have been since something is damaged, or if the corpus does not know the bytes by which to know them.
    """
    read_all = partial(_kept, corpus, path)
    is_known = not Checkpoint.is_left(corpus.path) and corpus.db.execute("SELECT 1 FROM kept LIMIT 1").fetchone()
    if is_known and (listed := list_captures(path)):
        return UnprovenIndex(*listed, read_all)
    return CaptureIndex(read_all())


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


def _policies(corpus: Corpus, vendor: str | None, named: tuple[Policy, ...]) -> tuple[dict[int, Policy], list[Policy]]:
    """Return the policies of the corpus that were fetched, by their ids, and those whose part of the page neither the
    file nor the corpus says.
    """
    given = {(policy.vendor, policy.type): policy.parts for policy in named}
    found, unknown = {}, []
    for identifier, of_vendor, type_ in _fetched(corpus, vendor):
        part = given.get((of_vendor, type_), parts.stored_parts(corpus.db, identifier))
        policy = Policy(of_vendor, type_, (), part or ())
        if part is None:
            unknown.append(policy)
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


def _came_of(policy: Policy, read: Reread) -> dict[str, Any]:
    """Return what came of reading a policy again, as `ResultFile` takes it."""
    outcome = "partial" if read.missing or read.unread else "complete"
    errors = [f"{why}: {number} captures not read" for why, number in sorted((read.lost + read.unread).items())]
    figures = {"read": read.read, "changed": read.changed, "missing": read.missing, "unread": read.unread.total()}
    return _named(policy, outcome, errors) | figures


def _named(policy: Policy, outcome: str, errors: list[str]) -> dict[str, Any]:
    return {"vendor": policy.vendor, "type": policy.type, "outcome": outcome, "errors": errors}
