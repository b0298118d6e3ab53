"""What the classifier reads of a text: parts of its words as hashed counts, and what it says and looks like."""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler.discovery import concepts
from crawler.discovery.types import TYPES
from crawler.discovery.words import Kind, known_words

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint64]

# Characters, most of a policy's sections are named in so many; more cost time and add nothing to the figures (2026-11).
READ_AT_MOST: Final = 6000
# A menu: so many lines together, each shorter than this and without the end of a sentence. Where more than half of what
# would be read is menus, it is read on past them: pages of some makers have thousands of characters of them first.
_MENU_LINES: Final = 8
_MENU_LINE: Final = 40
_OF_MENU_KEPT: Final = 2  # lines at its beginning and its end, which may be a title
_END_OF_SENTENCE: Final = tuple(".,;:!?。、")
_HEAD: Final = 240
_TITLE: Final = 80
_BEGINNING: Final = 100  # of 100, 200 and 300 characters, by cross-validation (2026-11)
_TITLES: Final = 4  # lines in which a page says what it is
BITS: Final = 16
HEAD_BITS: Final = 14
_SIZES: Final = (3, 4, 5)

_CALLED: Final = len(TYPES) + 1
SAID_PARTS: Final = (3 * len(concepts.names()), _CALLED, 9)
"""How many features say what the text speaks of, what it calls itself, and what it looks like."""

_NOT_PROSE: Final = re.compile(r"\]\([^)\s]{0,500}\)|https?://\S{1,500}")
_NUMBERED: Final = re.compile(r"^[^\w\n]{0,4}(?:\w{2,9} )?(?:\d{1,2}|[IVX]{1,4})[.):]", re.MULTILINE)
_QUOTES: Final = '"“«„「'
_LONG_LINE: Final = 80
_SPACE: Final = 32
_MIX_1, _MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_HALF, _TOP, _REST = np.uint64(31), np.uint64(58), np.uint64(64 - BITS)

_LOGARITHMS: Final = 1 + np.log(np.maximum(np.arange(1024), 1).astype(np.float32))


class Features(NamedTuple):
    """What the model weighs."""

    grams: npt.NDArray[np.int64]
    """Hashed runs of 3 to 5 characters, each once, ..."""
    counts: Floats
    """... and how often each occurs, as a logarithm."""
    head: npt.NDArray[np.int64]
    """The runs with which the text begins: numbers above all of `grams`."""
    said: Floats
    """What the text speaks of, what it calls itself, and its form; NaN where its language has no phrases to tell by."""


def features(text: str, language: str | None) -> Features:
    """Return the features of a text, Markdown or plain."""
    prose = _prose(text)
    codes = _letters(prose.lower())
    grams, counts = _counted(_hashed(codes))
    head = np.unique(_hashed(_letters(prose[:_BEGINNING].lower())) >> np.uint64(BITS - HEAD_BITS))
    said = np.concatenate([_spoken_of(codes, language), _called(prose), _form(prose, codes)])
    return Features(grams, counts, head.astype(np.int64) + (1 << BITS), said)


def _prose(text: str) -> str:
    """Return what is read of a text."""
    prose = _NOT_PROSE.sub(" ", text[: 2 * READ_AT_MOST])[:READ_AT_MOST]
    if prose.count("\n") * _MENU_LINE < READ_AT_MOST // 2 or len(_without_menus(prose)) > READ_AT_MOST // 2:
        return prose
    return _without_menus(_NOT_PROSE.sub(" ", text[: 4 * READ_AT_MOST]))[:READ_AT_MOST]


def _without_menus(text: str) -> str:
    kept: list[str] = []
    menu: list[str] = []
    for line in [*text.splitlines(), "."]:
        if len(line.strip()) < _MENU_LINE and not line.rstrip().endswith(_END_OF_SENTENCE):
            menu.append(line)
            continue
        kept += menu if len(menu) < _MENU_LINES else (*menu[:_OF_MENU_KEPT], *menu[-_OF_MENU_KEPT:])
        kept.append(line)
        menu = []
    return "\n".join(kept[:-1])


