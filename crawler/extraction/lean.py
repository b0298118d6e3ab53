"""A page's markup without what extraction never looks at: what scripts, styles and comments hold, and attributes that
only programs read. Most captures of a page differ in nothing else, and need not even be parsed then.

Only markup that all parsers read alike is made lean. Where a tag, a comment or a script is written oddly, what belongs
to it would be a guess, and the page is read as it is.

A page is gone through in stretches, each from a place where no tag is open up to the next thing that does not stay. How
a stretch ends depends on nothing that comes after it, so that those of an earlier capture can be copied.
"""

import re
from functools import lru_cache, partial
from typing import NamedTuple

from crawler.extraction.cleaning import cloudflare
from crawler.extraction.cleaning.unseen import is_looked_at
from crawler.extraction.page import MAX_ATTRIBUTES, MAX_ELEMENTS
from crawler.text.limits import MAX_CHARACTERS

_SPACE = r"[ \t\n\r]"
_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:.-]*+"
_VALUE = rf"""(?:{_SPACE}*+={_SPACE}*+(?:"[^"]*+"|'[^']*+'|[^ \t\n\r"'<>=`]++))"""
# The attributes that differ from capture to capture (six histories of 2022 to 2026; 2026-11). What unfolding asks for
# has other names, and none of these are in a selector: with one, a page is read as it is.
_VOLATILE = rf"(?ai:data-|(?:nonce|integrity|src|srcset|content|value)(?![^=> \t\n\r/])|href=.?{cloudflare.LINK}\#)"
_TAG_ENDS = rf"{_SPACE}*+>"
_ATTRIBUTES = rf"(?>{_SPACE}++{_NAME}{_VALUE}?+){{0,{MAX_ATTRIBUTES}}}+"
_STILL = rf"(?>{_SPACE}++(?!{_VOLATILE}){_NAME}{_VALUE}?+){{0,{MAX_ATTRIBUTES}}}+"
# Elements that hold text instead of markup, and those without anything that a reader sees.
_SPECIAL = r"(?ai:(?:script|style|title|textarea|iframe|link|meta|xmp|noembed|noframes|plaintext)(?![^ \t\n\r/>]))"

_HOLDS_TEXT = "|".join(  # no group for the name: CPython 3.11 loses it in a possessive repetition
    rf"<(?ai:{name}){_ATTRIBUTES}{_TAG_ENDS}[^<]*+</(?ai:{name}){_TAG_ENDS}" for name in ("title", "textarea", "iframe")
)

