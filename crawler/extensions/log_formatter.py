"""Scrapy's log lines about items, without the texts."""

from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from crawler.events import Event


class QuietLogFormatter(LogFormatter):
    """Logs an event as its kind and policy: at DEBUG, Scrapy would print the whole text of every document."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """Return the line about a stored item."""
        return _named(super().scraped(item, response, spider), "%(kind)s: %(policy)s", item)

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Return the line about an item that was dropped."""
        line = "Not stored: %(kind)s of %(policy)s: %(exception)s"
        return _named(super().dropped(item, exception, response, spider), line, item, exception=exception)

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Return the line about an item on which a pipeline failed."""
        line = "Error processing %(kind)s of %(policy)s"
        return _named(super().item_error(item, exception, response, spider), line, item)


def _named(result: LogFormatterResult, line: str, item: Any, **more: Any) -> LogFormatterResult:
    if isinstance(item, Event):  # items of other spiders are Scrapy's affair
        result["msg"] = line
        result["args"] = {"kind": type(item).__name__, "policy": item.policy.name, **more}
    return result
