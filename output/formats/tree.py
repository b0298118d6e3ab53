"""The published corpus's tree, written and read: documents in the published format, at ``x/x-/x-c/x-cart.com.md``.

    x/x-/x-c/x-cart.com.md                     a privacy policy: at the root, as Princeton-Leuven publish them
    terms-of-service/x/x-/x-c/x-cart.com.md    any other type: in a tree of its own

A tree has one document per policy: the last of its texts that a capture proves, since the format cites one. Imported
texts have none and are left out.

A reader takes documents in the published format from any folder: their headers say what they are of. The texts are
other people's readings of captures that this corpus has not seen.
"""

import os
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path, PurePosixPath

from crawler.errors import FormatError
from crawler.model import DEFAULT_TYPE, type_slug
from crawler.whole_files import whole_folder
from output.formats import replaced_folder
from output.formats.exported_revisions import ExportedRevision, Written
from output.formats.names import line, safe
from pipelines import imported_text
from pipelines.document_format import document_of, parse_document
from pipelines.imported_text import MAX_BODY, ImportedText, Refused

ORIGIN = "tree"
_EXTRACTOR = "a published document"
_NO_DOCUMENTS = {"readme.md", "licence.md", "license.md"}
"""Names of files that stand beside documents, in the published corpus too."""
_OURS = re.compile(r"(?:[^/]+/)?(?P<a>[^/])/(?P<b>[^/]{1,2})/(?P<c>[^/]{1,3})/(?=(?P=c))(?=(?P=b))(?P=a)[^/]*\.md")


# -- writing ----------------------------------------------------------------------------------------------------------
def write(path: Path, revisions: Iterator[ExportedRevision]) -> Written:
    """Write a tree in place of an older one, a document per policy. Raises `FormatError`.

    Left out are the last texts of policies that no capture proves.
    """
    replaced_folder.check(path, _OURS, "a tree of documents")
    count = left_out = 0
    with whole_folder(path) as folder:
        for _, of_policy in groupby(revisions, key=lambda revision: (revision.vendor, revision.type)):
            last = None
            imported = False
            for revision in of_policy:
                imported = revision.source is None
                last = last if imported else revision
            left_out += imported
            if last is not None:
                target = folder / _place(last.vendor, last.type)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(_document(last).encode("utf-8", "replace"))
                count += 1
    return Written(count, left_out)


def _place(vendor: str, type_: str) -> PurePosixPath:
    name = safe(vendor)
    within = PurePosixPath(name[:1], name[:2], name[:3], f"{name}.md")
    return within if type_ == DEFAULT_TYPE else PurePosixPath(safe(type_slug(type_)), within)


def _document(revision: ExportedRevision) -> str:
    return document_of(
        vendor=line(revision.vendor),
        type=line(revision.type),
        day=revision.first_captured[:10],
        title=line(revision.title),
        body=revision.body,
        source=revision.source,
        origin=revision.origin,
    )


# -- reading ----------------------------------------------------------------------------------------------------------
def read(path: Path, services: dict[str, str]) -> Iterator[ImportedText | Refused]:
    """Yield the text of each document in a folder, by path, or why a file holds none. Raises `FormatError`."""
    if not path.is_dir():
        raise FormatError(f"{path}: expected a folder with documents in the published format.")
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if name.lower() in _NO_DOCUMENTS or not name.lower().endswith(".md"):
                continue
            if file.is_file() and not file.is_symlink():
                text = _text(file, services)
                yield text.at(str(file)) if isinstance(text, Refused) else text


def _text(file: Path, services: dict[str, str]) -> ImportedText | Refused:
    try:
        if file.stat().st_size > MAX_BODY:
            return Refused("file too long")
        text = file.read_bytes().decode("utf-8-sig")
    except OSError:
        return Refused("a file that cannot be read")
    except UnicodeError:
        return Refused("not UTF-8 text")
    # What editors, and checkouts on Windows, make of a document: a mark at its start, CRLF, no newline at its end, no
    # space after the # of an empty title.
    text = text.replace("\r\n", "\n").removesuffix("\n") + "\n"
    try:
        found = parse_document(text.replace("\n#\n", "\n# \n", 1))
    except ValueError:
        return Refused("not a document in the published format")
    try:
        return ImportedText(
            vendor=imported_text.vendor(found.vendor, services),
            type=imported_text.policy_type(found.type),
            title=found.title,
            body=found.body,
            extractor=_EXTRACTOR,
            moments=(imported_text.moment(found.timestamp, found.url, ORIGIN),),
        )
    except Refused as refused:
        return refused
