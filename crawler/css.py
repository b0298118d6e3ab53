"""CSS selectors on pages: whether they are valid, and what they match, in time linear in the page.

cssselect translates a selector into one XPath, and libxml2 takes far more than linear time for an XPath with
combinators: `p ~ p` took 22 s, `p + p` 2.3 s on 5,000 paragraphs side by side (lxml 6.1.3, libxml2 2.14.6, measured
2026-11-21; here 7 ms). So only the parts between the combinators become XPaths; the combinators are sets of elements.
What remains quadratic in the number of siblings are `:nth-child()` and its kin (0.1 s for 5,000 siblings).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import cssselect
from cssselect.parser import CombinedSelector
from lxml import etree
from lxml.cssselect import LxmlHTMLTranslator
from lxml.html import HtmlElement

MAX_LENGTH = 1_000
"""Characters of a selector: far more than people write, and few enough for what translates it recursively."""

_TRANSLATOR = LxmlHTMLTranslator()
_XPATH_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
_XPATH_PREFIX = re.compile(r"(?<!:)(?<!__lxml_internal_css):(?!:)")


class SelectorError(ValueError):
    """An invalid selector; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class _Step:
    combinator: str
    """How the element relates to one of the step before: ` `, `>`, `+`, `~`; empty for the first step."""
    compound: etree.XPath


def check(css: str) -> None:
    """Raise SelectorError for a selector that `matches` could not use."""
    _compiled(css)


def matches(tree: HtmlElement, css: str) -> set[HtmlElement]:
    """Return the elements of the tree, its root included, that a CSS selector list matches. Raise SelectorError."""
    found: set[HtmlElement] = set()
    for steps in _compiled(css):
        matched: set[HtmlElement] = set()
        for step in steps:
            related = _related(tree, matched, step.combinator) if step.combinator else None
            matched = set(step.compound(tree))  # type: ignore[arg-type]  # a path gives a list of elements
            if related is not None:
                matched &= related
        found |= matched
    return found


def _related(tree: HtmlElement, matched: set[HtmlElement], combinator: str) -> set[HtmlElement]:
    """Return the elements that relate to one of the matched elements as the combinator says."""
    related: set[HtmlElement] = set()
    if not matched:
        return related
    if combinator in "+~":
        for element in matched:
            for sibling in element.itersiblings("*"):
                if sibling in related and combinator == "~":
                    break  # and so is everything after it
                related.add(sibling)
                if combinator == "+":
                    break
        return related
    parents = set(matched)
    for element in tree.iter("*"):  # in document order: a parent comes before its children
        if element is not tree and element.getparent() in parents:
            related.add(element)
            if combinator == " ":
                parents.add(element)
    return related


@lru_cache(maxsize=1024)
def _compiled(css: str) -> tuple[tuple[_Step, ...], ...]:
    if len(css) > MAX_LENGTH:
        raise SelectorError(f"it has {len(css):,} characters, and {MAX_LENGTH:,} is the limit")
    try:
        return tuple(tuple(_steps(selector)) for selector in cssselect.parse(css))
    except (cssselect.SelectorError, etree.XPathError, RecursionError, ValueError) as error:  # lxml: no NUL
        raise SelectorError(str(error).rstrip(".") or "it cannot be translated") from error


def _steps(selector: cssselect.Selector) -> list[_Step]:
    if selector.pseudo_element:
        raise SelectorError(f"the pseudo-element ::{selector.pseudo_element} is no element of a page")
    steps: list[_Step] = []
    rest = selector.parsed_tree
    while isinstance(rest, CombinedSelector):  # built from the left: the last combinator is on top
        steps.append(_Step(rest.combinator, _compound(rest.subselector)))
        rest = rest.selector
    steps.append(_Step("", _compound(rest)))
    return steps[::-1]


def _compound(compound: object) -> etree.XPath:
    path = f"descendant-or-self::{_TRANSLATOR.xpath(compound)}"
    if _XPATH_PREFIX.search(_XPATH_LITERAL.sub("", path)):
        raise SelectorError("it names a namespace, and the elements of an HTML page have none")
    return etree.XPath(path)
