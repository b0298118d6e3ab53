"""A page's markup without what extraction never looks at: what scripts, styles and comments hold, and attributes that
only programs read. Most captures of a page differ in nothing else, and need not even be parsed then.

Only markup that all parsers read alike is made lean. Where a tag, a comment or a script is written oddly, what belongs
to it would be a guess, and the page is read as it is.
"""

import re
from functools import lru_cache

from crawler.extraction.cleaning import cloudflare
from crawler.extraction.cleaning.unseen import is_looked_at
from crawler.extraction.page import MAX_ATTRIBUTES, MAX_ELEMENTS
from crawler.text.limits import MAX_CHARACTERS

_SPACE = r"[ \t\n\r]"
_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:.-]*+"
_VALUE = rf"""(?:{_SPACE}*+={_SPACE}*+(?:"[^"]*+"|'[^']*+'|[^ \t\n\r"'<>=`]++))"""
# The attributes that differ from capture to capture (six histories of 2022 to 2026; 2026-11). What unfolding asks for
# has other names, and none of these are in a selector: with one, a page is read as it is.
_VOLATILE = rf"(?ai:data-|(?:nonce|integrity|src|srcset|content)(?![^=> \t\n\r/])|href=.?{cloudflare.LINK}\#)"
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
_SHORT = 500  # characters of a tag that is remembered


def lean(text: str) -> str | None:
    """Return a page's text without what extraction never looks at; None if it has to be read as it is.

    What scripts hold is gone, too: on a page without a text of its own it would have been looked at.
    """
    if len(text) > MAX_CHARACTERS or text.count("<") > MAX_ELEMENTS:
        return None
    parts: list[str] = []
    position, end = 0, len(text)
    while position < end:
        found = _STRETCH.match(text, position)
        if found is None or found.end() == position:
            return None
        parts.append(found["stays"])
        position = found.end()
        kind = found.lastgroup
        if kind == "comment":
            parts.append("<!---->")
        elif kind == "held":
            parts.append("<script></script>")
        elif kind == "style":
            parts.append("<style></style>")
        elif kind == "void":
            parts.append(f"<{found['void']}>")
        elif kind == "tag":
            tag = found["tag"]
            parts.append(_short(tag) if len(tag) <= _SHORT else _lean_tag(tag))
    return "".join(parts)


def _lean_tag(tag: str) -> str:
    return _ATTRIBUTE.sub(_without_volatile, tag)


_short = lru_cache(maxsize=8192)(_lean_tag)  # the captures of a page share most of their tags


def _without_volatile(attribute: re.Match[str]) -> str:
    name, value = attribute[1], attribute[2]
    if name is None:
        return attribute[0]
    if name in {"data-cfemail", "href"}:  # an address that is written with another key in every capture
        return cloudflare.HIDDEN.sub(_with_one_key, attribute[0])
    return attribute[0] if is_looked_at(name.lower(), value) else ""


def _with_one_key(found: re.Match[str]) -> str:
    address = cloudflare.decode_email(found[2])
    return found[0] if address is None else f"{found[1]}{cloudflare.encode_email(address)}"
