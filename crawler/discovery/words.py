"""What a text says by the words of `words.toml`: which policy it names, what stands beside the name, what speaks
against it.
"""

import tomllib
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from crawler.discovery.folding import Folded, fold, is_unspaced, words_of
from crawler.discovery.types import TYPES

_FILE: Final = Path(__file__).with_name("words.toml")
_STEM: Final = 4  # letters by which a stem is found; shorter stems end words that are as short
_LETTERS: Final = 2
_FUNCTION_WORD: Final = 3  # letters at most of "of", "des", "und", which addresses leave out
# Glued words ("termsofuse") that begin an address's word must be long, or they begin other words.
_GLUED_AT_LEAST: Final = 8
# How an address without umlauts writes them: "geschaeftsbedingungen", "brugervilkaar".
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


class Kind(IntEnum):
    """What a phrase is for; of two that are equally long, the higher one counts."""

    PLAIN = -1
    BESIDE = 0
    AGAINST = 1
    ALONE = 2
    ADDRESS = 3
    NAME = 4


_KEYS: Final = {"names": Kind.NAME, "alone": Kind.ALONE, "addresses": Kind.ADDRESS}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the file, ready to be compared."""

    words: tuple[str, ...]
    """Words without spaces between them: each ends in "*" if it may go on."""
    kind: Kind
    type: str | None
    language: str
    unspaced: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase that stands in a text."""

    start: int
    end: int
    kind: Kind
    type: str | None
    language: str


class Reading(NamedTuple):
    """What a text says: phrases that do not overlap, in their order."""

    found: tuple[Found, ...]
    letters: int
    """Letters and digits of the text."""

    @property
    def named(self) -> Found | None:
        """The policy that the text names: the first of the surest kind."""
        if not self.found:
            return None
        names = [each for each in self.found if each.kind >= Kind.ALONE]
        return max(names, key=lambda each: (each.kind, -each.start), default=None)

    @property
    def share(self) -> float:
        """The share of the text that its policies' names and words beside them are."""
        said = sum(each.end - each.start for each in self.found if each.kind != Kind.AGAINST)
        return said / self.letters if self.letters else 0.0

    @property
    def against(self) -> int:
        """How many phrases speak against it."""
        return sum(each.kind == Kind.AGAINST for each in self.found)


