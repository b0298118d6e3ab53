"""The policy in the state that an application writes into its page as data (`__NEXT_DATA__` and its like).

Nothing is run: JSON is parsed, and of a script that is no JSON only its string literals are looked at.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawler.extraction import page
from crawler.extraction.main_content.words import count_words
from crawler.extraction.unfolding.texts import is_prose, paragraphs

# A text of data with fewer words is not taken for the page's: a state holds messages and descriptions as well.
_POLICY_AT_LEAST = 50
# Messages of a shop or form are shorter than this, and many; within the policy, such a sentence is its own.
_PARAGRAPH_AT_LEAST = 20
_SENTENCE_AT_LEAST = 8
# A part of the state that holds more than this share of the prose is where the policy stands.
_HOLDS = 0.6
# Strings of JSON in strings of JSON.
_MOST_NESTED = 3
# A script assigns a few states; each attempt that fails has read some of it.
_ATTEMPTS = 20

_ASSIGNED = re.compile(
    r"""(?:\b(?:window|self|globalThis)(?:\.[\w$]+|\[['"][\w$]+['"]\]) | \b__[A-Z_]+__)\s*=\s*
        (?:JSON\.parse\(\s*)?(?=[{\["'])""",
    re.VERBOSE,
)
_PUSHED = re.compile(r"__next_f\.push\(\s*(?=\[)")
_STREAMED_TEXT = re.compile(r"(?:^|\n)[0-9a-f]{1,6}:T([0-9a-f]{1,8}),")
# The closing mark may be missing: then the next literal would be looked for in the same text again, and again.
_LITERAL = re.compile(r"""\"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?""")
_STATE = re.compile(r"__NUXT|__next_f|_STATE__|_DATA__|\b(?:window|self|globalThis)\b")
_ESCAPE = re.compile(r"""\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))""", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\n", "b": "", "f": "", "v": " ", "0": "", "\n": ""}
_BLOCK = re.compile(r"<(?:p|h[1-6]|[uo]l|li|br|div|section|article|table|td)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_TITLES = frozenset({"title", "heading", "headline", "subtitle", "subheading"})
_IN_LIST = "a member of a list"
# Editors' rich text is made of pieces of sentences, which would have to be put together as each editor does.
_PIECES = frozenset({"marks", "nodeType"})
# Far below it stands nothing that was written by hand, and Python's own limit is some hundreds.
_MOST_DEEP = 100
_DECODER = json.JSONDecoder()


@dataclass(slots=True, eq=False)
class _Node:
    """A value of the state: a string, or what holds some."""

    key: str
    text: str = ""
    words: int = 0
    """Words of prose in it, by which the policy is found."""
    children: "list[_Node]" = field(default_factory=list)


def policy_in_state(tree: HtmlElement) -> HtmlElement | None:
    """Return the text of policy length that the page's scripts hold as data, as an element; None if there is none.

    It is the smallest part of the data that holds most of the prose: one string, or the strings of one list or object
    in their order.
    """
    nodes = [node for script in tree.iter("script") for node in _values(script)]
    if pushed := "".join(_pushed(tree)):
        nodes += _streamed(pushed)
    root = _Node("", children=nodes, words=sum(node.words for node in nodes))
    if root.words < _POLICY_AT_LEAST:
        return None
    part = _smallest(root)
    if part.words < _POLICY_AT_LEAST:
        return None
    found = page.new_element("div")
    _write(part, found)
    return found


def _smallest(part: _Node) -> _Node:
    """Return the smallest part with most of the prose, together with the prose that stands right beside it."""
    above = None
    while inner := next((child for child in part.children if child.words > _HOLDS * part.words), None):
        above, part = part, inner
    if above is not None and any(child.text and child.words and child is not part for child in above.children):
        beside = [child for child in above.children if child is part or child.text]
        return _Node(above.key, children=beside, words=sum(child.words for child in beside))
    return part


def _write(part: _Node, into: HtmlElement) -> None:
    seen: set[str] = set()
    stack = [part]
    while stack:
        node = stack.pop()
        stack.extend(reversed(node.children))
        if not node.text or node.text in seen:
            continue
        seen.add(node.text)
        if _BLOCK.search(node.text):
            body = page.parse(node.text).find("body")
            if body is not None:
                body.tag = "div"
                into.append(body)
        elif node.words or node.key in _TITLES or node.key == _IN_LIST or is_prose(node.text, _SENTENCE_AT_LEAST):
            for paragraph in paragraphs(_TAG.sub("", node.text)):
                if not node.words and node.key in _TITLES:
                    paragraph.tag = "h2"
                into.append(paragraph)


def _values(script: HtmlElement) -> Iterator[_Node]:
    text = script.text or ""
    kind = (script.get("type") or "").lower()
    if "json" in kind:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return
        yield _linked_data(value) if "ld+json" in kind else _read(value)
    elif _STATE.search(text) and "__next_f" not in text:
        found = list(_assigned(text))
        yield from found or [_read([_unquoted(literal[0]) for literal in _LITERAL.finditer(text)])]


def _assigned(script: str) -> Iterator[_Node]:
    position = 0
    for _ in range(_ATTEMPTS):
        start = _ASSIGNED.search(script, position)
        if not start:
            return
        position = start.end()
        if script[position] == "'":
            literal = _LITERAL.match(script, position)
            if literal:
                position = literal.end()
                yield _read(_unquoted(literal[0]))
            continue
        try:
            value, position = _DECODER.raw_decode(script, position)
        except json.JSONDecodeError as error:
            position = max(position, error.pos)
        except (ValueError, RecursionError):
            return
        else:
            yield _read(value)


def _pushed(tree: HtmlElement) -> Iterator[str]:
    """Yield the pieces of the stream that Next.js pushes, one script after the other."""
    for script in tree.iter("script"):
        text = script.text or ""
        position = 0
        while start := _PUSHED.search(text, position):
            position = start.end()
            try:
                value, position = _DECODER.raw_decode(text, position)
            except (ValueError, RecursionError):
                break
            yield from (piece for piece in value[1:2] if isinstance(piece, str))


def _streamed(stream: str) -> list[_Node]:
    """Return the texts of a stream: rows of text with their length in bytes, and rows of JSON."""
    nodes: list[_Node] = []
    rest: list[str] = []
    position = 0
    text = stream
    while start := _STREAMED_TEXT.search(text, position):
        rest.append(text[position : start.start()])
        held = text[start.end() : start.end() + int(start[1], 16)]
        held = held.encode("utf-8", "replace")[: int(start[1], 16)].decode("utf-8", "ignore")
        nodes.append(_read(held))
        position = start.end() + len(held)
    rest.append(text[position:])
    for row in "".join(rest).split("\n"):
        try:
            nodes.append(_read(json.loads(row.partition(":")[2].lstrip("IHL"))))
        except (ValueError, RecursionError):
            continue
    return nodes


def _read(value: object, key: str = "", depth: int = 0, nested: int = 0) -> _Node:
    """Return a value of JSON as a node; what has no text in it is left out."""
    if isinstance(value, str):
        return _read_string(value, key, depth, nested)
    node = _Node(key)
    if depth > _MOST_DEEP:
        return node
    members: Iterable[tuple[str, object]] = ()
    if isinstance(value, dict) and _PIECES.isdisjoint(value):
        members = value.items()
    elif isinstance(value, list) and value[:1] == ["$"]:  # an element of React: its children are pieces of sentences
        props = value[3] if len(value) > 3 and isinstance(value[3], dict) else {}
        members = [(name, prop) for name, prop in props.items() if name != "children" or _holds_elements(prop)]
    elif isinstance(value, list):
        members = [(_IN_LIST, member) for member in value]
    for name, member in members:
        if isinstance(member, (str, list, dict)):
            child = _read(member, name, depth + 1, nested)
            if child.text or child.children:
                node.children.append(child)
                node.words += child.words
    return node


def _holds_elements(children: object) -> bool:
    return isinstance(children, list) and not any(isinstance(child, str) for child in children)


def _read_string(text: str, key: str, depth: int, nested: int) -> _Node:
    if nested < _MOST_NESTED and len(text) > 2 and text.lstrip()[:1] in {"{", "["}:
        try:
            return _read(json.loads(text), key, depth, nested + 1)
        except (ValueError, RecursionError):
            pass
    if "<" not in text and "&lt;" in text:
        text = html.unescape(text)
    plain = _TAG.sub(" ", text)
    prose = bool(_BLOCK.search(text)) or is_prose(plain, _PARAGRAPH_AT_LEAST)
    return _Node(key, text, count_words(plain) if prose else 0)


def _linked_data(value: object) -> _Node:
    """Return the text of an article that is described for search engines; the rest describes the site."""
    found: list[_Node] = []
    stack = [value]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            found += [_read(each[name]) for name in ("articleBody", "text") if isinstance(each.get(name), str)]
        if isinstance(each, (dict, list)):
            stack.extend(reversed(list(each.values() if isinstance(each, dict) else each)))
    return _Node("", children=found, words=sum(node.words for node in found))


def _unquoted(literal: str) -> str:
    """Return what a string literal of a script says; without surrogates, which no text may hold."""
    said = _ESCAPE.sub(_unescaped, literal[1:-1])
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(found[3], found[3])