# A stretch that stays as it is, and what comes after it. Possessive and atomic, so linear on any input.
_STRETCH = re.compile(
    rf"""(?P<stays>(?>[^<]++ | </[a-zA-Z][a-zA-Z0-9:-]*+{_TAG_ENDS}
              | <(?!{_SPECIAL})[a-zA-Z][a-zA-Z0-9:-]*+{_STILL}{_SPACE}*+/?>
              | {_HOLDS_TEXT}
              | <(?ai:!doctype\b[^<>\[]*+|\?[^<>]*+|!\[(?:if|endif)[^<>]*+)>)*+)
         (?: (?P<comment><!--(?!-?>)(?>[^-]++|-(?!->|-!>))*+-->)
           | <(?P<held>(?ai:script)){_ATTRIBUTES}{_TAG_ENDS}
             (?>(?>[^<]++|<(?!!--|/(?ai:script)))*+ (?=</) | (?>[^<]++|<(?!/?(?ai:script)))*+) </(?ai:script){_TAG_ENDS}
           | <(?P<style>(?ai:style)){_ATTRIBUTES}{_TAG_ENDS}(?>[^<]++|<(?!/(?ai:style)))*+</(?ai:style){_TAG_ENDS}
           | <(?P<void>(?ai:link|meta)){_ATTRIBUTES}{_SPACE}*+/?>
           | (?P<tag><(?!{_SPECIAL})[a-zA-Z][a-zA-Z0-9:-]*+{_ATTRIBUTES}{_SPACE}*+/?>)
           | \Z)""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(rf"{_SPACE}++(?={_VOLATILE})({_NAME})({_VALUE}?+)|{_SPACE}++{_NAME}{_VALUE}?+")
_TAG = re.compile(r"<([a-zA-Z][^ \t\n\r/>]*+)")
_SHORT = 500  # characters of a tag that is remembered


class Lean(NamedTuple):
    """The stretches of a page: as they are, and lean."""

    stretches: list[str]
    lean: list[str]

    @property
    def text(self) -> str:
        """The lean page."""
        return "".join(self.lean)


def lean(page: str, like: Lean | None = None) -> Lean | None:
    """Return a page without what extraction never looks at; None if it has to be read as it is.

    What scripts hold is gone, too: on a page without a text of its own it would have been looked at. What comes of it
    does not depend on the page that it may be ``like``, which only spares work.
    """
    if len(page) > MAX_CHARACTERS or page.count("<") > MAX_ELEMENTS:
        return None
    here, there = Lean([], []), _Beside(like or Lean([], []))
    position, end = 0, len(page)
    while position < end:
        if same := there.same(page, position):
            here.stretches.extend(there.page.stretches[same])
            here.lean.extend(there.page.lean[same])
            position = there.position
            continue
        found = _STRETCH.match(page, position)
        if found is None or found.end() == position:
            return None
        there.pass_by(found[0])
        here.stretches.append(found[0])
        here.lean.append(found["stays"] + _left(found))
        position = found.end()
    return here


class _Beside:
    """Another page beside the one that is made lean: what comes next in both, as long as it is the same."""

    def __init__(self, page: Lean) -> None:
        self.page = page
        self.position = 0
        """Where in the page that is made lean the stretches end that were the same."""
        self._next = 0
        self._numbers: dict[str, int] = {}

    def same(self, page: str, position: int) -> slice | None:
        """Return which stretches of the other page come next in this one, if any."""
        stretches, first, number = self.page.stretches, self._next, self._next
        while number < len(stretches) and page.startswith(stretches[number], position):
            if number == len(stretches) - 1 and position + len(stretches[number]) < len(page):
                break  # what ends with its page may go on in this one
            position += len(stretches[number])
            number += 1
        self._next, self.position = number, position
        return slice(first, number) if number > first else None

    def pass_by(self, stretch: str) -> None:
        """Go past a stretch that is not the next one: it is elsewhere in the other page, or another in its place."""
        if not self._numbers:
            self._numbers = {stretch: number for number, stretch in enumerate(self.page.stretches)}
        self._next = self._numbers.get(stretch, self._next) + 1


def _left(found: re.Match[str]) -> str:
    """Return what is left of the end of a stretch."""
    kind = found.lastgroup
    if kind == "comment":
        return "<!---->"
    if kind == "held":
        return "<script></script>"
    if kind == "style":
        return "<style></style>"
    if kind == "void":
        return f"<{found['void']}>"
    if kind == "tag":
        tag = found["tag"]
        return _short(tag) if len(tag) <= _SHORT else _lean_tag(tag)
    return ""


def _lean_tag(tag: str) -> str:
    name = _TAG.match(tag)
    assert name is not None
    return _ATTRIBUTE.sub(partial(_without_volatile, name[1].lower()), tag)


_short = lru_cache(maxsize=8192)(_lean_tag)  # the captures of a page share most of their tags


def _without_volatile(tag: str, attribute: re.Match[str]) -> str:
    name, value = attribute[1], attribute[2]
    if name is None:
        return attribute[0]
    if name in {"data-cfemail", "href"}:  # an address that is written with another key in every capture
        return cloudflare.HIDDEN.sub(_with_one_key, attribute[0])
    return attribute[0] if is_looked_at(name.lower(), value, tag) else ""


def _with_one_key(found: re.Match[str]) -> str:
    address = cloudflare.decode_email(found[2])
    return found[0] if address is None else f"{found[1]}{cloudflare.encode_email(address)}"