class Words:
    """The phrases of a file, indexed by their first words or letters."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        """Index phrases: those that name policies apart, for most texts have none of them and need no more reading."""
        self._names, self._in_addresses, self._others = _Index(), _Index(), _Index()
        self._glued: dict[str, Phrase] = {}
        self._glued_stems: dict[str, list[tuple[str, Phrase]]] = {}
        plain, against = set(), set()
        for phrase in phrases:
            if phrase.kind == Kind.PLAIN:
                plain.add(phrase.words[0])
            elif phrase.kind < Kind.ALONE:
                self._others.add(phrase)
                if phrase.kind == Kind.AGAINST and phrase.language == "any":
                    against.add(phrase.words[0])
            else:
                if phrase.kind != Kind.ADDRESS or phrase.unspaced:
                    self._names.add(phrase)
                self._in_addresses.add(phrase)
                self._add_glued(phrase)
        self.plain = frozenset(plain)
        """Words of addresses that say nothing of what is there."""
        self.against = frozenset(against)
        """Words that speak against a policy in all languages."""
        for stems in self._glued_stems.values():
            stems.sort(key=lambda stem: -len(stem[0]))

    def _add_glued(self, phrase: Phrase) -> None:
        glued = "".join(phrase.words).replace("*", "")
        known = self._glued.get(glued)
        if known is None or known.kind < phrase.kind:
            self._glued[glued] = phrase
            if len(glued) >= _GLUED_AT_LEAST:
                self._glued_stems.setdefault(glued[:_STEM], []).append((glued, phrase))

    def likely(self, folded: str) -> Iterator[bool]:
        """Tell of each line of a folded text whether it may name a policy, by one look at all: few of a page's do."""
        telling = self._names.telling(set(words_of(folded)))
        for line in folded.split("\n"):
            yield not telling.isdisjoint(words_of(line)) or is_unspaced(line)

    def likely_in_addresses(self, folded: str) -> Iterator[bool]:
        """Tell the same of parts of addresses, whose words may be glued; of no script without spaces."""
        words = set(words_of(folded))
        glued = [word for word in words if word in self._glued or word[:_STEM] in self._glued_stems]
        telling = self._in_addresses.telling(words).union(filter(self._glued_at, glued))
        for line in folded.split("\n"):
            of_line = words_of(line)
            yield not telling.isdisjoint(of_line) or "".join(of_line) in self._glued

    def read(self, text: str) -> Reading:
        """Return what a link's text says; nothing if it names no policy."""
        folded = fold(text)
        if not (names := list(self._names.found(folded))):
            return Reading((), len(folded.letters))
        return _reading([*names, *self._others.found(folded)], len(folded.letters))

    def read_address(self, text: str) -> Reading:
        """Return what a part of an address says, whose words may be glued; nothing if it names no policy."""
        folded = fold(text)
        size = len(folded.letters)
        if (whole := self._glued.get(folded.letters)) is not None:
            return Reading((_found(whole, 0, size),), size)
        if not (names := [*self._glued_in(folded), *self._in_addresses.found(folded)]):
            return Reading((), size)
        return _reading([*names, *self._others.found(folded)], size)

    def beside(self, text: str) -> float:
        """Return the share of a text that is words that may stand beside a policy's name: "more", "click here"."""
        folded = fold(text)
        return _reading(self._others.found(folded), len(folded.letters)).share

    def _glued_in(self, folded: Folded) -> Iterator[Found]:
        for position, word in enumerate(folded.words):
            if (glued := self._glued_at(word)) is not None:
                start = folded.start(position)
                yield _found(glued[1], start, start + len(glued[0]))

    def _glued_at(self, word: str) -> tuple[str, Phrase] | None:
        """Return the glued words that a word is, or begins with if they are long, and their phrase."""
        if (phrase := self._glued.get(word)) is not None:
            return word, phrase
        if len(word) >= _GLUED_AT_LEAST:
            for stem in self._glued_stems.get(word[:_STEM], ()):
                if word.startswith(stem[0]):
                    return stem
        return None


