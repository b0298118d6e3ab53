"""A git repository with a commit per revision: ``VENDOR/TYPE-WITH-DASHES.md``, each as it was at the commit's date.

Commits stand in the order in which the texts were first captured, and bear that time. The author is the vendor, who
wrote the text; the message names its source. It leaves out what a later crawl may find out about a known revision (when
it was last seen, who read it), so that commits stay the same as long as the text does.
"""

from collections.abc import Iterator
from pathlib import Path

from crawler.model import type_slug
from output.formats import git_history
from output.formats.exported_revisions import ExportedRevision, Written
from output.formats.git_history import Commit
from output.formats.names import line, safe


def write(path: Path, revisions: Iterator[ExportedRevision]) -> Written:
    """Make or continue a repository, a commit per revision. Raises `FormatError`."""
    return Written(git_history.write(path, "git", map(_commit, revisions)))


def _commit(revision: ExportedRevision) -> Commit:
    return Commit(
        path=f"{safe(revision.vendor)}/{safe(type_slug(revision.type))}.md",
        data=revision.text.encode("utf-8", "replace"),
        author=author(revision),
        when=int(revision.captured.timestamp()),
        message=_message(revision),
    )


def author(revision: ExportedRevision) -> str:
    """Return who wrote the text, without characters that git gives a meaning."""
    return line(revision.vendor).translate({ord("<"): None, ord(">"): None}) or "unknown"


def _message(revision: ExportedRevision) -> str:
    trailers = {
        "Vendor": revision.vendor,
        "Policy": revision.type,
        "Title": revision.title,
        "Url": revision.url,
        "Captured": revision.first_captured,
        "Source": revision.source,
        "Origin": revision.origin,
        "Known": revision.known,
        "Document": revision.hash,
    }
    subject = line(f"{revision.vendor} {revision.type} of {revision.first_captured[:10]}")
    lines = "".join(f"{name}: {line(value)}\n" for name, value in trailers.items() if value and line(value))
    return f"{subject}\n\n{lines}"
