"""A script that prints a PDF's lines of text: run by `extract.py` in a process of its own, never imported.

Standard input is the PDF; standard output one JSON object: {"title", "pages": [{"lines", "rulings"}, …]} with a line as
[text, x0, x1, y, size, bold, hyphenated, angle, pale, pieces] (in points, y upwards, in the order of the PDF's content;
pieces are lines) and a ruling as [x0, y0, x1, y1], or {"rejected": [reason, detail]}. PDFium is fast and reads what
Chrome reads, but it is C++ in front of hostile input: here a crash, an endless loop or a decompression bomb ends this
process and nothing else.
"""

import contextlib
import json
import math
import re
import sys
from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from ctypes import byref, c_double, c_int, c_uint, c_ushort, create_string_buffer
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

# The limits of one document. Measured on 2026-11-21: 36 pages of a manual (70,000 characters) take 0.3 s, 290 dense
# pages (780,000 characters) 3 s, and 30 MB; so the limits leave room for any policy and stop a hostile file.
PAGES_AT_MOST: Final = 300
CHARACTERS_AT_MOST: Final = 1_000_000
LINES_AT_MOST: Final = 40_000
PIECES_AT_MOST: Final = 100_000  # 300 pages of tables; on the pages after, lines stay whole, and nothing is lost
CUTS_AT_MOST: Final = 30  # of a line; so a letter-spaced one stays whole
LENGTH_AT_MOST: Final = 100_000.0  # points; ISO 32000-1, annex C, lets no page be longer than 14,400
MEMORY_BYTES: Final = 400 << 20  # of addresses; 300 pages of text take 150 MiB of them, most for the program
PROCESSOR_SECONDS: Final = 20

WIDE_SPACE: Final = 0.8  # of the letters' size; a space of justified text is seldom wider, and then nothing is lost
OTHER_TYPE: Final = 1.5  # times the size
PALE: Final = 150  # of 255: the luminance of the grey that watermarks have; captions are darker
FAINT: Final = 160  # of 255: opacity
# A page whose fonts do not say which letters their glyphs are gives noise, not text.
UNMAPPED_SHARE: Final = 0.3
UNMAPPED_STEP: Final = 3  # every third character tells it as well as each, in a third of the time
_FORCE_BOLD: Final = 1 << 18  # ISO 32000-1, table 123: font flags, bit 19
_BREAKS: Final = re.compile(r"[\x00-\x1f\x2d\xad\u2010\u2011\ufffe]")  # ends of lines, or what PDFium may call a hyphen
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_WORD: Final = re.compile(r"\S+")
Letters = tuple[Sequence[int], str]  # their indexes in the text page, and what they are
Span = tuple[int, int]  # of a word among the letters of its line
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

    sys.path.append(str(Path(__file__).parents[3]))  # a script knows its own folder only, and with -P not even that
    from crawler.extraction.pdf.rulings import Rulings  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(body)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            return {"rejected": _REJECTED_PASSWORD}
        return {"rejected": ["broken PDF", f"The PDF cannot be opened: {str(error).rstrip('.')}."]}
    if count > PAGES_AT_MOST:
        return {"rejected": ["oversized PDF", f"The PDF has {count} pages; {PAGES_AT_MOST} are read at most."]}
    pages: list[dict[str, list[Any]]] = []
    drawn = Rulings(pdfium)
    characters = lines = pieces = unmapped = looked_at = 0
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
        looked = range(0, glyphs, UNMAPPED_STEP)
        looked_at += len(looked)
        unmapped += sum([pdfium.FPDFText_HasUnicodeMapError(text.raw, at) == 1 for at in looked])
        rulings = [[_sane(each) for each in ruling] for ruling in drawn.of(page.raw)] if glyphs else []
        pages.append(Lines(pdfium, text.raw, glyphs, rulings, whole=pieces > PIECES_AT_MOST).page())
        lines += len(pages[-1]["lines"])
        pieces += sum(len(line[-1]) for line in pages[-1]["lines"])
        if lines > LINES_AT_MOST:
            return {"rejected": ["oversized PDF", f"The PDF has more than {LINES_AT_MOST} lines."]}
        if not glyphs and not pictures:
            objects = range(min(pdfium.FPDFPage_CountObjects(page.raw), 1000))
            kinds = (pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page.raw, at)) for at in objects)
            pictures = pdfium.FPDF_PAGEOBJ_IMAGE in kinds
        text.close()
        page.close()
    if unmapped > UNMAPPED_SHARE * looked_at:
        return {"rejected": ["broken PDF", f"{unmapped} of {looked_at} of its characters have no known letter."]}
    if not any(page["lines"] for page in pages):
        found = ["scanned PDF", f"The {count} pages of the PDF are pictures, without text."]
        return {"rejected": found if pictures else ["no text", f"The {count} pages of the PDF have no text."]}
    return {"title": document.get_metadata_value("Title")[:1000], "pages": pages}


