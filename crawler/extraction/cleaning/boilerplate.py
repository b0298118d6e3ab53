"""Tells by an element's tag, role and names (`names.toml`) which boilerplate it seems to be: a menu, dialog, widget."""

import enum
import re
from collections.abc import Container
from functools import lru_cache
from pathlib import Path

from lxml.html import HtmlElement

from crawler.text.phrases import load_phrases


class Boilerplate(enum.Enum):
    """What an element seems to be, in the record's words. Whether it is, only its place and what it holds can say."""

    NAVIGATION = "navigation"
    FOOTER = "footer"
    SIDEBAR = "sidebar"
    FORM = "form"
    HEADER = "header"
    BUTTON = "button"
    CONTROL = "form control"
    """Something to fill in or to choose from."""
    DIALOG = "dialog"
    CONSENT_MANAGER = "consent manager"
    """The dialog of a known consent manager."""
    CONSENT_DIALOG = "consent dialog"
    """Something named like a consent dialog; a cookie policy's container can be named the same."""
    HIDDEN = "hidden"
    NOTE = "note for screen readers"
    SKIP_LINK = "link past the menu"
    WIDGET = "widget"
    """Something to share, search, chat or log in with, or links to related pages."""


_TAGS = {
    "nav": Boilerplate.NAVIGATION,
    "menu": Boilerplate.NAVIGATION,
    "footer": Boilerplate.FOOTER,
    "aside": Boilerplate.SIDEBAR,
    "form": Boilerplate.FORM,
    "header": Boilerplate.HEADER,
    "dialog": Boilerplate.DIALOG,
    "button": Boilerplate.BUTTON,
    "select": Boilerplate.CONTROL,
    "textarea": Boilerplate.CONTROL,
}
_ROLES = {
    **dict.fromkeys(("navigation", "menu", "menubar", "toolbar"), Boilerplate.NAVIGATION),
    **dict.fromkeys(("dialog", "alertdialog"), Boilerplate.DIALOG),
    "contentinfo": Boilerplate.FOOTER,
    "complementary": Boilerplate.SIDEBAR,
    "search": Boilerplate.WIDGET,
    "tooltip": Boilerplate.WIDGET,
    "banner": Boilerplate.HEADER,
}
_CONTENT = frozenset({"html", "body", "main", "article", "h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE = frozenset({"a", "p", "span"})
_NOTES = frozenset({"span", "small", "b", "i", "em", "strong", "div", "p", "a"})
_INLINE_NOTES = frozenset({"span", "small", "b", "i", "em", "strong"})
_NEW_WINDOW = 60
"""Most characters of a note that a link opens elsewhere."""
# A box of a pixel, or cut to nothing, or far beside the page: what style sheets have under the names of `note`.
_CLIPPED = re.compile(
    r"(?:^|[;\s])clip\s*:\s*rect\(\s*(?:0|1px)(?:px)?[\s,]"
    r"|clip-path\s*:\s*inset\(\s*(?:50|100)%|(?:left|top|text-indent)\s*:\s*-\d{4,}(?:\.\d+)?px",
    re.IGNORECASE,
)
_NAMES = load_phrases(Path(__file__).with_name("names.toml"), re.IGNORECASE | re.VERBOSE)
_HIDING = frozenset({"hidden", "aria-hidden", "style"})
_DISPLAY_NONE = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def boilerplate_of(element: HtmlElement) -> Boilerplate | None:
    """Return what boilerplate the element seems to be; None for a part of the page like others."""
    tag = element.tag
    by_tag = _TAGS.get(tag)
    if by_tag or tag in _CONTENT:
        return by_tag
    if tag in _INLINE_NOTES and _says_new_window(element):
        return Boilerplate.NOTE
    has = element.keys()  # most elements have a class alone: to ask for each attribute would take twice as long
    if not has:
        return None
    if has == ["class"]:
        return _by_names(f" {element.get('class')}"[:500], tag)
    names = f"{element.get('id') if 'id' in has else ''} {element.get('class') if 'class' in has else ''}"
    by_names = _by_names(names[:500], tag) if len(names) > 1 else None
    if by_names is Boilerplate.CONSENT_MANAGER:
        return by_names
    if "role" in has and (by_role := _ROLES.get(element.get("role"))):
        return by_role
    if "aria-modal" in has and element.get("aria-modal") == "true":
        return Boilerplate.DIALOG
    if "style" in has and tag in _NOTES and _CLIPPED.search(element.get("style", "")):
        return Boilerplate.NOTE
    if not _HIDING.isdisjoint(has) and is_hidden(element):
        named = None if by_names is Boilerplate.NOTE else by_names
        return named or (Boilerplate.DIALOG if _NAMES["dialog"].search(names) else Boilerplate.HIDDEN)
    return by_names


def _says_new_window(element: HtmlElement) -> bool:
    """Tell whether the whole text of an element without others in it is that a link opens elsewhere."""
    text = element.text
    if not text or len(text) > _NEW_WINDOW or len(element):
        return False
    return len(text.strip()) > 3 and _is_new_window(" ".join(text.split()))


@lru_cache(maxsize=4096)  # captures share most of their texts
def _is_new_window(text: str) -> bool:
    return _NAMES["new_window"].search(text) is not None


def is_hidden(element: HtmlElement) -> bool:
    """Tell whether an element says of itself that it does not show, or not to everybody."""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _DISPLAY_NONE.search(element.get("style", "")) is not None
    )


def is_panel(element: HtmlElement, controlled: Container[str]) -> bool:
    """Tell whether a hidden element is one that a reader opens: a section of an accordion, the panel of a tab.

    ``controlled`` are the ids that the page's controls name.
    """
    return (
        element.get("role") in _PANEL_ROLES
        or element.get("id") in controlled
        or element.tag in _PANELS
        or _NAMES["panel"].search(_CAMEL.sub("-", f"{element.get('id', '')} {element.get('class', '')}"[:500]))
        is not None
    )


_PANELS = frozenset({"dd", "details"})
_CAMEL = re.compile("(?<=[a-z])(?=[A-Z])")
_PANEL_ROLES = frozenset({"region", "tabpanel"})


@lru_cache(maxsize=4096)  # the elements of a page, and the pages of a vendor, share their names
def _by_names(names: str, tag: str) -> Boilerplate | None:
    if _NAMES["skip_link"].search(names):
        return Boilerplate.SKIP_LINK
    note = Boilerplate.NOTE if tag in _NOTES and _NAMES["note"].search(names) else None
    if tag in _INLINE:  # a link that opens the dialog is part of its sentence
        return note
    if _NAMES["consent_manager"].search(names):
        return Boilerplate.CONSENT_MANAGER
    if _NAMES["consent_dialog"].search(names):
        return Boilerplate.CONSENT_DIALOG
    if _NAMES["footer"].search(names):
        return Boilerplate.FOOTER
    return Boilerplate.WIDGET if _NAMES["widget"].search(names) else note
