"""XHTML, written so that an HTML parser reads it as an XML parser would: CDATA sections, and empty scripts."""

import html
import re

_START = re.compile(
    r"<!\[CDATA\[ | <(?P<raw>script|style|title|textarea|iframe|noscript)\b(?P<attributes>[^<>]*)>", re.I | re.VERBOSE
)
_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
# With this on its root element a page was written as XML, and its author saw its sections, even if the server calls it
# HTML: then browsers take a section for a comment.
_WRITTEN_AS_XML = re.compile(
    r"\s*(?:<\?xml\b | (?:<!--[^<>]{0,1000}-->\s*|<![^<>]{0,1000}>\s*){0,9}<html\b[^<>]{0,1000}\bxmlns\s*=)",
    re.IGNORECASE | re.VERBOSE,
)


def as_html(text: str, content_type: str) -> str:
    """Return the page with its CDATA sections as ordinary text, if it is XHTML; another page as it is."""
    served_as_xml = "xml" in content_type.lower()
    if not served_as_xml and not ("<![CDATA[" in text and _WRITTEN_AS_XML.match(text)):
        return text
    parts: list[str] = []
    done = position = 0
    while start := _START.search(text, position):
        position = start.end()
        name = (start["raw"] or "").lower()
        if not name:
            end = text.find("]]>", position)
            if end < 0:
                break
            parts += [text[done : start.start()], html.escape(text[position:end], quote=False)]
            done = position = end + 3
        elif served_as_xml and start["attributes"].endswith("/"):  # in HTML such a start tag has no end
            parts += [text[done : start.start()], f"<{name}{start['attributes'][:-1]}></{name}>"]
            done = position
        elif name in _ENDS:  # a section in a script is its own business: no reader sees it
            closed = _ENDS[name].search(text, position)
            if not closed:
                break
            position = closed.end()
    return "".join([*parts, text[done:]]) if parts else text
