"""What kind of change a sentence went through: other words, or only other addresses, numbers of sections, dates, signs.

What is told of a change, and in which order, follows from that. Numbers by themselves are words: "30 days" says another
thing than "90 days". Whatever is not plainly of a lesser kind is of the kind "words".
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Literal

from crawler.text.comparison.words import Piece
from crawler.text.identity.rules import CALENDAR

LesserKind = Literal["links", "renumbered", "dates", "casing", "punctuation"]
PlaceKind = Literal["new", "removed", "words"] | LesserKind

LESSER: tuple[LesserKind, ...] = ("links", "renumbered", "dates", "casing", "punctuation")
"""Kinds of changed sentences in which no word is another, the most telling first."""
_ORDER: tuple[LesserKind, ...] = ("punctuation", "casing", "renumbered", "dates", "links")
"""The same, from what is the surest: another number may be taken for an address, but no sign for another number."""
_LONGEST = 5_000
"""Characters of a sentence up to which its kind is looked at more closely."""

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>()]++"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|(?<![\w.-])[\w-]{1,63}(?:\.[a-z\d-]{2,63}){0,8}\.[a-z]{2,12}(?:/[^\s<>()]*+|(?![\w.@-]))"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|º|\.)?"
_DATE = re.compile(
    rf"\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}(?!\d)|(?<!\d)\d{{4}}[./-]\d{{1,2}}[./-]\d{{1,2}}(?!\d)"
    rf"|(?<!\w){_DAY}\s*(?:(?:of|de|do)\s+)?(?:{CALENDAR})(?!\w)\.?(?:,?\s+(?:(?:de|del)\s+)?\d{{4}}(?!\d))?"
    rf"|(?<!\w)(?:{CALENDAR})(?!\w)\.?\s+(?:{_DAY}(?!\w)(?:,?\s+\d{{4}}(?!\d))?|\d{{4}}(?!\d))"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월](?:\s?\d{1,2}\s?[日일])?",
    re.IGNORECASE,
)
# What a section's number follows where another one refers to it, in the languages of most policies.
_PART = (
    r"sections?|sec\.|clauses?|paragraphs?|para\.|articles?|art\.|parts?|chapters?|items?|points?|§{1,2}"
    r"|abschnitte?n?|ziffern?|absatz|abs\.|artikeln?|nr\.|punkte?|klauseln?|rubriques?|paragraphes?"
    r"|secci[oó]n(?:es)?|cl[aá]usulas?|art[ií]culos?|apartados?|sezion[ei]|articol[oi]|clausol[ae]|paragraf[oi]"
    r"|se[cç][cç]?(?:ão|ões)|artigos?|lid|hoofdstuk|paragraaf"
)
_DOTTED = r"\d{1,3}(?:\.\d{1,3})*"
_REFERENCE = re.compile(
    rf"(?<!\w)(?:{_PART})\s?{_DOTTED}(?:(?:,| and| or| to| und| bis| et| y| e|\s?[–-])\s?{_DOTTED})*", re.I
)
_NUMBER = re.compile(_DOTTED)
# The number that a sentence begins with: "5.", "5.1", "(a)", "IV.", "Section 5"; a heading has it without a sign too.
_LABEL = re.compile(rf"(?:(?:{_PART})\s)?\(?({_DOTTED}|[a-z]|[ivxlc]{{1,6}})(?:[.):]\)?\s|\.?\s(?=\W?[^\W\d_]))", re.I)
_SIGNS_THAT_SAY = frozenset("%@#&+")
_WITHIN_A_NUMBER = re.compile(r"(?<=[^\W_a-zA-Z])[\W_](?=[^\W_a-zA-Z])")  # or what may be one


def label(text: str, *, is_heading: bool = False) -> str:
    """Return the number of the section or item that a sentence begins with; empty if it begins with none."""
    found = _LABEL.match(text)
    if not found:
        return ""
    begins = text[found.end() :].lstrip("\"'“‘«(")[:1]
    if begins.islower() or begins.isdigit() or not begins:
        return ""  # "5.5 million", "I. e. all"
    is_marked = found[0].rstrip()[-1] in ".):" or ("." in found[1] and found.start(1) < 2)
    return found[1] if is_marked or (is_heading and found[1].isdigit()) else ""


def kind_of(pieces: Sequence[Piece], renumbered: Mapping[str, str], *, is_heading: bool = False) -> PlaceKind:
    """Return of what kind a changed sentence is, by its pieces.

    ``renumbered`` has the sections that have another number in the later text, by their earlier ones.
    """
    before = "".join(text for op, text in pieces if op != "+")
    after = "".join(text for op, text in pieces if op != "-")
    if len(before) + len(after) > _LONGEST:
        return "words"
    sides = ((before, True), (after, False))

    def is_same(kinds: Collection[LesserKind]) -> bool:
        one, other = (_without(kinds, text, renumbered if is_old else {}, is_heading) for text, is_old in sides)
        return one == other

    if not is_same(LESSER):
        return "words"
    alone = (kind for kind in _ORDER if is_same([kind]))
    needed = (kind for kind in LESSER if not is_same([other for other in LESSER if other != kind]))
    return next(chain(alone, needed), "words")


def _without(kinds: Collection[LesserKind], text: str, renumbered: Mapping[str, str], is_heading: bool) -> str:
    """Return a text without what may differ in changes of these kinds, and without spaces."""
    if "renumbered" in kinds:
        text = _without_numbers(text, renumbered, is_heading)
    if "links" in kinds:
        text = _without_addresses(text)
    if "dates" in kinds:
        text = _without_dates(text)
    if "casing" in kinds:
        text = text.casefold()
    if "punctuation" in kinds:
        text = _letters(text)
    return "".join(text.split())


@lru_cache(maxsize=16)  # a sentence is looked at for one kind after the other
def _without_addresses(text: str) -> str:
    return _ADDRESS.sub("\0", text)


@lru_cache(maxsize=16)
def _without_dates(text: str) -> str:
    return _DATE.sub("\1", text)


def _without_numbers(text: str, renumbered: Mapping[str, str], is_heading: bool) -> str:
    """Return a text without its own number, and with the later ones of the sections that it refers to."""
    if number := label(text, is_heading=is_heading):
        at = text.index(number)
        text = text[:at] + text[at + len(number) :]
    return _REFERENCE.sub(
        lambda found: _NUMBER.sub(lambda number: renumbered.get(number[0], number[0]), found[0]), text
    )


def _letters(text: str) -> str:
    """Return a text without signs that only punctuate: not those within numbers, of currencies or of logic."""
    signs = {sign for sign in set(text) - _SIGNS_THAT_SAY if unicodedata.category(sign).startswith("P")}
    if not _WITHIN_A_NUMBER.search(text):
        return text.translate(dict.fromkeys(map(ord, signs)))
    return "".join(
        sign
        for at, sign in enumerate(text)
        if sign not in signs or (text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit())
    )
