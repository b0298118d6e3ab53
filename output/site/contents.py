"""The contents of a long text: its headings, and what stands in for them where a page has none."""

import re
from dataclasses import dataclass, replace

from lxml import html

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_PART = 400
"""Words without a heading after which the next paragraph is listed by its first words: some three screens of a phone.
Of the longest real policies, one in four has no heading at all (2026-11)."""
_TITLE_WORDS = 15
"""A paragraph in bold of up to so many words is taken for a heading."""
_FIRST_WORDS = 7
_MIN_WORDS, _MIN_ENTRIES = 600, 3
"""A shorter text needs no contents."""
_DEEPEST = 4
_TAIL = 80
"""Characters of a heading that name its place."""


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A place in a text: a heading, or the first words of a part that has none (``quoted``). Levels begin at 1."""

    id: str
    level: int
    text: str
    quoted: bool = False


def anchor(root: html.HtmlElement) -> tuple[ContentsEntry, ...]:
    """Give the places of a text their ids, and return its contents; none for a short text."""
    entries: list[ContentsEntry] = []
    taken: set[str] = set()
    words = since = 0
    level = 1
    for element in root.iter(*_HEADINGS, "p", "li", "tr"):
        text = " ".join(element.text_content().split())
        size = len(text.split())
        if not size:
            continue
        is_heading = element.tag in _HEADINGS
        if is_heading or _is_title(element, size):
            here = int(element.tag[1]) - 1 if is_heading else level + 1
            level = here if is_heading else level
            entries.append(ContentsEntry(_named(element, text, taken), here, text))
            since = 0
        elif since >= _PART and element.getparent().tag not in {"li", "blockquote"}:
            first = " ".join(text.split()[:_FIRST_WORDS])
            entries.append(ContentsEntry(_named(element, first, taken), level + 1, f"{first} …", quoted=True))
            since = 0
        if size > _PART and element.tag == "p":  # all of a text in one paragraph
            inside = [(part, " ".join(part.text_content().split())) for part in element.iter("strong")]
            entries += [
                ContentsEntry(_named(part, title, taken), level + 1, title)
                for part, title in inside
                if 0 < len(title.split()) <= _TITLE_WORDS
            ]
        if element.find("p") is None and element.find("ul") is None and element.find("ol") is None:
            words, since = words + size, since + size
    if words < _MIN_WORDS or len(entries) < _MIN_ENTRIES:
        return ()
    top = min(entry.level for entry in entries) - 1
    return tuple(replace(entry, level=min(entry.level - top, _DEEPEST)) for entry in entries)


def _is_title(element: html.HtmlElement, size: int) -> bool:
    """Tell whether a paragraph is nothing but a few words in bold."""
    return (
        element.tag == "p"
        and size <= _TITLE_WORDS
        and len(element) == 1
        and element[0].tag == "strong"
        and not (element.text or "").strip()
        and not (element[0].tail or "").strip()
    )


def _named(element: html.HtmlElement, text: str, taken: set[str]) -> str:
    """Give an element an id that says what it is, and that nothing else on the page has."""
    slug = "text-" + re.sub(r"\W+", "-", text.lower()[:_TAIL]).strip("-")
    name, number = slug, 1
    while name in taken:
        number += 1
        name = f"{slug}-{number}"
    taken.add(name)
    element.set("id", name)
    return name
