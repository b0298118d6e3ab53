"""How a text is known: who read it, its language, its share of the page, and the snapshots that show it."""

import sqlite3
from collections import Counter
from dataclasses import dataclass

from babel import Locale

from crawler.model import BY_LENGTH, VARIANT_UNKNOWN
from output.site.history import PolicyRow, RevisionRow

_ROUTES = {
    "trafilatura": "which found the text in the page with trafilatura",
    "readability": "which found the text in the page with readability",
    "page": "which took the whole page without its menus",
    "selected": "which took the part of the page that the vendors file names",
    "pdf": "from a PDF file",
    "application state": "which took the text from the data that the page's script would show",
}
_SEARCHED = {"trafilatura", "readability", "page"}
"""Routes for which the share of the page says how much was left out."""
_BASES = {
    "length fits": ", and its length fits",
    "length differs": ", although the record length differs",
    "length unknown": "; its length is not listed",
}
_LANGUAGES = Locale("en").languages


def language_name(code: str | None) -> str:
    """Return the English name of a language (ISO 639-1); empty if it is unknown."""
    return str(_LANGUAGES.get(code, code)) if code else ""


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """How a document was read, as the corpus has it; None where an older version of Policytrail did not record it."""

    language: str | None
    route: str | None
    recall: float | None
    extractor: str | None

    @property
    def language_name(self) -> str:
        """The English name of the language; empty if unknown."""
        return language_name(self.language)

    @property
    def reader(self) -> str:
        """Who read it: "Policytrail's extractor 1 with trafilatura 2.3.1 and lxml 6.1.3, from a PDF file"."""
        first, *libraries = [part.replace("/", " ") for part in (self.extractor or "").split()] or [""]
        reader = first.replace("policytrail", "Policytrail's extractor")
        if libraries:
            reader += " with " + " and ".join(filter(None, (", ".join(libraries[:-1]), libraries[-1])))
        return ", ".join(filter(None, (reader, _ROUTES.get(self.route or "", ""))))

    @property
    def share(self) -> str:
        """Its share of the page, if the text had to be found in one."""
        if self.recall is None or self.route not in _SEARCHED:
            return ""
        percent = f"{int(100 * self.recall)} % of the page's words outside navigation and dialogs"
        return percent if self.recall >= 1 else f"{percent}; the rest was not taken as part of the policy"


@dataclass(frozen=True, slots=True)
class Sightings:
    """Snapshots by state."""

    states: Counter[str]
    unfit: int
    """Inferred ones whose length differs from those at which the text is known."""
    by_length: int
    """Inferred ones among texts that take turns, which only their length tells apart."""
    unknown: int
    """Listed ones that may show any of the texts that take turns around them."""


def reading_of(conn: sqlite3.Connection, document: str) -> ReadingRow:
    """Return how a document was read."""
    row = conn.execute("SELECT language, route, recall, extractor FROM documents WHERE hash = ?", [document]).fetchone()
    return ReadingRow(*row)


def sightings(conn: sqlite3.Connection, policy: PolicyRow, revision: RevisionRow | None = None) -> Sightings:
    """Count a policy's snapshots, or those that show one of its revisions."""
    where, values = "policy = ?", [str(policy.id)]
    if revision is not None:
        where += " AND captured BETWEEN ? AND ? AND document = ?"
        values += [revision.first_captured, revision.last_captured, revision.document]
    states: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for state, reason, count in conn.execute(
        f"SELECT state, reason, count(*) FROM snapshots WHERE {where} GROUP BY state, reason",  # noqa: S608 - ours
        values,
    ):
        states[state] += count
        told[reason or ""] += count
    return Sightings(states, told["length differs"], told[BY_LENGTH], told[VARIANT_UNKNOWN])


def how_known(state: str, reason: str | None) -> str:
    """Return in words how it is known what a snapshot shows."""
    if (state, reason) == ("inferred", BY_LENGTH):
        return "Inferred: texts take turns around this capture, and only this one is known at its length"
    basis = _BASES.get(reason or "", "")
    return {
        "fetched": "Read from this capture",
        "repeat": "This capture has the same bytes as one that was read",
        "inferred": f"Inferred: the captures around it show the same text{basis}",
    }.get(state, state)
