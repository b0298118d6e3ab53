"""Corpora to show: one crawled from the sample archive, and one whose every text is an attack."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from corpus_writing import finish_crawl, finish_policy, start_crawl, store_answer, store_learned, store_listing
from crawling import run_crawl
from datasette.app import Datasette
from long_texts import write_long_texts
from serving import HOSTILE, serve

from crawler.discovery.candidates import Candidate, Evidence
from crawler.events import Answered, Learned
from crawler.model import Disregarded, Document, Doubt, LeftOut, Policy, Snapshot
from crawler.text.identity.learning import Shown
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.identity.volatile_spots import LearnedFrom, VolatileSpot
from pipelines.corpus import Corpus, candidates

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
    return asyncio.run(run_crawl(tmp_path_factory.mktemp("sample"))).run.corpus


@pytest.fixture(scope="session")
def hostile_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus whose vendor, type, URLs, titles, bodies and reasons are all written by an attacker."""
    path = tmp_path_factory.mktemp("hostile") / "corpus.db"
    policy = Policy(vendor=f"evil{HOSTILE}.example", type=f"policy {HOSTILE}", urls=())
    with Corpus(path) as corpus:
        crawl = start_crawl(corpus, {"vendors": HOSTILE})
        for i, url in enumerate((f"http://evil.example/{HOSTILE}", "javascript:attack()", "http://evil.example/")):
            snapshot = snapshot_at(url, f"201{i}0203040506")
            store_listing(corpus, crawl, policy, [snapshot], 1, Counter([HOSTILE]))
            unfit = (Disregarded(HOSTILE, HOSTILE), Disregarded("takes turns", f"javascript:attack() {HOSTILE}"))
            left_out = (
                LeftOut(HOSTILE, 9, f"{HOSTILE} javascript:attack()", prose=True, digest=HOSTILE),
                LeftOut("navigation", 9, HOSTILE, prose=False, digest=HOSTILE),
            )
            document = Document(
                f"{i} {HOSTILE}",
                f"{HOSTILE_BODY}\n\nversion {i}",
                f"{i}{HOSTILE}",
                disregarded=unfit,
                left_out=left_out,
                doubts=(Doubt(HOSTILE, HOSTILE), Doubt("mojibake", HOSTILE)),
            )
            store_answer(corpus, crawl, Answered(policy, snapshot, "fetched", document=document))
        wrong = snapshot_at("http://evil.example/wrong", "20150203040506")
        store_listing(corpus, crawl, policy, [wrong], 1, Counter())
        store_answer(corpus, crawl, Answered(policy, wrong, "rejected", HOSTILE, HOSTILE, read_at=HOSTILE))
        words = (HOSTILE.replace(" ", ""),) * 4
        evidence = LearnedFrom(7, 7, "2010-01-02T03:04:05+00:00", "2012-02-03T04:05:06+00:00")
        spot = VolatileSpot(words, words, "takes turns", frozenset([HOSTILE]), 3, evidence)
        store_learned(corpus, Learned(policy, PolicyIdentity((spot,)), {}))
        finish_policy(corpus, crawl, policy, [HOSTILE])
        finish_crawl(corpus, crawl, "partial")
        evidence_of_candidate = json.dumps(
            [
                {"source": HOSTILE, "url": url, "timestamp": HOSTILE, "text": HOSTILE}
                for url in ("javascript:attack()", HOSTILE)
            ]
        )
        for url in (f"http://evil.example/{HOSTILE}", "javascript:attack()"):
            corpus.db.execute(
                "INSERT INTO candidates VALUES (?, ?, ?, ?, ?, 0.5, ?, ?, ?, 1, ?, ?, ?)",
                [policy.vendor, url, policy.type, url, *[HOSTILE] * 3, evidence_of_candidate, *[HOSTILE] * 3],
            )
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
        crawl = start_crawl(corpus, {})
        store_listing(corpus, crawl, policy, snapshots, len(snapshots), Counter())
        history = []
        for week, snapshot in enumerate(snapshots):
            lines = "\n".join(partners[week // 4 :] + partners[: week // 4])
            body = NOISY_BODY.format(partners=lines, readers=1200 + 31 * week, year=captured[week].year)
            content = PolicyIdentity().content(body)
            bodies[content.hash] = body
            history.append(Shown(captured[week], content.hash))
            document = Document("Privacy policy", body, content.hash, disregarded=content.disregarded)
            store_answer(corpus, crawl, Answered(policy, snapshot, "fetched", document=document))
        identity = PolicyIdentity().learned(history, bodies.get)
        contents = {document: identity.content(body) for document, body in bodies.items()}
        store_learned(corpus, Learned(policy, identity, contents))
        finish_policy(corpus, crawl, policy, [])
        finish_crawl(corpus, crawl, "complete")
    return path


DOUBTFUL_BODY = "# Privacy policy\n\n" + "\n\n".join(
    f"We keep the slip of order {n} for {n} years in a locked drawer, and burn it when these are over."
    for n in range(40)
)


@pytest.fixture(scope="session")
def doubtful_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with a policy whose captures are doubtful in every way, and leave something out of the text.

    In 2012 the footer says something else than before; 2013 is a shell, 2014 is cut short, 2016 is garbled.
    """
    path = tmp_path_factory.mktemp("doubtful") / "corpus.db"
    policy = Policy("drawer.example", "privacy policy", ())
    changed = DOUBTFUL_BODY.replace("order 7 ", "bill 7 ")
    menu = tuple(LeftOut("navigation", 2, f"Link {n}", prose=False, digest=f"link {n}") for n in range(60))
    teller, seller = (
        LeftOut("footer", 12, f"Beside this, we {verb} our address book.", prose=True, digest=verb)
        for verb in ("keep", "sell")
    )
    cut, garbled = Doubt("truncated capture", "WARC-Truncated: length"), Doubt("mojibake", "9 of 300 words, as Ã¤")
    texts = {
        2010: (DOUBTFUL_BODY, (teller, *menu), ()),
        2011: (DOUBTFUL_BODY, (teller, *menu), ()),
        2012: (DOUBTFUL_BODY, (seller, *menu), ()),
        2013: ("# Privacy policy\n\nWe keep the …", (seller,), ()),
        2014: (DOUBTFUL_BODY[:400], (), (cut,)),
        2015: (DOUBTFUL_BODY, (seller,), ()),
        2016: (changed, (), (garbled,)),
    }
    with Corpus(path) as corpus:
        crawl = start_crawl(corpus, {})
        snapshots = [snapshot_at("https://drawer.example/privacy", f"{year}0102030405") for year in texts]
        store_listing(corpus, crawl, policy, snapshots, len(snapshots), Counter())
        for snapshot, (body, left_out, doubts) in zip(snapshots, texts.values(), strict=True):
            hash_ = PolicyIdentity().content(body).hash
            document = Document("Privacy", body, hash_, "page", 0.9, words=700, left_out=left_out, doubts=doubts)
            store_answer(corpus, crawl, Answered(policy, snapshot, "fetched", document=document))
        finish_policy(corpus, crawl, policy, [])
        finish_crawl(corpus, crawl, "complete")
    return path


@pytest.fixture(scope="session")
def turning(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    """A corpus with a policy that two servers serve in turn, served."""
    path = tmp_path_factory.mktemp("turning") / "corpus.db"
    policy = Policy("drawer.example", "privacy policy", ())
    texts = [DOUBTFUL_BODY, DOUBTFUL_BODY.replace("locked", "open")] * 3
    with Corpus(path) as corpus:
        crawl = start_crawl(corpus, {})
        snapshots = [snapshot_at("https://drawer.example/privacy", f"{2010 + n}0102030405") for n in range(len(texts))]
        store_listing(corpus, crawl, policy, snapshots, len(snapshots), Counter())
        for snapshot, body in zip(snapshots, texts, strict=True):
            document = Document("Privacy", body, PolicyIdentity().content(body).hash, "page", 0.9, words=700)
            store_answer(corpus, crawl, Answered(policy, snapshot, "fetched", document=document))
        finish_policy(corpus, crawl, policy, [])
        finish_crawl(corpus, crawl, "complete")
    return serve(path)


@pytest.fixture(scope="session")
def discovered(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    """A corpus with candidates of two vendors, one accepted, one refused, served."""
    path = tmp_path_factory.mktemp("discovered") / "corpus.db"
    now = datetime(2026, 11, 29, tzinfo=UTC)
    home = Evidence("home page", "https://shop.example/", "20110304050607", "Privacy & <b>more</b>")
    links = tuple(Evidence("link", f"https://shop.example/{at}", f"201{at}0101000000", "privacy") for at in range(5))
    url, lived = "https://shop.example/privacy", ("20110304050607", "20240102000000")
    found = [
        Candidate("shop.example", url, "Privacy Policy", "en", 0.91, *lived, (home, *links), verified=True),
        Candidate("shop.example", "https://shop.example/datenschutz", "Privacy Policy", "de", 0.6, seen=(home,)),
        Candidate(
            "shop.example", "https://shop.example/terms", "Terms of Service", seen=(home._replace(timestamp=None),)
        ),
        Candidate("bank.example", "https://bank.example/privacy", "Privacy Policy", seen=(home,)),
    ]
    with Corpus(path) as corpus, corpus.writing():
        corpus.policy_id(Policy("shop.example", "privacy policy", ()))
        candidates.put(corpus.db, found, now)
        candidates.decide(corpus.db, "https://shop.example/terms", "refused", now=now)
        candidates.decide(corpus.db, "https://bank.example/privacy", "accepted", now=now)
    return serve(path)


def snapshot_at(url: str, timestamp: str) -> Snapshot:
    """A snapshot as a listing gives it."""
    captured = datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    fields: dict[str, Any] = dict.fromkeys(Snapshot._fields)
    fields |= {"url": url, "timestamp": timestamp, "captured": captured, "digest": timestamp, "mimetype": "text/html"}
    return Snapshot(**fields)


@pytest.fixture(scope="session")
def long(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    """A corpus of policies with long texts, each rewritten in its middle, served."""
    path = tmp_path_factory.mktemp("long") / "corpus.db"
    write_long_texts(path)
    return serve(path)


@pytest.fixture(scope="session")
def sample(sample_corpus: Path) -> Datasette:
    """The sample's corpus, served."""
    return serve(sample_corpus)


@pytest.fixture(scope="session")
def noisy(noisy_corpus: Path) -> Datasette:
    """The corpus of what does not count, served."""
    return serve(noisy_corpus)


@pytest.fixture(scope="session")
def doubtful(doubtful_corpus: Path) -> Datasette:
    """The corpus of doubts, served."""
    return serve(doubtful_corpus)


@pytest.fixture(scope="session")
def hostile(hostile_corpus: Path) -> Datasette:
    """The hostile corpus, served."""
    return serve(hostile_corpus)
