"""The changes to the tree that the published documents show: what Mozilla's Readability.js does to a page's markup.

The published documents are what html2text makes of Readability's article, so pages that look the same can differ there
in their line breaks. This module does what turned out to matter (Readability 0.3.0 and html2text give the published
bodies to the byte, measured 2026-11). It does not decide which parts of the page to take.
"""

import re

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.rendering.tables import name_data_cells, set_captions_apart
from crawler.extraction.rendering.titles import repeated_titles


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Never text that a reader sees. Images stay until the paragraphs that hold nothing else are known.
_DROPPED = _tags(
    "script style noscript template iframe object embed applet canvas svg audio video map area link meta base title"
    " head input textarea select button"
)
_PHRASING = _tags(
    "abbr b bdi bdo big br cite code data datalist dfn em font i img kbd label mark math meter nobr output picture"
    " progress q removed rp rt ruby s samp small span strike strong sub sup time tt u var wbr"
)
_PHRASING_IF_ITS_CHILDREN_ARE = _tags("a del ins")
# Blocks in browsers, but not in html2text, which would glue their texts together.
_BLOCKS = _tags(
    "address article aside center details dialog dir fieldset figcaption figure footer form header hgroup legend main"
    " menu nav section summary"
)
_EMPTY_WITHOUT_TEXT = _tags("div section header h1 h2 h3 h4 h5 h6")
_TABLE_PARTS = _tags("caption tbody tfoot thead tr td th")
_EMPHASIS = {"em": "_", "i": "_", "u": "_", "b": "**", "strong": "**"}
REMOVED = "removed"  # stays as an empty element: moving each tail text would take quadratic time


_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def normalise(root: HtmlElement, title: str) -> None:
    """Change the tree under ``root`` in place, as described above; ``title`` is the page's."""
    etree.strip_elements(root, *_DROPPED, etree.Comment, with_tail=False)
    set_captions_apart(root)
    _join_line_breaks(root)
    _enclose_readings(root)
    for heading in list(repeated_titles(root, title)):
        _remove(heading)
    for element in list(root.iter(*_EMPTY_WITHOUT_TEXT)):
        if element is not root and _holds_nothing(element):
            _remove(element)
    for division in list(root.iter("div")):
        _wrap_phrases(division)
    for paragraph in _empty_paragraphs(root):
        _remove(paragraph)
    for br in list(root.iter("br")):
        if _precedes_paragraph(br):
            _remove(br)
    _open_tables(root)
    name_data_cells(root)
    _flatten_emphasis(root)
    for block in list(root.iter(*_BLOCKS)):
        block.tag = "div"


def _enclose_readings(root: HtmlElement) -> None:
    """Put the readings of ruby text that stand above it in parentheses, if the page has none (``rp``) for the case."""
    for reading in root.iter("rt"):
        before, after = reading.getprevious(), reading.getnext()
        if any(sign is not None and sign.tag == "rp" for sign in (before, after)) or _holds_nothing(reading):
            continue
        reading.text = f"（{_settable(reading.text) or ''}"
        if len(reading):
            reading[-1].tail = f"{_settable(reading[-1].tail) or ''}）"
        else:
            reading.text += "）"


def _join_line_breaks(root: HtmlElement) -> None:
    """Replace two or more ``br`` in a row by a paragraph of what follows them."""
    for br in list(root.iter("br")):
        if br.getparent() is None or not _drop_following_breaks(br):
            continue
        br.tag = "p"
        br.text, br.tail = _settable(br.tail), None
        following = br.getnext()
        while following is not None and is_phrasing(following):
            if following.tag == "br" and _next_break(following) is not None:
                break
            br.append(following)
            following = br.getnext()
        _strip_end(br)
        parent = br.getparent()
        if parent is not None and parent.tag == "p":
            parent.tag = "div"


def _drop_following_breaks(br: HtmlElement) -> bool:
    breaks, tails = [br], [br.tail or ""]
    while (following := _next_break(breaks[-1])) is not None:
        breaks.append(following)
        tails.append(breaks[-1].tail or "")
    for later in breaks[1:]:
        later.getparent().remove(later)
    if len(breaks) == 1:
        return False
    br.tail = _settable("".join(tails))
    return True


def _next_break(br: HtmlElement) -> HtmlElement | None:
    following = br.getnext()
    return following if following is not None and following.tag == "br" and _is_blank(br.tail) else None


