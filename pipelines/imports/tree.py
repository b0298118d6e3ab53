"""Reads documents in the published format, of Princeton-Leuven's tree (``x/x-/x-c/x-cart.com.md``) or any other folder.

What a document is of, its header says; where it stands does not matter. Their snapshots are the archive's captures; the
text is another's reading of them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from crawler.errors import ImportProblem
from pipelines.document_format import parse_document
from pipelines.imports import text
from pipelines.imports.text import MAX_BODY, Refused, Text

ORIGIN = "tree"
_EXTRACTOR = "a published document"


def read(path: Path, services: dict[str, str]) -> Iterator[Text | Refused]:
    """The texts of a folder, in the order of their paths, or why a file holds none. Raises `ImportProblem`."""
    if not path.is_dir():
        raise ImportProblem(f"{path}: expected a folder with documents in the published format.")
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if name.endswith(".md") and file.is_file() and not file.is_symlink():
                yield _read(file, services)


def _read(file: Path, services: dict[str, str]) -> Text | Refused:
    try:
        if file.stat().st_size > MAX_BODY:
            return Refused("file too long")
        found = parse_document(file.read_bytes().decode())
    except (OSError, ValueError):
        return Refused("not a document in the published format")
    try:
        return Text(
            vendor=text.vendor(found.vendor, services),
            type=text.policy_type(found.type),
            title=found.title,
            body=found.body,
            extractor=_EXTRACTOR,
            moments=(text.moment(found.timestamp, found.url, ORIGIN),),
        )
    except Refused as refused:
        return refused
