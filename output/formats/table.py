"""The formats of `scrapy export` and `scrapy import`: what each is called, and who writes and reads it."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from sqlite_utils import Database

from crawler.errors import FormatError
from crawler.regular_files import open_regular
from output.formats import jsonl, parquet, tree
from output.formats.exported_revisions import ExportedRevision, Order, Written, exported_revisions, unchanging
from pipelines.corpus.bad_rows import BadRows
from pipelines.imported_text import ImportedText, Refused


class Format(NamedTuple):
    """A format; ``suffix`` follows the name of the corpus if no other place is given, ``what`` is what is counted,
    ``stream`` writes to an open file. ``write`` takes the revisions, `CorpusWriter` the corpus.
    """

    suffix: str
    order: Order
    what: str
    write: "Callable[[Path, Iterator[ExportedRevision]], Written] | CorpusWriter"
    read: Callable[[Path, dict[str, str]], Iterator[ImportedText | Refused]] | None = None
    stream: Callable[[IO[bytes], Iterator[ExportedRevision]], Written] | None = None


class CorpusWriter(NamedTuple):
    """What writes more than the revisions of a corpus: it is given the corpus itself, at one state."""

    write: Callable[[Path, Database, str, str | None, BadRows | None], Written]


def _site(path: Path, db: Database, public_url: str, vendor: str | None, bad: BadRows | None) -> Written:
    from output.site.as_files.pages import write  # noqa: PLC0415 - no other format needs what the pages need

    return write(path, db, public_url, vendor, bad)


# Those that write or read git repositories import dulwich, which takes as long as all the rest that a table of formats
# needs (2026-11).
def _git(path: Path, revisions: Iterator[ExportedRevision]) -> Written:
    from output.formats import git  # noqa: PLC0415

    return git.write(path, revisions)


def _ota(path: Path, revisions: Iterator[ExportedRevision]) -> Written:
    from output.formats import ota  # noqa: PLC0415

    return ota.write_versions(path, revisions)


def _ota_dataset(path: Path, revisions: Iterator[ExportedRevision]) -> Written:
    from output.formats import ota  # noqa: PLC0415

    return ota.write_dataset(path, revisions)


def _read_ota(path: Path, domains: dict[str, str]) -> Iterator[ImportedText | Refused]:
    from output.formats import ota  # noqa: PLC0415

    return ota.read(path, domains)


FORMATS = {
    "jsonl": Format(".jsonl", "policy", "revisions", jsonl.write, jsonl.read, jsonl.stream),
    "parquet": Format(".parquet", "policy", "revisions", parquet.write),
    "tree": Format("-tree", "policy", "documents", tree.write, tree.read),
    "git": Format(".git", "time", "commits", _git),
    "ota": Format("-ota.git", "time", "versions", _ota, _read_ota),
    "ota-dataset": Format("-ota.zip", "policy", "versions", _ota_dataset),
    "site": Format("-site", "policy", "pages", CorpusWriter(_site)),
}
READABLE = {name: form.read for name, form in FORMATS.items() if form.read}


def export(
    db: Database,
    name: str,
    place: Path | IO[bytes],
    public_url: str,
    vendor: str | None = None,
    *,
    bad: BadRows | None = None,
) -> Written:
    """Write the corpus, or a vendor's part, in a format, to a path or (where it has a ``stream``) to an open file.

    Rows that cannot be read go to ``bad``; without it, they raise `CorpusRowError` and the like.

    Raises `FormatError`, and `BrokenPipeError` where the reader of the open file has seen enough.
    """
    form = FORMATS[name]
    try:
        with unchanging(db):
            if isinstance(form.write, CorpusWriter):
                assert isinstance(place, Path)
                return form.write.write(place, db, public_url, vendor, bad)
            revisions = exported_revisions(db, public_url, vendor, form.order, bad)
            if isinstance(place, Path):
                return form.write(place, revisions)
            assert form.stream is not None
            return form.stream(place, revisions)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = place if isinstance(place, Path) else "standard output"
        raise FormatError(f"{where}: cannot be written ({error}); choose another place with --output.") from error


def read(name: str, path: Path, services: Path | None) -> Iterator[ImportedText | Refused]:
    """Yield the texts of a file, folder or repository in a format. Raises `FormatError`.

    ``services`` is a TOML file that maps the names of vendors in it to domains.
    """
    return READABLE[name](path, {} if services is None else domains(services))


def domains(path: Path) -> dict[str, str]:
    """Return the domains of vendors by their names elsewhere, from a services file. Raises `FormatError`."""
    try:
        with open_regular(path) as file:
            domains = tomllib.load(file)
    except (OSError, ValueError) as error:
        raise FormatError(f"{path}: cannot be read as a services file ({error}).") from error
    if wrong := next((name for name, domain in domains.items() if not isinstance(domain, str)), None):
        raise FormatError(f'{path}: "{wrong}" has no domain; expected lines like "Some Shop" = "shop.example".')
    return domains
