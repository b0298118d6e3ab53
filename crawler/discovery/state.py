"""The links that an application writes into its page as data: a footer that a script makes is in the page's state.

Nothing is run: addresses and the texts beside them are looked for in the scripts' strings.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from crawler.discovery.anchors import Anchor

_MOST_CHARACTERS: Final = 2_000_000
_MOST_PAIRS: Final = 5_000
_APART: Final = 300  # characters between an address and its text
_MEMBER = re.compile(
    r'"(?:(?P<address>url|href|link|to|path|uri|slug|pathname)|title|label|name|text|linkText|caption|displayName)"'
    r'\s*+:\s*+(?P<value>"(?:[^"\\]|\\.){1,400}+")'
)


def state_anchors(tree: HtmlElement) -> Iterator[Anchor]:
    """Yield the links in the state of a page: an address, and the text before or after it in its object."""
    left = _MOST_CHARACTERS
    for script in tree.iter("script"):
        text = (script.text or "")[:left]
        left -= len(text)
        if '\\"' in text:  # JSON in a string of a script
            text = text.replace('\\"', '"')
        for order, (address, said) in enumerate(islice(_pairs(text), _MOST_PAIRS)):
            yield Anchor(script, address, (said,), order)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield addresses with their texts; each text is one address's."""
    address: tuple[int, str] | None = None  # waits for its text
    said: tuple[int, str] | None = None  # waits for its address
    for member in _MEMBER.finditer(text):
        value = _unquoted(member["value"])
        if member["address"]:
            if said is not None and member.start() - said[0] <= _APART:
                yield value, said[1]
                address = said = None
            else:
                address = member.end(), value
        elif address is not None and member.start() - address[0] <= _APART:
            yield address[1], value
            address = said = None
        else:
            said = member.end(), value


def _unquoted(literal: str) -> str:
    try:
        return " ".join(str(json.loads(literal)).split())
    except ValueError:
        return " ".join(literal[1:-1].split())
