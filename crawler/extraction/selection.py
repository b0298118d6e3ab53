"""The part of a page that is the policy by the vendors file."""

from copy import deepcopy

from lxml import etree
from lxml.html import HtmlElement

from crawler import css
from crawler.model import Part

# No page has elements of this name; if one did, it would lose them.
_REMOVED = "policytrail-removed"


class NothingSelected(ValueError):  # noqa: N818 - an outcome of a page, not a fault of the program
    """A selector that matches nothing on the page; the message is a sentence that says which, and where."""


def apply(tree: HtmlElement, part: Part) -> HtmlElement:
    """Return an element that holds only the selected part of a page. The page itself is not changed.

    - Nothing to do: the tree itself.
    - Only `remove`: a copy of the tree without those elements.
    - `select`: the matching element, or a `div` of all of them in document order if several match. A match within
      another match comes once, with the outer one.
    - `start` and `end`: of the selected element, or else of the body, everything from the first match of `start` up to
      the first match of `end` after it, or to the end of that of `through`, wherever they stand. The elements around
      them stay, without what they hold outside of the range, as a DOM Range clones them: half a list is still a list.

    What `remove` matches is removed from that. All selectors are matched on the whole page: `main > p` finds a
    paragraph also if only `p` is selected. The text after an element stays when the element is removed.

    Raise NothingSelected if `select`, `start`, `end` or `through` matches nothing, or `remove` everything;
    css.SelectorError for a selector that css.check would refuse.
    """
    last = part.end or part.through
    if not (part.chosen_by or part.remove):
        return tree
    page = deepcopy(tree)
    # Before anything moves: whether an element matches depends on where it stands on the page.
    selected = css.matches(page, part.select) if part.select else set()
    starts = css.matches(page, part.start) if part.start else set()
    ends = css.matches(page, last) if last else set()
    removed = {element: selector for selector in part.remove for element in css.matches(page, selector)}

    if part.select:
        scope = _joined(page, selected, part.select)
    elif part.start or last:
        body = page if page.tag == "body" else page.find(".//body")
        scope = page if body is None else _detached(body)
    else:
        scope = page
    _cut_to_range(scope, part, starts, ends)

    joined = part.select and scope not in selected
    pieces = list(scope) if joined else [scope]
    if pieces and removed.keys() >= set(pieces):
        raise NothingSelected(f'The selector to remove "{removed[pieces[0]]}" matches the whole of what is selected.')
    for element in removed:
        element.tag = _REMOVED
    # In C, and without touching the text that follows: joining texts in Python fails on control characters, which
    # pages have and lxml refuses.
    etree.strip_elements(scope, _REMOVED, with_tail=False)
    return scope


def _joined(page: HtmlElement, selected: set[HtmlElement], selector: str) -> HtmlElement:
    """Return the selected elements as one, detached from the page."""
    within: set[HtmlElement] = set()
    outermost = []
    for element in page.iter("*"):
        if element is not page and element.getparent() in within:
            within.add(element)
        elif element in selected:
            within.add(element)
            outermost.append(element)
    if not outermost:
        raise NothingSelected(f'The selector "{selector}" matches nothing on the page.')
    if len(outermost) == 1:
        return _detached(outermost[0])
    joined: HtmlElement = page.makeelement("div")
    for element in outermost:
        joined.append(_detached(element))
        element.tail = "\n"  # else the words of two inline elements would run together
    return joined


def _cut_to_range(scope: HtmlElement, part: Part, starts: set[HtmlElement], ends: set[HtmlElement]) -> None:
    start = end = None
    for element in scope.iter("*"):
        if part.start and start is None:
            if element not in starts:
                continue
            start = element
            if not part.through:
                continue  # it ends before some other element
        if element in ends and (part.through or element is not scope):
            end = element
            break
    where = f'what "{part.select}" selects' if part.select else "the body of the page"
    if part.start and start is None:
        raise NothingSelected(f'The selector "{part.start}" (from) matches nothing within {where}.')
    if (last := part.end or part.through) and end is None:
        key = "to" if part.end else "through"
        after = f' after "{part.start}"' if part.start else ""
        raise NothingSelected(f'The selector "{last}" ({key}) matches nothing{after} within {where}.')
    # The end first: if it stands within the start, both cuts still find their way up to the scope.
    if end is not None:
        _cut_after(scope, end)
    if end is not None and part.end:
        end.getparent().remove(end)
    if start is not None:
        _cut_before(scope, start)


def _cut_before(scope: HtmlElement, start: HtmlElement) -> None:
    while start is not scope:
        parent = start.getparent()
        parent.text = None
        for sibling in list(start.itersiblings(preceding=True)):
            parent.remove(sibling)  # and the text after it
        start = parent


def _cut_after(scope: HtmlElement, end: HtmlElement) -> None:
    while end is not scope:
        parent = end.getparent()
        for sibling in list(end.itersiblings()):
            parent.remove(sibling)
        end.tail = None
        end = parent


def _detached(element: HtmlElement) -> HtmlElement:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
    element.tail = None
    return element
