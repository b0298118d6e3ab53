"""Which changes a reader wants to see: by period, vendor, type of policy, size and kind."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from output.site.responses import PageRequest

_KINDS = {
    "words": "words",
    "links": "addresses only",
    "dates": "dates only",
    "punctuation": "punctuation only",
    "casing": "letter case only",
    "renumbered": "numbers of sections only",
    "moved": "moved sentences only",
}
"""What changed, as `differences.kind` has it and in words."""
_MEASURED = "EXISTS (SELECT 1 FROM differences m WHERE m.before = b.document AND m.after = r.document AND {condition})"


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """What changes must be like. Days are YYYY-MM-DD; empty, and 0, mean any."""

    since: str = ""
    until: str = ""
    vendor: str = ""
    type: str = ""
    words: int = 0
    """How many words were added and removed at least."""
    kind: str = ""

    @classmethod
    def of(cls, request: PageRequest, kinds: Mapping[str, str]) -> "ChangeFilter":
        """Return what the query of a request asks for; ``kinds`` are those that the corpus knows."""
        words, kind = request.text("words"), request.text("kind")
        return cls(
            since=request.day("since"),
            until=request.day("until"),
            vendor=request.text("vendor").lower(),
            type=request.text("type"),
            words=int(words) if words.isascii() and words.isdigit() and len(words) < 9 else 0,
            kind=kind if kind in kinds else "",
        )

    @property
    def query(self) -> dict[str, str | int]:
        """The query of an address that asks for the same."""
        asked = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in asked.items() if value}

    @property
    def told(self) -> str:
        """What is asked for, in words that follow "changes"; empty for all."""
        told = [
            f"of the {self.type}" if self.type else "",
            f"of {self.vendor}" if self.vendor else "",
            f"from {self.since}" if self.since else "",
            f"until {self.until}" if self.until else "",
            f"of at least {self.words:,} words" if self.words else "",
            f"({_KINDS[self.kind]})" if self.kind else "",
        ]
        return "".join(f" {part}" for part in told if part)

    @property
    def condition(self) -> tuple[str, list[str | int]]:
        """SQL that follows a condition, and its values.

        ``r`` is the revision, ``b`` the one before it, ``p`` the policy.
        """
        asked: list[tuple[str, str | int]] = [
            ("r.first_captured >= ?", self.since),
            ("r.first_captured < date(?, '+1 day')", self.until),
            ("p.vendor = ?", self.vendor),
            ("p.type = ?", self.type),
            (_MEASURED.format(condition="m.words_added + m.words_removed >= ?"), self.words),
            (_MEASURED.format(condition="m.kind = ?"), self.kind),
        ]
        wanted = [(sql, value) for sql, value in asked if value]
        return "".join(f" AND {sql}" for sql, _ in wanted), [value for _, value in wanted]


def kinds_in(conn: sqlite3.Connection) -> Mapping[str, str]:
    """Return the kinds of changes that a corpus tells apart, each in words."""
    columns = {row[1] for row in conn.execute("PRAGMA table_info(differences)")}
    return _KINDS if "kind" in columns else {}
