"""What is cited names its captures and hashes; a sentence has an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.address import WAYBACK_MACHINE
from output.site.captures import ShownBy
from output.site.citing import citations
from output.site.fragments import text_fragment
from output.site.history import PolicyRow
from pipelines.corpus.citation import addresses

POLICY = PolicyRow(1, "shop.example", "privacy policy")
URL = "https://shop.example/page?a={b}&c=1"


def shown_by(timestamp: str, origin: str | None = None, public_url: str = WAYBACK_MACHINE) -> ShownBy:
    captured = f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}T03:04:05+00:00"
    at = addresses(public_url, URL, timestamp, origin)
    return ShownBy(captured, URL, "ABC", "Open Terms Archive" if origin else "archive", at, "f00d")


BOTH = [shown_by("20190204030405"), shown_by("20200511030405")]


@pytest.mark.parametrize("at", range(3))
def test_each_style_names_both_captures_and_hashes(at: int) -> None:
    style = citations(POLICY, BOTH, WAYBACK_MACHINE, "changed between 4 February 2019 and 11 May 2020")[at]
    for timestamp in ("20190204030405", "20200511030405"):
        assert f"https://web.archive.org/web/{timestamp}/https://shop.example/page" in style.text
        if style.style != "APA":
            assert f"/web/{timestamp}id" in style.text.replace("\\", "")
    assert "changed between 4 February 2019 and 11 May 2020" in style.text
    assert style.text.count("sha1:ABC") == style.text.count("sha256:f00d") == 2


def test_styles_are_what_they_say() -> None:
    apa, bibtex, plain = citations(POLICY, BOTH[:1] * 2, WAYBACK_MACHINE)
    assert apa.text == (
        "shop.example. (2019, February 4). Privacy policy [Archived web page; bytes sha1:ABC, words sha256:f00d]."
        " Internet Archive Wayback Machine. https://web.archive.org/web/20190204030405/https://shop.example/page?a={b}&c=1"
    )
    assert bibtex.text.startswith("@misc{shop.example-privacy-policy-20190204030405,\n  author = {{shop.example}},\n")
    assert "  year = {2019},\n  month = {2},\n  day = {4},\n" in bibtex.text
    assert "url = {https://web.archive.org/web/20190204030405/https://shop.example/page?a=%7Bb%7D&c=1}" in bibtex.text
    assert plain.text.splitlines() == [
        "Privacy policy of shop.example.",
        f"Captured 4 February 2019, 03:04 UTC: {URL}",
        f"  to read: https://web.archive.org/web/20190204030405/{URL}",
        "  as received: https://web.archive.org/web/20190204030405id_/https%3A//shop.example/page%3Fa%3D%7Bb%7D%26c%3D1",
        "  bytes sha1:ABC, words sha256:f00d",
    ]


def test_an_imported_text_names_who_recorded_it_and_no_capture() -> None:
    for style in citations(POLICY, [shown_by("20190204030405", "ota")], WAYBACK_MACHINE):
        assert "/web/" not in style.text
        assert "Open Terms Archive" in style.text
        assert "sha1" not in style.text


def test_another_archive_is_named_by_its_address() -> None:
    apa, *_ = citations(POLICY, [shown_by("20190204030405", public_url="https://a.example")], "https://a.example")
    assert "Archive at a.example. https://a.example/web/20190204030405/https" in apa.text


@given(st.text(), st.text(min_size=1))
def test_whatever_the_names_braces_of_bibtex_match(vendor: str, type_: str) -> None:
    text = citations(PolicyRow(1, vendor, type_), BOTH, WAYBACK_MACHINE)[1].text
    plain = text.replace("\\{", "").replace("\\}", "")
    assert plain.count("{") == plain.count("}")


@pytest.mark.parametrize(
    ("sentence", "fragment"),
    [
        ("We keep logs.", "#:~:text=We%20keep%20logs."),
        ("1. We keep logs.", "#:~:text=We%20keep%20logs."),
        ("E-mail, & more", "#:~:text=E%2Dmail%2C%20%26%20more"),
        ("one two three four five six seven eight nine ten eleven twelve thirteen", "#:~:text=one%20two%20three%20four"
         "%20five,nine%20ten%20eleven%20twelve%20thirteen"),
        ("~~gone~~ What is left", "#:~:text=What%20is%20left"),
        ("Data | Purpose of it", "#:~:text=Purpose%20of%20it"),
        ("個人情報を提供しません。", "#:~:text=%E5%80%8B%E4%BA%BA%E6%83%85%E5%A0%B1%E3%82%92%E6%8F%90%E4%BE%9B"
         "%E3%81%97%E3%81%BE%E3%81%9B%E3%82%93%E3%80%82"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_sentence_has_an_address(sentence: str, fragment: str) -> None:
    assert text_fragment(sentence) == fragment
