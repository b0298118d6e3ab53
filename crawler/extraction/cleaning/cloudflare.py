"""Decodes the e-mail addresses that Cloudflare hides in pages ("Email Address Obfuscation").

The address is written in hex, each byte XORed with the first, in `data-cfemail` or after
`/cdn-cgi/l/email-protection#`, with another first byte in every response: undecoded, a policy changes at every capture
and lacks the address that it has to give.
Described at https://developers.cloudflare.com/waf/tools/scrape-shield/email-address-obfuscation/.
"""

import re

from lxml import etree
from lxml.html import HtmlElement

LINK = "/cdn-cgi/l/email-protection"
# In libxml2, by name: to ask each element for its name there, or in Python, takes half as long again.
_OBFUSCATED = f"[@data-cfemail or contains(@href, '{LINK}')]"
_ELEMENTS = etree.XPath(f"descendant-or-self::a{_OBFUSCATED} | descendant-or-self::span{_OBFUSCATED}")

HIDDEN = re.compile(rf"""(data-cfemail=["']?|{LINK}\#)([0-9a-fA-F]+)""")
"""An address as the markup has it: what comes before its code, and the code."""


def encode_email(address: str) -> str:
    """Return the hex code of an address that has nothing to do with chance: its first byte is 0."""
    return f"00{address.encode().hex()}"


def decode_email(code: str) -> str | None:
    """Return the address behind a hex code, or None if the code holds none."""
    try:
        key, *rest = bytes.fromhex(code.strip())
        address = bytes(byte ^ key for byte in rest).decode()
    except ValueError:  # no hex, no byte at all, or no UTF-8
        return None
    return address if "@" in address and address.isprintable() else None


def decode_emails(tree: HtmlElement) -> None:
    """Put back, in place, every address that can be decoded: as text, and as `mailto:` if it was a link."""
    hidden: list[HtmlElement] = _ELEMENTS(tree)  # type: ignore[assignment]  # a path gives a list of elements
    for element in hidden:
        link = _decoded_link(element)
        if link:
            element.set("href", f"mailto:{link}")
        text = decode_email(element.get("data-cfemail", ""))
        if text:
            for child in list(element):
                element.remove(child)
            element.text = text.partition("?")[0]
            if element.tag == "a" and not link:
                element.set("href", f"mailto:{text}")


def _decoded_link(element: HtmlElement) -> str | None:
    _, found, code = element.get("href", "").partition(f"{LINK}#")
    return decode_email(code) if found else None
