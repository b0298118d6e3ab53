"""The headings that a document leaves out, since they repeat the page's title, which it already has."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

_WORDS = re.compile(r"\w+")
_SEPARATORS = re.compile(r"\s[-–—|/\\>»·:]+\s|[|»·:]")
# A section heading of this class is missing from the published documents: Readability.js takes the name for that of a
# page header. Its other wrong guesses (3 % of the headings of 145 real policies, measured 2026-11) are not followed.
_MISTAKEN = "subheader"


def repeated_titles(root: HtmlElement, title: str) -> Iterator[HtmlElement]:
    """Yield the headings under ``root`` that the document leaves out on a page whose ``<title>`` is ``title``.

    A single ``h1`` is the page's own title, whatever it says. One of several, or a single ``h2`` that comes first, is
    left out if it has the words of ``<title>`` or of a part of it ("Privacy | Example").
    """
    mains = list(root.iter("h1"))
    if len(mains) == 1:
        yield mains[0]
    else:
        yield from (heading for heading in mains if _repeats(heading, title))
    seconds = list(root.iter("h2"))
    if (
        len(seconds) == 1
        and next(root.iter("h2", "h3", "h4", "h5", "h6")) is seconds[0]
        and _repeats(seconds[0], title)
    ):
        yield seconds[0]
    yield from filter(is_mistaken, seconds)


def is_mistaken(heading: HtmlElement) -> bool:
    """Tell whether a heading is one of a section that the published documents lack."""
    return _MISTAKEN in (heading.get("class") or "").split()


def _repeats(heading: HtmlElement, title: str) -> bool:
    words = _folded("".join(heading.itertext()))
    return bool(words) and any(words == _folded(part) for part in (title, *_SEPARATORS.split(title)))


def _folded(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())
