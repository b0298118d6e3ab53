"""The item pipeline that writes one Markdown file a revision, in the format of the published corpus.

    DOCUMENTS_DIR/VENDOR/TYPE-WITH-DASHES/TIMESTAMP.md

The files of a policy follow from the corpus: they are brought into line with it when the policy is finished, so
that a file that was lost, or left by a run that was killed, is mended by the next one. Files with other names than
these are somebody else's, and left alone.
"""

import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Self

from scrapy.crawler import Crawler

from crawler import arguments
from crawler.errors import CorpusError
from crawler.events import Event, Finished
from crawler.model import Policy, type_slug
from crawler.run import run_of
from pipelines.corpus.revisions import Revision, revisions
from pipelines.document_format import PublishedDocument, format_document
from pipelines.store import StorePipeline

_OURS = re.compile(r"[0-9]{14}(-[0-9]+)?\.md")


class DocumentsPipeline:
    """Keeps ``DOCUMENTS_DIR`` in line with the corpus."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run = run_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make sure that documents can be written, before anything is asked for. Raises `ArgumentError`."""
        arguments.writable_folder("DOCUMENTS_DIR", run_of(crawler).documents, "documents")
        return cls(crawler)

    def process_item(self, item: Event) -> Event:
        """Write the documents of a finished policy."""
        if not isinstance(item, Finished):
            return item
        store = self.crawler.get_item_pipeline(StorePipeline)
        assert store is not None
        assert store.corpus is not None
        try:
            with store.corpus.being("read"):
                found = revisions(store.corpus.db, store.corpus.policy_id(item.policy))
            write_documents(self.run.documents, item.policy, found, self.run.public_url)
        except (OSError, ValueError, CorpusError) as error:
            failed = f"documents not written to {self.run.documents} ({error}); the next crawl writes them"
            self.run.note_error(item.policy, failed)
            return replace(item, errors=(*item.errors, failed))
        return item


def folder(directory: Path, policy: Policy) -> Path:
    """The folder of a policy's documents. Raises `ValueError` where it would not lie in ``directory``."""
    place = directory / policy.vendor / type_slug(policy.type)
    base = directory.resolve()
    if place.resolve().parent.parent != base:
        raise ValueError(f"the documents of {policy.vendor} {policy.type} would not lie in {directory}")
    return place


def write_documents(directory: Path, policy: Policy, found: list[Revision], public_url: str) -> None:
    """Make the files of a policy those of its revisions: missing and differing ones are written, others removed."""
    place = folder(directory, policy)
    wanted: dict[str, bytes] = {}
    for revision in found:
        text = format_document(
            PublishedDocument(
                vendor=policy.vendor,
                type=policy.type,
                archived_on=revision.captured[:10],
                timestamp=revision.timestamp,
                url=revision.url,
                title=revision.title,
                body=revision.body,
                public_url=public_url,
            )
        )
        wanted[_free_name(revision.timestamp, wanted)] = text.encode("utf-8", "replace")
    if wanted:
        place.mkdir(parents=True, exist_ok=True)
    for name, data in wanted.items():
        path = place / name
        if not path.is_file() or path.read_bytes() != data:
            _write(path, data)
    if place.is_dir():
        for path in place.glob("*.md"):
            if path.name not in wanted and _OURS.fullmatch(path.name):
                path.unlink()


def _free_name(timestamp: str, taken: dict[str, bytes]) -> str:
    """``TIMESTAMP.md``, with a number where two URLs of a policy changed in the same second."""
    name, number = f"{timestamp}.md", 1
    while name in taken:
        number += 1
        name = f"{timestamp}-{number}.md"
    return name


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
