"""Decodes the e-mail addresses that Cloudflare hides in pages ("Email Address Obfuscation").

The address is written in hex, each byte XORed with the first, in `data-cfemail` or after
`/cdn-cgi/l/email-protection#`, with another first byte in every response: undecoded, a policy changes at every capture
and lacks the address that it has to give.
Described at https://developers.cloudflare.com/waf/tools/scrape-shield/email-address-obfuscation/.
"""

from lxml.html import HtmlElement

_LINK = "/cdn-cgi/l/email-protection"


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
    for element in list(tree.iter("a", "span")):
        if element.get("data-cfemail") is None and _LINK not in element.get("href", ""):
            continue
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
    _, found, code = element.get("href", "").partition(f"{_LINK}#")
    return decode_email(code) if found else None
