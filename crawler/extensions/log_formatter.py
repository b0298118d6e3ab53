"""How Scrapy logs what the project does: without the texts."""

from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class QuietLogFormatter(LogFormatter):
    """Scrapy's log lines, but for items: at the level DEBUG it would print the whole text of every document."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """The line about an item: what kind it is, and of which policy."""
        return _named(super().scraped(item, response, spider), "%(kind)s: %(vendor)s %(type)s", item)

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """The line about an item that was not stored."""
        line = "Not stored: %(kind)s of %(vendor)s %(type)s: %(exception)s"
        return _named(super().dropped(item, exception, response, spider), line, item, exception=exception)

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """The line about an item that a pipeline stumbled over."""
        line = "Error processing %(kind)s of %(vendor)s %(type)s"
        return _named(super().item_error(item, exception, response, spider), line, item)


def _named(result: LogFormatterResult, line: str, item: Any, **more: Any) -> LogFormatterResult:
    result["msg"] = line
    result["args"] = {"kind": type(item).__name__, "vendor": item.policy.vendor, "type": item.policy.type, **more}
    return result
