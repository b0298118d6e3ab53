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
        result = super().scraped(item, response, spider)
        result["msg"] = "%(kind)s: %(vendor)s %(type)s"
        result["args"] = {"kind": type(item).__name__, "vendor": item.policy.vendor, "type": item.policy.type}
        return result
