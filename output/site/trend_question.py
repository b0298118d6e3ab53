"""What a page of trends is asked: phrases, one per line, or a measure; of which policies; by year or quarter."""

from dataclasses import dataclass
from typing import Literal

from output.in_force import By, Scope
from output.site.responses import PageRequest
from output.trends import LONGEST_PHRASE

Show = Literal["phrases", "length", "ease"]

MOST_PHRASES = 5
"""Lines that a reader can tell apart."""
_LONGEST = 2 * MOST_PHRASES * LONGEST_PHRASE


@dataclass(frozen=True, slots=True)
class TrendQuestion:
    """What to draw, of which policies."""

    phrases: tuple[str, ...]
    scope: Scope
    show: Show
    asked: str
    """The phrases as they were given, one per line."""
    excess: str
    """What was given beyond what a chart can hold, in a sentence; empty if nothing was."""

    @classmethod
    def of(cls, request: PageRequest) -> "TrendQuestion":
        """Return what the query of a request asks for."""
        given = request.text("q", _LONGEST + 1)
        asked = list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in given.splitlines()))))
        phrases = [phrase for phrase in asked if len(phrase) <= LONGEST_PHRASE][:MOST_PHRASES]
        excess = ""
        if len(given) > _LONGEST or any(len(phrase) > LONGEST_PHRASE for phrase in asked):
            excess = f"A phrase has at most {LONGEST_PHRASE} characters: longer ones were not looked for."
        elif len(asked) > MOST_PHRASES:
            excess = f"A chart shows at most {MOST_PHRASES} phrases: those after the first {MOST_PHRASES} are left out."
        by: By = "quarter" if request.text("by") == "quarter" else "year"
        scope = Scope(request.text("vendor").lower(), request.text("type"), request.text("language").lower(), by)
        show: Show = (
            "length" if request.text("show") == "length" else "ease" if request.text("show") == "ease" else "phrases"
        )
        return cls(tuple(phrases), scope, show, "\n".join(phrases), excess)

    @property
    def filters(self) -> dict[str, str]:
        """The query of an address that asks about the same policies by the same periods."""
        by = "quarter" if self.scope.by == "quarter" else ""
        filters = {"vendor": self.scope.vendor, "type": self.scope.type, "language": self.scope.language, "by": by}
        return {name: value for name, value in filters.items() if value}
