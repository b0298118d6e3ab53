"""The formats of `scrapy export`: what each is called, where it goes, and who writes it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from crawler.errors import ExportError
from crawler.git import GitError
from output.formats import git, jsonl, ota, parquet, tree
from output.formats.records import Order, Record, records, unchanging


class Format(NamedTuple):
    """A format; ``suffix`` follows the name of the corpus where no other place is given."""

    suffix: str
    order: Order
    write: Callable[[Path, Iterator[Record], str], int]
    what: str


def _without_address(write: Callable[[Path, Iterator[Record]], int]) -> Callable[[Path, Iterator[Record], str], int]:
    return lambda path, found, _: write(path, found)


FORMATS = {
    "jsonl": Format(".jsonl", "policy", _without_address(jsonl.write), "revisions"),
    "parquet": Format(".parquet", "policy", _without_address(parquet.write), "revisions"),
    "tree": Format("-tree", "policy", tree.write, "documents"),
    "git": Format(".git", "time", _without_address(git.write), "commits"),
    "ota": Format("-ota.git", "time", _without_address(ota.write_versions), "versions"),
    "ota-dataset": Format("-ota.zip", "policy", _without_address(ota.write_dataset), "versions"),
}


def export(db: Database, name: str, path: Path, public_url: str, vendor: str | None = None) -> int:
    """Write the corpus, or a vendor's part, in a format; gives the number of what was written. Raises `ExportError`."""
    form = FORMATS[name]
    try:
        with unchanging(db):
            return form.write(path, records(db, public_url, vendor, form.order), public_url)
    except GitError as error:
        raise ExportError(str(error)) from error
    except OSError as error:
        raise ExportError(f"{path}: cannot be written ({error}); give another place with --output.") from error
