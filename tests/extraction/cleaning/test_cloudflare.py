"""Cloudflare's hidden e-mail addresses are put back."""

from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from crawler.extraction.cleaning.cloudflare import decode_email, decode_emails


def encoded(address: str, key: int = 0x5B) -> str:
    return bytes([key, *(byte ^ key for byte in address.encode())]).hex()


def decoded(html: str):
    tree = document_fromstring(f"<body>{html}</body>")
    decode_emails(tree)
    return tree


@given(st.emails(), st.integers(0, 255))
def test_every_address_comes_back_whatever_its_key(address, key):
    assert decode_email(encoded(address, key)) == address


@given(st.text(max_size=40))
def test_no_code_breaks_the_decoder_or_becomes_something_else_than_an_address(code):
    address = decode_email(code)
    assert address is None or "@" in address


def test_an_address_outside_ascii_comes_back():
    assert decode_email(encoded("datenschutz@müller.example")) == "datenschutz@müller.example"


def test_the_address_becomes_the_text_and_the_link_a_mailto():
    code = encoded("privacy@acme.example")
    tree = decoded(
        f'<p>Write to <a href="/cdn-cgi/l/email-protection#{code}">'
        f'<span class="__cf_email__" data-cfemail="{code}">[email&#160;protected]</span></a> today.</p>'
    )
    assert tree.text_content() == "Write to privacy@acme.example today."
    assert [link.get("href") for link in tree.iter("a")] == ["mailto:privacy@acme.example"]


def test_two_captures_of_one_page_have_one_text_though_their_keys_differ():
    pages = [
        decoded(f'<p>Ask <a data-cfemail="{encoded("dpo@acme.example", key)}">[email protected]</a>.</p>')
        for key in (3, 200)
    ]
    assert pages[0].text_content() == pages[1].text_content() == "Ask dpo@acme.example."


def test_a_link_that_holds_the_code_itself_becomes_a_mailto():
    code = encoded("dpo@acme.example")
    tree = decoded(f'<p><a href="/cdn-cgi/l/email-protection" data-cfemail="{code}">[email protected]</a></p>')
    assert tree.find(".//a").get("href") == "mailto:dpo@acme.example"


def test_a_link_with_words_of_its_own_keeps_them():
    code = encoded("dpo@acme.example?subject=Erasure")
    tree = decoded(f'<p><a href="https://acme.example/cdn-cgi/l/email-protection#{code}">our officer</a></p>')
    assert tree.text_content() == "our officer"
    assert tree.find(".//a").get("href") == "mailto:dpo@acme.example?subject=Erasure"


def test_an_address_that_stands_in_plain_text_gets_no_link():
    tree = decoded(f'<p><span data-cfemail="{encoded("dpo@acme.example")}">[email protected]</span></p>')
    assert tree.find(".//a") is None
    assert tree.text_content() == "dpo@acme.example"


def test_what_cannot_be_decoded_stays_as_it_is():
    for code in ("", "5", "xyz", "5b2", "5b", "00ff", encoded("no address")):
        tree = decoded(f'<p>Mail <a href="/cdn-cgi/l/email-protection#{code}" data-cfemail="{code}">here</a></p>')
        assert tree.text_content() == "Mail here"
        assert tree.find(".//a").get("href") == f"/cdn-cgi/l/email-protection#{code}"
