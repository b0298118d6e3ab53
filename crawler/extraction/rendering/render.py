"""From a part of a page to Markdown, as html2text writes it in the published documents."""

import copy
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

from lxml.html import HtmlElement
from w3lib.url import safe_url_string

from crawler.extraction.page import base_url
from crawler.extraction.rendering.normalising import is_phrasing, normalise
from crawler.extraction.rendering.writer import Writer

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21}
_NOT_CITED = ("javascript:", "vbscript:", "data:", "blob:", "about:", "file:")
_C0_OR_SPACE = "".join(map(chr, range(0x21)))
_MAX_CHARACTERS = 4_000  # a longer "link" is a payload: the longest of 4,321 real ones had 304 (measured 2026-11)


def render(element: HtmlElement, *, url: str, title: str, cite: Callable[[str], str]) -> str:
    """Return the body of the document: the Markdown of ``element``, which is not changed.

    ``url`` is the page's, ``title`` its ``<title>`` (a heading that repeats it is left out). An absolute link stays as
    a browser would print it. A relative one is resolved against the page's URL and then cited: ``cite`` gives the
    address of the absolute URL in the archive. On a page with ``<base>`` it is resolved against that and not cited.
    Of a link that leads nowhere (script, data, empty, a place on the same page) only the text stays.

    Raise PageTooBigError if the Markdown would be longer than a document may be (`MAX_MARKDOWN`).
    """
    base = base_url(element)
    root = copy.deepcopy(element)
    root.tail = None
    normalise(root, title)
    _resolve_links(root, url, base, cite)
    return Writer().write(root).strip("\n")


def _resolve_links(root: HtmlElement, url: str, base: str | None, cite: Callable[[str], str]) -> None:
    for anchor in root.iter("a"):
        href = anchor.get("href")
        target = None if href is None else _target(href.strip(), url, base, cite)
        if target is not None:
            anchor.set("href", target)
        elif is_phrasing(anchor):
            anchor.attrib.pop("href", None)
        else:
            anchor.tag = "span"  # html2text makes no paragraphs inside an anchor


def _target(href: str, url: str, base: str | None, cite: Callable[[str], str]) -> str | None:
    if is_absolute(href) or href.startswith("//"):
        return absolute(href, url)
    if base is not None:
        return absolute(href, urljoin(url, base))
    if href.startswith("#") or (target := absolute(href, url)) is None:
        return None
    target, fragment = urldefrag(target)
    return cite(target) + (f"#{fragment}" if fragment else "")


def is_absolute(href: str) -> bool:
    """Tell whether ``href`` leads to the same address from every page."""
    return _SCHEME.match(href) is not None


def absolute(href: str, base: str) -> str | None:
    """Return where ``href`` on a page at ``base`` leads, as the URL standard (https://url.spec.whatwg.org) writes it.

    None if it leads nowhere that a document could cite: empty, a script, data, not a URL. ``mailto:``, ``tel:`` and the
    like stay as they are.
    """
    href = re.sub("[\t\n\r]", "", href).strip(_C0_OR_SPACE)
    if not href or len(href) > _MAX_CHARACTERS or href.lower().startswith(_NOT_CITED):
        return None
    return _absolute(href, base)


@lru_cache(maxsize=2048)  # the captures of a page share most of their links
def _absolute(href: str, base: str) -> str | None:
    if (scheme := _SCHEME.match(href)) and scheme.group()[:-1].lower() not in _DEFAULT_PORTS:
        return href
    try:
        if scheme and not urlsplit(href.replace("\\", "/")).netloc:
            return None
        parts = urlsplit(safe_url_string(urljoin(base, href.replace("\\", "/"))))
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    netloc = parts.netloc.removesuffix(f":{port}") if port == _DEFAULT_PORTS[parts.scheme] else parts.netloc
    userinfo, at, host = netloc.rpartition("@")
    return urlunsplit((parts.scheme, f"{userinfo}{at}{host.lower()}", parts.path or "/", parts.query, parts.fragment))
