"""A writer of small PDFs for the tests: lines of text in the standard fonts, and nothing that tests do not need."""

import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class TextLine:
    """A line of text with the place of its beginning, in points from the left and the bottom of the page."""

    text: str
    x: float
    y: float
    size: float = 11
    bold: bool = False


def show(line: TextLine) -> bytes:
    text = line.text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
    font = b"/B" if line.bold else b"/R"
    return b"BT %s %.1f Tf %.1f %.1f Td (%s) Tj ET\n" % (font, line.size, line.x, line.y, text)


def pdf(*pages: list[TextLine], title: str = "", content: bytes | None = None, more: bytes = b"") -> bytes:
    """A PDF of these pages; `content` replaces what is on each of them, `more` goes into the trailer."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", font % b"Helvetica", font % b"Helvetica-Bold"]
    objects.append(b"<< /Title (%s) >>" % title.encode("cp1252"))
    kids = []
    for page in pages:
        stream = zlib.compress(b"".join(map(show, page)) if content is None else content)
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /R 3 0 R /B 4 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, held in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"<< /Size %d /Root 1 0 R /Info 5 0 R %s >>" % (len(objects) + 1, more)
    out += b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, start)
    return bytes(out)


def paragraph(text: str, top: float, x: float = 72, size: float = 11, width: int = 80) -> list[TextLine]:
    """A text broken into lines of at most `width` characters, the first at the height `top`."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [TextLine(line, x, top - 1.2 * size * number, size) for number, line in enumerate(lines)]
