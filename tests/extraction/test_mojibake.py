"""Mojibake is marked, and no text that is right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from legacy_texts import TEXTS

from crawler.extraction.doubts import doubts
from crawler.extraction.extract import CapturedResponse, extract
from crawler.model import Document, Part


def misread(text, charset):
    """Return a text whose UTF-8 was read in another charset, as browsers read what that does not know."""
    return "".join(bytes([byte]).decode(charset, "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("charset", ["cp1252", "latin-1"])
@pytest.mark.parametrize("language", TEXTS)
def test_utf_8_read_in_another_charset_is_marked(language, charset):
    (doubt,) = doubts(misread(TEXTS[language], charset))
    assert doubt.reason == "mojibake"
    assert 'the first in "' in doubt.detail


@pytest.mark.parametrize("language", TEXTS)
def test_no_language_looks_like_mojibake(language):
    assert doubts(TEXTS[language]) == ()
    assert doubts(TEXTS[language].upper()) == ()


@pytest.mark.parametrize(
    "text",
    [
        misread(TEXTS["ru"], "cp1251"),
        TEXTS["ja"].encode().decode("cp932", "ignore"),
        "Don\u00e2\u20ac\u2122t sell.",
        "Donn\u00c3\u00a9es \u00c3\u00a0 caract\u00c3\u00a8re personnel",
        misread(misread("Données à caractère personnel", "cp1252"), "cp1252"),
        "Wir l\ufffdschen f\ufffdr immer, auf Wunsch fr\ufffdher.",
        "锟斤拷锟斤拷",
    ],
)
def test_other_ways_to_misread_are_marked(text):
    assert [doubt.reason for doubt in doubts(text)] == ["mojibake"]


@pytest.mark.parametrize(
    "text",
    [
        "« Confidentialité\u00a0» et « Sécurité\u00a0» : SÉCURITÉ\u00a0; CAFÉ®, “CLICHÉ” … À “ici”",
        "„MENÜ“, „KÄ“ und „Ö“ – GRÖẞE™, MITÄ… JÄ…",
        "INFORMAÇÃO\u00a0– NÃO\u00a0» VOCÊ… PAÍS® ROMÂNIA® ÎN “PLÂ”",
        "One lost \ufffd sign in a long text. " + "We keep your data for thirty days. " * 40,
        "Note\u00c3\u00a9 4 sur 5. " + "Les données à caractère personnel collectées auprès de l’utilisateur. " * 5,
        "Ð\u00a0is a letter, and so are Þ and ß; ×2, ÷3",
    ],
)
def test_what_people_write_is_not_marked(text):
    assert doubts(text) == ()


def test_a_document_bears_the_doubt():
    page = f"<html><body><h1>Données</h1><p>{misread(TEXTS['fr'] * 3, 'cp1252')}</p></body></html>"
    response = CapturedResponse(page.encode(), "https://vendor.example/p", 200, {"content-type": "text/html"})
    document = extract(response, Part(), str)
    assert isinstance(document, Document)
    assert [doubt.reason for doubt in document.doubts] == ["mojibake"]


@given(st.text())
def test_any_text_is_judged(text):
    assert len(doubts(text)) <= 1
