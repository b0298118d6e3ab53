"""The tree of a page, for any input, in bounded time and memory."""

import re

import lxml.html
from lxml import etree
from lxml.html import defs

from crawler.text.limits import MAX_CHARACTERS, excess

# Of 370 real captures of policy pages the biggest had 836,000 bytes, 6,900 elements, a depth of 26 and at most 60
# attributes in one tag (measured 2026-11). 512 is where browsers stop nesting; libxml2's time is quadratic in the
# attributes of a tag: 900,000 took over ten minutes.
MAX_ELEMENTS = 250_000
MAX_DEPTH = 512
MAX_ATTRIBUTES = 500

# References to characters that lxml refuses wherever they are written again; browsers show none of them. A form feed,
# which lxml refuses too, is white space.
_CONTROL_REFERENCE = re.compile(
    r"&#(?:0*+(?:[1-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)"
    r"|[xX]0*+(?:[1-8]|[bBcCeEfF]|1[\da-fA-F]|[fF]{3}[eEfF])(?![\da-fA-F]));?"
)

# A comment, or a start tag with its attributes, and with what it holds if that is no markup, up to its end tag.
# Possessive and atomic, so linear on any input.
_TAG = re.compile(
    r"""<(?:!--(?:-?>|.*?(?:--!?>|\Z))
         | (?:(?P<raw>(?ai:script|style|title|textarea|xmp|iframe|noembed|noframes))(?![^\s/>])|[a-zA-Z][^\s/>]*+)
           (?P<attributes>(?>[^>="']+ | =\s*"[^"]*" | =\s*'[^']*' | ["'=])*+)
           (?(raw)(?>[^<]+|<(?!/(?i:(?P=raw))))*+))""",
    re.DOTALL | re.VERBOSE,
)
_QUOTED = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")
_ATTRIBUTE = re.compile(r"[^\s/>=]+")
# A whole page in which no tag has too many attributes, as _TAG reads it: half the time of a match for each tag.
_FEW_ATTRIBUTES = (
    rf"""(?>[\s/]*+[^\s/>="']*+(?:=(?:\s*+(?:"[^"]*+"|'[^']*+'))?+|["'])?+){{0,{MAX_ATTRIBUTES}}}+(?=>|\Z)"""
)
_HOLDS_NO_MARKUP = "|".join(  # no group for the name: CPython 3.11 loses it in a possessive repetition
    rf"(?ai:{name})(?![^\s/>]){_FEW_ATTRIBUTES}(?>[^<]++|<(?!/(?i:{name})))*+"
    for name in ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
)
_WITHIN_LIMITS = re.compile(
    rf"""(?>[^<]*+<(?>/ | (?=[sStTxXiInN])(?:{_HOLDS_NO_MARKUP}) | [a-zA-Z][^\s/>]*+{_FEW_ATTRIBUTES}
         | !--(?:-?>|(?>[^-]++|-(?!-!?>))*+(?:--!?>)?+) | (?![a-zA-Z]|!--)))*+[^<]*+\Z""",
    re.VERBOSE,
)
_METADATA = frozenset(("base", "bgsound", "link", "meta", "noscript", "object", "script", "style", "template", "title"))
_UNSEEN = frozenset(("head", "script", "style", "template", "noscript", "textarea", "select", "iframe"))
_INLINE = frozenset(("a", "span", "label", "sub", "sup", "wbr", "img"))
# Steps through the levels in libxml2; a walk in Python takes as long as parsing does.
_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
# Without huge_tree libxml2 stops at a depth of 256 or a text of 10 MB, and drops what follows.
_PARSER = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
# lxml.html's own lookup asks Python for the class of every element, because of forms: 7 % of a page's time.
_PARSER.set_element_class_lookup(
    etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement, comment=lxml.html.HtmlComment)
)
# An HTML parser ends a drawing that was left open where a block of text begins; libxml2 does not.
_AFTER_A_DRAWING = ("div", "p", "h1", "h2", "ul", "table", "main", "section")
_ASCII_SPACE = re.compile("[\t\n\f\r ]+")


NEVER_TEXT = (
    *("title", "script", "style", "noscript", "template", "iframe", "object", "embed", "applet", "svg", "canvas"),
    *("audio", "video", "map", "datalist", "progress", "meter"),
)
"""Elements of which a reader sees no text."""

TEXT_TAGS = frozenset({"p", "ul", "ol", "dl", "h2", "h3", "h4", "h5", "h6"})
"""Elements of running text; an ``h1`` may be the name of the site."""


class PageTooBigError(ValueError):
    """A page beyond the limits; the message is a sentence that gives its size and the limit."""


