"""What is no page is no policy; whatever has markup or is prose is read."""

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from legacy_texts import TEXTS

from crawler.extraction.extract import CapturedResponse, extract
from crawler.extraction.media_type import media_type
from crawler.model import Document, Part, Rejection


def zipped(**files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return held.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
CSS = "/* Orme */\nbody { margin: 0; font: 12px/1.5 Verdana }\n.menu a:hover, .menu a:focus { color: #fff; }\n" * 9
SCRIPT = (
    "var a=[];" * 9
    + "(function(w,d){var e=d.createElement('div');e.innerHTML='<b>x</b>';"
    + "return w.x=function(a){return a?1:0}})(window,document);"
)
PROSE = TEXTS["en"]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", "image/png"),
        (b"GIF89a\x01\0\x01\0\x80\0\0", "image/gif"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1", "image/jpeg"),
        (b"RIFF\x24\0\0\0WEBPVP8 \0\0\0\0", "image/webp"),
        (b"\0\0\1\0\1\0\x10\x10\0\0\1\0", "icon"),
        (zipped(word__document__xml="<w>"), "Word document (docx)"),
        (zipped(xl__workbook="<w>"), "Excel"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text"), "OpenDocument text"),
        (zipped(policy="x"), "ZIP archive"),
        (OLE + "WordDocument".encode("utf-16-le"), "Word document (doc)"),
        (OLE + "Workbook".encode("utf-16-le"), "Excel"),
        (b"{\\rtf1\\ansi We keep your data.}", "RTF"),
        (b"ID3\x03\0\0\0\0\0\0\0\0", "audio/mpeg"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"),
        (b"wOF2\0\1\0\0\0\0\0\0", "font/woff2"),
        (b"7z\xbc\xaf\x27\x1c\0\4\0\0\0", "7z"),
        (bytes(range(256)) * 9, "binary data"),
        (json.dumps({"title": "Privacy", "html": "<p>We keep</p>"}).encode(), "JSON"),
        (b'[{"id": 1, "text": "We', "JSON"),
        (b")]}',\n" + json.dumps([{"title": "Privacy", "text": "We keep"}]).encode(), "JSON"),
        (b'{"id": 1, "text": "We keep"}\n{"id": 2, "text": "We erase"}\n', "JSON"),
        (b'show({"title": "Privacy", "text": "We keep", "list": [1, 2, {"a": []}]});', "JavaScript"),
        (b"%!PS-Adobe-3.0\n(We keep your data) show\n", "PostScript"),
        (CSS.encode(), "CSS"),
        (SCRIPT.encode(), "JavaScript"),
        (b'<?xml version="1.0"?>\n<!-- feed --><rss version="2.0"><channel><title>x</title></channel></rss>', "RSS"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>', "Atom"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><text>Privacy</text></svg>\n', "SVG"),
        ('<?xml version="1.0"?><urlset><url></url></urlset>'.encode("utf-16"), "sitemap"),
    ],
)
@pytest.mark.parametrize(
    "declared", ["text/html; charset=utf-8", "text/plain", "application/octet-stream", "", "image/x"]
)
def test_what_is_no_page_is_rejected_by_name_whatever_the_header_says(body, name, declared):
    outcome = extract(CapturedResponse(body, "https://v.example/p", 200, {"content-type": declared}), Part(), str)
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "not a page"
    assert name.lower() in outcome.detail.lower()


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("text/css", "CSS"),
        ("application/javascript", "JavaScript"),
        ("text/csv", "CSV"),
        ("application/json; charset=utf-8", "JSON"),
        ("text/calendar", "calendar"),
    ],
)
def test_the_header_decides_where_content_says_nothing(declared, name):
    assert name in media_type(PROSE.encode(), declared).name


