"""``scrapy classify``: whether given texts are policies, and of which type, as JSON lines. Without network."""

from collections.abc import Mapping
from typing import Any

from crawler.discovery.classifier import classify
from crawler.jsonl_command import JsonlCommand


class Command(JsonlCommand):
    """Reads a JSON object per line, ``{"id", "text"}``, and prints ``{"id", "type", "score", "language"}`` for each:
    "type" is null if the text is no policy, "score" the probability that it is one.
    """

    name = "classify"
    summary = "Tell whether texts are policies, and of which type"
    takes = "texts"
    keys = ("id", "text")

    def answer(self, line: Mapping[str, Any]) -> dict[str, object]:
        """Return what a text is."""
        verdict = classify(line["text"])
        return {"id": line["id"], "type": verdict.type, "score": verdict.score, "language": verdict.language}
