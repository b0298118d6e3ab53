"""What of a text a Markdown renderer would take for markup, and the backslashes that keep it text.

Whether a sign is markup depends on what surrounds it, and that is known only when the block is whole. So the signs of
a page's text travel as stand-ins, which tells them from the Markdown around them, and become signs again at the end:
with a backslash where CommonMark (or GitHub's tables and strikes) would read markup, else as they are.
"""

import re
import unicodedata
from collections.abc import Iterator
from html.entities import html5

from html2text.config import RE_MD_DASH_MATCHER, RE_MD_DOT_MATCHER, RE_MD_PLUS_MATCHER

_SIGNS = "\\`*_[]<&#>~!|-+=.)"
# Unicode's noncharacters: no text that was interchanged has them.
_STAND_INS = dict(zip(_SIGNS, map(chr, range(0xFDD0, 0xFDD0 + len(_SIGNS))), strict=True))
_ESCAPE = "\ufdef"  # a backslash that html2text writes wherever a text begins, even if that is within a line
_SIGN_OF = {_ESCAPE: "\\"} | {stand_in: sign for sign, stand_in in _STAND_INS.items()}
_ANY = re.compile("[\ufdd0-\ufdef]")
_OF_TEXT = re.compile("[\ufdd0-\ufdee]")
_LINE_STARTS = frozenset("+-=0123456789")
_AT_A_START = re.compile(r"\s*[-+=\d]")
_AT_A_LATER_START = re.compile(r"\n\s*[-+=\d]")
_STARTS_LIKE_AN_ITEM = (RE_MD_DOT_MATCHER, RE_MD_PLUS_MATCHER, RE_MD_DASH_MATCHER)
_MARKS = re.compile(r"[\\`*_\[\]<&#~>]")  # those that can be markup anywhere in a line
_LINE_MARKS = re.compile(r"^[^\S\n]*(?:[-+=]|\d{1,9}[.)](?=\s|$))", re.MULTILINE)
# An item or a heading ends the block above it, and so does an empty line.
_BLOCKS = re.compile(r"(\n\n+|\n(?=[ >]*(?:\*|\d+\.|#+) ))")
# Where the renderer looks for no markup: a link's target, an address in angle brackets, code.
_OPAQUE = re.compile(r"\]\((?:\\.|[^\\)\n])*+\)|<[^<>\s]++>|`[^`\n]*+`")
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*+)\]\(")
_LINE_START = re.compile(
    rf"^[ >]*(?:(?:\*|\d{{1,9}}\.) +)*(?:\d{{1,9}}(?=[{_STAND_INS['.']}{_STAND_INS[')']}]))?"
    rf"(?P<sign>[{''.join(_STAND_INS.values())}])",
    re.MULTILINE,
)
_MARKS_A_LINE = re.compile(
    r"#{1,6}(?=\s|$)|>|[.)]|[-+*](?=\s|$)|([-*_])(?:[ \t]*\1){2,}[ \t]*$|=+[ \t]*$|-+[ \t]*$|```|~~~|\[[^\[\]]+\]:",
    re.MULTILINE,
)
_CLOSES_HEADING = re.compile(r"^[ >]*#{1,6}(?: .*?)??\s(#+)[ \t]*$", re.MULTILINE)
_ENTITY = re.compile(r"&(?:#(?:\d{1,7}|[xX][\dA-Fa-f]{1,6});|([A-Za-z][A-Za-z\d]*;))")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~]|\n|$)")
_TARGET_START = re.compile(r"\](?=\()")
_IMAGE_START = re.compile(r"!(?=\[)")
_STROKE = re.compile(_STAND_INS["|"])
# A word in capitals between asterisks is emphasis that somebody typed: it reads the same either way, and the published
# documents leave it as it is.
_TYPED_EMPHASIS = re.compile(r"(?<![\w*])\*[A-Z]{2,}\*(?![\w*])")
_RUNS = {sign: re.compile(rf"{re.escape(sign)}+") for sign in "*_~"}


def escape(text: str) -> str:
    """Return the Markdown of which any CommonMark renderer shows ``text``, lines of a paragraph."""
    return resolved(stood_in(without_stand_ins(text)))


def heading(text: str) -> str:
    """Return a heading of level 1 that shows ``text``, one line."""
    return resolved(f"# {stood_in(without_stand_ins(text))}")


def unescape(line: str) -> str:
    """Return the text that `escape` or, after its mark, `heading` wrote as ``line``."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line)


def stood_in(text: str, *, in_cell: bool = False) -> str:
    """Return a piece of a page's text with stand-ins for the signs that may be markup."""
    if in_cell and "|" in text:
        text = text.replace("|", _STAND_INS["|"])
    if (rest := text.lstrip())[:1] in _LINE_STARTS or ("\n" in rest and _may_start_like_an_item(text)):
        for mark in _STARTS_LIKE_AN_ITEM:
            text = mark.sub(rf"\1{_ESCAPE}\2", text)
        text = _LINE_MARKS.sub(_stand_in, text)
    if text.endswith("!"):  # before a link it would make an image
        text = text[:-1] + _STAND_INS["!"]
    return _MARKS.sub(_stand_in, text)


