"""Takes off a page's tree what no reader sees, and what extraction does not look at."""

import re
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.cleaning.cloudflare import decode_emails
from crawler.extraction.cleaning.section_titles import controlled_ids
from crawler.extraction.main_content.bounds import NAMED_FOR_OTHERS
from crawler.extraction.page import NEVER_TEXT

# The attributes that cleaning, main_content and rendering ask for by name, and those of the empty elements by which
# cleaning keeps places. A new one has its place here first: without it, extraction does not see it.
_LOOKED_AT = frozenset(
    {
        "id", "class", "role", "style", "hidden", "href", "title", "type", "start", "value", "reversed", "colspan",
        "rowspan", "aria-hidden", "aria-modal", "aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle",
        "data-target", "data-bs-target", "kind", "says",
    }
)  # fmt: skip
_NAMES = frozenset({"id", "class"})
_OF_ITEMS = "value"  # the number of an item of a list; in a form often what is made for one capture
_SHORT = 100  # characters of a value that is remembered
_SHORT_NAMES = 500  # and of classes, of which style sheets of today have many
# What programs make up for a class or an id, often at each request: a UUID, or a digest. No name of a part of a page.
_MADE_UP = re.compile(
    "(?<![0-9a-zA-Z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,})(?![0-9a-zA-Z])", re.IGNORECASE
)
_MADE_UP_SHORTEST = 16  # characters


def drop_unseen(tree: HtmlElement) -> None:
    """Take scripts, styles, comments and the like off a tree, in place, and decode e-mail addresses."""
    decode_emails(tree)
    etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(tree, *NEVER_TEXT, with_tail=False)


def drop_attributes(element: HtmlElement) -> None:
    """Take the attributes off a tree, in place, that extraction does not look at: many differ in every capture. So does
    what programs make up in the names of elements.
    """
    opened: frozenset[str] | None = None  # what another element names by its id
    for each in element.iter("*"):
        for name in each.keys():  # noqa: SIM118 - no mapping; most names are looked at: to ask for values takes longer
            if name in _NAMES:
                value = each.get(name, "")
                if len(value) < _MADE_UP_SHORTEST or (kept := _not_made_up(value)) == value:
                    continue
                if name == "id" and opened is None:
                    opened = controlled_ids(element)
                if name == "class" or value not in (opened or ()):
                    each.set(name, kept)
            elif not _is_asked_for(name) or (name == _OF_ITEMS and each.tag != "li"):
                value = each.get(name, "")
                if not (_names_others(value) if len(value) <= _SHORT else NAMED_FOR_OTHERS.search(value)):
                    del each.attrib[name]


def is_looked_at(name: str, value: str, tag: str) -> bool:
    """Tell whether extraction looks at an attribute of an element."""
    asked_for = _is_asked_for(name) and (name != _OF_ITEMS or tag == "li")
    return asked_for or NAMED_FOR_OTHERS.search(value) is not None


def _is_asked_for(name: str) -> bool:
    # lxml takes a name that begins with a brace for one with a namespace, and does not find it.
    return name in _LOOKED_AT or name.startswith("{")


def _not_made_up(names: str) -> str:
    return _short_not_made_up(names) if len(names) <= _SHORT_NAMES else _MADE_UP.sub("", names)


@lru_cache(maxsize=8192)
def _short_not_made_up(names: str) -> str:
    return _MADE_UP.sub("", names)


@lru_cache(maxsize=8192)  # the elements of a page, and the pages of a vendor, share attributes
def _names_others(value: str) -> bool:
    return NAMED_FOR_OTHERS.search(value) is not None
