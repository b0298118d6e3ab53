"""Log lines name items and never print their texts."""

import logging
from datetime import UTC, datetime

import pytest
from scrapy import Spider
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from crawler.events import Answered, Finished
from crawler.extensions.log_formatter import QuietLogFormatter
from crawler.model import Document, Policy, Snapshot

POLICY = Policy("shop.example", "terms", ("https://shop.example/terms",))
SNAPSHOT = Snapshot(
    POLICY.urls[0], "20200102030405", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), "text/html", 200, "D", 1
)
ITEM = Answered(POLICY, SNAPSHOT, "fetched", document=Document("Terms", "A long text. " * 1000, "hash"))


@pytest.fixture
def spider() -> Spider:
    return Spider.from_crawler(get_crawler(settings_dict={"TWISTED_REACTOR_ENABLED": False}), name="policies")


def line(result) -> str:
    return result["msg"] % result["args"]


def test_a_stored_item_is_named(spider):
    formatter = QuietLogFormatter()
    result = formatter.scraped(ITEM, None, spider)
    assert line(result) == "Answered: shop.example terms"
    assert result["level"] == logging.DEBUG
    assert line(formatter.scraped(Finished(POLICY), None, spider)) == "Finished: shop.example terms"


def test_an_item_that_is_not_stored_is_named_with_the_reason(spider):
    result = QuietLogFormatter().dropped(ITEM, DropItem("100 % full"), None, spider)
    assert line(result) == "Not stored: Answered of shop.example terms: 100 % full"
    assert result["level"] == logging.WARNING


def test_an_item_that_a_pipeline_stumbles_over_is_named(spider):
    result = QuietLogFormatter().item_error(ITEM, ValueError("oh"), None, spider)
    assert line(result) == "Error processing Answered of shop.example terms"
    assert result["level"] == logging.ERROR
