"""An imported text is nowhere cited as a capture: not in documents, exports, the site, feeds or messages."""

import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
import pytest
from corpus_writing import finish_crawl, finish_policy, revisions_of, start_crawl, store_answer, store_listing
from dulwich.object_store import DiskObjectStore
from dulwich.objects import Blob, Commit
from serving import serve

from crawler.archive.address import WAYBACK_MACHINE, citation
from crawler.events import Answered
from crawler.model import Document, Key, Playback, Policy, Snapshot
from output import changes
from output.changes import plain
from output.formats.table import FORMATS, export
from pipelines.corpus import Corpus
from pipelines.documents import write_documents
from pipelines.imported_text import ImportedText, moment
from pipelines.imports import store_texts

POLICIES = [Policy("shop.example", "privacy policy", ()), Policy("shop.example", "terms", ())]
URL = "https://shop.example/page?a=b"
YEARS = {2001: "", 2004: "ota", 2007: "", 2010: "tree", 2013: "archive", 2016: "my-crawler"}
"""The origins of a policy's texts; none where a crawl found it."""


def at(policy: Policy, year: int) -> str:
    """A timestamp."""
    return f"{year}0{POLICIES.index(policy) + 1}02030405"


def imported(policy: Policy, year: int, origin: str) -> ImportedText:
    body = f"In {year} we keep what {origin} says."
    return ImportedText(*(policy.vendor, policy.type, "Page", body, "x"), (moment(at(policy, year), URL, origin),))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with Corpus(tmp_path_factory.mktemp("imported") / "corpus.db") as opened:
        crawl = start_crawl(opened, {})
        for policy in POLICIES:
            for year in (year for year, origin in YEARS.items() if not origin):
                captured = datetime.strptime(at(policy, year), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
                snapshot = Snapshot(URL, at(policy, year), captured, "text/html", 200, f"D{year}", 9)
                store_listing(opened, crawl, policy, [snapshot], 1, Counter())
                document = Document("Page", f"In {year} we keep everything.", f"{policy.type} {year}")
                store_answer(opened, crawl, Answered(policy, snapshot, "fetched", document=document))
            store_texts(opened, [imported(policy, year, origin) for year, origin in YEARS.items() if origin])
            finish_policy(opened, crawl, policy, [])
        finish_crawl(opened, crawl, "complete")
        yield opened


def cited(text: str) -> set[Key]:
    """The snapshots of the corpus whose addresses in the archive are in a text, however they are quoted."""
    keys = [(URL, at(policy, year)) for policy in POLICIES for year in YEARS]
    return {key for key in keys if f"/web/{key[1]}" in text or f"/web/{key[1]}" in unquote(text)}


CAPTURED = {(URL, at(policy, year)) for policy in POLICIES for year in YEARS if YEARS[year] in {"", "archive"}}


def test_documents_cite_what_is_a_capture(corpus, tmp_path):
    for policy in POLICIES:
        write_documents(tmp_path, policy, revisions_of(corpus, policy), WAYBACK_MACHINE)
    files = list(tmp_path.rglob("*.md"))
    assert len(files) == len(POLICIES) * len(YEARS)
    assert cited("".join(file.read_text("utf-8") for file in files)) == CAPTURED


def contents(place: Path) -> str:
    """All that an export says."""
    if place.is_file():
        if not zipfile.is_zipfile(place):
            return place.read_bytes().decode("utf-8", "replace")
        with zipfile.ZipFile(place) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist())
    if (place / "objects").is_dir():
        store = DiskObjectStore(place / "objects")
        found = [store[sha] for pack in store.packs for sha in pack]
        store.close()
        return "".join(one.as_raw_string().decode() for one in found if isinstance(one, Blob | Commit))
    return "".join(file.read_text("utf-8") for file in place.rglob("*.md"))


@pytest.mark.parametrize("name", FORMATS)
def test_exports_cite_what_is_a_capture(corpus, tmp_path, name):
    if name == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (the extra parquet)")
    written = export(corpus.db, name, tmp_path / "x", WAYBACK_MACHINE)
    text = contents(tmp_path / "x") if name != "parquet" else str(parquet.read_table(tmp_path / "x").to_pylist())
    if name == "tree":  # the last text that is a capture; one is left out of each policy
        assert cited(text) == {(URL, at(policy, 2013)) for policy in POLICIES}
        assert written == (len(POLICIES), len(POLICIES))
    else:
        assert cited(text) == (set() if name == "ota-dataset" else CAPTURED)  # a dataset cites nothing
        pages = len(list((tmp_path / "x").rglob("index.html"))) if name == "site" else 0
        assert written == (pages or len(POLICIES) * len(YEARS), 0)


def test_changes_and_messages_cite_what_is_a_capture(corpus):
    found = list(changes.between(corpus.db, "1990", None, WAYBACK_MACHINE))
    later = {key for key in CAPTURED if not key[1].startswith("2001")}
    assert cited("".join(json.dumps(asdict(change)) for change in found)) == later
    assert cited("".join(plain(change) for change in found)) == later


async def test_pages_feeds_and_tables_cite_what_is_a_capture(corpus):
    datasette = serve(corpus.path)
    waiting, seen, found = ["/", "/search?q=keep", "/corpus/snapshots.json?_shape=array"], set(), []
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        response = await datasette.client.get(path)
        found.append(response.text)
        if response.status_code != 200 or "html" not in response.headers["content-type"]:
            continue
        for link in lxml.html.document_fromstring(response.content).xpath("//a/@href | //link/@href"):
            target = urlsplit(urljoin(f"http://site{path}", link))
            inside = target.netloc == "site" and not target.path.startswith(("/corpus", "/static", "/-"))
            waiting += [f"{target.path}?{target.query}".rstrip("?")] if inside else []
    revisions = [path for path in seen if path.endswith(".md")]
    assert len(revisions) == len(POLICIES) * len(YEARS)
    assert any(path.endswith("changes.atom") for path in seen)
    assert cited("".join(found)) == CAPTURED
    page = (await datasette.client.get(f"/policies/shop.example/terms/{at(POLICIES[1], 2004)}")).text
    assert "As recorded by Open Terms Archive" in page
    assert "this capture" not in page


def test_an_address_in_the_archive_is_recognised():
    (key, *_) = CAPTURED
    assert cited(citation(WAYBACK_MACHINE, Playback(key[1], key[0]))) == {key}