class Lines:
    """The lines of one page, with their position and type, as PDFium's text page has them."""

    def __init__(self, pdfium: Any, raw: Any, glyphs: int, rulings: list[list[float]], *, whole: bool) -> None:
        self.pdfium, self.raw, self.glyphs, self.rulings, self.whole = pdfium, raw, glyphs, rulings, whole
        self.turn = 0.0  # of most lines
        self.upright: list[list[float]] = []
        self.box = (c_double(), c_double(), c_double(), c_double())  # for all letters in turn
        self.into = tuple(map(byref, self.box))

    def page(self) -> dict[str, list[Any]]:
        """Return the page's lines and rulings, turned so that most of its text runs from left to right."""
        text = self._text()
        lines: list[tuple[Letters, bool]] = []
        start = 0
        for found in _BREAKS.finditer(text):
            at = found.start()
            hyphen = self.pdfium.FPDFText_IsHyphen(self.raw, at) == 1
            if hyphen or text[at] in "\n\r":
                lines.append((_letters(text, start, at), hyphen))
                start = at + 1
        lines.append((_letters(text, start, len(text)), False))
        if self.rulings:
            angles = Counter(round(self._angle(ats[0]), 2) for (ats, _), _ in lines if ats)
            self.turn = max(angles, key=lambda angle: (angles[angle], -angle), default=0.0)
            self.rulings = [self._turned_ruling(ruling) for ruling in self.rulings]
            self.upright = sorted(ruling for ruling in self.rulings if ruling[0] == ruling[2])
        printed = [self._line(letters, hyphenated=hyphenated) for letters, hyphenated in lines]
        return {"lines": [line for line in printed if line], "rulings": self.rulings}

    def _text(self) -> str:
        """Return the page's text, one letter for each index (all at once: a call for each takes far longer)."""
        raw, glyphs, code_at = self.raw, self.glyphs, self.pdfium.FPDFText_GetUnicode
        units = (c_ushort * (2 * glyphs + 2))()
        count = self.pdfium.FPDFText_GetText(raw, 0, glyphs, units) - 1  # without the zero at its end
        text = bytes(units)[: 2 * max(count, 0)].decode("utf-16-le", "surrogatepass")
        if len(text) != glyphs:  # control characters are left out, and two surrogates are one letter
            return "".join([chr(code_at(raw, at)) for at in range(glyphs)])
        # Here U+FFFE stands for a hyphen and for a glyph without a letter, which the single call tells apart.
        return re.sub("\ufffe", lambda found: chr(code_at(raw, found.start())), text)

    def _turned_ruling(self, ruling: list[float]) -> list[float]:
        if not self.turn:
            return ruling
        x0, y0 = self._turned(ruling[0], ruling[1], self.turn)
        x1, y1 = self._turned(ruling[2], ruling[3], self.turn)
        return [_sane(each) for each in (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))]

    def _line(self, of: Letters, *, hyphenated: bool) -> list[Any]:
        ats, letters = of
        words = [found.span() for found in _WORD.finditer(letters)]
        if not words:
            return []
        text = letters if letters.isascii() else letters.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        inked = [at for start, end in words for at in ats[start:end]]
        first, middle, last = inked[0], inked[len(inked) // 2], inked[-1]
        angle = self._angle(first)
        x0, y = self._turned(*self._origin(first), angle)
        x1 = max(self._turned(*corner, angle)[0] for at in (first, last) for corner in self._corners(at))
        bold = all(map(self._bold, {first, middle, last}))
        sizes = [self._size(at) for at in (first, middle, last)]
        size = round(_sane(sizes[1]) * 2) / 2
        turned = round(math.degrees(angle)) % 360
        line = [text.strip(), _sane(x0), _sane(x1), _sane(y), size, bold, hyphenated, turned, self._pale(middle)]
        mixed = max(sizes) > OTHER_TYPE * min(sizes) or abs(self._angle(last) - angle) > 0.1
        return [*line, self._pieces(of, words, sizes[1], angle, ends=hyphenated, mixed=mixed)]

    def _pieces(
        self, of: Letters, words: list[Span], size: float, angle: float, *, ends: bool, mixed: bool
    ) -> list[Any]:
        """Return the pieces of a line that wide spaces, rulings or other type part; nothing if it is whole."""
        if self.whole:
            return []
        ats, letters = of
        cuts = [
            start
            for (_, end), (start, _) in pairwise(words)
            if self._parts(ats[end - 1], ats[start], size, angle, mixed)
        ]
        if not cuts or len(cuts) > CUTS_AT_MOST:
            return []
        runs = [(ats[start:end], letters[start:end]) for start, end in pairwise([0, *cuts, len(letters)])]
        pieces = [self._line(run, hyphenated=ends and run is runs[-1]) for run in runs]
        return [[*piece[:-1], []] for piece in pieces if piece]

    def _parts(self, left: int, right: int, size: float, angle: float, mixed: bool) -> bool:
        """Tell whether the space between two letters is more than one between words."""
        start, y = self._origin(right)
        corners = self._corners(left)
        end = corners[1][0]
        if angle:
            start, y = self._turned(start, y, angle)
            end = max(self._turned(*corner, angle)[0] for corner in corners)
        if start - end > WIDE_SPACE * size:
            return True
        if mixed:
            small, large = sorted((self._size(left), self._size(right)))
            if large > OTHER_TYPE * small or abs(self._angle(left) - self._angle(right)) > 0.1:
                return True
        at = bisect(self.upright, [end - 0.5]) if self.upright and abs(angle - self.turn) < 0.1 else len(self.upright)
        while at < len(self.upright) and self.upright[at][0] <= start + 0.5:
            if self.upright[at][1] <= y + 0.4 * size <= self.upright[at][3]:
                return True
            at += 1
        return False

    def _angle(self, at: int) -> float:
        return float(self.pdfium.FPDFText_GetCharAngle(self.raw, at))

    def _pale(self, at: int) -> bool:
        red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint(255)
        self.pdfium.FPDFText_GetFillColor(self.raw, at, byref(red), byref(green), byref(blue), byref(alpha))
        return 0.3 * red.value + 0.59 * green.value + 0.11 * blue.value >= PALE or alpha.value < FAINT

    @staticmethod
    def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
        """Return a point turned so that text at this angle runs from left to right (for pages of landscape tables)."""
        return x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)

    def _origin(self, at: int) -> tuple[float, float]:
        x, y = self.box[:2]
        self.pdfium.FPDFText_GetCharOrigin(self.raw, at, *self.into[:2])
        return x.value, y.value

    def _corners(self, at: int) -> tuple[tuple[float, float], tuple[float, float]]:
        left, right, bottom, top = self.box
        self.pdfium.FPDFText_GetCharBox(self.raw, at, *self.into)
        return (left.value, bottom.value), (right.value, top.value)

    def _size(self, at: int) -> float:
        matrix = self.pdfium.FS_MATRIX()
        self.pdfium.FPDFText_GetMatrix(self.raw, at, byref(matrix))
        return float(self.pdfium.FPDFText_GetFontSize(self.raw, at) * math.hypot(matrix.c, matrix.d))

    def _bold(self, at: int) -> bool:
        name, flags = create_string_buffer(200), c_int()
        self.pdfium.FPDFText_GetFontInfo(self.raw, at, name, 200, byref(flags))
        named = any(word in name.value.lower() for word in (b"bold", b"black", b"heavy", b"semibold"))
        return named or bool(flags.value & _FORCE_BOLD) or self.pdfium.FPDFText_GetFontWeight(self.raw, at) >= 600


def _letters(text: str, start: int, end: int) -> Letters:
    """Return what stands between two places of a page's text, without control characters."""
    letters = text[start:end]
    if not _CONTROL.search(letters):
        return range(start, end), letters
    ats = [at for at in range(start, end) if text[at] >= " "]
    return ats, "".join([text[at] for at in ats])


def _sane(length: float) -> float:
    """Return a length in tenths of a point; a PDF can give its text any position and size, up to infinity."""
    return round(max(-LENGTH_AT_MOST, min(LENGTH_AT_MOST, length)), 1) if math.isfinite(length) else 0.0


if __name__ == "__main__":
    limit_resources()
    print(json.dumps(read(sys.stdin.buffer.read())))  # json.dump is the slower way: it is written in Python
