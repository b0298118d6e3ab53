"""``scrapy merge``: crawls of several machines, people and years as one corpus."""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler import arguments, program
from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError, CorpusError
from crawler.first_named import FirstNamed
from crawler.visible import visible
from pipelines.corpus import Corpus
from pipelines.corpus.lock import CorpusLock
from pipelines.merge import Merged, Places, merge


class Command(CorpusCommand):
    """Merges corpora into the one of ``CORPUS_DB``, with their WARC files and documents; those that are merged are only
    read.

    In whatever order, and however often they are merged, the result is the same. Exits with 2 if something was left
    out, which standard error names, with 1 if nothing could be merged.
    """

    takes = ()
    usage = "A.db B.db … [--warc DIR]"
    summary = "Unite corpora: crawls of several machines, people and years"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add where WARC files are."""
        super().add_options(parser)
        parser.add_argument(
            "--warc",
            metavar="DIR",
            action="append",
            default=[],
            help="where WARC files of the corpora are that are not in a folder warc beside them; may be given again",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Note which corpora to merge, before the one of ``CORPUS_DB`` is made."""
        super().process_options(args, opts)
        self.sources = [Path(arg) for arg in args]
        self.folders = [Path(folder) for folder in opts.warc]

    def open(self, path: Path) -> Corpus:
        """Open the corpus at a path, or make one, and lock it until the process ends."""
        if not self.sources:
            raise ArgumentError(f"Expected corpora to merge: {program.name()} merge {self.usage} -s CORPUS_DB=ALL.db")
        if wrong := next((folder for folder in self.folders if not folder.is_dir()), None):
            raise ArgumentError(f"--warc {wrong}: there is no such folder.")
        if not any(source.is_file() for source in self.sources):
            raise CorpusError(f"{', '.join(map(str, self.sources))}: there is no corpus to merge.")
        try:
            self.lock = CorpusLock(path)
        except OSError as error:
            raise CorpusError(
                f"{path}: nothing can be written there ({error}); set CORPUS_DB to another path."
            ) from error
        return Corpus.locked(path)

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Merge one corpus after the other, and print what came of each."""
        places = self._places()
        merged: dict[Path, Merged] = {}
        failed: list[str] = []
        left_out = 0
        try:
            for source in dict.fromkeys(self.sources):
                if source.exists() and source.samefile(corpus.path):
                    print(f"{source} is the corpus that the others are merged into: it stays as it is.")
                    continue
                try:
                    merged[source] = merge(source, corpus, places, self.folders)
                except CorpusError as error:
                    left_out += 1
                    failed.append(str(error))
                else:
                    failed += [f"{source}: {why}." for why in merged[source].failed]
        finally:
            if merged:
                _print(merged)
                print(_summary(corpus))
        if failed:
            named = FirstNamed()
            for why in failed:
                named.name(why)
            named.end()
            print(_not_merged(left_out, len(merged), corpus.path), file=sys.stderr)
            self.exitcode = 2 if merged else 1
        elif not merged:
            print("There is no other corpus to merge into it.", file=sys.stderr)
            self.exitcode = 1

    def _places(self) -> Places:
        assert self.settings is not None
        warc, documents = (str(self.settings[name] or "") for name in ("WARC_DIR", "DOCUMENTS_DIR"))
        return Places(
            arguments.writable_folder("WARC_DIR", Path(warc), "bytes") if warc else None,
            arguments.writable_folder("DOCUMENTS_DIR", Path(documents), "documents"),
            self.public_url,
        )


def _print(merged: dict[Path, Merged]) -> None:
    table = Table(title="What each corpus added")
    for name in ("Policies", "Snapshots", "Answers", "Texts", "Revisions", "WARC files"):
        table.add_column(name, justify="right")
    table.add_column("Corpus", overflow="fold")
    for path, one in merged.items():
        named = Text(visible(str(path)))
        counts = (one.policies, one.snapshots, one.answers, one.texts)
        table.add_row(*(f"{count:,}" for count in counts), f"{one.revisions:+,}", f"{one.files:,}", named)
    Console(highlight=False).print(table)


def _summary(corpus: Corpus) -> str:
    tables = ("policies", "snapshots", "documents", "revisions")
    policies, snapshots, texts, revisions = (
        corpus.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - ours
        for table in tables
    )
    return f"{corpus.path}: {policies:,} policies, {snapshots:,} snapshots, {texts:,} texts, {revisions:,} revisions."


def _not_merged(left_out: int, merged: int, path: Path) -> str:
    if not merged:
        return "Nothing was merged, as named above."
    were = "Some things were left out" if not left_out else f"{left_out} of {left_out + merged} corpora not merged"
    return f"{were}, as named above; all else is in {path}. Mend it and merge again: what is there already stays."
