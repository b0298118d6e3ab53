"""What the bytes of a capture are: a page, plain text, a PDF, or something that is no policy, by its name.

Content decides; the header only where content says nothing. Whatever has markup is a page, whether or not it has an
``html`` element, and whatever stands before it: a false rejection is the worse fault.
"""

import json
import re
from typing import Final, Literal, NamedTuple

import puremagic

from crawler.extraction.charset import utf_16

Kind = Literal["page", "text", "pdf", "other"]


class MediaType(NamedTuple):
    """What bytes are; ``name`` says it for a reader: "a PNG image", with an article."""

    kind: Kind
    name: str = ""


_PAGE: Final = MediaType("page")
_TEXT: Final = MediaType("text")
_LOOKED_AT: Final = 64 * 1024
_HEAD: Final = 4096

# Elements that pages are made of. Text in angle brackets (<clerk@vendor.example>, <name>) is none of them.
_ELEMENTS: Final = (
    "a|abbr|address|article|aside|b|base|big|blockquote|body|br|button|caption|center|dd|dir|div|dl|dt|em|fieldset|figure"
    "|font|footer|form|frame|frameset|h[1-6]|head|header|hr|html|i|iframe|img|input|label|li|link|main|map|menu|meta|nav"
    "|noframes|noscript|object|ol|p|picture|pre|script|section|small|span|strong|style|sub|summary|sup|table|tbody|td"
    "|template|textarea|tfoot|th|thead|title|tr|tt|u|ul|video|details"
)
_TAG: Final = rf"<(?:!doctype\s|!--|/?(?:{_ELEMENTS})(?=[\s/>]))"
_FIRST_TAG: Final = re.compile(rf"\s*+(?:<\?[^>]*>\s*+)*+{_TAG}", re.IGNORECASE)
# What a page has and a text does not that names a tag ("the <title> of a page"): end tags, and elements without one.
_MARKUP: Final = re.compile(
    rf"<(?:!doctype\s|!--|/(?:{_ELEMENTS})\s*>|(?:p|br|li|hr|d[dt]|t[dhr]|img|input|meta|link|frame)(?=[\s/>]))",
    re.IGNORECASE,
)
_ENTITY: Final = re.compile(r"&(?:[a-z]{2,8}|#\d{2,5});", re.IGNORECASE)
# A text may show one, with its end.
_TAGS_OF_A_TEXT: Final = 2

_CONTROLS: Final = bytes({*range(0x20)} - {*b"\t\n\v\f\r\x08\x1b"})
# Pages have a stray NUL or two; of an image's or archive's first 4 KB, a tenth are control characters.
_CONTROLS_OF_A_PAGE: Final = 0.02
# Names that puremagic has at best for a family of formats.
_INSIDE_ZIP: Final = (
    (b"application/vnd.oasis.opendocument.text", "an OpenDocument text"),
    (b"application/vnd.oasis.opendocument.", "an OpenDocument file"),
    (b"application/epub+zip", "an EPUB book"),
    (b"word/", "a Word document (docx)"),
    (b"xl/", "an Excel workbook (xlsx)"),
    (b"ppt/", "a PowerPoint presentation (pptx)"),
    (b"META-INF/manifest.xml", "an OpenDocument file"),
)
_INSIDE_OLE: Final = (
    ("WordDocument".encode("utf-16-le"), "a Word document (doc)"),
    ("Workbook".encode("utf-16-le"), "an Excel workbook (xls)"),
    ("PowerPoint Document".encode("utf-16-le"), "a PowerPoint presentation (ppt)"),
)
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")

# Roots of XML that is no page, and what it is.
_ROOT: Final = re.compile(
    r"\s*+(?:<\?[^>]*+>\s*+|<!--.*?-->\s*+|<!doctype[^>\[]*+(?:\[[^\]]*+\]\s*+)?>\s*+)*+<(?:\w+:)?([\w.-]+)",
    re.IGNORECASE | re.DOTALL,
)
_XML: Final = {
    "rss": "an RSS feed",
    "rdf": "an RDF feed",
    "feed": "an Atom feed",
    "svg": "an SVG image",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap",
    "opml": "an OPML outline",
    "opensearchdescription": "an OpenSearch description",
    "error": "an error message in XML",
    "crossdomain": "a cross-domain policy of Flash",
}
# Texts for programs, whose type only the header says where their content could be prose.
_FOR_PROGRAMS: Final = (
    ("css", "a CSS style sheet"),
    ("javascript", "JavaScript"),
    ("ecmascript", "JavaScript"),
    ("json", "JSON"),
    ("text/csv", "a CSV table"),
    ("text/calendar", "a calendar"),
    ("vcard", "a vCard"),
)
# JSON that breaks off, of many lines, or behind what keeps a browser from running it.
_JSON: Final = re.compile(
    r"""\s*+(?:\)\]\}'?,?|while\s?\(1\);|for\s?\(;;\);)?\s*+(?:\{\s*+"[^"\n]{1,100}"\s*+:|\[\s*+\{\s*+")"""
)
_BY_START: Final = {
    "{\\rtf": "an RTF document",
    "%!PS": "PostScript",
    "BEGIN:VCALENDAR": "a calendar",
    "BEGIN:VCARD": "a vCard",
}
_CALL: Final = re.compile(r"\s*+(?:/\*\*/)?[\w$.]{1,80}\(\s*+[{\[]")  # JSON as a call of a function (JSONP)
_RULE: Final = re.compile(r"[^{}]{1,300}\{\s*(?:/\*.{0,300}?\*/\s*)?(?:[a-z-]{2,40}\s*:[^{}]{1,2000}|\s*)\}", re.DOTALL)
_CODE: Final = re.compile(
    r"\bfunction\b|=>|\bvar |\bconst |\blet |\bwindow\b|\bdocument\.|\brequire\(|\bimport\b|\breturn\b"
)
_CODE_SIGNS: Final = re.compile(r"[{}()\[\];=<>|&+!?:]")
# Of the characters of a text other than white space: prose has under 4 %, scripts over 14 % (measured 2026-11).
_SIGNS_OF_CODE: Final = 0.09


