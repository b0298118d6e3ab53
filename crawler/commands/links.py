"""``scrapy links``: which links of given pages lead to policies, as JSON lines. Without network."""

from collections.abc import Mapping
from typing import Any

from crawler.discovery.links import policy_links
from crawler.jsonl_command import JsonlCommand


class Command(JsonlCommand):
    """Reads a JSON object per line, ``{"id", "url", "html"}``, and prints ``{"id", "links": [{"url", "type",
    "score"}]}`` for each, the surest link first.
    """

    name = "links"
    summary = "Find the links of pages that lead to policies"
    takes = "pages"
    keys = ("id", "url", "html")

    def answer(self, line: Mapping[str, Any]) -> dict[str, object]:
        """Return the links of a page."""
        links = policy_links(line["html"], line["url"])
        return {
            "id": line["id"],
            "links": [{"url": link.url, "type": link.type, "score": link.score} for link in links],
        }
