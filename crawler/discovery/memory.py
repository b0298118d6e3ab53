"""What the discovery of a domain's policies reads of what is stored: the one side of a corpus that it knows."""

from typing import Protocol

from crawler.discovery.questions import Answer, Question


class DiscoveryMemory(Protocol):
    """What was answered to earlier runs and, event by event, to this one."""

    def answer(self, domain: str, question: Question) -> Answer | None:
        """Return the answer to a question about a domain; None if there is none that still counts."""