def _wrap_phrases(division: HtmlElement) -> None:
    """Give each stretch of text and inline elements that stands beside blocks a paragraph of its own."""
    run: HtmlElement | None = None
    following = division[0] if len(division) else None
    if not _is_blank(division.text):
        run = division.makeelement("p")
        run.text, division.text = _settable(division.text), None
        division.insert(0, run)
    while (child := following) is not None:
        following = child.getnext()
        if run is not None and is_phrasing(child):
            run.append(child)
            continue
        if run is not None:
            _strip_end(run)
            run = None
        if is_phrasing(child) and child.tag != "br":
            run = child.makeelement("p")
            child.addprevious(run)
            run.append(child)
        elif not _is_blank(child.tail):
            run = child.makeelement("p")
            run.text, child.tail = _settable(child.tail), None
            child.addnext(run)


def _strip_end(paragraph: HtmlElement) -> None:
    while len(paragraph) and _is_blank(paragraph[-1].tail):
        last = paragraph[-1]
        last.tail = None
        if last.tag != "br":
            return
        paragraph.remove(last)
    if not len(paragraph) and _is_blank(paragraph.text):
        paragraph.text = None


def _open_tables(root: HtmlElement) -> None:
    """Turn tables of one cell, and cells outside of a table, into divisions."""
    for table in list(root.iter("table")):
        rows = _only_child(table, "tbody")
        row = _only_child(table if rows is None else rows, "tr")
        cell = None if row is None else _only_child(row, "td")
        if cell is not None:
            for part in (table, rows, row, cell):
                if part is not None:
                    part.tag = "div"
    for part in [each for each in root.iter(*_TABLE_PARTS) if next(each.iterancestors("table"), None) is None]:
        part.tag = "div"


def _flatten_emphasis(root: HtmlElement) -> None:
    """Remove emphasis within emphasis: html2text would mark it again, and ``__text__`` reads as bold.

    The published documents keep it, which misleads.
    """
    depth = dict.fromkeys(_EMPHASIS.values(), 0)
    inner = []
    for event, node in etree.iterwalk(root, events=("start", "end"), tag=tuple(_EMPHASIS)):
        mark = _EMPHASIS[node.tag]
        if event == "end":
            depth[mark] -= 1
        else:
            if depth[mark]:
                inner.append(node)
            depth[mark] += 1
    for node in inner:
        node.tag = "span"
    for node in list(root.iter(*_EMPHASIS)):
        if _holds_nothing(node) and "\xa0" not in (node.text or ""):
            node.tag = "span"  # a reader would see the asterisks


def _only_child(element: HtmlElement, tag: str) -> HtmlElement | None:
    if len(element) == 1 and element[0].tag == tag and _is_blank(element.text) and _is_blank(element[0].tail):
        return element[0]
    return None


def _precedes_paragraph(br: HtmlElement) -> bool:
    node = br
    while _is_blank(node.tail):
        following = node.getnext()
        if following is None:
            return False
        if following.tag != REMOVED:
            return bool(following.tag == "p")
        node = following
    return False


def is_phrasing(element: HtmlElement) -> bool:
    """Tell whether ``element`` stands within a line of text, and so may be part of a paragraph."""
    waiting = [element]
    while waiting:
        node = waiting.pop()
        if node.tag in _PHRASING_IF_ITS_CHILDREN_ARE:
            waiting.extend(node)
        elif node.tag not in _PHRASING:
            return False
    return True


def _empty_paragraphs(root: HtmlElement) -> list[HtmlElement]:
    found = []
    holds_something = [False]  # for each open element
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            holds_something.append(node.tag == "img" or not _is_blank(node.text))
            continue
        if not (held := holds_something.pop()) and node.tag == "p":
            found.append(node)
        holds_something[-1] = holds_something[-1] or held or not _is_blank(node.tail)
    return found


def _holds_nothing(element: HtmlElement) -> bool:
    """Tell whether an element has no text, and no children but line breaks and rules."""
    return _is_blank(element.text) and all(
        child.tag in {"br", "hr", REMOVED} and _is_blank(child.tail) for child in element
    )


def _is_blank(text: str | None) -> bool:
    return text is None or not text.strip()


def _remove(element: HtmlElement) -> None:
    element.clear(keep_tail=True)
    element.tag = REMOVED


def _settable(text: str | None) -> str | None:
    """Return a text without the control characters that lxml reads from ``&#1;`` but refuses to write."""
    return None if text is None else _CONTROLS.sub(" ", text)
