"""Tells by an element's tag, role and names (`names.toml`) which boilerplate it seems to be: a menu, dialog, widget."""

import enum
import re
from functools import lru_cache
from pathlib import Path

from lxml.html import HtmlElement

from crawler.text.phrases import load_phrases


class Boilerplate(enum.Enum):
    """What an element seems to be. Whether it is, only what it holds can say."""

    MENU = enum.auto()
    """A menu, footer, sidebar or form."""
    HEADER = enum.auto()
    BUTTON = enum.auto()
    DIALOG = enum.auto()
    CONSENT_MANAGER = enum.auto()
    """The dialog of a known consent manager."""
    CONSENT_DIALOG = enum.auto()
    """Something named like a consent dialog; a cookie policy's container can be named the same."""
    HIDDEN = enum.auto()
    WIDGET = enum.auto()
    """Something to share, search, chat or log in with, or links to related pages."""


_TAGS = {
    **dict.fromkeys(("nav", "footer", "aside", "form", "menu"), Boilerplate.MENU),
    "header": Boilerplate.HEADER,
    "dialog": Boilerplate.DIALOG,
    "button": Boilerplate.BUTTON,
}
_ROLES = {
    **dict.fromkeys(("navigation", "contentinfo", "complementary", "search"), Boilerplate.MENU),
    **dict.fromkeys(("menu", "menubar", "toolbar", "tooltip"), Boilerplate.MENU),
    **dict.fromkeys(("dialog", "alertdialog"), Boilerplate.DIALOG),
    "banner": Boilerplate.HEADER,
}
_CONTENT = frozenset({"html", "body", "main", "article", "h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE = frozenset({"a", "p", "span"})
_NAMES = load_phrases(Path(__file__).with_name("names.toml"), re.IGNORECASE | re.VERBOSE)
_DISPLAY_NONE = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def boilerplate_of(element: HtmlElement) -> Boilerplate | None:
    """Return what boilerplate the element seems to be; None for a part of the page like others."""
    tag = element.tag
    by_tag = _TAGS.get(tag)
    if by_tag or tag in _CONTENT:
        return by_tag
    attributes = dict(element.items())
    if not attributes:
        return None
    names = f"{attributes.get('id', '')} {attributes.get('class', '')}"
    by_names = _by_names(names[:500], tag in _INLINE) if len(names) > 1 else None
    if by_names is Boilerplate.CONSENT_MANAGER:
        return by_names
    by_role = _ROLES.get(attributes.get("role", ""))
    if by_role:
        return by_role
    if attributes.get("aria-modal") == "true":
        return Boilerplate.DIALOG
    if (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or _DISPLAY_NONE.search(attributes.get("style", ""))
    ):
        return Boilerplate.HIDDEN
    return by_names


@lru_cache(maxsize=4096)  # the elements of a page, and the pages of a vendor, share their names
def _by_names(names: str, inline: bool) -> Boilerplate | None:
    if _NAMES["skip_link"].search(names):
        return Boilerplate.WIDGET
    if inline:  # a link that opens the dialog is part of its sentence
        return None
    if _NAMES["consent_manager"].search(names):
        return Boilerplate.CONSENT_MANAGER
    if _NAMES["consent_dialog"].search(names):
        return Boilerplate.CONSENT_DIALOG
    return Boilerplate.WIDGET if _NAMES["widget"].search(names) else None
