"""The item pipeline that writes one Markdown file per revision, in the format of the published corpus.

    DOCUMENTS_DIR/VENDOR/TYPE-WITH-DASHES/TIMESTAMP.md

The files of a policy follow from the corpus. They are brought into line with it when the policy is finished, so the
next run restores a file that was lost, or that a killed run left behind. Files with other names are left alone.
"""

import re
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Self

from scrapy.crawler import Crawler

from crawler import arguments
from crawler.errors import CorpusError
from crawler.items import Finished, Item
from crawler.model import Policy, type_slug
from crawler.run import run_of
from crawler.whole_files import whole_file
from pipelines.corpus import Corpus, citation
from pipelines.corpus.database import Revision
from pipelines.document_format import document_of

_OURS = re.compile(r"[0-9]{14}(-[0-9]+)?\.md")


class DocumentsPipeline:
    """Keeps ``DOCUMENTS_DIR`` in line with the corpus."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make sure that documents can be written, before anything is asked for. Raises `ArgumentError`."""
        arguments.folder("DOCUMENTS_DIR", run_of(crawler).documents, "documents")
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        """Write the documents of a finished policy."""
        if isinstance(item, Finished):
            run = run_of(self.crawler)
            try:
                with Corpus(run.corpus) as corpus:
                    revisions = corpus.revisions(item.policy)
                write_documents(run.documents, item.policy, revisions, run.public_url)
            except (OSError, ValueError, CorpusError, sqlite3.Error) as error:
                failed = f"its documents could not be written to {run.documents} ({error}); the next crawl writes them"
                run.note(item.policy, failed)
                return replace(item, errors=(*item.errors, failed))
        return item


def folder(directory: Path, policy: Policy) -> Path:
    """Return the folder of a policy's documents. Raises `ValueError` where it would not lie in ``directory``."""
    place = directory / policy.vendor / type_slug(policy.type)
    base = directory.resolve()
    if place.resolve().parent.parent != base:
        raise ValueError(f"the documents of {policy.vendor} {policy.type} would not lie in {directory}")
    return place


def write_documents(directory: Path, policy: Policy, revisions: list[Revision], public_url: str) -> None:
    """Write the documents of a policy that are missing or differ, and remove those of no revision.

    Raises `ValueError` where they would not lie in ``directory``, and `OSError`.
    """
    place = folder(directory, policy)
    wanted = {f"{revision.name}.md": _document(policy, revision, public_url) for revision in revisions}
    for name, data in wanted.items():
        path = place / name
        if not path.is_file() or path.read_bytes() != data:
            with whole_file(path) as file:
                file.write(data)
    if place.is_dir():
        for path in place.glob("*.md"):
            if path.name not in wanted and _OURS.fullmatch(path.name):
                path.unlink()


def _document(policy: Policy, revision: Revision, public_url: str) -> bytes:
    text = document_of(
        vendor=policy.vendor,
        type=policy.type,
        day=revision.captured[:10],
        title=revision.title,
        body=revision.body,
        source=citation.source(public_url, revision.url, revision.timestamp, revision.origin),
        origin=revision.origin,
    )
    return text.encode("utf-8", "replace")
