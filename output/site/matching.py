"""What a search looks for, and how SQLite finds it: by words, or by signs.

The index of words knows them by the spaces between them. Chinese, Japanese, Thai and their neighbours write none, and
Korean puts endings on words, so what has their signs is found wherever it stands, with the index of signs.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from output.site.marking import folded

_TERM = re.compile(r'"([^"]*)"|(\S+)')
SIGNS = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai and Lao, Burmese, Khmer
    r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff"  # Korean
    r"\u3005-\u3007\u3040-\u312f\u31a0-\u31ff\uff66-\uff9f"  # Japanese, and the Bopomofo of Chinese
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese
)
_RUN = re.compile(f"[{SIGNS}]+")
_BREAK = f"(?:(?![{SIGNS}])[\\W_])+"  # the vowels of Thai are no letters to Python
_OTHER = f"(?![{SIGNS}])\\w"
_MOST_BEGINNINGS = 2_000
"""If more trigrams begin with one or two signs, the index takes 40 ms and more (2026-11), and many texts have them."""
_MOST_MARKED = 32
"""Words of a question that are marked."""
_MOST_TRIGRAMS = 64  # of a question; what the index leaves is read
_NOWHERE = '"\U0010ffff\U0010ffff\U0010ffff"'  # no text has it: it is no character


@dataclass(frozen=True, slots=True)
class ByWords:
    """With the index of words (FTS5)."""

    terms: list[str]

    @property
    def found_is_had(self) -> bool:
        """Whether all documents that SQL finds match."""
        return True

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

    @property
    def rows(self) -> str:
        """SQL: the rowids of the documents that SQL finds."""
        return "SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?"

    def has(self, conn: sqlite3.Connection, rowid: int) -> bool:
        """Tell whether a document matches."""
        sql = "SELECT 1 FROM documents_fts WHERE documents_fts MATCH ? AND rowid = ?"
        return conn.execute(sql, [*self.values, rowid]).fetchone() is not None


@dataclass(frozen=True, slots=True)
class BySigns:
    """With the index of signs (FTS5's trigrams): it leaves few texts, and these are read."""

    terms: list[re.Pattern[str]]
    runs: list[str]
    """Signs that the terms have in a row, where SQL looks for them in the texts."""
    trigrams: str
    """What the index is asked for; empty where nearly all texts with such signs have them."""
    found_is_had: bool

    @property
    def tables(self) -> str:
        documents, conditions = "documents d", ["instr(d.body, ?)"] * len(self.runs)
        if self.trigrams:
            documents = "documents_signs CROSS JOIN documents d ON d.rowid = documents_signs.rowid"
            conditions.insert(0, "documents_signs MATCH ?")
        return f"{documents} WHERE {' AND '.join(conditions)}"

    @property
    def values(self) -> list[str]:
        return [self.trigrams, *self.runs] if self.trigrams else self.runs

    @property
    def order(self) -> str:
        return "documents_signs.rowid" if self.trigrams else "d.rowid"

    @property
    def rows(self) -> str:
        return f"SELECT d.rowid FROM {self.tables}"  # noqa: S608 - ours

    def has(self, conn: sqlite3.Connection, rowid: int) -> bool:
        body = self._body(conn, rowid)
        return all(term.search(body) for term in self.terms)

    @staticmethod
    def _body(conn: sqlite3.Connection, rowid: int) -> str:
        row = conn.execute("SELECT body FROM documents WHERE rowid = ?", [rowid]).fetchone()
        return str(row[0]) if row else ""


Matcher = ByWords | BySigns
"""What finds documents, and what was searched for in them."""


def matcher(conn: sqlite3.Connection, question: str) -> Matcher | None:
    """Return how to find all words of a question, and quotes as they stand; None if it has no words."""
    terms = _terms(question)
    if not terms:
        return None
    if not any(_RUN.search(term) for term in terms):
        return ByWords(terms)
    terms.sort(key=lambda term: not _RUN.search(term))  # the first is shown
    runs = list(dict.fromkeys(run for term in terms for run in _RUN.findall(term)))[:_MOST_TRIGRAMS]
    trigrams = _trigrams(conn, dict.fromkeys(piece for term in terms for piece in _pieces(term)))
    found_is_had = {*terms} <= {*runs}
    return BySigns(list(map(_pattern, terms)), runs if found_is_had or not trigrams else [], trigrams, found_is_had)


def marks(question: str) -> tuple[re.Pattern[str], ...]:
    """Return what to mark of a question in a text that is `folded`."""
    return tuple(_pattern(folded(term)) for term in _terms(question)[:_MOST_MARKED])


def _terms(question: str) -> list[str]:
    question = unicodedata.normalize("NFC", question.replace("\x00", " "))
    found = [quoted or word for quoted, word in _TERM.findall(question)]
    return [term.replace('"', " ").strip() for term in found if any(c.isalnum() for c in term)]


def _pieces(term: str) -> list[str]:
    return [piece for piece in re.split(_BREAK, term) if piece]


def _pattern(term: str) -> re.Pattern[str]:
    """Return a term with whatever is no word between its pieces; Latin words at its ends are whole words."""
    before = "" if _RUN.match(_pieces(term)[0]) else f"(?<!{_OTHER})"
    after = "" if _RUN.match(_pieces(term)[-1][-1]) else f"(?!{_OTHER})"
    pieces = _BREAK.join(map(re.escape, _pieces(term)))
    return re.compile(before + pieces + after, re.IGNORECASE if pieces.lower() != pieces.upper() else 0)


def _trigrams(conn: sqlite3.Connection, pieces: Iterable[str]) -> str:
    """Return what to ask the index, so that it finds all texts with these pieces and few others; empty for nothing."""
    wanted: dict[str, None] = {}
    for piece in pieces:
        if len(wanted) >= _MOST_TRIGRAMS:
            break
        if len(piece) >= 3:
            wanted |= dict.fromkeys(_quoted(piece[at : at + 3]) for at in range(min(len(piece) - 2, _MOST_TRIGRAMS)))
            continue
        beginnings = conn.execute(
            "SELECT term FROM documents_signs_terms WHERE term >= ? AND term < ? LIMIT ?",
            [piece.lower(), f"{piece.lower()}\U0010ffff", _MOST_BEGINNINGS + 1],
        ).fetchall()
        if len(beginnings) <= _MOST_BEGINNINGS:
            found = [_quoted(row[0]) for row in beginnings] or [_NOWHERE]
            wanted[f"({' OR '.join(found)})"] = None
    return " AND ".join(wanted)


def _quoted(trigram: str) -> str:
    return '"' + trigram.replace('"', '""') + '"'
