"""A script that prints a PDF's lines of text: run by `extract.py` in a process of its own, never imported.

Standard input is the PDF; standard output one JSON object: {"title", "pages": [[line, …], …]} with a line as
[text, x0, x1, y, size, bold, hyphenated] (in points, y upwards, in the order of the PDF's content), or
{"rejected": [reason, detail]}. PDFium is fast and reads what Chrome reads, but it is C++ in front of hostile input:
here a crash, an endless loop or a decompression bomb ends this process and nothing else.
"""

import contextlib
import json
import math
import sys
from ctypes import byref, c_double, c_int, create_string_buffer
from typing import Any, Final

# The limits of one document. Measured on 2026-11-21: 36 pages of a manual (70,000 characters) take 0.3 s, 290 dense
# pages (780,000 characters) 3 s, and 30 MB; so the limits leave room for any policy and stop a hostile file.
PAGES_AT_MOST: Final = 300
CHARACTERS_AT_MOST: Final = 1_000_000
LINES_AT_MOST: Final = 40_000
LENGTH_AT_MOST: Final = 100_000.0  # points; ISO 32000-1, annex C, lets no page be longer than 14,400
MEMORY_BYTES: Final = 1 << 30
PROCESSOR_SECONDS: Final = 20

# A page whose fonts do not say which letters their glyphs are gives noise, not text.
UNMAPPED_SHARE: Final = 0.3
_FORCE_BOLD: Final = 1 << 18  # ISO 32000-1, table 123: font flags, bit 19
_REJECTED_PASSWORD: Final = ["encrypted PDF", "The PDF needs a password."]


def limit_resources() -> None:
    """Let the kernel end this process if a document takes too much (POSIX; elsewhere extract.py's time limit holds)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def read(body: bytes) -> dict[str, Any]:
    """Return the JSON object described above."""
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 - after the limits
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(body)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            return {"rejected": _REJECTED_PASSWORD}
        return {"rejected": ["broken PDF", f"The PDF cannot be opened: {str(error).rstrip('.')}."]}
    if count > PAGES_AT_MOST:
        return {"rejected": ["oversized PDF", f"The PDF has {count} pages; {PAGES_AT_MOST} are read at most."]}
    pages: list[list[Any]] = []
    characters = lines = unmapped = 0
    pictures = False
    for index in range(count):
        try:
            page = document[index]
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            return {"rejected": ["broken PDF", f"Page {index + 1} of the PDF cannot be read."]}
        glyphs = text.count_chars()
        characters += glyphs
        if characters > CHARACTERS_AT_MOST:
            return {"rejected": ["oversized PDF", f"The PDF has more than {CHARACTERS_AT_MOST} characters."]}
        unmapped += sum(pdfium.FPDFText_HasUnicodeMapError(text.raw, at) == 1 for at in range(glyphs))
        pages.append(Lines(pdfium, text.raw, glyphs).all())
        lines += len(pages[-1])
        if lines > LINES_AT_MOST:
            return {"rejected": ["oversized PDF", f"The PDF has more than {LINES_AT_MOST} lines."]}
        if not glyphs and not pictures:
            objects = range(min(pdfium.FPDFPage_CountObjects(page.raw), 1000))
            kinds = (pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page.raw, at)) for at in objects)
            pictures = pdfium.FPDF_PAGEOBJ_IMAGE in kinds
        text.close()
        page.close()
    if characters and unmapped > UNMAPPED_SHARE * characters:
        return {"rejected": ["broken PDF", f"{unmapped} of its {characters} characters have no known letter."]}
    if not any(pages):
        found = ["scanned PDF", f"The {count} pages of the PDF are pictures, without text."]
        return {"rejected": found if pictures else ["no text", f"The {count} pages of the PDF have no text."]}
    return {"title": document.get_metadata_value("Title")[:1000], "pages": pages}


class Lines:
    """The lines of one page, with their position and type, as PDFium's text page has them."""

    def __init__(self, pdfium: Any, raw: Any, glyphs: int) -> None:
        self.pdfium, self.raw, self.glyphs = pdfium, raw, glyphs

    def all(self) -> list[list[Any]]:
        lines = []
        codes: list[tuple[int, int]] = []
        for at in range(self.glyphs):
            code = self.pdfium.FPDFText_GetUnicode(self.raw, at)
            hyphen = self.pdfium.FPDFText_IsHyphen(self.raw, at) == 1
            if hyphen or code in {10, 13}:
                lines.append(self._line(codes, hyphenated=hyphen))
                codes = []
            elif code >= 32:
                codes.append((at, code))
        lines.append(self._line(codes, hyphenated=False))
        return [line for line in lines if line]

    def _line(self, codes: list[tuple[int, int]], *, hyphenated: bool) -> list[Any]:
        text = "".join(chr(code) for _, code in codes).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        inked = [at for at, code in codes if not chr(code).isspace()]
        if not inked:
            return []
        first, middle, last = inked[0], inked[len(inked) // 2], inked[-1]
        angle = self.pdfium.FPDFText_GetCharAngle(self.raw, first)
        x0, y = self._turned(*self._origin(first), angle)
        x1 = max(self._turned(*self._corner(at), angle)[0] for at in (first, last))
        bold = all(map(self._bold, {first, middle, last}))
        size = round(_sane(self._size(middle)) * 2) / 2
        return [text.strip(), _sane(x0), _sane(x1), _sane(y), size, bold, hyphenated]

    @staticmethod
    def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
        """Return a point turned so that text at this angle runs from left to right (for pages of landscape tables)."""
        return x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)

    def _origin(self, at: int) -> tuple[float, float]:
        x, y = c_double(), c_double()
        self.pdfium.FPDFText_GetCharOrigin(self.raw, at, byref(x), byref(y))
        return x.value, y.value

    def _corner(self, at: int) -> tuple[float, float]:
        left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
        self.pdfium.FPDFText_GetCharBox(self.raw, at, byref(left), byref(right), byref(bottom), byref(top))
        return right.value, bottom.value

    def _size(self, at: int) -> float:
        matrix = self.pdfium.FS_MATRIX()
        self.pdfium.FPDFText_GetMatrix(self.raw, at, byref(matrix))
        return float(self.pdfium.FPDFText_GetFontSize(self.raw, at) * math.hypot(matrix.c, matrix.d))

    def _bold(self, at: int) -> bool:
        name, flags = create_string_buffer(200), c_int()
        self.pdfium.FPDFText_GetFontInfo(self.raw, at, name, 200, byref(flags))
        named = any(word in name.value.lower() for word in (b"bold", b"black", b"heavy", b"semibold"))
        return named or bool(flags.value & _FORCE_BOLD) or self.pdfium.FPDFText_GetFontWeight(self.raw, at) >= 600


def _sane(length: float) -> float:
    """Return a length in tenths of a point; a PDF can give its text any position and size, up to infinity."""
    return round(max(-LENGTH_AT_MOST, min(LENGTH_AT_MOST, length)), 1) if math.isfinite(length) else 0.0


if __name__ == "__main__":
    limit_resources()
    json.dump(read(sys.stdin.buffer.read()), sys.stdout)
