"""The published corpus's tree: the text that a policy had last, at ``x/x-/x-c/x-cart.com.md``.

Princeton-Leuven publish one kind of document, privacy policies; these stand at the root, so that whatever reads the
published tree reads ours. Every other kind has a tree of the same layout of its own: ``terms-of-service/x/x-/x-c/…``.
The documents are in the published format, each citing the first snapshot that shows its text.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path, PurePosixPath

from crawler.errors import ExportError
from crawler.model import DEFAULT_TYPE, type_slug
from output.formats.files import whole_folder
from output.formats.names import line, safe
from output.formats.records import Record
from pipelines.document_format import PublishedDocument, format_document

_OURS = re.compile(r"(?:[^/]+/)?(?P<a>[^/])/(?P<b>[^/]{1,2})/(?P<c>[^/]{1,3})/(?=(?P=c))(?=(?P=b))(?P=a)[^/]*\.md")


def write(path: Path, records: Iterator[Record], public_url: str) -> int:
    """Write a tree in place of an older one; gives the number of its documents. Raises `ExportError`."""
    _check_is_tree(path)
    count = 0
    with whole_folder(path) as folder:
        for _, of_policy in groupby(records, key=lambda record: (record.vendor, record.type)):
            for last in of_policy:  # noqa: B007 - the last one stays
                pass
            target = folder / place(last.vendor, last.type)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(document(last, public_url).encode("utf-8", "replace"))
            count += 1
    return count


def place(vendor: str, type_: str) -> PurePosixPath:
    """Where in a tree the document of a policy stands."""
    name = safe(vendor)
    within = PurePosixPath(name[:1], name[:2], name[:3], f"{name}.md")
    return within if type_ == DEFAULT_TYPE else PurePosixPath(safe(type_slug(type_)), within)


def document(record: Record, public_url: str) -> str:
    """A revision in the published format."""
    return format_document(
        PublishedDocument(
            vendor=line(record.vendor),
            type=line(record.type),
            archived_on=record.first_captured[:10],
            timestamp=record.timestamp,
            url=record.url,
            title=line(record.title),
            body=record.body,
            public_url=public_url,
        )
    )


def _check_is_tree(path: Path) -> None:
    """What is no tree is somebody's, and not to be replaced."""
    if not path.exists():
        return
    found: Iterator[Path] = path.rglob("*") if path.is_dir() else iter([path])
    for file in found:
        if (file.is_symlink() or not file.is_dir()) and not _OURS.fullmatch(file.relative_to(path).as_posix()):
            raise ExportError(
                f"{path}: there is something else than a tree of documents in it ({file}), which would be lost;"
                " give another folder with --output."
            )
