"""What the checks of a capture look at: its response, page and body, and the measures that several checks share."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from lxml.html import HtmlElement

from crawler.text.markdown import read, shown, without_targets

# Checks only ask whether a text is short (a few hundred words), so they read no further than this many characters.
READ_AT_MOST: Final = 20_000
# A line or sentence with more words than this is neither a heading nor a notice.
NOTICE_WORDS: Final = 16
# A line with more words than this is a paragraph of prose; none of its sentences is a notice.
PROSE_WORDS: Final = 40
# A page of which only a heading or first line says that it is none must be shorter: a policy of 80 words has to pass.
NOTICE_PAGE_WORDS: Final = 120
OPENING_STATEMENTS: Final = 4  # at the beginning of the body, where a page says what it is
MARKUP_AT_MOST: Final = 60_000  # characters of scripts and addresses searched for the marks of bot walls

HEADERS: Final = ("server", "x-amzn-waf-action", "cf-mitigated", "rimon", "cache-control", "x-cache")
"""The headers that the checks look at."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Chinese and Japanese have no spaces; two characters make about one word.
_WORD = re.compile(f"[{_CJK}]{{1,2}}|[^\\W_{_CJK}]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_MARKS = " \t#*>_`|[]!\\-–—•·"
_STRAIGHT = str.maketrans("’‘`´“”İ", "''''\"\"i", "\u200b\u00ad")  # casefold makes two characters of Turkish İ


def words(text: str) -> int:
    """Return how many words the first READ_AT_MOST characters have (without Markdown link targets)."""
    return len(_WORD.findall(without_targets(text[:READ_AT_MOST])))


_body_words = lru_cache(maxsize=32)(words)  # most pages that differ from those before say what one of them said


def fold(text: str) -> str:
    """Return the text as phrases are written: case-folded, straight quotes, single spaces."""
    return " ".join(text[:READ_AT_MOST].translate(_STRAIGHT).casefold().split())


def statements(text: str) -> Iterator[str]:
    """Yield the lines and sentences of a text, folded, without Markdown's marks and without empty ones."""
    for block in read(text[:READ_AT_MOST]):
        for sentence in _SENTENCE_END.split(shown(block.text)):
            if statement := fold(sentence.strip(_MARKS)):
                yield statement


@dataclass(frozen=True)
class Evidence:
    """One archived response, as far as it has been read.

    `status` and `headers` are the archived response's own (names in lower case, without the archive's prefix);
    `title` is the page's title, `text` the visible text of the whole page, `body` the Markdown of its main content
    (empty if none was found), `tree` the parsed page (None for a PDF and for a long body).
    """

    url: str
    status: int
    title: str
    text: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    tree: HtmlElement | None = None

    def header(self, name: str) -> str:
        """Return a header's value in lower case, empty if it is missing."""
        assert name in HEADERS  # or the fingerprint would lack it
        return self.headers.get(name, "").strip().lower()

    @cached_property
    def folded_title(self) -> str:
        return fold(self.title)

    @cached_property
    def text_words(self) -> int:
        return words(self.text)

    @cached_property
    def body_words(self) -> int:
        return _body_words(self.body[:READ_AT_MOST])

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The first two `h1` of the page, folded, without long ones."""
        if self.tree is None:
            return ()
        found = (fold(heading.text_content()) for _, heading in zip(range(2), self.tree.iter("h1"), strict=False))
        return tuple(heading for heading in found if heading and words(heading) <= NOTICE_WORDS)

    @cached_property
    def opening(self) -> tuple[str, ...]:
        """The short ones among the first statements of the body, or of the whole page if the body is empty."""
        source = self.body if self.body_words else self.text
        lines = (line for line in source[:READ_AT_MOST].splitlines() if line.strip(_MARKS))
        found: list[str] = []
        for _, line in zip(range(OPENING_STATEMENTS), lines, strict=False):
            found += statements(line) if words(line) <= PROSE_WORDS else [""]
        return tuple(each for each in found[:OPENING_STATEMENTS] if each and words(each) <= NOTICE_WORDS)

    @cached_property
    def markup(self) -> str:
        """Addresses of scripts, frames and forms, ids, and the inline scripts, in lower case, cut at MARKUP_AT_MOST."""
        if self.tree is None:
            return ""
        parts: list[str] = []
        size = 0
        for element in self.tree.iter("script", "iframe", "frame", "form", "meta", "div", "link"):
            held = [element.get(name) for name in ("src", "action", "href", "id", "content")]
            held.append(element.text if element.tag == "script" else None)
            for value in held:
                if value:
                    parts.append(value[:4000])
                    size += len(parts[-1])
            if size > MARKUP_AT_MOST:
                break
        return "\n".join(parts).lower()

    def has(self, xpath: str) -> bool:
        """Tell whether the XPath matches anything on the parsed page."""
        return self.tree is not None and bool(self.tree.xpath(f"boolean({xpath})"))
