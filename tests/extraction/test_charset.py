import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.charset import decode

EURO = "<p>Wir prüfen – für 5 €</p>"


@pytest.mark.parametrize("label", ["iso-8859-1", "latin1", "us-ascii", "ISO-8859-1", "windows-1252"])
def test_latin_1_means_windows_1252_as_in_browsers(label):
    assert decode(EURO.encode("cp1252"), f"text/html; charset={label}") == EURO


def test_the_header_wins_over_the_markup():
    page = '<meta charset="iso-8859-1">é'
    assert decode(page.encode(), "text/html; charset=utf-8") == page


def test_a_byte_order_mark_wins_over_the_header_and_is_no_text():
    assert decode(b"\xef\xbb\xbf" + "é".encode(), "text/html; charset=iso-8859-1") == "é"
    assert decode("\ufeffé".encode("utf-16-le"), "text/html; charset=utf-8") == "é"


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1251">',
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        '<?xml version="1.0" encoding="windows-1251"?>',
        "<style>" + "a{}" * 5000 + '</style><meta charset="windows-1251">',
    ],
)
def test_the_markup_says_the_charset_if_the_header_does_not(head):
    page = head + "<p>Политика</p>"
    assert decode(page.encode("cp1251"), "text/html") == page


def test_a_meta_that_says_utf_16_is_not_believed():
    page = '<meta charset="utf-16"><p>é</p>'
    assert decode(page.encode(), None) == page


@pytest.mark.parametrize("label", ["punycode", "undefined", "hex", "unicode_escape", "utf-7", "no-such", "idna"])
def test_a_codec_that_no_browser_knows_counts_as_not_declared(label):
    assert decode("é +ADw-".encode(), f"text/html; charset={label}") == "é +ADw-"


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-8", "Données"),
        ("cp1252", "Nous utilisons des données à caractère personnel collectées auprès de l’utilisateur."),
        ("cp1252", "La política de privacidad explica cómo usamos la información según la legislación española."),
        ("cp1250", "Polityka prywatności określa zasady przetwarzania danych osobowych użytkowników, który należy."),
        ("cp1251", "Политика конфиденциальности описывает, какие данные мы собираем и как их используем."),
        ("koi8-r", "Политика конфиденциальности описывает, какие данные мы собираем и как их используем."),
        ("cp932", "当社は、お客様の個人情報を適切に管理し、本ポリシーに従って利用します。"),
        ("gb18030", "本隐私政策说明我们如何收集和使用您的个人信息。我们会采取措施保护您的信息安全。"),
    ],
)
def test_the_content_says_the_charset_if_nothing_declares_it(charset, text):
    page = f"<html><head><title>x</title></head><body><p>{text}</p></body></html>"
    assert decode(page.encode(charset), "text/html") == page


def test_bytes_that_the_charset_does_not_know_become_replacement_characters():
    assert decode(b"a\xffb", "text/html; charset=utf-8") == "a\ufffdb"


def test_mojibake_of_the_page_stays():
    assert decode("Itâ€™s".encode(), "text/html; charset=utf-8") == "Itâ€™s"


def test_nul_bytes_are_dropped():
    assert decode(b"a\x00b", "text/html; charset=utf-8") == "ab"


@given(st.binary(max_size=3000), st.one_of(st.none(), st.text(max_size=60)))
def test_no_bytes_and_no_header_make_it_raise(body, content_type):
    assert "\x00" not in decode(body, content_type)


@given(st.sampled_from([b"<meta charset=", b"<?xml encoding='"]), st.text(max_size=20), st.binary(max_size=200))
def test_no_declaration_makes_it_raise(start, label, rest):
    decode(start + label.encode("utf-8", "replace") + b"'>" + rest, f'text/html; charset="{label}"')