class _Index:
    """Phrases by the word, the stem or (in scripts without spaces) the letters that they begin with."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[Phrase]] = {}
        self._by_stem: dict[str, list[tuple[str, Phrase]]] = {}
        self._by_letters: dict[str, list[Phrase]] = {}

    def add(self, phrase: Phrase) -> None:
        first = phrase.words[0]
        if phrase.unspaced:
            self._by_letters.setdefault(first[:_LETTERS], []).append(phrase)
        elif first.endswith("*"):
            self._by_stem.setdefault(first[:-1][:_STEM], []).append((first[:-1], phrase))
        else:
            self._by_word.setdefault(first, []).append(phrase)

    def telling(self, words: Set[str]) -> set[str]:
        """Return the words that a phrase may begin with, all of whose words are among these."""
        return {
            word
            for word in words
            if (word in self._by_word or word[:_STEM] in self._by_stem)
            for phrase in self._beginning(word)
            if all(other in words or other[-1] == "*" for other in phrase.words[1:])
        }

    def _beginning(self, word: str) -> list[Phrase]:
        """Return the phrases that begin with a word: nearly always none."""
        phrases = self._by_word.get(word, [])
        stems = self._by_stem.get(word[:_STEM])
        return phrases + [phrase for stem, phrase in stems if word.startswith(stem)] if stems else phrases

    def found(self, folded: Folded) -> Iterator[Found]:
        """Yield the phrases that stand in a text, also those that overlap."""
        words = folded.words
        for position, word in enumerate(words):
            for phrase in self._beginning(word):
                if _goes_on(phrase.words, words, position):
                    start = folded.start(position)
                    yield _found(phrase, start, folded.start(position + len(phrase.words)))
        if folded.unspaced:
            letters, by_letters = folded.letters, self._by_letters
            for start in range(len(letters)):
                beginning = letters[start : start + _LETTERS]
                for phrase in (*by_letters.get(beginning, ()), *by_letters.get(beginning[:1], ())):
                    if letters.startswith(phrase.words[0], start):
                        yield _found(phrase, start, start + len(phrase.words[0]))


def _found(phrase: Phrase, start: int, end: int) -> Found:
    return Found(start, end, phrase.kind, phrase.type, phrase.language)


def _goes_on(phrase: Sequence[str], words: Sequence[str], position: int) -> bool:
    """Tell whether a phrase that begins at a word is there as a whole."""
    if position + len(phrase) > len(words):
        return False
    for offset in range(1, len(phrase)):
        word, wanted = words[position + offset], phrase[offset]
        if word != wanted and not (wanted[-1] == "*" and word.startswith(wanted[:-1])):
            return False
    return True


def _reading(found: Iterable[Found], letters: int) -> Reading:
    """Keep the longest phrases that do not overlap."""
    taken: list[Found] = []
    free = bytearray(letters)
    for each in sorted(found, key=lambda each: (each.start - each.end, -each.kind, each.start)):
        if not any(free[each.start : each.end]):
            free[each.start : each.end] = b"\1" * (each.end - each.start)
            taken.append(each)
    return Reading(tuple(sorted(taken, key=lambda each: each.start)), letters)


@lru_cache(maxsize=1)
def known_words() -> Words:
    """Return the words of the project's file, read when they are first asked for."""
    return Words(phrases_of(tomllib.loads(_FILE.read_text("utf-8"))))


def phrases_of(records: dict[str, Any]) -> Iterator[Phrase]:
    """Yield the phrases of a file. Raise ValueError with a sentence where it is not as its first lines describe."""
    for language, record in records.items():
        for key, value in record.items():
            if key in {"beside", "against", "plain"}:
                for text in _texts(value, f"words.toml, {language}, {key}"):
                    yield from _phrases(text, Kind[key.upper()], None, language)
            elif key not in TYPES:
                raise ValueError(f"words.toml, {language}: {key!r} is neither a type, nor beside, against or plain.")
            else:
                if unknown := value.keys() - _KEYS.keys():
                    raise ValueError(f"words.toml, {language}, {key}: {min(unknown)!r} is none of {sorted(_KEYS)}.")
                for name, texts in value.items():
                    for text in _texts(texts, f"words.toml, {language}, {key}, {name}"):
                        yield from _phrases(text, _KEYS[name], key, language)


def _texts(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueError(f"{where}: expected a list of phrases.")
    return value


def _phrases(text: str, kind: Kind, type_: str | None, language: str) -> Iterator[Phrase]:
    for written in dict.fromkeys((text, text.lower().translate(_UMLAUTS))):  # in this order, whatever hashing does
        # A star is a letter while the phrase is folded, and the end of its word.
        words = tuple(word.replace("zqz", "*") for word in fold(written.replace("*", "zqz")).words)
        words = tuple(word for word in words if word != "*")
        if not words:
            if kind == Kind.BESIDE:
                continue
            raise ValueError(f"words.toml, {language}: {text!r} has no letter.")
        if fold(text).unspaced:
            yield Phrase(("".join(words).replace("*", ""),), kind, type_, language, unspaced=True)
        else:
            yield Phrase(words, kind, type_, language, unspaced=False)
            telling = tuple(word for word in words if len(word) > _FUNCTION_WORD)
            if kind == Kind.NAME and len(words) > 2 and 1 < len(telling) < len(words):
                yield Phrase(telling, Kind.ADDRESS, type_, language, unspaced=False)  # "protection-donnees"
