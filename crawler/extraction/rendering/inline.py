"""What of emphasis and code within a line Markdown can mark."""

from lxml.html import HtmlElement


def is_plain_code(node: HtmlElement) -> bool:
    """Tell whether an element of code has nothing but text that can stand between backquotes."""
    return not len(node) and bool((node.text or "").strip()) and "`" not in node.text


def continues(node: HtmlElement) -> tuple[bool, bool]:
    """Return whether an element continues the word before it, and whether the word after it continues it."""
    earlier, parent = node.getprevious(), node.getparent()
    before = earlier.tail if earlier is not None else parent.text if parent is not None else None
    after, first, last = node.tail, node, node
    while not first.text and len(first):
        first = first[0]
    while len(last) and not last[-1].tail:
        last = last[-1]
    end = last[-1].tail if len(last) else last.text
    return _one_word(before, first.text), _one_word(end, after)


def _one_word(before: str | None, after: str | None) -> bool:
    return bool(before and after and before[-1].isalnum() and after[0].isalnum())
