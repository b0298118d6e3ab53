import pytest
from hypothesis import given
from hypothesis import strategies as st
from legacy_texts import TEXTS

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


# The encodings that each language was written in; those without an entry in windows-1252.
WRITTEN_IN = {
    **dict.fromkeys(("pl", "cs", "sk", "hu", "ro", "hr"), ("iso8859-2", "cp1250")),
    "lt": ("cp1257", "iso8859-13"),
    "lv": ("cp1257", "iso8859-13", "iso8859-4"),
    "et": ("cp1257",),
    "ru": ("cp1251", "koi8-r", "cp866", "iso8859-5"),
    "uk": ("cp1251", "koi8-u", "iso8859-5"),
    "bg": ("cp1251", "iso8859-5"),
    "el": ("cp1253", "iso8859-7"),
    "tr": ("cp1254",),
    "he": ("cp1255", "iso8859-8"),
    "ar": ("cp1256", "iso8859-6"),
    "th": ("cp874",),
    "vi": (),  # Python writes no windows-1258 with its tones
    "ja": ("cp932", "euc_jp", "iso2022_jp"),
    "ko": ("cp949",),
    "zh-hans": ("gb18030",),
    "zh-hant": ("big5hkscs",),
}
MENU = '<li><a href="/produkty/index.html" title="a" class="menu-item menu-item-type-post_type">Home</a></li>\n'
EVERYWHERE = [
    (language, encoding)
    for language in TEXTS
    for encoding in (*WRITTEN_IN.get(language, ("cp1252",)), "utf-16-le", "utf-16-be")
]


@pytest.mark.parametrize("times", [1, 20])
@pytest.mark.parametrize(("language", "encoding"), EVERYWHERE)
def test_an_undeclared_charset_is_told_by_the_text_among_much_markup(language, encoding, times):
    text = "\n".join([TEXTS[language]] * times)
    text = text if encoding.startswith("utf") else text.encode(encoding, "ignore").decode(encoding)
    style = "<style>" + "body{margin:0;font:12px Verdana}" * 40 + "</style>"
    page = f"<html><head><title>Orme</title>{style}</head><body><ul>{MENU * 40}</ul><p>{text}</p><ul>{MENU * 20}</ul>"
    assert decode(page.encode(encoding), "text/html") == page


def test_utf_8_that_was_cut_off_or_has_a_byte_from_elsewhere_stays_utf_8():
    text = TEXTS["ru"]
    assert decode((text + "é").encode()[:-1], None) == text + "\ufffd"
    assert decode(text.encode() + b"\xff", None) == text + "\ufffd"


@pytest.mark.parametrize(
    ("label", "raw", "text"),
    [
        ("euc-jp", "adeaada1add1f9ab8eb1", "㈱①㎝曻ｱ"),
        ("euc-jp", "a1c1a1ddc0cb8fb0a1", "～－惜丂"),
        ("iso-2022-jp", "1b24422d6a2d21214121601b28421b284931", "㈱①～÷ｱ"),
        ("shift_jis", "878a8740fbfc8160817c", "㈱①髙～－"),
        ("x-sjis", "878a", "㈱"),
        ("gb2312", "80b0a1", "€啊"),
        ("gbk", "a2e3", "€"),
        ("big5", "a145a244", "‧￥"),
        ("ks_c_5601-1987", "8141", "갂"),
        ("iso-8859-1", "8093", "€“"),
        ("iso-8859-9", "d080", "Ğ€"),
        ("tis-620", "a1df80", "ก฿€"),
        ("iso-8859-8-i", "e0", "א"),
        ("koi8-u", "aebe", "ўЎ"),
        ("mac", "80db", "Ä€"),
        ("dos-874", "a1", "ก"),
        ("x-user-defined", "41ff", "A\uf7ff"),
        ("windows-1252", "4181", "A\x81"),
        ("unicode-1-1-utf-8", "c3a9", "é"),
    ],
)
def test_labels_and_characters_are_those_of_the_encoding_standard(label, raw, text):
    assert decode(bytes.fromhex(raw), f"text/html; charset={label}") == text
    if label not in {"x-user-defined"}:
        assert decode(f"<meta charset='{label}'>".encode() + bytes.fromhex(raw), None).endswith(text)


def test_a_meta_in_a_comment_declares_nothing():
    page = '<!-- <meta charset="windows-1251"> --><p>é'
    assert decode(page.encode(), None) == page


def test_the_country_in_the_address_tips_the_scales():
    short = "<p>Sipariş verenin adresini on sekiz ay saklıyoruz. Daha önce silinmesini istemezseniz".encode("cp1254")
    assert "saklıyoruz" in decode(short, None, "https://orme.com.tr/gizlilik")


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


LEGACY = ["euc-jp", "iso-2022-jp", "shift_jis", "gbk", "big5", "euc-kr", "windows-1255", "utf-16be", "x-user-defined"]


@given(st.sampled_from(LEGACY), st.sampled_from([b"", b"\x1b$B", b"\x1b(I", b"\x8f\xa1"]), st.binary(max_size=300))
def test_no_bytes_make_a_decoder_raise(encoding, start, body):
    assert isinstance(decode(start + body, f"text/html; charset={encoding}"), str)
