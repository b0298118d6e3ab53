"""Corpora to show: one crawled from the sample archive, and one whose every text is an attack."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from serving import HOSTILE, PROJECT, serve

from crawler.items import Answered, Learned, Renamed
from crawler.model import Disregarded, Document, Policy, Snapshot
from crawler.text.identity.learning import Shown
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.identity.volatile_spots import LearnedFrom, VolatileSpot
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
            said = (Disregarded(HOSTILE, HOSTILE), Disregarded("takes turns", f"javascript:attack() {HOSTILE}"))
            document = Document(f"{i} {HOSTILE}", f"{HOSTILE_BODY}\n\nversion {i}", f"{i}{HOSTILE}", disregarded=said)
            corpus.store_answer(crawl, Answered(policy, snapshot, "fetched", document=document))
        wrong = snapshot_at("http://evil.example/wrong", "20150203040506")
        corpus.store_listing(crawl, policy, [wrong], 1, Counter())
        corpus.store_answer(crawl, Answered(policy, wrong, "rejected", HOSTILE, HOSTILE, read_at=HOSTILE))
        words = (HOSTILE.replace(" ", ""),) * 4
        evidence = LearnedFrom(7, 7, "2010-01-02T03:04:05+00:00", "2012-02-03T04:05:06+00:00")
        place = VolatileSpot(words, words, "takes turns", frozenset([HOSTILE]), 3, evidence)
        corpus.store_learned(Learned(policy, PolicyIdentity((place,)), {}))
        corpus.finish_policy(crawl, policy, [HOSTILE])
        corpus.finish_crawl(crawl, "partial")
    return path


NOISY_BODY = """# Privacy policy

We keep your orders for as long as the law asks us to. We share your address with our partners:

{partners}

Write a letter to the shop to reach us.

So far {readers} careful people have come down to this line.

© 2009-{year} The shop"""
"""Two lists' orders, a counter that has to be learned, and a copyright year."""


@pytest.fixture(scope="session")
def noisy_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with a policy of which ten captures, one a week, differ in what does not count and in nothing else."""
    path = tmp_path_factory.mktemp("noisy") / "corpus.db"
    policy = Policy("shop.example", "privacy policy", ())
    captured = [datetime(2015, 11, 30, 12, tzinfo=UTC) + timedelta(weeks=week) for week in range(10)]
    snapshots = [snapshot_at("https://shop.example/privacy", f"{moment:%Y%m%d%H%M%S}") for moment in captured]
    partners = ("* Ada Ltd", "* Bo GmbH", "* Cleo Inc")
    bodies = {}
    with Corpus(path) as corpus:
        crawl = corpus.start_crawl({})
        corpus.store_listing(crawl, policy, snapshots, len(snapshots), Counter())
        history = []
        for week, snapshot in enumerate(snapshots):
            lines = "\n".join(partners[week // 4 :] + partners[: week // 4])
            body = NOISY_BODY.format(partners=lines, readers=1200 + 31 * week, year=captured[week].year)
            said = PolicyIdentity().content(body)
            bodies[said.hash] = body
            history.append(Shown(captured[week], said.hash))
            document = Document("Privacy policy", body, said.hash, disregarded=said.disregarded)
            corpus.store_answer(crawl, Answered(policy, snapshot, "fetched", document=document))
        identity = PolicyIdentity().learned(history, bodies.get)
        contents = {document: identity.content(body) for document, body in bodies.items()}
        renamed = {document: Renamed(now.hash, now.disregarded) for document, now in contents.items()}
        corpus.store_learned(Learned(policy, identity, renamed))
        corpus.finish_policy(crawl, policy, [])
        corpus.finish_crawl(crawl, "complete")
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
def noisy(noisy_corpus: Path) -> Datasette:
    """The corpus of what does not count, served."""
    return serve(noisy_corpus)


@pytest.fixture(scope="session")
def hostile(hostile_corpus: Path) -> Datasette:
    """The hostile corpus, served."""
    return serve(hostile_corpus)