def media_type(body: bytes, content_type: str) -> MediaType:
    """Return what a body is. ``content_type`` is the value of the HTTP header, or empty. Never raises."""
    declared = content_type.lower()
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return MediaType("pdf")
    wide = utf_16(body)
    head = body[: _LOOKED_AT * (2 if wide else 1)].decode(wide or "latin-1", "replace")
    head = head.removeprefix("\xef\xbb\xbf").lstrip("\ufeff")
    if head.lstrip().startswith("<"):
        if name := _xml(head, body):
            return MediaType("other", name)
        if _FIRST_TAG.match(head):
            return _PAGE
    if not wide and _is_binary(body):
        return _of_binary(body, declared, head)
    if not head.strip():
        return _PAGE  # that it is empty is for the checks to say
    return _of_text(body, head, declared)


def _is_binary(body: bytes) -> bool:
    head = body[:_HEAD]
    return (len(head) - len(head.translate(None, _CONTROLS))) > len(head) * _CONTROLS_OF_A_PAGE


def _of_binary(body: bytes, declared: str, head: str) -> MediaType:
    signature = _signature(body, declared)
    if signature is None and len(_MARKUP.findall(head)) > _TAGS_OF_A_TEXT:
        return _PAGE
    if signature is None and "application/pdf" in declared:
        return MediaType("pdf")
    named = declared.partition(";")[0].strip()
    if signature is None and named and not named.startswith("text/") and named != "application/octet-stream":
        return MediaType("other", f"binary data, declared as {named[:80]}")
    return MediaType("other", signature or "binary data of an unknown type")


def _signature(body: bytes, declared: str) -> str | None:
    """Return the name of a binary format by its first bytes; among several, that with the declared type."""
    family = _INSIDE_ZIP if body.startswith(_ZIP) else _INSIDE_OLE if body.startswith(_OLE) else ()
    for mark, name in family:
        if mark in body:
            return name
    if body.startswith(_ZIP):
        return "a ZIP archive"
    try:
        found = puremagic.magic_string(body[:_LOOKED_AT])
    except (puremagic.PureError, ValueError, IndexError, UnicodeDecodeError):
        return None
    typed = [each for each in found if each.mime_type and len(each.byte_match) > 1]
    best = next((each for each in typed if each.mime_type in declared), typed[0] if typed else None)
    return f"{best.mime_type} ({best.name})" if best else None


def _xml(head: str, body: bytes) -> str | None:
    root = _ROOT.match(head)
    name = _XML.get(root[1].lower()) if root else None
    if root is None or name is None:
        return None
    # An SVG may be the first element of a page's fragment, as a sprite.
    closes = body[-200:].replace(b"\0", b"").rstrip().lower().endswith(f"{root[1].lower()}>".encode("ascii", "replace"))
    return name if closes or head.lstrip().startswith("<?xml") else None


def _of_text(body: bytes, head: str, declared: str) -> MediaType:
    start = head.lstrip()[:20]
    if name := next((name for sign, name in _BY_START.items() if start.startswith(sign)), None):
        return MediaType("other", name)
    tags = len(_MARKUP.findall(head))
    if _is_json(body, head, tags):
        return MediaType("other", "JSON")
    is_html = "html" in declared
    program = None if is_html else next((name for word, name in _FOR_PROGRAMS if word in declared), None)
    if program and (tags <= _TAGS_OF_A_TEXT or (program == "JavaScript" and _code(head))):  # it may write a page
        return MediaType("other", program)
    if tags <= _TAGS_OF_A_TEXT and (code := _code(head)):
        return MediaType("other", code)
    if tags > _TAGS_OF_A_TEXT or (is_html and (tags or _ENTITY.search(head))):
        return _PAGE
    return MediaType("pdf") if "application/pdf" in declared else _TEXT


def _is_json(body: bytes, head: str, tags: int) -> bool:
    if head.lstrip()[:1] in "{[":
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            pass
        else:
            return True
    return tags <= _TAGS_OF_A_TEXT and _JSON.match(head) is not None


def _code(head: str) -> str | None:
    """Return which language of programs a text without markup is in; None for prose."""
    dense = "".join(head.split())
    if len(_CODE_SIGNS.findall(dense)) < len(dense) * _SIGNS_OF_CODE:
        return None
    rules = _RULE.findall(head)
    if sum(map(len, rules)) * 2 > len(head):
        return "a CSS style sheet"
    if _CALL.match(head):
        return "JavaScript"
    return "JavaScript" if len(_CODE.findall(head)) > 1 and re.search("[{;]", head) else None
