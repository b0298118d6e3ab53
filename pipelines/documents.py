"""The item pipeline that writes one Markdown file per revision, in the format of the published corpus.

    DOCUMENTS_DIR/VENDOR/TYPE-WITH-DASHES/TIMESTAMP.md

The files of a policy follow from the corpus. They are brought into line with it when the policy is finished, so the
next run restores a file that was lost, or that a killed run left behind. Files with other names are left alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

from scrapy.crawler import Crawler

from crawler import arguments
from crawler.errors import FOREIGN, CorpusError
from crawler.events import Event, Finished
from crawler.model import Policy, type_slug
from crawler.run import run_of
from crawler.whole_files import whole_file
from pipelines.corpus import Corpus, citation
from pipelines.corpus.revisions import Revision, revisions
from pipelines.document_format import document_of
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
            found = _stored(store.corpus, item.policy)
            write_documents(self.run.documents, item.policy, found, self.run.public_url)
        except (OSError, CorpusError, *FOREIGN) as error:
            failed = f"documents not written to {self.run.documents} ({error}); the next crawl writes them"
            self.run.note_error(item.policy, failed)
            return replace(item, errors=(*item.errors, failed))
        return item


def _stored(corpus: Corpus, policy: Policy) -> Iterator[Revision]:
    with corpus.being("read"):
        yield from revisions(corpus.db, corpus.policy_id(policy))


def folder(directory: Path, policy: Policy) -> Path:
    """Return the folder of a policy's documents. Raises `ValueError` where it would not lie in ``directory``."""
    place = directory / policy.vendor / type_slug(policy.type)
    base = directory.resolve()
    if place.resolve().parent.parent != base:
        raise ValueError(f"the documents of {policy.vendor} {policy.type} would not lie in {directory}")
    return place


def write_documents(directory: Path, policy: Policy, found: Iterable[Revision], public_url: str) -> None:
    """Write the documents of a policy that are missing or differ, and remove those of no revision.

    Raises `ValueError` where they, or some of them, would not lie in ``directory``, and `OSError`.
    """
    place = folder(directory, policy)
    wanted, strange = set(), None
    for revision in found:
        name = f"{revision.name}.md"
        if not _OURS.fullmatch(name):
            strange = strange or name
            continue  # it may lead out of the folder
        wanted.add(name)
        path, data = place / name, _document(policy, revision, public_url)
        if not path.is_file() or path.read_bytes() != data:
            with whole_file(path) as file:
                file.write(data)
    if place.is_dir():
        for path in place.glob("*.md"):
            if path.name not in wanted and _OURS.fullmatch(path.name):
                path.unlink()
    if strange is not None:
        raise ValueError(f"{strange[:100]!r} of {policy.vendor} {policy.type} is no name that a capture's time gives")


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
