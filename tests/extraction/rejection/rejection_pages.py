"""Pages written for the tests of the rejection, read the way the crawler reads captures."""

import tomllib
from pathlib import Path

from lxml import html as lxml_html

from crawler.extraction.rejection import phrases
from crawler.extraction.rejection.evidence import Evidence

URL = "https://vendor.example/privacy"

# A real short policy: 80 words, with every word in it that junk pages are known by.
SHORT_POLICY = (
    "Acme Ltd respects you. We collect your name and e-mail address when you log in or sign up, and nothing else. "
    "Our site uses cookies; JavaScript must be enabled for them. If a page is not found (error 404), our server "
    "writes your IP address to a log for seven days. To tell people from robots we use reCAPTCHA. "
    "We never sell data, even if our domain is for sale one day. Access denied to third parties. "
    "Questions: write to privacy@acme.example."
)


def evidence(
    markup: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    body: str | None = None,
    title: str | None = None,
    url: str = URL,
) -> Evidence:
    """The evidence of a page; its body is what stands in `<main>`, or all visible text where there is none."""
    tree = lxml_html.document_fromstring(markup or "<html></html>")
    hidden = "ancestor::script or ancestor::style or ancestor::noscript or ancestor::title"
    text = "\n".join(part.strip() for part in tree.xpath(f"//text()[not({hidden})]") if part.strip())
    main = "\n".join(part.strip() for part in tree.xpath(f"//main//text()[not({hidden})]") if part.strip())
    return Evidence(
        url=url,
        status=status,
        title=(tree.findtext(".//title") or "") if title is None else title,
        text=text,
        body=(main or text) if body is None else body,
        headers=headers or {},
        tree=tree,
    )


def page(title: str, content: str, head: str = "") -> str:
    """A page with a menu and a footer around its content, as most have."""
    menu = "".join(f"<a href='/{name}'>{name}</a> " for name in ("Home", "Products", "Log in", "Privacy", "Contact"))
    return (
        f"<html><head><title>{title}</title>{head}</head><body><nav>{menu}</nav>"
        f"<main>{content}</main><footer>© 2019 Acme Ltd</footer></body></html>"
    )


def examples(name: str) -> list[str]:
    """Return what a phrase of `phrases.toml` is found in, by the examples there."""
    examples: list[str] = tomllib.loads(Path(phrases.__file__).with_suffix(".toml").read_text("utf-8"))[name]["is"]
    return examples
