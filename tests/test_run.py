"""How a crawl went follows from how each of its policies went."""

from pathlib import Path

import pytest
from scrapy.exceptions import CloseSpider

from crawler.arguments import Arguments
from crawler.model import Policy
from crawler.run import Run

POLICIES = (
    Policy("shop.example", "privacy policy", ("https://shop.example/privacy", "https://shop.example/old")),
    Policy("shop.example", "terms", ("https://shop.example/terms",)),
)


@pytest.fixture
def run() -> Run:
    requested = Arguments(Path("vendors.toml"), POLICIES, None, None, "changes", "careful")
    return Run(requested, "https://archive.example", "https://archive.example", Path("corpus.db"), Path("documents"))


def finish(run: Run) -> None:
    for tracked in run.tracked:
        tracked.listed += 1
        tracked.finish()


def test_every_policy_is_tracked_from_its_unlisted_urls_on(run):
    assert [tracked.policy for tracked in run.tracked] == list(POLICIES)
    assert run.tracked[0].unlisted == set(POLICIES[0].urls)
    assert run.tracked[0].under_way == 0


def test_a_crawl_is_complete_when_every_policy_is_finished(run):
    assert run.status == "interrupted"
    run.tracked[0].finish()
    assert run.status == "interrupted"
    finish(run)
    assert run.status == "complete"


def test_a_crawl_with_errors_is_partial(run):
    finish(run)
    run.note(POLICIES[1], "its documents could not be written")
    assert run.status == "partial"
    assert run.tracked[1].errors == ["its documents could not be written"]
    assert run.tracked[0].errors == []


def test_a_crawl_that_got_no_listing_at_all_failed(run):
    for tracked in run.tracked:
        tracked.errors.append("could not be listed")
        tracked.finish()
    assert run.status == "failed"
    run.tracked[0].listed = 1
    assert run.status == "partial"


def test_a_crawl_that_is_given_up_failed_whatever_was_done(run):
    finish(run)
    with pytest.raises(CloseSpider):
        run.give_up("there is no archive")
    assert run.status == "failed"
    assert run.fatal == "there is no archive"


def test_a_finished_policy_lets_go_of_what_only_the_crawl_needed(run):
    tracked = run.tracked[0]
    tracked.snapshots = {("https://shop.example/privacy", "20200101000000"): None}
    tracked.finish()
    assert tracked.finished
    assert not tracked.snapshots
    assert tracked.timeline is None
