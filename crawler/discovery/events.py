"""What the discovery of policies finds out, event by event, in the order in which the item pipelines store it."""

from dataclasses import dataclass

from crawler.discovery.candidates import Candidate, FoundPolicy
from crawler.discovery.questions import Answer, Question


@dataclass(frozen=True, slots=True)
class Answered:
    """What the archive answered to a question about a domain."""

    domain: str
    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class Discovered:
    """The discovery is done with a domain. ``errors`` name what it could not do, ``remarks`` what one should know of
    what it found; ``requests`` is how many questions it came to, those included that earlier runs had asked.
    """

    domain: str
    candidates: tuple[Candidate, ...]
    policies: tuple[FoundPolicy, ...]
    errors: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    requests: int = 0


DiscoveryEvent = Answered | Discovered
