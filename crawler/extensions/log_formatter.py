"""How Scrapy logs what the project does: without the texts."""

from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from crawler.events import Event


class QuietLogFormatter(LogFormatter):
    """Scrapy's log lines, but for items: at the level DEBUG it would print the whole text of every document."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """The line about an item: what kind it is, and of which policy."""
        return _named(super().scraped(item, response, spider), "%(kind)s: %(policy)s", item)

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """The line about an item that was not stored."""
        line = "Not stored: %(kind)s of %(policy)s: %(exception)s"
        return _named(super().dropped(item, exception, response, spider), line, item, exception=exception)

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """The line about an item that a pipeline stumbled over."""
        line = "Error processing %(kind)s of %(policy)s"
        return _named(super().item_error(item, exception, response, spider), line, item)


def _named(result: LogFormatterResult, line: str, item: Any, **more: Any) -> LogFormatterResult:
    if isinstance(item, Event):  # items of other spiders are Scrapy's affair
        result["msg"] = line
        result["args"] = {"kind": type(item).__name__, "policy": item.policy.name, **more}
    return result
