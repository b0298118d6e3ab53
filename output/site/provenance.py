"""How a text is known: who read it, its language, how much of the page it is, and what snapshots say of it."""

import sqlite3
from collections import Counter
from dataclasses import dataclass

from babel import Locale

from output.site.history import Policy, Revision

_ROUTES = {
    "trafilatura": "which found the text in the page with trafilatura",
    "readability": "which found the text in the page with readability",
    "page": "which took all of the page that is no menu",
    "selected": "which took the part of the page that the vendors file names",
    "pdf": "from a PDF file",
}
_SEARCHED = {"trafilatura", "readability", "page"}
"""Routes of which the share of the page says how much was left out."""
_BASES = {
    "length fits": ", and its length fits",
    "length differs": ", though its length is another than this text is known at",
    "length unknown": "; its length is not listed",
}
_LANGUAGES = Locale("en").languages


@dataclass(frozen=True, slots=True)
class Reading:
    """How a document was read, as the corpus has it; None where an older version of Policytrail did not note it."""

    language: str | None
    route: str | None
    recall: float | None
    extractor: str | None

    @property
    def language_name(self) -> str:
        """The language in English; nothing where it could not be told."""
        return _LANGUAGES.get(self.language, self.language) if self.language else ""

    @property
    def reader(self) -> str:
        """Who read it: Policytrail's extractor 1 with trafilatura 2.3.1 and lxml 6.1.3, from a PDF file."""
        first, *libraries = [part.replace("/", " ") for part in (self.extractor or "").split()] or [""]
        said = first.replace("policytrail", "Policytrail's extractor")
        if libraries:
            said += " with " + " and ".join(filter(None, (", ".join(libraries[:-1]), libraries[-1])))
        return ", ".join(filter(None, (said, _ROUTES.get(self.route or "", ""))))

    @property
    def share(self) -> str:
        """How much of the page it is, where the text was searched in one."""
        if self.recall is None or self.route not in _SEARCHED:
            return ""
        percent = f"{int(100 * self.recall)} % of the page's text outside menus"
        return percent if self.recall >= 1 else f"{percent}; the rest was taken for no part of the policy"


@dataclass(frozen=True, slots=True)
class Sightings:
    """How many snapshots are known in which way."""

    states: Counter[str]
    unfit: int
    """Of the inferred ones: those whose length is another than the text is known at."""


def reading_of(conn: sqlite3.Connection, document: str) -> Reading:
    """How a document was read."""
    row = conn.execute("SELECT language, route, recall, extractor FROM documents WHERE hash = ?", [document]).fetchone()
    return Reading(*row)


def sightings(conn: sqlite3.Connection, policy: Policy, shown: Revision | None = None) -> Sightings:
    """What is known of a policy's snapshots, or of those that show one of its revisions."""
    where, values = "policy = ?", [str(policy.id)]
    if shown is not None:
        where += " AND captured BETWEEN ? AND ? AND document = ?"
        values += [shown.first_captured, shown.last_captured, shown.document]
    states: Counter[str] = Counter()
    unfit = 0
    for state, reason, count in conn.execute(
        f"SELECT state, reason, count(*) FROM snapshots WHERE {where} GROUP BY state, reason",  # noqa: S608 - ours
        values,
    ):
        states[state] += count
        unfit += count if (state, reason) == ("inferred", "length differs") else 0
    return Sightings(states, unfit)


def how_known(state: str, reason: str | None) -> str:
    """How it is known what a snapshot shows."""
    match state:
        case "fetched":
            return "Read from this capture"
        case "repeat":
            return "This capture has the same bytes as one that was read"
        case "inferred":
            return f"Inferred: the captures around it show the same text{_BASES.get(reason or '', '')}"
    return state
