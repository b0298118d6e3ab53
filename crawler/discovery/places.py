"""Where a link stands in its page: in the footer, in a consent dialog, within prose."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

_ANCESTORS: Final = 12
_CHILDREN: Final = 50
_NAMES: Final = 200  # characters of ids and classes
_FOOT = re.compile(
    r"foot|bottom|legal|copyright|colophon|impressum|subnav|site-?info|disclaim|bas-de-page|\bpied|fuss|stopka"
)
_CONSENT = re.compile(r"cookie|consent|gdpr|rgpd|ccpa|onetrust|didomi|cmp-")
_STYLES: Final = frozenset({"span", "b", "strong", "em", "i", "font", "u", "small"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link stands."""

    foot: bool
    consent: bool
    prose: float
    """How much of the text of the block that it stands in is not its own: 0 none, 1 nearly all."""


def place(element: HtmlElement) -> Place:
    """Return where a link stands."""
    foot = consent = False
    above: HtmlElement | None = element
    for _ in range(_ANCESTORS):
        if above is None or above.tag == "body":
            break
        foot = foot or above.tag == "footer" or above.get("role") == "contentinfo"
        names = f"{above.get('id') or ''} {above.get('class') or ''}"[:_NAMES]
        if len(names) > 1:
            of_foot, of_consent = _named(names)
            foot, consent = foot or of_foot, consent or of_consent
        above = above.getparent()
    return Place(foot, consent, _prose(element))


@lru_cache(maxsize=1024)  # the links of a footer are all within the same elements
def _named(names: str) -> tuple[bool, bool]:
    lower = names.lower()
    return _FOOT.search(lower) is not None, _CONSENT.search(lower) is not None


def _prose(element: HtmlElement) -> float:
    parent = element.getparent()
    while parent is not None and parent.tag in _STYLES:
        parent = parent.getparent()
    if parent is None:
        return 0.0
    around = len((parent.text or "").strip()) + sum(
        len((child.tail or "").strip()) for child in islice(parent, _CHILDREN)
    )
    own = sum(map(len, islice(element.itertext(), _CHILDREN)))
    return around / (around + own + 1)
