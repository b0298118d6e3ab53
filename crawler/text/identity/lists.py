"""Lists whose order means nothing: of partners or countries, which a page may show in another order each time.

Nothing but the order is disregarded: a name more, less or other, and one that moves to another list, count. A list of
names often has an order that counts (who is asked first, which document prevails). So only those are looked at that are
announced as partners or countries, and not in any order; numbered ones never.
"""

import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

from crawler.text.phrases import load_phrases

_FEWEST = 3
"""From so many items on a list can be shuffled and still be recognised as one."""
_FEWEST_IN_LINE = 4
_WORDS = 6
"""Most words of a name; what is longer is rather a sentence."""
_APART = "\u241f"
"""Unicode's symbol for a separator stands between names that were put in order: else they would run together to others.
"""

_PHRASES = load_phrases(Path(__file__).with_name("lists.toml"), re.IGNORECASE | re.MULTILINE)
_ANNOUNCED, _ORDERED = _PHRASES["announced"], _PHRASES["ordered"]
_ITEM = re.compile(r"(?P<indent>\s*)[*+-] (?P<text>.+)")
_BULLETS = frozenset({"* ", "+ ", "- "})
_RULER = re.compile(r"\s*-{3}[-|: ]*")
_LEADS = re.compile(r":\W*$|^\W*#")
_MARKS = re.compile(r"[*_`\\]")
_SHORTENED = re.compile(r"\b(?:[A-Z][a-z]{1,3}|(?:\w\.){2,}\w?|S\.[\w.]+)\.$")
_CAPITAL = r"[A-Z\u00c0-\u00d6\u00d8-\u00de]"
_NAME = rf"(?:the )?{_CAPITAL}[\w'’-]*+(?: (?:(?:of|the|de|du) )?{_CAPITAL}[\w'’-]*+){{0,3}}"
_AND = r"(?:and|or|und|oder|et|ou|y|o|e|en|of|&)"
_SEPARATOR = re.compile(rf"(, {_AND} |, | {_AND} )")
_MAY_BE_SERIES = re.compile(rf", (?:{_AND} )?(?:the )?{_CAPITAL}[^,.;:]{{0,80}}" * (_FEWEST_IN_LINE - 2))
_SERIES = re.compile(rf"\b{_NAME}(?:(?:, {_AND} |, | {_AND} ){_NAME}){{{_FEWEST_IN_LINE - 1},}}+(?=\W*$|\. )")


def in_one_order(text: str) -> tuple[str, list[str]]:
    """A Markdown text whose lists of partners and countries stand in the order of the alphabet, and those lists as they
    stood before.
    """
    lines = text.split("\n")
    found: list[str] = []
    for places in (*_item_runs(lines), *_row_runs(lines)):
        names = [lines[at] for at in places]
        found.append(", ".join(_plain(name) for name in names))
        for at, name in zip(places, sorted(names), strict=True):
            lines[at] = name + _APART
    for at, line in enumerate(lines):
        if ", " in line and "|" not in line and _MAY_BE_SERIES.search(line):
            lines[at] = _SERIES.sub(partial(_in_order, lines, at, found), line)
    return ("\n".join(lines), found) if found else (text, found)


# -- items and rows ---------------------------------------------------------------------------------------------------
def _item_runs(lines: list[str]) -> list[list[int]]:
    """The places of the items of each list of names: bullets that follow each other, equally far indented."""
    bullets = (at for at, line in enumerate(lines) if line.lstrip(" ")[:2] in _BULLETS)
    found = [(at, item) for at in bullets if (item := _ITEM.match(lines[at]))]
    follows = {
        after[0]
        for before, after in pairwise(found)
        if before[1]["indent"] == after[1]["indent"] and not any(map(str.strip, lines[before[0] + 1 : after[0]]))
    }
    return _runs([at for at, _ in found], lines, follows, name=lambda line: line.lstrip()[2:])


def _row_runs(lines: list[str]) -> list[list[int]]:
    """The places of the rows of each table of data whose first cells are names."""
    rulers = {at: None for at, line in enumerate(lines) if "---" in line and _RULER.fullmatch(line)}
    rows = []
    for ruler in rulers:
        at = ruler + 1
        while at < len(lines) and "|" in lines[at] and at not in rulers:
            rows.append(at)
            at += 1
    follows = set(rows) - {ruler + 1 for ruler in rulers}
    return _runs(rows, lines, follows, name=_first_cell)


def _runs(places: list[int], lines: list[str], follows: set[int], name: Callable[[str], str]) -> list[list[int]]:
    """The stretches of places, each but the first of which follows the one before, that are lists of names."""
    runs: list[list[int]] = []
    for at in places:
        if at in follows:
            runs[-1].append(at)
        else:
            runs.append([at])
    return [run for run in runs if len(run) >= _FEWEST and _are_names(lines, run, name)]


def _are_names(lines: list[str], run: list[int], name: Callable[[str], str]) -> bool:
    before = _announcement(lines, run[0])
    after = next((lines[at] for at in range(run[-1] + 1, len(lines)) if lines[at].strip()), "")
    names = {name(lines[at]) for at in run}
    return bool(
        _ANNOUNCED.search(before)
        and not _ORDERED.search(before)
        and not _ORDERED.search(after)
        and len(names) == len(run)  # where one comes again, items may belong to the one before
        and all(map(_is_name, names))
    )


def _announcement(lines: list[str], first: int) -> str:
    """What stands before a list: the line above it; of a table its head, and that line only where it leads up to it."""
    above = (lines[at] for at in range(first - 1, -1, -1) if lines[at].strip())
    if "|" not in lines[first]:
        return next(above, "")
    _, head, before = next(above, ""), next(above, ""), next(above, "")
    return f"{before}\n{head}" if _LEADS.search(before) else head


def _first_cell(row: str) -> str:
    """The name that a row begins with; none where a cell is empty, which belongs to other rows or has them below it."""
    cells = row.split("|")
    return cells[0] if all(map(str.strip, cells)) else ""


def _is_name(text: str) -> bool:
    plain = _plain(text)
    if not plain or len(plain.split()) > _WORDS or plain[0].isdigit():
        return False
    if plain[-1] in ".:;,!?" and not _SHORTENED.search(plain):
        return False
    return not plain[0].islower() or any(letter.isupper() or letter == "." for letter in plain.split()[0])


def _plain(line: str) -> str:
    return _MARKS.sub("", line).strip().removeprefix("- ").removeprefix("+ ")


# -- names between commas ---------------------------------------------------------------------------------------------
def _in_order(lines: list[str], at: int, found: list[str], series: re.Match[str]) -> str:
    """Names between commas in the order of the alphabet, and after them what stood between them. "And" and "or" in one
    list make its order count, and a list in capitals is rather part of a sentence.
    """
    before = lines[at][: series.start()]
    if not _MARKS.sub("", before).strip():
        before = _announcement(lines, at)
    after = lines[at][series.end() :]
    parts = _SEPARATOR.split(series[0])
    names, between = parts[::2], parts[1::2]
    if (
        not _ANNOUNCED.search(before)
        or _ORDERED.search(before)
        or _ORDERED.search(after)
        or series[0].isupper()
        or len({word for part in between if (word := part.strip(", "))}) > 1
    ):
        return series[0]
    found.append(series[0])
    return _APART.join([*sorted(names), *sorted(between)])