@lru_cache(maxsize=1)
def _is_letter() -> npt.NDArray[np.bool_]:
    """Return for each character whether it is a letter or a mark on one (beyond the basic plane, none is)."""
    return np.array([unicodedata.category(chr(code))[0] in "LM" for code in range(0x10000)])


def _letters(text: str) -> Codes:
    """Return the letters of a text, with one space in place of all that stands between them."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    codes = np.where(codes < 0x10000, codes, _SPACE)
    letter = _is_letter()[codes]
    kept = letter.copy()
    kept[1:] |= letter[:-1]
    return np.where(letter, codes, _SPACE)[kept].astype(np.uint64)


def _hashed(codes: Codes) -> Codes:
    grams = [np.zeros(0, np.uint64)]
    current = codes
    for size in range(2, max(_SIZES) + 1):
        if len(codes) < size:
            break
        current = current[:-1] * _MIX_1 + codes[size - 1 :]
        if size in _SIZES:
            mixed = current ^ (np.uint64(size) << _TOP)
            mixed = (mixed ^ (mixed >> _HALF)) * _MIX_2
            grams.append((mixed ^ (mixed >> _HALF)) >> _REST)
    return np.concatenate(grams)


def _counted(hashes: Codes) -> tuple[npt.NDArray[np.int64], Floats]:
    counts = np.bincount(hashes.view(np.int64), minlength=1)  # of 16 bits each
    found = np.flatnonzero(counts)
    return found, _LOGARITHMS[np.minimum(counts[found], len(_LOGARITHMS) - 1)]


def _spoken_of(codes: Codes, language: str | None) -> Floats:
    """Return how often the text speaks of each concept, and whether it begins with it."""
    found, starts = concepts.found(codes, language)
    many = len(concepts.names())
    rate = np.log1p(np.bincount(found, minlength=many) * (2000 / (len(codes) + 300)))
    head = np.minimum(np.bincount(found[starts < _HEAD], minlength=many), 2)
    title = np.minimum(np.bincount(found[starts < _TITLE], minlength=many), 1)
    known = concepts.told_of(language) | (rate > 0)
    return np.where(np.tile(known, 3), np.concatenate([rate, head, title]), np.nan).astype(np.float32)


def _called(prose: str) -> Floats:
    """Return which policies the first lines name, and how much else they say."""
    called = np.zeros(_CALLED, np.float32)
    lines = [line for line in prose[: 4 * _HEAD].split("\n") if line.strip()][:_TITLES]
    for line in lines:
        reading = known_words().read(line[:_TITLE])
        for found in reading.found:
            if found.type is not None and found.kind >= Kind.ALONE:
                at = TYPES.index(found.type)
                called[at] = max(called[at], 0.5 + reading.share / 2 if found.kind == Kind.NAME else reading.share / 2)
        called[-1] += reading.against
    return called


def _form(prose: str, codes: Codes) -> Floats:
    length = max(len(prose), 1)
    shown = np.frombuffer(prose.encode("utf-32-le", "replace"), np.uint32)
    digits = int(np.count_nonzero((shown >= ord("0")) & (shown <= ord("9"))))
    capitals = int(np.count_nonzero((shown >= ord("A")) & (shown <= ord("Z"))))
    prose_lines = sum(len(line) for line in prose.split("\n") if len(line) >= _LONG_LINE)
    return np.array(
        [
            np.log1p(len(codes)),
            digits / length * 20,
            capitals / length * 10,
            prose.count("?") / length * 500,
            prose.count("!") / length * 500,
            np.log1p(len(_NUMBERED.findall(prose))),
            "@" in prose,
            prose_lines / length,
            np.log1p(sum(map(prose.count, _QUOTES))),
        ],
        np.float32,
    )
