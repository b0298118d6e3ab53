"""A git repository with one commit a revision: ``VENDOR/TYPE-WITH-DASHES.md``, each as it was at the commit's date.

Commits stand in the order in which the texts were first captured, and bear that time. The author is the vendor, who
wrote the text; the message says where it is from. It says nothing that a later crawl finds out about a known revision
(when it was seen last, whose reading it is), so that commits stay what they are as long as the text does.
"""

from collections.abc import Iterator
from pathlib import Path

from crawler.model import type_slug
from output.formats import git_repository
from output.formats.git_repository import Commit
from output.formats.names import line, safe
from output.formats.records import Record


def write(path: Path, records: Iterator[Record]) -> int:
    """Make or continue a repository; gives the number of its commits. Raises `ExportError`."""
    return git_repository.write(path, "git", map(_commit, records))


def _commit(record: Record) -> Commit:
    return Commit(
        path=f"{safe(record.vendor)}/{safe(type_slug(record.type))}.md",
        data=record.text.encode("utf-8", "replace"),
        author=author(record),
        when=int(record.captured.timestamp()),
        message=_message(record),
    )


def author(record: Record) -> str:
    """Who wrote the text, as git can bear it."""
    return line(record.vendor).translate({ord("<"): None, ord(">"): None}) or "unknown"


def _message(record: Record) -> str:
    trailers = {
        "Vendor": record.vendor,
        "Policy": record.type,
        "Title": record.title,
        "Url": record.url,
        "Captured": record.first_captured,
        "Source": record.source,
        "Origin": record.origin,
        "Known": record.known,
        "Document": record.hash,
    }
    subject = line(f"{record.vendor} {record.type} of {record.first_captured[:10]}")
    told = "".join(f"{name}: {line(value)}\n" for name, value in trailers.items() if value and line(value))
    return f"{subject}\n\n{told}"
