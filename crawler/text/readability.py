"""How long a text is, and how easy to read: words, sentences and syllables, and the formula of its language.

Each block (a heading, an item, a row) ends a sentence, and so do full stops, question and exclamation marks. Words are
what has a letter, between spaces; languages that put none between words are not measured.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crawler.text.markdown import without_targets

UNSPACED = frozenset(("ja", "km", "lo", "my", "th", "zh"))
"""Languages that put no spaces between words, or between few."""
_WORD = re.compile(r"[^\W\d_]+(?:['’.\-][^\W\d_]+)*")
_MARKS = re.compile(r"[*_`~\\]+")
_ENDS = re.compile(r"[.!?…]+[\"'”’»)\]]*$")
_ABBREVIATED = re.compile(
    r"^[\"'“‘«(\[]*(?:\w|\w\.\w.*|\d+|no|art|inc|ltd|corp|co|vs|etc|bzw|usw|nr|abs|ca|sr|sra)\.\S*$", re.IGNORECASE
)
"""Words with a full stop that seldom ends a sentence; at the end of a block it does."""
_HAS_LETTER = re.compile(r"[^\W\d_]")
_FEWEST_WORDS = 100
"""Flesch's samples have so many words: a text with fewer has no score."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A language's formula: what it is called, who made it, and its numbers."""

    formula: str
    source: str
    base: float
    per_length: float
    per_syllables: float
    syllable: re.Pattern[str]
    silent: re.Pattern[str]
    examples: tuple[tuple[str, int], ...]

    def syllables(self, word: str) -> int:
        """Return how many syllables a word in small letters has, at least one."""
        return max(len(self.syllable.findall(word)) - len(self.silent.findall(word)), 1)


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a text is; ``syllables`` is None where its language has no formula."""

    words: int
    sentences: int
    syllables: int | None = None


def _read() -> dict[str, Formula]:
    formulas = {}
    for language, given in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items():
        syllable, silent = re.compile(given.pop("syllable")), re.compile(given.pop("silent", "(?!)"))
        pairs = (example.split(":") for example in given.pop("examples").split())
        examples = tuple((word, int(count)) for word, count in pairs)
        formulas[language] = Formula(**given, syllable=syllable, silent=silent, examples=examples)
    return formulas


FORMULAS = _read()
"""The formulas by language (ISO 639-1)."""


def measure(body: str, language: str | None) -> Measure | None:
    """Return how long a Markdown body in a language is; None where its words cannot be told apart."""
    if language in UNSPACED:
        return None
    text = without_targets(body)
    words = sentences = syllables = 0
    for token, times in Counter(text.split()).items():
        read = _token(token, language)
        words += times * read.words
        syllables += times * read.syllables
        if read.ends and not read.may_abbreviate:
            sentences += times
    for line in text.splitlines():
        if tokens := line.rsplit(None, 1):
            last = _token(tokens[-1], language)
            if (last.may_abbreviate or not last.ends) and (last.words or _HAS_LETTER.search(line)):
                sentences += 1
    return Measure(words, sentences, syllables if language in FORMULAS else None)


def reading_ease(measured: Measure, language: str | None) -> float | None:
    """Return how easy a text is to read (about 0 to 100, the higher the easier); None where that cannot be told.

    Its language needs a formula, and the text 100 words.
    """
    formula = FORMULAS.get(language or "")
    if formula is None or measured.syllables is None or measured.words < _FEWEST_WORDS:
        return None
    length = measured.words / max(measured.sentences, 1)
    return formula.base - formula.per_length * length - formula.per_syllables * measured.syllables / measured.words


@dataclass(frozen=True, slots=True)
class _Token:
    """What stands between two spaces."""

    words: int
    syllables: int
    ends: bool
    may_abbreviate: bool


@lru_cache(maxsize=1 << 16)
def _token(token: str, language: str | None) -> _Token:
    formula = FORMULAS.get(language or "")
    plain = unicodedata.normalize("NFC", _MARKS.sub("", token))
    words = _WORD.findall(plain)
    ends = bool(words or any(sign.isalnum() for sign in plain)) and _ENDS.search(plain) is not None
    syllables = sum(map(formula.syllables, map(str.lower, words))) if formula else 0
    return _Token(len(words), syllables, ends, ends and _ABBREVIATED.match(plain) is not None)
