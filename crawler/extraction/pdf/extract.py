"""From the bytes of a PDF to its title and Markdown body, or to the reason why it gives none."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crawler.extraction.left_out import left_out
from crawler.extraction.pdf.boilerplate import without_boilerplate
from crawler.extraction.pdf.columns import in_reading_order
from crawler.extraction.pdf.layout import text_of
from crawler.extraction.pdf.lines import Line, Page, page
from crawler.extraction.pdf.tables import with_tables
from crawler.extraction.pdf.watermarks import without_watermarks
from crawler.extraction.rejection.reasons import NO_TEXT, PDF_BROKEN, PDF_TOO_LARGE
from crawler.model import LeftOut, Rejection
from crawler.text.markdown import CELL_BREAK

BYTES_AT_MOST: Final = 32 * 1024 * 1024
# Wall-clock time for one document; the reader's limit of processor time is lower, and this one covers its waiting.
SECONDS_AT_MOST: Final = 30
# A PDF may begin with other bytes; readers look for its mark in the first kilobyte (ISO 32000-1, annex H, note 13).
_MARK_WITHIN: Final = 1024
_OUT_OF_TIME: Final = {-getattr(signal, name) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name)}
_READER: Final = Path(__file__).with_name("reader.py")


@dataclass(frozen=True, slots=True)
class PdfText:
    """A PDF's text: its title (empty if it has none worth the name) and its body in html2text's Markdown.

    ``recall`` is the share of its letters, watermarks and running heads aside, that title and body hold.
    """

    title: str
    body: str
    recall: float = 1.0
    left_out: tuple[LeftOut, ...] = ()


def extract_pdf(body: bytes) -> PdfText | Rejection:
    """Return the text of a PDF; a Rejection if it is broken, encrypted, scanned or too large.

    Any bytes are answered within SECONDS_AT_MOST and the limits of `reader.py`, and the same bytes always with the
    same text. The PDF is read in a process of its own (some 100 ms), since it comes from an unknown source. Raise
    ImportError if pypdfium2 is not installed.
    """
    if b"%PDF-" not in body[:_MARK_WITHIN]:
        return Rejection(PDF_BROKEN, "The bytes do not begin as a PDF does (%PDF-).")
    if len(body) > BYTES_AT_MOST:
        return Rejection(PDF_TOO_LARGE, f"The PDF has {len(body)} bytes; {BYTES_AT_MOST} are read at most.")
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and a script of the project, no words from outside
            [sys.executable, "-P", str(_READER)], input=body, capture_output=True, timeout=SECONDS_AT_MOST, check=False
        )
    except subprocess.TimeoutExpired:
        return Rejection(PDF_TOO_LARGE, f"Reading the PDF took more than {SECONDS_AT_MOST} seconds.")
    if done.returncode != 0:
        return _ended(done.returncode, done.stderr)
    found = json.loads(done.stdout)
    if "rejected" in found:
        return Rejection(*found["rejected"])
    return _text([page(each) for each in found["pages"]], found["title"])


def _text(pages: list[Page], declared: str) -> PdfText | Rejection:
    lines, marks = without_watermarks([each.lines for each in pages])
    lines, heads = without_boilerplate(lines)
    shown_on = [Page(kept, each.rulings) for kept, each in zip(lines, pages, strict=True)]
    read = [in_reading_order(with_tables(each)) for each in shown_on]
    text = text_of(read, declared)
    if not text.body:
        return Rejection(NO_TEXT, "The PDF has no text but its running heads, page numbers and watermarks.")
    left = [left_out(reason, _all(of)) for reason, of in (("watermark", marks), ("running head", heads)) if of]
    shown, whole = _letters(text.body.replace(CELL_BREAK, "") + text.heading), sum(map(_letters, map(_all, lines)))
    return PdfText(text.title, text.body, min(1.0, shown / whole) if whole else 1.0, tuple(left))


def _all(lines: list[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _ended(code: int, complaint: bytes) -> Rejection:
    last = complaint.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
    if "MemoryError" in last or code == -signal.SIGABRT:  # PDFium aborts if it gets no memory
        return Rejection(PDF_TOO_LARGE, "Reading the PDF took more memory than one document is given.")
    if code in _OUT_OF_TIME:
        return Rejection(PDF_TOO_LARGE, "Reading the PDF took more processor time than one document is given.")
    if "ModuleNotFoundError" in last or "ImportError" in last:
        raise ImportError(f"PDF policies cannot be read: {last}. Install the project's dependencies (pypdfium2).")
    return Rejection(PDF_BROKEN, f"The PDF ended its reader (exit status {code}{', ' + last if last else ''}).")
