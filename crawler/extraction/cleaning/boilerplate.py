"""Tells by an element's tag, role and names what on a page it seems to be: a menu, a dialog, a widget, text."""

import enum
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.extraction.cleaning.consent import names_dialog, names_maker

if TYPE_CHECKING:
    from lxml.html import HtmlElement


class Kind(enum.Enum):
    """What an element seems to be. Whether it is, only what it holds can say."""

    FURNITURE = enum.auto()
    """A menu, footer, sidebar or form."""
    TOP = enum.auto()
    """A header."""
    BUTTON = enum.auto()
    DIALOG = enum.auto()
    MAKER = enum.auto()
    """The dialog of a known consent manager."""
    CONSENT = enum.auto()
    """Something named like a consent dialog."""
    HIDDEN = enum.auto()
    WIDGET = enum.auto()
    """Something to share, search, chat or log in with, or links to related pages."""


_TAGS = {
    **dict.fromkeys(("nav", "footer", "aside", "form", "menu"), Kind.FURNITURE),
    "header": Kind.TOP,
    "dialog": Kind.DIALOG,
    "button": Kind.BUTTON,
}
_ROLES = {
    **dict.fromkeys(("navigation", "contentinfo", "complementary", "search"), Kind.FURNITURE),
    **dict.fromkeys(("menu", "menubar", "toolbar", "tooltip"), Kind.FURNITURE),
    **dict.fromkeys(("dialog", "alertdialog"), Kind.DIALOG),
    "banner": Kind.TOP,
}
_CONTENT = frozenset({"html", "body", "main", "article", "h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE = frozenset({"a", "p", "span"})

# A whole id or class, so that a section with the id "how-we-share-data" is not taken for buttons to share.
_WIDGET = re.compile(
    r"(?:^|\s)(?:(?:site|page|post|article|entry|header|footer|top|main|mobile|global|js|wp)(?:-|__?))?"
    r"(?:bread-?crumbs?|social|share|sharing|addtoany|sharedaddy|related|lang(?:uage)?s?|locale|wpml-ls|search|log-?in"
    r"|sign-?in|newsletter|subscribe|intercom|zendesk|drift|crisp|live-?chat|chat|pagination|pager|feedback|helpful|print)"
    r"(?:(?:-|__?)(?:this|links?|buttons?|bar|box|icons?|menu|nav|lists?|items?|widget|container|wrapper|inner|outer|form"
    r"|selector|switcher|picker|dropdown|select|articles?|posts?|pages?|content|block|section|area|top|bottom|modal|us))*"
    r"(?=\s|$)",
    re.IGNORECASE,
)
_SKIP_LINK = re.compile(r"(?:^|[\s_-])skip-?(?:link|to|nav)", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def kind_of(element: "HtmlElement") -> Kind | None:
    """What the element seems to be; None for a part of the page like others."""
    tag = element.tag
    kind = _TAGS.get(tag)
    if kind or tag in _CONTENT:
        return kind
    attributes = dict(element.items())
    if not attributes:
        return None
    names = f"{attributes.get('id', '')} {attributes.get('class', '')}"
    named = _kind_by_names(names[:500], tag in _INLINE) if len(names) > 1 else None
    if named is Kind.MAKER:
        return named
    kind = _ROLES.get(attributes.get("role", ""))
    if kind:
        return kind
    if attributes.get("aria-modal") == "true":
        return Kind.DIALOG
    if (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or _NOT_SHOWN.search(attributes.get("style", ""))
    ):
        return Kind.HIDDEN
    return named


@lru_cache(maxsize=4096)  # the elements of a page, and the pages of a vendor, share their names
def _kind_by_names(names: str, inline: bool) -> Kind | None:
    if _SKIP_LINK.search(names):
        return Kind.WIDGET
    if inline:  # a link that opens the dialog is part of its sentence
        return None
    if names_maker(names):
        return Kind.MAKER
    if names_dialog(names):
        return Kind.CONSENT
    return Kind.WIDGET if _WIDGET.search(names) else None
