"""What nobody expected makes a crawl partial, whoever raised it, and costs the other policies nothing."""

import asyncio
import logging
import sqlite3
import subprocess
from contextlib import closing
from unittest.mock import patch

import pytest
from crawling import ROOT, SAMPLE, crawl_command, run_crawl

from crawler import policy_crawl
from crawler.events import Answered, Listed
from crawler.extensions import progress
from crawler.model import Policy
from crawler.outcome import sentence
from crawler.policy_crawl import PolicyCrawl
from crawler.spiders.bytes_again import BytesAgain
from pipelines import documents
from pipelines.corpus import policy_crawls

pytestmark = pytest.mark.slow  # each crawls the sample

BAD = "gruenwald.example privacy policy"
REVISIONS = (
    "SELECT p.vendor, p.type, r.document, s.timestamp FROM revisions r JOIN policies p ON p.id = r.policy"
    " JOIN snapshots s ON s.id = r.first_snapshot WHERE p.vendor <> 'gruenwald.example' ORDER BY 1, 2, 4"
)


class FaultError(Exception):
    """Nobody catches this one by its name."""


def concerns(value: object) -> bool:
    policy = getattr(value, "policy", value)
    return isinstance(policy, Policy) and policy.name == BAD and not isinstance(value, Listed | Answered)


def failing_for_one(owner: object, name: str):
    """Make a function or method fail for one policy, which any of its arguments names."""
    original = getattr(owner, name)

    def replacement(*args, **named):
        if any(map(concerns, (*args, *named.values()))):
            raise FaultError("nobody saw this coming")
        return original(*args, **named)

    return patch.object(owner, name, replacement)


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """The revisions of the other policies, by a crawl without faults."""
    return asyncio.run(run_crawl(tmp_path_factory.mktemp("good"))).rows(REVISIONS)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (documents, "write_documents"),  # a pipeline
        (policy_crawls, "store"),
        (PolicyCrawl, "receive_listing"),  # a callback
        (policy_crawl, "page_of"),
        (PolicyCrawl, "_between_rounds"),
        (PolicyCrawl, "questions"),  # the beginning
        (BytesAgain, "requests"),
        (progress, "_counts"),  # an extension
    ],
)
async def test_an_error_in_one_policy_makes_the_crawl_partial_and_the_others_whole(crawl, others, owner, name):
    with failing_for_one(owner, name):
        crawled = await crawl()
    assert crawled.run.status == "partial"
    said = sentence(crawled.run, crawled.stats)
    assert "nobody saw this coming" in said
    assert BAD in said
    assert crawled.rows(REVISIONS) == others
    assert crawled.rows("SELECT status FROM crawls") == [("partial",)]
    again = await crawl()
    assert again.run.status == "complete"


@pytest.mark.parametrize("signal", ["open", "count", "close", "show_table"])
async def test_an_extension_that_fails_makes_the_crawl_partial(crawl, signal):
    def fail(self, *args, **named):
        raise FaultError(f"{signal} failed")

    with patch(f"crawler.extensions.progress.ProgressExtension.{signal}", fail):
        crawled = await crawl(vendor="gruenwald.example")
    assert crawled.run.status == "partial"
    assert f"FaultError: {signal} failed" in sentence(crawled.run, crawled.stats)
    assert crawled.rows("SELECT status FROM crawls") == [("partial",)]


async def test_an_error_before_the_first_request_is_no_interruption(crawl):
    with patch("crawler.policy_crawl.PolicyCrawl.__init__", side_effect=FaultError("at once")):
        crawled = await crawl()
    assert crawled.run.status in {"partial", "failed"}
    assert "FaultError: at once" in sentence(crawled.run, crawled.stats)


async def test_nothing_listens_to_the_log_when_a_crawl_is_over(crawl):
    before = len(logging.root.handlers)
    await crawl(vendor="gruenwald.example")
    assert len(logging.root.handlers) == before


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM documents",
        "DELETE FROM documents WHERE rowid % 2",
        "UPDATE documents SET body = x'00ff'",
        "UPDATE snapshots SET document = 'gone' WHERE document IS NOT NULL AND id % 3 = 0",
    ],
)
def test_a_damaged_policy_is_named_and_exits_2(tmp_path, damage):
    archive = SAMPLE / "sample.warc.gz"

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        command = crawl_command(tmp_path, archive, *more)
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert run("-a", "vendor=gruenwald.example", "-a", "until=2018").returncode == 0
    assert run("-a", "vendor=harbourlight.example").returncode == 0
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as db:
        of_one = "IN (SELECT document FROM snapshots WHERE policy = 1)" if "documents" in damage else ""
        where = f"{'AND' if 'WHERE' in damage else 'WHERE'} {'hash ' + of_one if of_one else 'policy = 1'}"
        db.execute(f"{damage} {where}")
        db.commit()
    done = run()
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as db:
        found = dict(db.execute("SELECT status, count(*) FROM crawl_policies GROUP BY 1").fetchall())
    if "Traceback" in done.stderr or done.returncode:
        assert done.returncode == 2, done.stderr
        assert BAD in done.stderr.splitlines()[-1]
        assert found["partial"] == 1
    else:
        assert done.returncode == 0
    assert found["complete"] >= 9  # all others
