"""Takes off a page's tree what no reader sees, and what extraction does not look at."""

from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.cleaning.cloudflare import decode_emails
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
_SHORT = 100  # characters of a value that is remembered


def drop_unseen(tree: HtmlElement) -> None:
    """Take scripts, styles, comments and the like off a tree, in place, and decode e-mail addresses."""
    decode_emails(tree)
    etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(tree, *NEVER_TEXT, with_tail=False)


def drop_attributes(element: HtmlElement) -> None:
    """Take the attributes off a tree, in place, that extraction does not look at: many differ in every capture."""
    for each in element.iter("*"):
        for name in each.keys():  # noqa: SIM118 - no mapping; most names are looked at: to ask for values takes longer
            if not _is_asked_for(name):
                value = each.get(name, "")
                if not (_names_others(value) if len(value) <= _SHORT else NAMED_FOR_OTHERS.search(value)):
                    del each.attrib[name]


def is_looked_at(name: str, value: str) -> bool:
    """Tell whether extraction looks at an attribute."""
    return _is_asked_for(name) or NAMED_FOR_OTHERS.search(value) is not None


def _is_asked_for(name: str) -> bool:
    # lxml takes a name that begins with a brace for one with a namespace, and does not find it.
    return name in _LOOKED_AT or name.startswith("{")


@lru_cache(maxsize=8192)  # the elements of a page, and the pages of a vendor, share attributes
def _names_others(value: str) -> bool:
    return NAMED_FOR_OTHERS.search(value) is not None
