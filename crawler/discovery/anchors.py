"""The links of a page, each with what the page says for it and where it stands."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

# Of 233 real pages the one with most had 1,600 links (2026-11).
_MOST_LINKS: Final = 5_000
_MOST_TEXT: Final = 400
_MOST_PIECES: Final = 50  # of the text within a link, whose elements may hold the whole page
_LONGEST_ADDRESS: Final = 2_000
_SPACE = re.compile(r"\s+")
_CALLED = re.compile(
    r"""['"]((?:https?:/|\.{0,2}/)[^'"\s<>]{1,400}|[\w./-]{1,200}\.(?:html?|php|aspx?|jsp|cfm)[^'"\s<>]{0,200})['"]"""
)
_ARCHIVED = re.compile(r"(?:https?://[^/]+)?/web/\d{1,14}(?:[a-z]{2}_)?\*?/(?=https?:|[\w.-]+\.\w)", re.IGNORECASE)
_COLLAPSED = re.compile(r"^(https?):/+(?=[^/])", re.IGNORECASE)
_LINKS: Final = ("a", "area", "link", "button", "option")
_RELATIONS: Final = ("privacy-policy", "terms-of-service")  # https://www.iana.org/assignments/link-relations


class Anchor(NamedTuple):
    """A link of a page."""

    element: HtmlElement
    address: str
    """As the page writes it, without an archive's prefix."""
    texts: tuple[str, ...]
    """What the page says for it, the most telling first: text, label, title, alternative text of its image."""
    order: int


def anchors(tree: HtmlElement) -> Iterator[Anchor]:
    """Yield the links of a page in their order."""
    for order, element in enumerate(tree.iter(*_LINKS)):
        if order >= _MOST_LINKS:
            return
        if address := _address(element):
            yield Anchor(element, address, _texts(element), order)


def joined(base: str, address: str) -> str | None:
    """Return an address as absolute, without fragment and without an archive's prefix; None if it is not the web's."""
    address = _SPACE.sub(" ", address).strip()
    if len(address) > _LONGEST_ADDRESS:
        return None
    try:
        address = _from_archive(address)
        if not address.lower().startswith(("http:", "https:")):
            address = _from_archive(urljoin(base, address))
        address = _COLLAPSED.sub(r"\1://", address).partition("#")[0].replace(" ", "%20")
        parts = urlsplit(address)
        return address if parts.scheme.lower() in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


def _address(element: HtmlElement) -> str | None:
    """Return the address that a link leads to, also one that a script opens; None if it leads nowhere else."""
    if element.tag == "link":
        related = element.get("rel") or ""
        return element.get("href") if related.lower() in _RELATIONS else None
    if element.tag == "option":
        value = element.get("value") or ""
        return value if value.startswith(("/", "http://", "https://")) else None
    href = (element.get("href") or element.get("data-href") or element.get("data-url") or "").strip()
    if href.startswith("#") and len(href) > 1:
        return None
    if href in {"", "#"} or href[:11].lower() == "javascript:":
        called = _CALLED.search(f"{href} {element.get('onclick') or ''}"[:_LONGEST_ADDRESS])
        return called[1] if called else None
    return _from_archive(href)


def _from_archive(address: str) -> str:
    """Return an address without the prefix that an archive gives it in its pages."""
    found = _ARCHIVED.match(address)
    return address[found.end() :] if found else address


def _texts(element: HtmlElement) -> tuple[str, ...]:
    holds_elements = len(element) > 0
    said = ["".join(islice(element.itertext(), _MOST_PIECES)) if holds_elements else element.text]
    said += map(element.get, ("rel",) if element.tag == "link" else ("aria-label", "title", "alt"))
    if holds_elements:
        images = islice(element.iter("img", "input"), _MOST_PIECES)
        said += [image.get("alt") or image.get("title") or image.get("value") for image in images]
    lines = [line for text in said if text and (line := _line(text))]
    return tuple(dict.fromkeys(lines))


def _line(text: str) -> str:
    line = " ".join(text[: 4 * _MOST_TEXT].split())[:_MOST_TEXT]
    return "" if line.startswith(("http://", "https://", "www.")) else line  # the address says as much
