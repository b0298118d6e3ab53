"""The key by which an archive knows a URL: the CDX `urlkey`, a SURT.

The rules are those of the Internet Archive's canonicalizers (IAURLCanonicalizer and GoogleURLCanonicalizer in
https://github.com/iipc/webarchive-commons, and their Python port https://github.com/internetarchive/surt), written
anew because the port raises on many URLs of real archives. Left out: hosts that are IPv4 addresses in octal or as one
number.
"""

import re
from contextlib import suppress
from urllib.parse import quote_from_bytes, unquote_to_bytes

_URL = re.compile(r"(?:([a-z][a-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.IGNORECASE | re.DOTALL)
_REPEATED_SCHEME = re.compile(r"^(?:https?://)+(?=https?://)", re.IGNORECASE)
# "host:8080/…" is a host and a port, not a scheme.
_SCHEME = re.compile(r"^(?://|[a-z][a-z0-9+.-]*:(?!\d+(?:[/?#]|$)))", re.IGNORECASE)
_PORT = re.compile(r":(\d*)$")
_WWW = re.compile(r"^www\d*\.")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
# webarchive-commons, URLRegexTransformer: one page has many URLs where these differ.
_PATH_SESSIONS = [
    re.compile(r"^(.*/)\((?:[a-z]\([0-9a-z]{24}\))+\)/([^?]+\.aspx.*)$"),
    re.compile(r"^(.*/)\([0-9a-z]{24}\)/([^?]+\.aspx.*)$"),
]
_QUERY_SESSIONS = [
    re.compile(rf"^(.*)(?:{session})(?:&(.*))?$")
    for session in (
        "jsessionid=[0-9a-z]{32}",
        "phpsessid=[0-9a-z]{32}",
        "sid=[0-9a-z]{32}",
        "aspsessionid[a-z]{8}=[a-z]{24}",
        "cfid=[^&]+&cftoken=[^&]+",
    )
]
_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
# A URL escaped more often than this keeps the rest: without a bound, "%252525…" costs the square of its length.
_MAX_ESCAPINGS = 8
_MAX_HOST = 255  # RFC 1035
# The session patterns cost the square of the length on hostile input.
_MAX_SESSION_SEARCH = 2048


def urlkey(url: str) -> str:
    """Return the urlkey of any string: reversed host, path and sorted query, `com,example)/terms?a=1&b=2`.

    Scheme, `www.`, default port, user, fragment, case and a trailing slash make no difference. The key is printable
    ASCII without spaces. What has no host (`mailto:`, `data:`) is its own key; an empty string has the key `-`.
    """
    url = re.sub(r"[\t\r\n]", "", url).strip()
    if not url:
        return "-"
    url = _REPEATED_SCHEME.sub("", url)
    if not _SCHEME.match(url):
        url = "http://" + url
    match = _URL.match(url)
    scheme, authority, path, query = match.groups() if match else ("http", None, url, None)
    scheme = (scheme or "http").lower()
    if authority is None and scheme not in _DEFAULT_PORTS:
        key = f"{scheme}:{_canonical(path)}"
        return f"{key}?{_canonical(query)}" if query else key
    if not authority and scheme in _DEFAULT_PORTS:  # http:/host/path, http:////host/path
        authority, _, path = path.lstrip("/").partition("/")
    return f"{_host_key(authority or '', scheme)}){_path_key(path)}{_query_key(query or '')}"


def _host_key(authority: str, scheme: str) -> str:
    host = authority.rpartition("@")[2]
    port = _PORT.search(host)
    if port:
        host = host[: port.start()]
    host = _WWW.sub("", ".".join(label for label in _ascii_host(host).split(".") if label))
    shown = port[1] if port else ""
    suffix = f":{shown}" if shown and shown.lstrip("0") != _DEFAULT_PORTS.get(scheme) else ""
    return ",".join(reversed(host.split("."))) + suffix


def _ascii_host(host: str) -> str:
    raw = _unescaped(host)
    if not raw.isascii() and len(raw) <= _MAX_HOST:
        with suppress(UnicodeError):
            raw = raw.decode("utf-8").encode("idna")
    return quote_from_bytes(raw, safe=_SAFE).lower()


def _path_key(path: str) -> str:
    kept: list[bytes] = []
    for part in _unescaped(path).split(b"/"):
        if part == b".." and kept:
            kept.pop()
        elif part not in (b"", b"."):
            kept.append(part)
    key = "/" + quote_from_bytes(b"/".join(kept), safe=_SAFE).lower()
    if len(key) <= _MAX_SESSION_SEARCH:
        for session in _PATH_SESSIONS:
            key = session.sub(r"\1\2", key)
    return key


def _query_key(query: str) -> str:
    key = _canonical(query)
    if len(key) <= _MAX_SESSION_SEARCH:
        for session in _QUERY_SESSIONS:
            if match := session.match(key):
                key = match[1] + (match[2] or "")
    if not key:
        return ""
    return "?" + "&".join(sorted(key.split("&"), key=lambda pair: pair.split("=", 1)))


def _canonical(text: str) -> str:
    return quote_from_bytes(_unescaped(text), safe=_SAFE).lower()


def _unescaped(text: str) -> bytes:
    # Bytes that were no UTF-8 come as surrogates from headers and request lines.
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "replace")
    for _ in range(_MAX_ESCAPINGS):
        once = unquote_to_bytes(raw)
        if once == raw:
            break
        raw = once
    return raw