def parse(text: str, *, measured: bool = False) -> lxml.html.HtmlElement:
    """Return the ``html`` element of the page; an empty page has an empty one. Of a text that was ``measured``, it is
    known that it has no more characters, elements and attributes than a page may have.

    Raise PageTooBigError for a page of more than MAX_CHARACTERS, MAX_ELEMENTS, MAX_DEPTH or MAX_ATTRIBUTES in a tag: a
    policy's page is far below these, and reading a part of it would lose text silently.
    """
    _refuse_if_more(len(text), MAX_CHARACTERS, "characters")
    text = _CONTROL_REFERENCE.sub("", text.replace("\f", " "))
    if not measured:
        _refuse_if_much_markup(text)
    try:
        tree: lxml.html.HtmlElement = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=_PARSER)
    except etree.ParserError:  # "Document is empty"
        return lxml.html.document_fromstring("<html><body></body></html>", parser=_PARSER)
    _refuse_if_too_deep(tree)
    _leave_head(tree)
    if tree.find("body") is None and tree.find("frameset") is None:  # of a page that breaks off in its head
        tree.append(new_element("body"))
    for drawing in list(tree.iter("svg")):
        if next(drawing.iter(*_AFTER_A_DRAWING), None) is not None:
            drawing.tag = "div"
    return tree


def _leave_head(tree: lxml.html.HtmlElement) -> None:
    """Move what is no metadata from the head to the body: libxml2 leaves elements of HTML 5 there before ``<body>``."""
    head, body = tree.find("head"), tree.find("body")
    if head is None:
        return
    first = next((child for child in head if isinstance(child.tag, str) and child.tag not in _METADATA), None)
    if first is None:
        return
    moved = [first, *first.itersiblings()]
    whole = new_element("body")
    tree.append(whole)
    whole.extend(moved)
    if body is not None:
        body.tag = "div"
        whole.append(body)


def refuse_if_too_big(tree: lxml.html.HtmlElement) -> None:
    """Raise PageTooBigError for a tree to which more was added than a page may have."""
    _refuse_if_more(sum(1 for _ in tree.iter("*")), MAX_ELEMENTS, "elements")
    _refuse_if_too_deep(tree)


def refuse_if_too_long(body: str) -> None:
    """Raise PageTooBigError for the text of a page if it is larger than a text may be: a page of lists in lists that
    has 2 million characters makes 30 million, by its indents (2026-11).
    """
    if too_large := excess(body):
        raise PageTooBigError(f"The text of the page {too_large}.")


def new_element(tag: str) -> lxml.html.HtmlElement:
    """Return an element of a tree of its own, of the same class as a page's."""
    return _PARSER.makeelement(tag)


def title(tree: lxml.html.HtmlElement) -> str:
    """Return the page's ``<title>`` as in a browser (``document.title``): white space folded, empty if it has none."""
    for element in tree.iter("title"):
        if next(element.iterancestors("svg"), None) is None:
            return _ASCII_SPACE.sub(" ", "".join(element.itertext())).strip(" ")
    return ""


def base_url(tree: lxml.html.HtmlElement) -> str | None:
    """Return the page's ``<base href>`` as written; None if it has none."""
    for element in tree.getroottree().iter("base"):
        if href := (element.get("href") or "").strip():
            return href
    return None


def _refuse_if_too_deep(tree: lxml.html.HtmlElement) -> None:
    if _TOO_DEEP(tree):
        raise PageTooBigError(f"The page has elements nested deeper than {MAX_DEPTH:,} levels, which is not read.")


def _refuse_if_more(found: int, limit: int, what: str) -> None:
    if found > limit:
        raise PageTooBigError(f"The page has {found:,} {what}; pages of up to {limit:,} are read.")


def _refuse_if_much_markup(text: str) -> None:
    if text.count("<") <= MAX_ELEMENTS and _WITHIN_LIMITS.match(text):
        return
    elements, attributes = _count_markup(text)
    _refuse_if_more(elements, MAX_ELEMENTS, "elements")
    _refuse_if_more(attributes, MAX_ATTRIBUTES, "attributes in one tag")


def _count_markup(text: str) -> tuple[int, int]:
    """Return lower bounds of the number of elements and of the most attributes in one tag."""
    elements = most = 0
    for tag in _TAG.finditer(text):
        attributes = tag["attributes"]
        if attributes is None:
            continue
        elements += 1
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            most = max(most, sum(1 for _ in _ATTRIBUTE.finditer(_QUOTED.sub("= ", attributes))))
    return elements, most


def visible_text(tree: lxml.html.HtmlElement) -> str:
    """Return the text of the page that a reader can see, each block on a line of its own."""
    parts: list[str] = []
    hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(element.tag, str):
            text = element.tail if event == "end" else None
        elif event == "start":
            hidden += element.tag in _UNSEEN
            text = element.text
        else:
            hidden -= element.tag in _UNSEEN
            text = element.tail
        if isinstance(element.tag, str) and element.tag not in defs.font_style_tags | defs.phrase_tags | _INLINE:
            parts.append("\n")
        if text and not hidden:
            parts.append(_ASCII_SPACE.sub(" ", text))
    return "".join(parts)
