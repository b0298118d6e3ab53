"""A document's Markdown as HTML that is safe to show: archived pages are hostile.

markdown-it escapes all HTML in the text; nh3 then lets through nothing but what is listed here, whatever the first one
may have missed. Nothing is loaded from anywhere: an image is shown as its description.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

_TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "s", "a", "span", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
_SCHEMES = {"http", "https", "mailto"}
_MAX_RENDERED = 200_000
"""Characters; a longer body is shown as it is. One takes 0.3 µs, and up to 10 in a text made to be slow (2026-11)."""


@lru_cache(maxsize=128)
def render(body: str) -> Markup:
    """The HTML of a Markdown body; its headings begin at level 2, below the page's own."""
    if len(body) > _MAX_RENDERED:
        return Markup("<pre>") + escape(body) + Markup("</pre>")
    html = str(_PARSER.render(body))
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


def _attribute(_tag: str, name: str, value: str) -> str | None:
    """Leave out links within this site: where the page's own address is not known, nothing is."""
    return value if name != "href" or value.lower().startswith(tuple(f"{scheme}:" for scheme in _SCHEMES)) else None


def _image(_self: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    text = tokens[at].content.strip()
    return f'<span class="image">[image: {escape(text)}]</span>' if text else ""


def _lower_headings(tokens: Sequence[Token], at: int) -> None:
    token = tokens[at]
    token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"


def _parser() -> MarkdownIt:
    # Indented code is not among the rules: html2text indents what stands in lists, and policies have no programs.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    parser.disable(["code", "html_block", "html_inline"])
    parser.add_render_rule("image", _image)

    def heading(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        _lower_headings(tokens, at)
        return str(self.renderToken(tokens, at, options, env))

    parser.add_render_rule("heading_open", heading)
    parser.add_render_rule("heading_close", heading)
    return parser


_PARSER = _parser()
