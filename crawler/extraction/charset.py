"""The charset of a page: from bytes to text, as a browser would read them.

The order is that of the HTML standard (https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding):
byte order mark, HTTP header, ``meta`` or XML prolog, and only then the content itself. Labels are those of the Encoding
Standard; a page may name any other codec that Python has, "punycode" (quadratic) among them: not declared.
"""

import re
from urllib.parse import urlsplit

import webencodings
from chardetng_py import EncodingDetector

from crawler.extraction import decoders
from crawler.extraction.language import language

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))

# Detection takes under 5 ms for so much (measured 2026-11).
_SNIFFED_BYTES = 256 * 1024
# An ASCII character has a NUL in UTF-16, always on the same side; text without markup in other scripts has its spaces.
_NULS_AT_LEAST = 0.08
# Undeclared UTF-8 may have a byte cut off or from elsewhere to so many good characters; legacy text has hardly any.
_GOOD_TO_BAD = 20
# Hungarian's ő and ű are õ and û in windows-1252, and browsers without the country's domain take it for that.
_HUNGARIAN = re.compile(rb"[\xd5\xdb\xf5\xfb]")
_MARKUP = re.compile(rb"<(script|style)\b.*?</\1|<[^<>]{0,2000}>", re.DOTALL | re.IGNORECASE)

_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s;,\"']+)", re.IGNORECASE)
_DECLARATION = re.compile(
    rb"<!--.*?(?:-->|\Z)|<meta\s[^<>]{0,400}?charset\s*=\s*[\"']?\s*([^\s\"'/>;]{1,40})"
    rb"|\A\s*<\?xml\s[^<>]{0,200}?encoding\s*=\s*[\"']\s*([^\s\"'<>]{1,40})",
    re.DOTALL | re.IGNORECASE,
)
_PRESCANNED_BYTES = 64 * 1024  # browsers prescan 1,024 bytes, then still obey a later ``meta`` while parsing

# What no HTML text node may hold and lxml refuses: NUL (browsers drop it) and the other C0 controls, lone surrogates.
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0C, 0x0D})
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def decode(body: bytes, content_type: str | None, url: str = "") -> str:
    """Return the text of ``body``, decoded by the charset that a browser would choose. Never raises.

    ``content_type`` is the value of the HTTP header, or None; the country in the host of ``url`` tips the scales where
    nothing is declared. Bytes that the charset does not know become U+FFFD; NUL and other control characters are
    dropped. Mojibake in the page itself stays: it was published that way.
    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _NOT_TEXT.sub("", decoders.text(body[len(bom) :], encoding))
    encoding = _from_header(content_type) or _from_markup(body) or _from_content(body, url)
    text = decoders.text(body, encoding)
    # In these encodings only these bytes become characters to drop: testing the bytes saves a pass over the text.
    clean = (
        encoding in {"utf-8", "windows-1252"}
        and b"\xef\xbf" not in body
        and len(body.translate(None, _CONTROLS)) == len(body)
    )
    return text if clean else _NOT_TEXT.sub("", text)


def utf_16(body: bytes) -> str | None:
    """Return which UTF-16 bytes are in, by their mark or by where their NULs are; None if they are in neither."""
    for mark, encoding in _BOMS[1:]:
        if body.startswith(mark):
            return encoding
    sample = body[: _SNIFFED_BYTES // 16]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if max(first, second) < len(sample) / 2 * _NULS_AT_LEAST or min(first, second) * 20 > max(first, second):
        return None
    return "utf-16le" if second > first else "utf-16be"


def _named(label: str) -> str | None:
    """Return the name of an encoding by its label; None for one that browsers do not know, or refuse to decode."""
    found = webencodings.lookup(label)
    return None if found is None or found.name == "replacement" else str(found.name)


def _from_header(content_type: str | None) -> str | None:
    found = _HEADER_CHARSET.search(content_type or "")
    return _named(found[1]) if found else None


def _from_markup(body: bytes) -> str | None:
    for found in _DECLARATION.finditer(body, 0, _PRESCANNED_BYTES):
        label = found[1] or found[2]
        if label and (encoding := _named(label.decode("latin-1"))):
            # Same standard, prescan: what could be read as ASCII is not in UTF-16, whatever it says.
            return {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": "windows-1252"}.get(encoding, encoding)
    return None


def _from_content(body: bytes, url: str) -> str:
    if encoding := utf_16(body):
        return encoding
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8" if _is_damaged_utf_8(body) else _legacy(body, error.start, url)
    # All of it is ASCII in ISO-2022-JP, with escapes that nothing else has.
    return "iso-2022-jp" if (b"\x1b$B" in body or b"\x1b$@" in body) and body.isascii() else "utf-8"


def _is_damaged_utf_8(body: bytes) -> bool:
    text = body[:_SNIFFED_BYTES].decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return len(text.encode("ascii", "ignore")) + bad * (1 + _GOOD_TO_BAD) < len(text)


def _legacy(body: bytes, start: int, url: str) -> str:
    """Return the encoding that Firefox's detector finds; ``start`` is the first byte that says anything."""
    sample = body[:_SNIFFED_BYTES] if start < _SNIFFED_BYTES // 2 else body[start : start + _SNIFFED_BYTES]
    detector = EncodingDetector()
    detector.feed(sample, last=True)
    guess = detector.guess(tld=_country(url), allow_utf8=False)
    if guess == "windows-1252" and _HUNGARIAN.search(sample):
        prose = decoders.text(_MARKUP.sub(b" ", sample), "windows-1250")
        if language(prose) == "hu":
            guess = detector.guess(tld=b"hu", allow_utf8=False)
    return str(guess).lower()


def _country(url: str) -> bytes | None:
    try:
        domain = (urlsplit(url).hostname or "").rpartition(".")[2]
    except ValueError:  # not a URL
        return None
    return domain.encode() if len(domain) == 2 and domain.isascii() and domain.isalpha() else None
