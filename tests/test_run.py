"""How a crawl went follows from how each of its policies went."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from policy_crawls import Stored, begin
from scrapy.exceptions import CloseSpider, NotConfigured

from crawler.arguments import Arguments
from crawler.model import Policy, Scope
from crawler.run import Run, run_of

POLICIES = (
    Policy("shop.example", "privacy policy", ("https://shop.example/privacy", "https://shop.example/old")),
    Policy("shop.example", "terms", ("https://shop.example/terms",)),
)


@pytest.fixture
def run() -> Run:
    """A run whose policies have begun."""
    requested = Arguments(Path("vendors.toml"), POLICIES, Scope())
    run = Run(requested, "https://archive.example", "https://archive.example", Path("corpus.db"), Path("documents"))
    run.crawls = {policy.name: begin(policy, Stored()) for policy in POLICIES}
    return run


def finish(run: Run) -> None:
    for crawl in run.crawls.values():
        crawl.listed += 1
        crawl.finished = True


def test_a_crawl_is_complete_when_every_policy_is_finished(run):
    assert run.status == "interrupted"
    run.crawls[POLICIES[0].name].finished = True
    assert run.status == "interrupted"
    finish(run)
    assert run.status == "complete"


def test_a_crawl_that_did_not_begin_with_every_policy_was_interrupted(run):
    finish(run)
    del run.crawls[POLICIES[1].name]
    assert run.status == "interrupted"


def test_a_crawl_with_errors_is_partial(run):
    finish(run)
    run.note_error(POLICIES[1], "its documents could not be written")
    assert run.status == "partial"
    assert [crawl.errors for crawl in run.crawls.values()] == [[], ["its documents could not be written"]]


def test_a_crawl_that_got_no_listing_at_all_failed(run):
    for crawl in run.crawls.values():
        crawl.errors.append("could not be listed")
        crawl.finished = True
    assert run.status == "failed"
    run.crawls[POLICIES[0].name].listed = 1
    assert run.status == "partial"


def test_a_crawl_that_is_given_up_failed_whatever_was_done(run):
    finish(run)
    with pytest.raises(CloseSpider):
        run.give_up("there is no archive")
    assert run.status == "failed"
    assert run.fatal == "there is no archive"


def test_a_spider_without_a_run_needs_no_component_of_ours(run):
    assert run_of(SimpleNamespace(spider=SimpleNamespace(run=run))) is run
    for spider in (None, SimpleNamespace(), SimpleNamespace(run="of its own")):
        with pytest.raises(NotConfigured):
            run_of(SimpleNamespace(spider=spider))
