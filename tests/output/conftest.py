"""Corpora to show: one crawled from the sample archive, and one whose every text is an attack."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from serving import HOSTILE, PROJECT, serve

from crawler.archive.cdx import Snapshot
from crawler.extraction.reading import Document
from crawler.items import Answered
from crawler.vendors import Policy
from pipelines.corpus import Corpus

SAMPLE = PROJECT / "tests" / "sample"
HOSTILE_BODY = f"""# {HOSTILE}

[click](javascript:attack()) [data](data:text/html,<script>attack()</script>) ![pixel](https://tracker.example/p.gif)
<javascript:attack()> [ref]: javascript:attack() "x"

<script>attack()</script> <svg onload=attack()> <a href="  java&#115;cript:attack()">x</a> <style>*{{}}</style>

| <iframe src="javascript:attack()"></iframe> | `<script>attack()</script>` |
| --- | --- |
| secret phrase | </td></tr></table></body><script>attack()</script> |
"""


@pytest.fixture(scope="session")
def sample_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus that a crawl of the sample archive makes."""
    folder = tmp_path_factory.mktemp("sample")
    command = [sys.executable, "-m", "scrapy", "crawl", "policies", "-a", f"vendors={SAMPLE / 'vendors.toml'}"]
    for setting in (
        f"ARCHIVE_URL={SAMPLE / 'sample.warc.gz'}",
        f"CORPUS_DB={folder / 'corpus.db'}",
        f"DOCUMENTS_DIR={folder / 'documents'}",
        "LOG_LEVEL=WARNING",
    ):
        command += ["-s", setting]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, timeout=120)
    return folder / "corpus.db"


@pytest.fixture(scope="session")
def hostile_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus whose vendor, type, URLs, titles, bodies and reasons are all written by an attacker."""
    path = tmp_path_factory.mktemp("hostile") / "corpus.db"
    policy = Policy(vendor=f"evil{HOSTILE}.example", type=f"policy {HOSTILE}", urls=())
    with Corpus(path) as corpus:
        crawl = corpus.start_crawl({"vendors": HOSTILE})
        for i, url in enumerate((f"http://evil.example/{HOSTILE}", "javascript:attack()", "http://evil.example/")):
            snapshot = snapshot_at(url, f"201{i}0203040506")
            corpus.store_listing(crawl, policy, [snapshot], 1, Counter([HOSTILE]))
            document = Document(f"{i} {HOSTILE}", f"{HOSTILE_BODY}\n\nversion {i}", f"{i}{HOSTILE}")
            corpus.store_answer(crawl, Answered(policy, snapshot, "fetched", document=document))
        wrong = snapshot_at("http://evil.example/wrong", "20150203040506")
        corpus.store_listing(crawl, policy, [wrong], 1, Counter())
        corpus.store_answer(crawl, Answered(policy, wrong, "rejected", HOSTILE, HOSTILE, read_at=HOSTILE))
        corpus.finish_policy(crawl, policy, [HOSTILE])
        corpus.finish_crawl(crawl, "partial")
    return path


def snapshot_at(url: str, timestamp: str) -> Snapshot:
    """A snapshot as a listing gives it."""
    captured = datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    fields: dict[str, Any] = dict.fromkeys(Snapshot._fields)
    fields |= {"url": url, "timestamp": timestamp, "captured": captured, "digest": timestamp, "mimetype": "text/html"}
    return Snapshot(**fields)


@pytest.fixture(scope="session")
def sample(sample_corpus: Path) -> Datasette:
    """The sample's corpus, served."""
    return serve(sample_corpus)


@pytest.fixture(scope="session")
def hostile(hostile_corpus: Path) -> Datasette:
    """The hostile corpus, served."""
    return serve(hostile_corpus)