@pytest.mark.parametrize(
    "start",
    [
        "<!DOCTYPE html><html>",
        "<html>",
        "",
        "<!-- saved from url=(0014)about:internet -->",
        "\ufeff",
        "\n\n \t<body>",
        "<br />\n<b>Warning</b>: include(): Failed opening in /x.php on line 3<br />",
        "Warning: mysql_connect() in /var/www/x.php on line 9\n<html>",
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x">',
        '<svg style="display:none"><symbol id="a"></symbol></svg>',
        "{{header}}",
        "[menu] ",
        "function menu(){} <script>",
        "\0\0",
        "<?php echo 1 ?>",
        "<font size=2>",
        "<CENTER>",
        "<custom-element>",
        "<o:p></o:p>",
        "GIF89a ",
        "BM",
        "%!",
    ],
)
@pytest.mark.parametrize(
    "declared",
    ["text/html", "text/plain", "application/octet-stream", "", "image/png", "application/json", "application/pdf"],
)
def test_whatever_has_markup_is_a_page(start, declared):
    page = f"{start}<h1>Privacy</h1><p>{PROSE}</p><p>{PROSE}</p>"
    assert media_type(page.encode(), declared).kind == "page"
    assert media_type(page.encode("utf-16"), declared).kind == "page"


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize(
    "declared", ["text/html", "text/plain; charset=utf-8", "application/octet-stream", "", "image/png"]
)
def test_prose_without_markup_is_text(language, declared):
    for encoding in ("utf-8", "utf-16"):
        assert media_type(TEXTS[language].encode(encoding), declared).kind == "text"


@pytest.mark.parametrize(
    "text",
    [
        "Write to <clerk@vendor.example>. A page's <title> is kept. {name} [1] (2); see a=b & c.\n" * 5,
        "[Logo] Privacy policy\n\n{We} keep your data.",
        "1. A; 2. B; 3. C (see [4]); 5. D: e, f; g!\n- h\n- i\n",
        "| Cookie | Purpose | Days |\n|--------|---------|------|\n| a_b | To log in | 3 |\n" * 5,
    ],
)
def test_signs_do_not_make_prose_a_script(text):
    assert media_type(text.encode(), "text/plain").kind == "text"


def test_a_script_that_writes_markup_is_told_by_its_header():
    script = "document.write('<table><tr><td>' + (a ? '<b>x</b>' : '') + '</td></tr></table>');\n" * 9
    assert media_type(script.encode(), "text/javascript").name == "JavaScript"


def test_a_page_behind_a_piece_of_json_is_a_page():
    page = f'{{"error": 0}}<!DOCTYPE html><html><body><p>{PROSE}</p></body></html>'
    assert media_type(page.encode(), "text/html").kind == "page"


def test_an_entity_without_a_tag_is_html_if_the_header_says_so():
    assert media_type(b"We keep &quot;data&quot;.", "text/html").kind == "page"
    assert media_type(b"We keep &quot;data&quot;.", "text/plain").kind == "text"


STARTS = [
    b"",
    b"{",
    b"[",
    b"<?xml ",
    b"<svg",
    b"PK\x03\x04",
    OLE[:8],
    b"\x89PNG",
    b"%PDF-",
    b"\xff\xfe",
    b"<\0",
    b"{\\rtf",
    b"RIFF",
]


@given(st.sampled_from(STARTS), st.binary(max_size=2000), st.text(max_size=30))
def test_any_bytes_have_a_type(start, body, declared):
    assert media_type(start + body, declared).kind in {"page", "text", "pdf", "other"}


@given(
    st.sampled_from([s for s in STARTS if s != b"%PDF-"]), st.binary(max_size=2000), st.sampled_from(["", "text/plain"])
)
def test_no_bytes_make_the_extraction_raise(start, body, declared):
    response = CapturedResponse(start + body, "https://v.example/p", 200, {"content-type": declared})
    assert isinstance(extract(response, Part(), str), Document | Rejection)


@pytest.mark.parametrize(
    "sign", ["{", "[", "<", "<?x>", "<!--", "a{b:c}", '{"a":', "{a:", "<!doctype[", "/*", "&#", "{ a", "\0<"]
)
@pytest.mark.parametrize("declared", ["text/html", ""])
def test_no_repetition_takes_long(sign, declared):
    media_type(sign.encode() * 200_000, declared)
