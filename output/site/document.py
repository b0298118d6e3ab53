"""A document's text as its page shows it: with anchors, contents, and what was searched for marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml import html
from markupsafe import Markup

from output.site.contents import ContentsEntry, anchor
from output.site.markdown import LONG, render, safe
from output.site.marking import mark


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A text to show, its contents (none if it is short), and in how many places it has what was searched for."""

    text: Markup
    contents: tuple[ContentsEntry, ...]
    hits: int


def show(body: str, terms: Sequence[re.Pattern[str]] = ()) -> ShownDocument:
    """Return a Markdown body to show, with some terms marked."""
    return _shown(body, tuple(terms)) if len(body) <= LONG else _shown.__wrapped__(body, tuple(terms))


@lru_cache(maxsize=64)
def _shown(body: str, terms: tuple[re.Pattern[str], ...]) -> ShownDocument:
    root = html.fragment_fromstring(str(render(body)), create_parent="div")
    contents = anchor(root)
    hits = mark(root, terms) if terms else 0
    inner = html.tostring(root, encoding="unicode").removeprefix("<div>").removesuffix("</div>")
    return ShownDocument(safe(inner), contents, hits)
