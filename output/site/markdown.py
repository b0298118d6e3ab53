"""A document's Markdown as HTML that is safe to show: archived pages are hostile.

markdown-it escapes all HTML in the text; nh3 then lets through nothing but what is listed here, whatever the first one
may have missed. Nothing is loaded from anywhere: an image is shown as its description.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup, escape

from crawler.text.markdown import CELL_BREAK

_TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "s", "a", "span", "mark", "table", "thead", "tbody", "tr", "th", "td"),
}
_ANCHORED = {"h2", "h3", "h4", "h5", "h6", "p", "li", "tr", "strong", "mark"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}, **{tag: {"id"} for tag in _ANCHORED}}
_SCHEMES = {"http", "https", "mailto"}
_STRUCK = re.compile(r"~~(?=[^\s~])([^~]*+)(?<=\S)~~")
LONG = 200_000
"""Characters; a longer body is shown as it is, and what is made of it is not remembered. One takes 0.3 µs, and up to
10 in a text made to be slow (2026-11).
"""


def render(body: str) -> Markup:
    """Return the HTML of a Markdown body; its headings begin at level 2, below the page's own, and skip no level."""
    if len(body) > LONG:
        return Markup("<pre>") + escape(body) + Markup("</pre>")
    return _rendered(body)


@lru_cache(maxsize=128)
def _rendered(body: str) -> Markup:
    return safe(str(_PARSER.render(body)))


def safe(html: str) -> Markup:
    """Return what of HTML is safe to show."""
    return Markup(  # noqa: S704 - nh3 has let through nothing else
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            allowed_classes={"span": {"image"}},
            attribute_filter=_attribute,
            url_schemes=_SCHEMES,
            set_tag_attribute_values={"table": {"tabindex": "0"}},  # on a phone wide ones scroll, by keyboard too
            link_rel="nofollow noopener noreferrer",
        )
    )


def struck(text: str) -> Markup:
    """Return plain text with ``~~`` around the words that are struck out as HTML that strikes them out."""
    parts = _STRUCK.split(text)
    return Markup().join(Markup("<s>{}</s>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts))


def _attribute(_tag: str, name: str, value: str) -> str | None:
    """Leave out links within this site: where the page's own address is not known, nothing is."""
    return value if name != "href" or value.lower().startswith(tuple(f"{scheme}:" for scheme in _SCHEMES)) else None


def _image(_self: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    text = tokens[at].content.strip()
    return f'<span class="image">[image: {escape(text)}]</span>' if text else ""


def _outline(state: StateCore) -> None:
    """Give headings the levels of an outline: vendors skip some for their looks, and who listens gets lost there."""
    above: list[int] = []
    for token in state.tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(len(above) + 1, 6)}"


def _break_cells(state: StateCore) -> None:
    """Break lines within the cells of tables where the extraction says so."""
    in_cell = False
    for token in state.tokens:
        if token.type in {"th_open", "td_open", "th_close", "td_close"}:
            in_cell = token.nesting == 1
        elif in_cell and token.children:
            token.children = [part for child in token.children for part in _at_breaks(child)]


def _at_breaks(token: Token) -> Iterator[Token]:
    """Yield a token, or what it says line by line. An escaped break is another token by now, and stays as it is."""
    if token.type != "text" or CELL_BREAK not in token.content:
        yield token
        return
    for number, line in enumerate(token.content.split(CELL_BREAK)):
        if number:
            yield Token("hardbreak", "br", 0)
        yield Token("text", "", 0, content=line)


def _parser() -> MarkdownIt:
    # Indented code is not among the rules: html2text indents what stands in lists, and policies have no programs.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    parser.disable(["code", "html_block", "html_inline"])
    parser.add_render_rule("image", _image)
    parser.core.ruler.after("block", "outline", _outline)
    parser.core.ruler.after("inline", "cell_breaks", _break_cells)
    return parser


_PARSER = _parser()
