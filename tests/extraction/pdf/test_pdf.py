import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_pages import TextLine, paragraph, pdf

from crawler.extraction.pdf import extract as module
from crawler.extraction.pdf.extract import PdfText, extract_pdf
from crawler.extraction.rejection.reasons import REASONS
from crawler.model import Rejection

PROSE = (
    "We collect the personal information that you give us when you place an order, write to us or open an account, "
    "and we keep it for as long as the law asks us to, but never longer than ten years after your last order."
)


def text(*pages: list[TextLine], title: str = "Privacy Policy") -> PdfText:
    found = extract_pdf(pdf(*pages, title=title))
    assert isinstance(found, PdfText)
    return found


def reason(body: bytes) -> str:
    found = extract_pdf(body)
    assert isinstance(found, Rejection)
    assert found.reason in REASONS
    return found.reason


def test_a_policy_is_read_in_the_format_of_the_documents() -> None:
    found = text(
        [
            TextLine("Acme Privacy Policy", 72, 780, 20, bold=True),
            *paragraph(PROSE, 740),
            TextLine("1. What we collect", 72, 670, 14, bold=True),
            *paragraph("We collect:", 645),
            TextLine("• your name and the address that we are to send your orders to, as you gave", 90, 630),
            TextLine("it to us;", 100, 616.8),
            TextLine("• your e-mail address.", 90, 602),
            TextLine("Cookies", 72, 570, 11, bold=True),
            *paragraph("We set none.", 550),
        ],
        title="",
    )
    assert found == PdfText(
        title="Acme Privacy Policy",
        body=(
            f"{PROSE}\n\n"
            "## 1. What we collect\n\n"
            "We collect:\n\n"
            "  * your name and the address that we are to send your orders to, as you gave it to us;\n"
            "  * your e-mail address.\n"
            "\n\n\n"
            "### Cookies\n\n"
            "We set none."
        ),
    )


def test_the_title_of_the_files_own_data_is_preferred_to_the_largest_line() -> None:
    page = [TextLine("Welcome", 72, 780, 20), *paragraph(PROSE, 740)]
    assert text(page, title="Privacy Policy of Acme").title == "Privacy Policy of Acme"
    assert text(page, title="Microsoft Word - privacy_final_v2.doc").title == "Welcome"


@pytest.mark.parametrize(("name", "letter"), [(b"u1F600", "\U0001f600 "), (b"uni0002", ""), (b"Lslash", "\u0141 ")])
def test_a_font_may_call_a_letter_anything_and_the_others_stay(name: bytes, letter: str) -> None:
    encoding = b"/Encoding << /Differences [126 /%s] >>" % name
    body = pdf(paragraph(f"Lamp ~ oil. {PROSE}", 700)).replace(b"/Encoding /WinAnsiEncoding", encoding)
    found = extract_pdf(body)
    assert isinstance(found, PdfText)
    assert found.body == f"Lamp {letter}oil. {PROSE}"


def test_the_same_bytes_give_the_same_text() -> None:
    body = pdf(paragraph(PROSE, 780), [*paragraph(PROSE, 780)], title="Privacy")
    assert extract_pdf(body) == extract_pdf(body)


def test_a_document_may_begin_after_other_bytes() -> None:
    assert isinstance(extract_pdf(b"\r\n\r\n" + pdf(paragraph(PROSE, 780))), PdfText)


@pytest.mark.parametrize("body", [b"", b"<html>Not found</html>", b"%PDF-1.4\n", b"%PDF-1.7\n" + bytes(10_000)])
def test_what_is_no_pdf_is_rejected(body: bytes) -> None:
    assert reason(body) == "broken PDF"


@pytest.mark.parametrize("kept", [0.5, 0.9, 0.98])
def test_a_half_loaded_pdf_never_passes_for_the_policy(kept: float) -> None:
    body = pdf(paragraph(PROSE, 780), paragraph(PROSE, 780))
    assert reason(body[: int(len(body) * kept)]) == "broken PDF"


