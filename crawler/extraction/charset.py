"""The charset of a page: from bytes to text, as a browser would read them.

The order is that of the HTML standard (https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding):
byte order mark, HTTP header, ``meta`` or XML prolog, and only then the content itself.
"""

import re

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, to_unicode

# The encodings that the Encoding Standard knows, by their Python names (w3lib maps labels to them as the standard
# does: latin1 and ascii are cp1252). A page may name any other Python codec too, "punycode" (quadratic) or
# "undefined" (raises) among them: those count as not declared.
_KNOWN = re.compile(
    r"utf-8|utf-16(-[lb]e)?|cp(125[0-8]|866|874|932|949)|iso8859-([2-8]|1[03-6])|koi8-[ru]|mac-(roman|cyrillic)"
    r"|gb18030|big5hkscs|euc_jp|iso2022_jp"
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

# The candidates for an undeclared page that is not UTF-8: the legacy encodings that browsers guess.
_GUESSED = ["cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp932", "euc_jp"]
_GUESSED += ["gb18030", "big5", "cp949"]
_SNIFFED_BYTES = 16 * 1024  # charset-normalizer takes under 10 ms for this much (measured 2026-11)

_META_CHARSET = re.compile(rb"<meta[^<>]{0,400}charset", re.IGNORECASE)
_PRESCANNED_BYTES = 64 * 1024  # browsers prescan 1,024 bytes, then still obey a later ``meta`` while parsing

# What no HTML text node may hold and lxml refuses: NUL (browsers drop it) and the other C0 controls, lone surrogates.
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0C, 0x0D})
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def decode(body: bytes, content_type: str | None) -> str:
    """Return the text of ``body``, decoded by the charset that a browser would choose. Never raises.

    ``content_type`` is the value of the HTTP header, or None. Bytes that the charset does not know become U+FFFD;
    NUL and other control characters are dropped. Mojibake in the page itself stays: it was published that way.
    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _NOT_TEXT.sub("", to_unicode(body[len(bom) :], encoding))
    encoding = _from_header(content_type) or _from_markup(body) or _from_content(body)
    text = to_unicode(body, encoding)
    # In these encodings only these bytes become characters to drop: testing the bytes saves a pass over the text.
    clean = (
        encoding in {"utf-8", "cp1252"}
        and b"\xef\xbf" not in body
        and len(body.translate(None, _CONTROLS)) == len(body)
    )
    return text if clean else _NOT_TEXT.sub("", text)


def _from_header(content_type: str | None) -> str | None:
    encoding = http_content_type_encoding(content_type)
    if encoding is None or not _KNOWN.fullmatch(encoding):
        return None
    return "utf-16-le" if encoding == "utf-16" else encoding


def _from_markup(body: bytes) -> str | None:
    encoding = html_body_declared_encoding(body)
    if encoding is None and (late := _META_CHARSET.search(body, 0, _PRESCANNED_BYTES)):
        encoding = html_body_declared_encoding(body[late.start() : late.start() + 1024])
    if encoding is None or not _KNOWN.fullmatch(encoding):
        return None
    # A ``meta`` that could be read as ASCII is not in UTF-16, whatever it says (same standard, prescan).
    return "utf-8" if encoding.startswith("utf-16") else encoding


def _from_content(body: bytes) -> str:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        start = max(0, error.start - _SNIFFED_BYTES // 2)  # around the first byte that says anything
        guesses = from_bytes(body[start : start + _SNIFFED_BYTES], cp_isolation=_GUESSED)
        best = guesses.best()
        # Most western texts look equally good in cp1250 and cp1254: then browsers take cp1252, the web's default.
        if best is None or any(
            "cp1252" in guess.could_be_from_charset and (guess.chaos, -guess.coherence) <= (best.chaos, -best.coherence)
            for guess in guesses
        ):
            return "cp1252"
        return best.encoding
    return "utf-8"
