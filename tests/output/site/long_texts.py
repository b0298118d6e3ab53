"""Texts as long as the longest real ones: 48,000 pixels on a phone."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from corpus_writing import finish_crawl, finish_policy, start_crawl, store_answer, store_listing

from crawler.events import Answered
from crawler.model import Document, Policy, Snapshot
from crawler.text.identity.policy import PolicyIdentity
from pipelines.corpus import Corpus

LONG_PARAGRAPH = (
    "We keep the slip of each order for as many years as the law asks us to, in a drawer that has a lock. Who has the"
    " key, writes down when the drawer was opened, and why. A slip that nobody needs any more is burnt in the yard."
)
LONG_HEADS = {"headings": "## Part {}", "bold": "**{}. Part**", "none": "Then there is number {}."}
"""What stands before each ninth paragraph of a long text; in one, nothing that tells it from others."""


def long_body(head: str) -> str:
    """A long text."""
    return "\n\n".join(LONG_HEADS[head].format(n) + f"\n\n{LONG_PARAGRAPH} ({n})" * 9 for n in range(30))


def write_long_texts(path: Path) -> None:
    """Write a corpus of policies with long texts, each rewritten in its middle."""
    with Corpus(path) as corpus:
        crawl = start_crawl(corpus, {})
        for head in LONG_HEADS:
            policy = Policy("long.example", head, ())
            moments = [datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC) for year in (2010, 2011)]
            url = f"https://long.example/{head}"
            snapshots = [Snapshot(url, f"{at:%Y%m%d%H%M%S}", at, "text/html", 200, f"{at:%Y}", 9) for at in moments]
            store_listing(corpus, crawl, policy, snapshots, len(snapshots), Counter())
            body = long_body(head)
            middle = body.partition("(10)")[2].rpartition("(14)")[0]
            for snapshot, text in zip(snapshots, (body, body.replace(middle, middle.upper())), strict=True):
                document = Document("Long", text, PolicyIdentity().content(text).hash)
                store_answer(corpus, crawl, Answered(policy, snapshot, "fetched", document=document))
            finish_policy(corpus, crawl, policy, [])
        finish_crawl(corpus, crawl, "complete")
