"""Pages written for the tests of what a parser hides, read the whole way."""

from crawler.extraction import page
from crawler.extraction.extract import CapturedResponse, extract
from crawler.extraction.unfolding.unfold import unfold
from crawler.model import Document, Part, Rejection

SENTENCES = (
    "We keep the name under which you ordered a clock, because the watchmaker writes it on the back of the dial.",
    "A letter to our workshop is read by two people, who put it into the stove when the winter comes.",
    "Nobody but the carrier learns where a clock is sent, and he forgets it as soon as he has turned the corner.",
    "Ask us what we know of you, and we shall tell you within a month, without a fee, in the language of your letter.",
    "Our ledger is kept for ten years, as the law of the canton wants it, and is locked in the safe at night.",
)
PARAGRAPHS = "".join(f"<p>{sentence}</p>\n" for sentence in SENTENCES)
MENU = "<nav>" + "".join(f"<a href='/{n}'>Clocks of kind {n}</a> " for n in range(30)) + "</nav>"
CONSENT = (
    "<div id='onetrust-banner-sdk'><p>" + "We and our partners use cookies to show you more clocks. " * 6 + "</p></div>"
)


def shown(markup: str) -> str:
    """Return the visible text of a page after unfolding, its white space folded."""
    tree = page.parse(markup)
    unfold(tree)
    return " ".join(page.visible_text(tree).split())


def outcome(markup: str, content_type: str = "text/html; charset=utf-8", part: Part = Part()) -> Document | Rejection:  # noqa: B008
    response = CapturedResponse(markup.encode(), "https://clocks.example/privacy", 200, {"content-type": content_type})
    return extract(response, part, lambda url: url)


def document(markup: str, content_type: str = "text/html; charset=utf-8") -> Document:
    found = outcome(markup, content_type)
    assert isinstance(found, Document), found
    return found


def reads_all(markup: str, content_type: str = "text/html; charset=utf-8") -> bool:
    """Tell whether the document of a page has every sentence once, in order."""
    body = document(markup, content_type).body
    places = [body.find(sentence) for sentence in SENTENCES]
    return -1 not in places and places == sorted(places) and all(body.count(each) == 1 for each in SENTENCES)