def test_an_encrypted_pdf_is_rejected() -> None:
    key = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> /ID [<00> <00>]" % (b"41" * 32, b"42" * 32)
    assert reason(pdf(paragraph(PROSE, 780), more=key)) == "encrypted PDF"


def test_pages_that_are_pictures_are_rejected_as_scanned() -> None:
    picture = b"q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    assert reason(pdf([], content=picture)) == "scanned PDF"


def test_empty_pages_are_rejected_as_without_text() -> None:
    assert reason(pdf([], [])) == "no text"


def test_too_many_pages_are_rejected() -> None:
    assert reason(pdf(*[[TextLine("Page", 72, 700)]] * 301)) == "oversized PDF"


def test_too_many_characters_are_rejected() -> None:
    lines = [b"BT /R 9 Tf 10 %d Td (%s) Tj ET\n" % (at * 12, b"ab cd ef gh " * 1000) for at in range(90)]
    assert reason(pdf([], content=b"".join(lines))) == "oversized PDF"


@pytest.mark.slow
def test_too_many_lines_are_rejected() -> None:
    lines = (b"BT /R 9 Tf 10 %d Td (ab cd) Tj ET\n" % (at * 12) for at in range(41_000))
    assert reason(pdf([], content=b"".join(lines))) == "oversized PDF"


def test_a_decompression_bomb_ends_within_the_limits() -> None:
    bomb = zlib.compress(zlib.compress(bytes(100_000_000), 9), 9)
    body = pdf([TextLine("Bomb", 72, 700)])
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(bomb), bomb)
    start, end = body.index(b"<< /Length"), body.index(b"\nendobj", body.index(b"<< /Length"))
    assert reason(body[:start] + stream + body[end:]) in {"no text", "broken PDF", "oversized PDF"}


@pytest.mark.parametrize("matrix", [b"1e38 0 0 1e38 0 0", b"0 0 0 0 0 0", b"1 0 0 1 1e38 -1e38", b"0 1 -1 0 0 0"])
def test_text_in_impossible_places_is_answered(matrix: bytes) -> None:
    shown = b"%s cm BT /R 11 Tf 72 700 Td (We never sell data.) Tj 0 -13 Td (Nor rent it.) Tj ET" % matrix
    found = extract_pdf(pdf([], [], content=shown))
    assert isinstance(found, PdfText) or found.reason in REASONS


def test_a_page_tree_that_holds_itself_ends() -> None:
    body = pdf([TextLine("Loop", 72, 700)]).replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]")
    assert b"/Kids [2 0 R]" in body
    assert reason(body) in REASONS


def test_a_reader_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sleeper = tmp_path / "sleeper.py"
    sleeper.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(module, "_READER", sleeper)
    monkeypatch.setattr(module, "SECONDS_AT_MOST", 0.2)
    assert reason(pdf(paragraph(PROSE, 780))) == "oversized PDF"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("raise MemoryError", "oversized PDF"),
        ("import os; os.abort()", "oversized PDF"),
        ("import os; os.kill(os.getpid(), 9)", "oversized PDF"),
        ("raise SystemExit(3)", "broken PDF"),
    ],
)
def test_a_reader_that_ends_badly_is_a_rejection(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, expected: str
) -> None:
    script = tmp_path / "reader.py"
    script.write_text(code)
    monkeypatch.setattr(module, "_READER", script)
    assert reason(pdf(paragraph(PROSE, 780))) == expected


def test_a_missing_library_is_an_error_and_no_rejection(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "reader.py"
    script.write_text("import no_such_module")
    monkeypatch.setattr(module, "_READER", script)
    with pytest.raises(ImportError, match="Install the project's dependencies"):
        extract_pdf(pdf(paragraph(PROSE, 780)))


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 1500), st.binary(min_size=1, max_size=40))
def test_a_damaged_pdf_is_answered(place: int, damage: bytes) -> None:
    body = bytearray(pdf(paragraph(PROSE, 780)))
    body[place : place + len(damage)] = damage
    found = extract_pdf(bytes(body))
    assert isinstance(found, PdfText) or found.reason in REASONS
