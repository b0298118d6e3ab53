"""Corpora to merge, made by crawls of a generated archive without extraction, and what a merged corpus shows."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from policy_crawls import NOW, FakeArchive

from crawler.extraction.extract import READING
from crawler.extraction.said import Account, Text
from crawler.model import Period, Policy, Rejection, Scope
from crawler.policy_crawl import PolicyCrawl
from crawler.reading import Page, Reading
from output.formats.table import export
from pipelines.corpus import Corpus, crawls, policy_crawls
from pipelines.corpus.policy_crawls import CorpusMemory
from pipelines.merge import Merged, Places, merge

URL = "https://shop.example/privacy"
POLICY = Policy("shop.example", "privacy policy", (URL,))
FIRST = datetime(2012, 1, 1, tzinfo=UTC)
PUBLIC = "https://web.archive.org"
TEXT = "We keep your order for {} days, as the law asks of every shop that sells to consumers."
SENTENCES = "\n\n".join(f"{at}. {TEXT}" for at in range(6))


@dataclass(frozen=True)
class Part:
    """A crawl of some of an archive: of a period, in a mode, killed after ``most`` questions, by an extractor whose
    reading has a number, while some captures (by their place) could not be fetched.
    """

    since: str | None = None
    until: str | None = None
    mode: str = "changes"
    thoroughness: str = "careful"
    most: int = 10**9
    reading: int = READING
    lost: frozenset[int] = field(default_factory=frozenset)


def timestamp(at: int, gap: int = 7) -> str:
    return f"{FIRST + timedelta(days=gap * at):%Y%m%d%H%M%S}"


def archive(texts: Sequence[str], gap: int = 7, url: str = URL) -> FakeArchive:
    """An archive with a capture each ``gap`` days, of these texts; an empty one is a page without a policy."""
    made = FakeArchive()
    for at, text in enumerate(texts):
        made.add(url, timestamp(at, gap), text.encode())
    return made


@lru_cache(maxsize=1)
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "corpus.db")
        Corpus(path).close()
        return path.read_bytes()


def new(path: Path) -> Path:
    """An empty corpus at a path: to make its tables takes longer than a merge."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(_empty())
    return path


@contextmanager
def plain_reading(reading: int) -> Iterator[None]:
    """Let crawls take the body of a capture for its text; older extractors read it otherwise."""

    def read(page: Page) -> Reading:
        body = page.response.body
        if not body.strip() or page.response.status != 200:
            return Reading(None, Rejection("no policy", "The page is empty."))
        text = body.decode() + "\n\nSkip to content" * max(READING - reading, 0)
        account = Account("main content", 1.0, len(text.split()), ())
        extractor = f"policytrail/{reading}"
        return Reading(None, Text(f"Privacy at {page.timestamp}", text, None, account, "en", (), extractor))

    with patch("policy_crawls.read", read):
        yield


def crawl(path: Path, archived: FakeArchive, part: Part, policy: Policy = POLICY) -> Path:
    """Crawl into the corpus at a path."""
    gone = {key for at, key in enumerate(sorted(archived.captures)) if at in part.lost}
    held = FakeArchive({key: one for key, one in archived.captures.items() if key not in gone})
    listing = archived._listing
    with Corpus(new(path)) as corpus, plain_reading(part.reading):
        held._listing = listing  # type: ignore[method-assign]  # also of what it cannot give
        arguments = {"snapshots": part.mode, "thoroughness": part.thoroughness, "path": path.name}
        run = crawls.start(corpus.db, arguments)
        scope = Scope(Period(part.since, part.until), part.mode, part.thoroughness)  # type: ignore[arg-type]
        memory = CorpusMemory(corpus)
        one = PolicyCrawl(policy, scope, memory, archive_url=PUBLIC, public_url=PUBLIC, now=NOW)
        waiting, most = one.questions(), part.most
        while waiting and most > 0:
            most -= 1
            for event in held.answer(one, waiting.pop(0)):
                if type(event).__name__ not in {"ListingFailed", "NothingArchived", "Planned", "Received"}:
                    policy_crawls.store(corpus, run, event, 0)
            waiting += one.questions()
        crawls.finish(corpus.db, run, "complete" if one.finished else "interrupted")
    return path


def merged(folder: Path, sources: Sequence[Path], *, anew: bool = True) -> Path:
    """Merge corpora into one in a folder, with its documents; return its path."""
    if anew:
        shutil.rmtree(folder, ignore_errors=True)
    path = new(folder / "ALL.db")
    for source in sources:
        into(path, source)
    return path


def into(path: Path, source: Path, warc: Sequence[Path] = ()) -> Merged:
    with Corpus(path) as corpus:
        return merge(source, corpus, Places(path.parent / "warc", path.parent / "documents", PUBLIC), warc)


_SHOWN = {
    "snapshots": "SELECT p.vendor, p.type, s.url, s.timestamp, s.state, s.reason, s.detail, s.document, s.read_at,"
    " s.origin, s.mimetype, s.status, s.digest, s.length FROM snapshots s JOIN policies p ON p.id = s.policy",
    "documents": "SELECT hash FROM documents",
    "doubts": "SELECT s.url, s.timestamp, d.reason, d.detail FROM doubts d JOIN snapshots s ON s.id = d.snapshot",
    "crawls": "SELECT started, finished, status, arguments FROM crawls",
    "fared": "SELECT c.started, p.vendor, p.type, o.status FROM crawl_policies o JOIN crawls c ON c.id = o.crawl"
    " JOIN policies p ON p.id = o.policy",
    "noise": "SELECT p.vendor, n.rank, n.before, n.after, n.known FROM (SELECT *, row_number() OVER"
    " (PARTITION BY policy ORDER BY rowid) AS rank FROM noise) n JOIN policies p ON p.id = n.policy",
    "listings": "SELECT p.vendor, p.type, l.url, l.newest, l.listed, l.listed_whole, l.excluded FROM listings l"
    " JOIN policies p ON p.id = l.policy",
    "variants": "SELECT v.first_captured, v.last_captured, t.document, t.seen FROM variants v JOIN variant_texts t"
    " ON t.variant = v.id",
    "kept": "SELECT p.vendor, p.type, k.url, k.timestamp, k.digest FROM kept k JOIN policies p ON p.id = k.policy",
}


_WORDING = {"title", "body", "extractor"}


def exported(path: Path) -> bytes:
    """The corpus as JSON lines."""
    place = path.with_suffix(".jsonl")
    with Corpus(path) as corpus:
        export(corpus.db, "jsonl", place, PUBLIC)
    return place.read_bytes()


def documents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.md")}


def shown(path: Path) -> dict[str, Any]:
    """All that a corpus shows, without its own ids: its export, documents and tables."""
    return facts(path) | {"export": exported(path), "files": documents(path.parent / "documents")}


def facts(path: Path) -> dict[str, Any]:
    """The same without the wording of its texts."""
    with Corpus(path) as corpus:
        tables = {name: sorted(corpus.db.execute(sql).fetchall(), key=str) for name, sql in _SHOWN.items()}
    rows = [json.loads(line) for line in exported(path).splitlines()]
    return tables | {"revisions": [{name: row[name] for name in row if name not in _WORDING} for row in rows]}
