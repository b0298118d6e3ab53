"""What a search looks for, and how SQLite finds it: by words in its index, or by signs in the texts themselves.

The index knows words by the spaces between them. Chinese and Japanese write none, so a search with their signs reads
the texts: as many as there is time for, or all of a vendor's.
"""

import re
import sqlite3
from dataclasses import dataclass

from crawler.text.markdown import shown_fragment

Runs = list[tuple[bool, str]]
"""A piece of text, in runs; each tells whether it is what was searched for."""

_TERM = re.compile(r'"([^"]*)"|(\S+)')
_NO_SPACES = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_OPEN, _CLOSE = "\ue000", "\ue001"  # private use: a text that has them gets a mark more
_SNIPPET_WORDS = 40
_SNIPPET_SIGNS = 60


@dataclass(frozen=True, slots=True)
class ByWords:
    """With the index of words (FTS5)."""

    terms: list[str]

    @property
    def tables(self) -> str:
        """SQL: where documents (as ``d``) that match are read from, up to the condition; the latest first."""
        return "documents_fts CROSS JOIN documents d ON d.rowid = documents_fts.rowid WHERE documents_fts MATCH ?"

    @property
    def values(self) -> list[str]:
        """The values of the condition."""
        phrases = " ".join(f'"{term}"' for term in self.terms)
        return [f"body : ({phrases})"]

    @property
    def order(self) -> str:
        """SQL: the column by which the latest come first."""
        return "documents_fts.rowid"

    def has(self, conn: sqlite3.Connection, rowid: int) -> bool:
        """Tell whether a document matches."""
        sql = "SELECT 1 FROM documents_fts WHERE documents_fts MATCH ? AND rowid = ?"
        return conn.execute(sql, [*self.values, rowid]).fetchone() is not None

    def snippet(self, conn: sqlite3.Connection, rowid: int) -> Runs:
        """Return the text around a match in a document."""
        row = conn.execute(
            f"SELECT snippet(documents_fts, 1, ?, ?, ' … ', {_SNIPPET_WORDS}) FROM documents_fts"  # noqa: S608 - a number
            " WHERE documents_fts MATCH ? AND rowid = ?",
            [_OPEN, _CLOSE, *self.values, rowid],
        ).fetchone()
        parts = re.split(f"[{_OPEN}{_CLOSE}]", row[0]) if row else []
        return [(at % 2 == 1, shown_fragment(part)) for at, part in enumerate(parts) if part]


@dataclass(frozen=True, slots=True)
class BySigns:
    """By reading texts."""

    terms: list[str]

    @property
    def tables(self) -> str:
        return "documents d WHERE " + " AND ".join(["instr(d.body, ?)"] * len(self.terms))

    @property
    def values(self) -> list[str]:
        return self.terms

    @property
    def order(self) -> str:
        return "d.rowid"

    def has(self, conn: sqlite3.Connection, rowid: int) -> bool:
        body = self._body(conn, rowid)
        return all(term in body for term in self.terms)

    def snippet(self, conn: sqlite3.Connection, rowid: int) -> Runs:
        body = self._body(conn, rowid)
        at, term = body.find(self.terms[0]), self.terms[0]
        begin, end = max(at - _SNIPPET_SIGNS, 0), at + len(term)
        runs = [(False, body[begin:at]), (True, term), (False, body[end : end + _SNIPPET_SIGNS])]
        return [(hit, shown_fragment(text)) for hit, text in runs if text]

    @staticmethod
    def _body(conn: sqlite3.Connection, rowid: int) -> str:
        row = conn.execute("SELECT body FROM documents WHERE rowid = ?", [rowid]).fetchone()
        return str(row[0]) if row else ""


Matcher = ByWords | BySigns
"""What finds documents, and what was searched for in them."""


def matcher(question: str) -> Matcher | None:
    """Return how to find all words of a question, and quotes as they stand; None if it has no words."""
    found = [quoted or word for quoted, word in _TERM.findall(question.replace("\x00", " "))]
    terms = [term.replace('"', " ").strip() for term in found if any(c.isalnum() for c in term)]
    if not terms:
        return None
    return BySigns(terms) if _NO_SPACES.search(question) else ByWords(terms)
