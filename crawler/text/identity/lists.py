"""Lists whose order means nothing: of partners or countries, which a page may show in another order each time.

Nothing but the order is disregarded: a name more, less or other, and one that moves to another list, count. A list of
names often has an order that counts (who is asked first, which document prevails). So only those are looked at that are
announced as partners or countries, and not in any order; numbered ones never.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from crawler.text.markdown import CELL, NUMBER, TextBlock, shown
from crawler.text.phrases import load_phrases

_FEWEST = 3
"""Fewest items of a list that is recognised in another order."""
_FEWEST_IN_LINE = 4
_NEAR = 500
"""Characters before and after names between commas that are searched for what announces or orders them: a sentence."""
_WORDS = 6
"""Most words of a name; what is longer is a sentence."""
_PHRASES = load_phrases(Path(__file__).with_name("lists.toml"), re.IGNORECASE | re.MULTILINE)
_ANNOUNCED, _ORDERED = _PHRASES["announced"], _PHRASES["ordered"]
_LEADS = re.compile(r":\W*$")
_SHORTENED = re.compile(r"\b(?:[A-Z][a-z]{1,3}|(?:\w\.){2,}\w?|S\.[\w.]+)\.$")
_CAPITAL = r"[A-Z\u00c0-\u00d6\u00d8-\u00de]"
_NAME = rf"(?:the )?{_CAPITAL}[\w'’-]*+(?: (?:(?:of|the|de|du) )?{_CAPITAL}[\w'’-]*+){{0,3}}"
_AND = r"(?:and|or|und|oder|et|ou|y|o|e|en|of|&)"
_SEPARATOR = re.compile(rf"(, {_AND} |, | {_AND} )")
_MAY_BE_SERIES = re.compile(rf", (?:{_AND} )?(?:the )?{_CAPITAL}[^,.;:]{{0,80}}" * (_FEWEST_IN_LINE - 2))
_SERIES = re.compile(rf"\b{_NAME}(?:(?:, {_AND} |, | {_AND} ){_NAME}){{{_FEWEST_IN_LINE - 1},}}+")
_SERIES_ENDS = re.compile(r"\W*+$|\. ")  # asked afterwards: within `_SERIES` it would take quadratic time


def in_one_order(blocks: Sequence[TextBlock]) -> tuple[list[tuple[TextBlock, str]], list[str]]:
    """Return blocks in the order in which they count, each with its text in which names stand in the order of the
    alphabet; and the lists of partners and countries that were put in that order, as they stood before.
    """
    lines = [*blocks]
    found: list[str] = []
    for places in (*_item_runs(lines), *_row_runs(lines)):
        named = [lines[at] for at in places]
        found.append(", ".join(shown(block.text) for block in named))
        for at, block in zip(places, sorted(named, key=lambda block: block.text), strict=True):
            lines[at] = block
    ordered = []
    for at, block in enumerate(lines):
        text = block.text
        if ", " in text and CELL not in text and _MAY_BE_SERIES.search(text):
            text = _SERIES.sub(lambda series, at=at: _in_order(lines, at, found, series), text)  # type: ignore[misc]
        ordered.append((block, text))
    return ordered, found


# -- items and rows ---------------------------------------------------------------------------------------------------
def _item_runs(blocks: Sequence[TextBlock]) -> list[range]:
    """Return the places of the items of each list of names: bullets that follow each other, equally far indented."""
    bullets = [at for at, block in enumerate(blocks) if block.kind == "item" and not NUMBER.match(block.text)]
    return _runs(blocks, bullets, lambda text: text)


def _row_runs(blocks: Sequence[TextBlock]) -> list[range]:
    """Return the places of the rows of each table of data whose first cells are names."""
    return _runs(blocks, [at for at, block in enumerate(blocks) if block.kind == "row" and block.level], _first_cell)


def _runs(blocks: Sequence[TextBlock], places: Iterable[int], name: Callable[[str], str]) -> list[range]:
    """Return the stretches of places, of one kind and level and without any between them, that are lists of names."""
    runs: list[list[int]] = []
    for at in places:
        if runs and runs[-1][-1] == at - 1 and blocks[at][:2] == blocks[at - 1][:2]:
            runs[-1].append(at)
        else:
            runs.append([at])
    found = [range(run[0], run[-1] + 1) for run in runs if len(run) >= _FEWEST]
    return [run for run in found if _are_names(blocks, run, name)]


def _are_names(blocks: Sequence[TextBlock], run: range, name: Callable[[str], str]) -> bool:
    names = {name(blocks[at].text) for at in run}
    if len(names) < len(run) or not all(map(_is_name, names)):  # where one comes again, items may belong to it
        return False
    before = _announcement(blocks, run[0])
    after = blocks[run.stop].text if run.stop < len(blocks) else ""
    return bool(_ANNOUNCED.search(before)) and not _ORDERED.search(before) and not _ORDERED.search(after)


def _announcement(blocks: Sequence[TextBlock], first: int) -> str:
    """Return what stands before a list: the block above it; of a table its head, and the block above that only where it
    leads up to the table.
    """
    above = blocks[first - 1] if first else None
    if above is None or CELL not in blocks[first].text:
        return above.text if above else ""
    before = blocks[first - 2] if first > 1 else None
    leads = before is not None and (before.kind == "heading" or _LEADS.search(before.text))
    return f"{before.text}\n{above.text}" if before and leads else above.text


def _first_cell(row: str) -> str:
    """Return the name that a row begins with; none where a cell is empty, which belongs to other rows or has them
    below it.
    """
    cells = row.split(CELL)
    return cells[0].strip() if all(map(str.strip, cells)) else ""


def _is_name(text: str) -> bool:
    if not text or len(text.split()) > _WORDS or text[0].isdigit():
        return False
    if text[-1] in ".:;,!?" and not _SHORTENED.search(text):
        return False
    return not text[0].islower() or any(letter.isupper() or letter == "." for letter in text.split(maxsplit=1)[0])


# -- names between commas ---------------------------------------------------------------------------------------------
def _in_order(blocks: Sequence[TextBlock], at: int, found: list[str], series: re.Match[str]) -> str:
    """Return names between commas in the order of the alphabet. "And" and "or" in one list make its order count, and a
    list in capitals is rather part of a sentence.
    """
    begin, end = series.span()
    before, after = series.string[max(begin - _NEAR, 0) : begin], series.string[end : end + _NEAR]
    if begin <= _NEAR and not before.strip():
        before = _announcement(blocks, at)
    parts = _SEPARATOR.split(series[0])
    names, between = parts[::2], parts[1::2]
    if (
        not _SERIES_ENDS.match(after)
        or not _ANNOUNCED.search(before)
        or _ORDERED.search(before)
        or _ORDERED.search(after)
        or series[0].isupper()
        or len({word for part in between if (word := part.strip(", "))}) > 1
    ):
        return series[0]
    found.append(shown(series[0]))
    separators = sorted(between, key=lambda part: (len(part), part))
    return "".join(name + separator for name, separator in zip(sorted(names), [*separators, ""], strict=True))