def _may_start_like_an_item(text: str) -> bool:
    """Tell whether a line may begin with a mark: two searches that fail at once, instead of four."""
    return _AT_A_START.match(text) is not None or _AT_A_LATER_START.search(text) is not None


def without_stand_ins(text: str) -> str:
    """Return a page's text without the characters that are stand-ins here, and mean nothing in any text."""
    return _ANY.sub("\ufffd", text)


def resolved(markdown: str) -> str:
    """Return Markdown with the signs again in place of the stand-ins, escaped where needed."""
    blocks = _BLOCKS.split(markdown)
    return "".join(part if part.isascii() or not _ANY.search(part) else _block(part) for part in blocks)


def _signs(text: str) -> str:
    """Return a text with the signs in place of the stand-ins. (To translate it takes ten times as long.)"""
    for stand_in in set(_ANY.findall(text)):
        text = text.replace(stand_in, _SIGN_OF[stand_in])
    return text


def _stand_in(found: re.Match[str]) -> str:
    return found[0][:-1] + _STAND_INS[found[0][-1]]


def _block(block: str) -> str:
    signs = _signs(block)
    # As long as the block, so that a place in one is that place in the others.
    markup = _signs(_OPAQUE.sub(_mask, block))
    text = {found.start() for found in _OF_TEXT.finditer(block)}
    escaped = {place for place in _inline(block, markup) if place in text}
    for sign, runs in _RUNS.items():
        if sign in signs:
            escaped.update(_delimiters(markup, runs, text))
    if "*" in signs:
        for typed in _TYPED_EMPHASIS.finditer(signs):
            escaped.difference_update((typed.start(), typed.end() - 1))
    if "`" in signs:
        escaped.update(_backquotes(markup, text))
    escaped.update(_line_starts(block, signs))
    parts, last = [], 0
    for place in sorted(escaped):
        if block[place - 1 : place] == _ESCAPE:
            continue
        parts += [signs[last:place], "\\"]
        last = place
    return "".join([*parts, signs[last:]])


def _mask(found: re.Match[str]) -> str:
    return ("](" if found[0][0] == "]" else "").ljust(len(found[0]), "x")


def _inline(block: str, signs: str) -> Iterator[int]:
    for pattern in (_TAG, _BACKSLASH, _TARGET_START, _IMAGE_START):
        yield from (found.start() for found in pattern.finditer(signs))
    for found in _ENTITY.finditer(signs):
        if found[1] is None or found[1] in html5:
            yield found.start()
    yield from (found.start() for found in _STROKE.finditer(block))
    for found in _LINK.finditer(block):  # whose brackets would else close or open the link
        if "](" in (within := _signs(found[1])) or not _balanced(within):
            yield from (found.start(1) + at for at, sign in enumerate(within) if sign in "[]")


def _balanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign == "[") - (sign == "]")
        if depth < 0:
            return False
    return depth == 0


def _backquotes(signs: str, text: set[int]) -> Iterator[int]:
    """Yield the backquotes of the text, if there are two: they might enclose code."""
    if signs.count("`") > 1:
        yield from (place for place, sign in enumerate(signs) if sign == "`" and place in text)


def _delimiters(signs: str, runs: re.Pattern[str], text: set[int]) -> set[int]:
    """Return the places of signs in the text that may mark emphasis together with others of their kind."""
    found = list(runs.finditer(signs))
    flanks = [_flanks(signs, run) for run in found]
    of_text = [all(place in text for place in range(*run.span())) for run in found]
    closers_to_come = sum(closes for (_, closes), ours in zip(flanks, of_text, strict=True) if ours)
    opened = inside = False
    escaped: set[int] = set()
    for run, (opens, closes), ours in zip(found, flanks, of_text, strict=True):
        if not ours:
            mixed = [place for place in range(*run.span()) if place in text]
            escaped.update(mixed)
            inside = inside != ((opens or closes) and (len(run[0]) - len(mixed)) in {1, 2})
            continue
        closers_to_come -= closes
        if (closes and (opened or inside)) or (opens and (closers_to_come or inside)):
            escaped.update(range(*run.span()))
        opened = opened or opens
    return escaped


def _flanks(signs: str, run: re.Match[str]) -> tuple[bool, bool]:
    """Return whether a run of signs can open and whether it can close emphasis, as CommonMark has it."""
    before, after = signs[run.start() - 1 : run.start()] or " ", signs[run.end() : run.end() + 1] or " "
    left = not after.isspace() and (not _is_punctuation(after) or before.isspace() or _is_punctuation(before))
    right = not before.isspace() and (not _is_punctuation(before) or after.isspace() or _is_punctuation(after))
    if run[0][0] == "_":
        return left and (not right or _is_punctuation(before)), right and (not left or _is_punctuation(after))
    return left, right


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "PS"


def _line_starts(block: str, signs: str) -> Iterator[int]:
    for line in _LINE_START.finditer(block):
        if _MARKS_A_LINE.match(signs, start := line.start("sign")):
            yield start
    for heading in _CLOSES_HEADING.finditer(signs):
        yield from (at for at in range(heading.end(1) - 1, heading.end(1)) if _ANY.match(block, at))
