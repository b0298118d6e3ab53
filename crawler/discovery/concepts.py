"""What a text speaks of: phrases of many languages as concepts, those of policies and those of texts that are none."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint64]

_FILE: Final = Path(__file__).with_name("concepts.toml")
# Phrases of these match anywhere: no spaces between words, or articles and prepositions written together with them.
_ANYWHERE: Final = frozenset({"ar", "fa", "he", "ja", "ko", "th", "zh"})
_FALLBACK: Final = "en"
_LANGUAGE_OF: Final = {"nb": "no", "nn": "no", "gl": "pt", "bs": "hr", "sr": "hr", "yue": "zh", "ur": "fa", "be": "ru"}

_SPACE: Final = 32
_PRIME: Final = 0x100000001B3
_SPREAD: Final = 0x9E3779B97F4A7C15
_PER_CHARACTER: Final = 0xC2B2AE3D27D4EB4F  # so that a run that the text's end cuts short is no shorter phrase
_FIRST_BITS: Final = 16
_OTHER_BITS: Final = np.uint64(64 - _FIRST_BITS)
_LONGEST_TEXT: Final = 1 << 14


class _Phrases(NamedTuple):
    """The phrases of a language."""

    lengths: npt.NDArray[np.int64]
    may_begin: npt.NDArray[np.bool_]
    """By the first bits of a hash of as many characters as the shortest phrase has: whether a phrase begins so."""
    may_be: npt.NDArray[np.bool_]
    """By the first bits of a hash: whether a phrase has them."""
    hashes: Codes
    """In order, ..."""
    concepts: npt.NDArray[np.int64]
    """... and of which concept each is."""


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, list[str]]]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Return the concepts: those of English, which has them all."""
    return tuple(_tables()[_FALLBACK])


@lru_cache(maxsize=1)
def _powers() -> tuple[Codes, Codes]:
    inverse = pow(_PRIME, -1, 1 << 64)
    ups, downs = np.empty(_LONGEST_TEXT, np.uint64), np.empty(_LONGEST_TEXT, np.uint64)
    up = down = 1
    for at in range(_LONGEST_TEXT):
        ups[at], downs[at] = up, down
        up, down = up * _PRIME % (1 << 64), down * inverse % (1 << 64)
    return ups, downs


@lru_cache(maxsize=len(_LANGUAGE_OF) + 64)
def _phrases(language: str) -> _Phrases:
    found = {
        _hashed(phrase): (number, len(phrase))
        for number, concept in enumerate(names())
        for phrase in _tables()[language].get(concept, [])
    }
    hashes = np.array(sorted(found), np.uint64)
    lengths = sorted({length for _, length in found.values()})
    beginnings = {
        _hashed(phrase[: lengths[0]]) for concept in names() for phrase in _tables()[language].get(concept, [])
    }
    return _Phrases(
        np.array(lengths, np.int64),
        _by_first_bits(np.array(sorted(beginnings), np.uint64)),
        _by_first_bits(hashes),
        hashes,
        np.array([found[key][0] for key in sorted(found)], np.int64),
    )


def _by_first_bits(hashes: Codes) -> npt.NDArray[np.bool_]:
    among = np.zeros(1 << _FIRST_BITS, bool)
    among[_first_bits(hashes)] = True
    return among


def _hashed(phrase: str) -> int:
    value = sum(ord(character) * pow(_PRIME, at, 1 << 64) for at, character in enumerate(phrase))
    return (value + len(phrase) * _PER_CHARACTER) * _SPREAD % (1 << 64)


def known_language(language: str | None) -> str:
    """Return the language whose phrases serve for a text."""
    code = _LANGUAGE_OF.get(language or "", language or "")
    return code if code in _tables() else _FALLBACK


@lru_cache(maxsize=len(_LANGUAGE_OF) + 64)
def told_of(language: str | None) -> npt.NDArray[np.bool_]:
    """Return for each concept whether the language has phrases for it. Where it has none, a text's silence says
    nothing.
    """
    code = _LANGUAGE_OF.get(language or "", language or "")
    phrases = _tables().get(code, {})
    return np.array([bool(phrases.get(name)) for name in names()])


def found(codes: Codes, language: str | None) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the concepts that a text speaks of, by their numbers in `names`, and where each phrase begins.

    :param codes: the characters of the text in lower case, words parted by one space
    """
    code = known_language(language)
    phrases = _phrases(code)
    ups, downs = _powers()
    codes = np.append(codes[: _LONGEST_TEXT - 2], np.uint64(_SPACE))
    # The hash of any run of characters is a difference of two of these, shifted to the run's beginning.
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(codes * ups[: len(codes)], dtype=np.uint64)])
    if code in _ANYWHERE:
        starts = np.arange(len(codes))
    else:
        starts = np.flatnonzero(np.concatenate([np.ones(1, bool), codes[:-1] == _SPACE]))
    shortest = phrases.lengths[:1]
    starts = starts[phrases.may_begin[_first_bits(_runs(sums, downs, starts, shortest)[:, 0])]]
    hashes = _runs(sums, downs, starts, phrases.lengths)
    at, length = np.nonzero(phrases.may_be[_first_bits(hashes)])
    likely = hashes[at, length]
    place = np.minimum(np.searchsorted(phrases.hashes, likely), len(phrases.hashes) - 1)
    right = phrases.hashes[place] == likely
    return phrases.concepts[place[right]], starts[at[right]]


def _runs(sums: Codes, downs: Codes, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> Codes:
    """Return the hashes of the runs of characters of these lengths, a column each, that begin at these places."""
    ends = np.minimum(starts[:, None] + lengths, len(sums) - 1)
    runs: Codes = (sums[ends] - sums[starts][:, None]) * downs[starts][:, None]
    hashes: Codes = (runs + lengths.astype(np.uint64) * np.uint64(_PER_CHARACTER)) * np.uint64(_SPREAD)
    return hashes


def _first_bits(hashes: Codes) -> npt.NDArray[np.int64]:
    return (hashes >> _OTHER_BITS).view(np.int64)
