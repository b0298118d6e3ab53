"""The columns of a PDF's page: where they are, and the page in the order in which people read it.

The PDF's own order is kept wherever no columns are proved, so a page in one column is read as it is written. Columns
are proved by a strip without ink and by prose on both sides of it: lines that fill their width and go on in the next.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from crawler.extraction.pdf.lines import Item, Line, Table, groups, parts

LINES_AT_LEAST: Final = 3  # of a column
GUTTERS_TRIED: Final = 4  # per part of a page
NESTING_AT_MOST: Final = 3  # columns within columns
NEIGHBOURS: Final = 8  # lines above and below that may stand beside a line
GUTTER: Final = 0.5  # times the size of the letters, at least
WIDTH: Final = 7.0  # times the size of the letters, at least
FULL: Final = 0.7  # of the column's width: a line that fills it
FULL_LINES: Final = 0.45  # of the lines of prose that fill the column
GOING_ON: Final = 0.2  # of the lines of prose that begin with a small letter (some 0.7; of cells of tables, hardly any)
BESIDE_A_SIDEBAR: Final = (6, 0.6, 0.5)  # what prose must have where only one side is prose: lines, full, going on
BEHIND_A_MARK: Final = 2.5  # times the size: how far the text stands behind a number that hangs before it
SHARE_ALIGNED: Final = 0.35  # of the lines that begin where most do
SHARE_OF_THE_TEXT: Final = 0.75  # of the lines of the text beside a sidebar, at most
SHARE_CLOSE: Final = 0.75  # of the lines of a sidebar that follow each other closely
LINES_OF_A_CELL: Final = 1.5  # on average, of a table that is written cell by cell; of columns written by rows, 1
SHARE_BESIDE: Final = 0.8  # of its cells that begin beside the one before
CLOSE: Final = 1.8  # times the size of the letters
_MARK = re.compile(r"\(?\w{1,4}[.)]|\d{1,3}(?:\.\d{1,3}){1,4}\.?|[•◦▪‣●○■□–-]|§ ?\d{1,4}")
_MARK_ONLY = re.compile(r"[\W\d]*|\W*\w{1,4}[.)]|[\d\s.,]+\D{0,3}")


class _Box(NamedTuple):
    """A part of a line, or a table, at its place in the page's order."""

    at: tuple[int, int]  # item, part
    x0: float
    x1: float
    y: float
    size: float
    text: str


class _Column(NamedTuple):
    boxes: list[_Box]
    bounds: tuple[float, float] | None


def in_reading_order(items: list[Item]) -> list[Item]:
    """Return what is on a page in the order of reading: columns one after the other, each line with its `bounds`."""
    boxes = [box for at, item in enumerate(items) for box in _boxes(at, item)]
    found = _parted(boxes, NESTING_AT_MOST)
    if len(found) == 1:
        return items
    place_of = {box.at: place for place, column in enumerate(found) for box in column.boxes}
    ordered: list[list[Item]] = [[] for _ in range(len(found) + 1)]  # turned lines stand at the end
    for at, item in enumerate(items):
        if isinstance(item, Table):
            ordered[place_of[at, 0]].append(item)
            continue
        places = [
            place_of.get((at, part), place_of.get((at, part + 1), len(found))) for part in range(len(parts(item)))
        ]
        for place, line in groups(item, places):
            bounds = found[place].bounds if place < len(found) else None
            ordered[place].append(line._replace(bounds=bounds) if bounds else line)
    return [item for column in ordered for item in column]


def _boxes(at: int, item: Item) -> list[_Box]:
    if isinstance(item, Table):
        return [_Box((at, 0), item.x0, item.x1, item.top, 0, "")]
    boxes = []
    mark: Line | None = None  # the number of a clause, or a bullet: it stands with what follows
    for number, part in enumerate(parts(item)):
        near = mark is not None and part.x0 - mark.x1 <= BEHIND_A_MARK * part.size
        if mark and not near:
            boxes.append(_Box((at, number - 1), mark.x0, mark.x1, mark.y, mark.size, mark.text))
        if part.angle:
            mark = None
            continue
        if _MARK.fullmatch(part.text) and number + 1 < len(parts(item)):
            mark = part
            continue
        x0, text = (mark.x0, f"{mark.text} {part.text}") if mark and near else (part.x0, part.text)
        boxes.append(_Box((at, number), x0, part.x1, part.y, part.size, text))
        mark = None
    return boxes


def _parted(boxes: list[_Box], depth: int, bounds: tuple[float, float] | None = None) -> list[_Column]:
    """Return the columns of a part of a page, in the order of reading; what is not in columns is one of its own."""
    whole = [_Column(boxes, bounds)]
    if depth == 0 or len(boxes) < 2 * LINES_AT_LEAST:
        return whole
    downwards = sorted(boxes, key=lambda box: (-box.y, box.x0))
    for start, end in _gutters(downwards):
        bands = _bands(downwards, start, end)
        if not any(columns for _, columns in bands):
            continue
        found: list[_Column] = []
        for band, columns in bands:
            for column in columns:
                inner = (min(box.x0 for box in column), max(box.x1 for box in column))
                found += _parted(sorted(column), depth - 1, inner)
            if not columns and band:
                found += _parted(sorted(band), depth - 1, bounds)
        return found
    return whole


def _gutters(downwards: list[_Box]) -> list[tuple[float, float]]:
    """Return the strips that most gaps between neighbours have in common, those with the most gaps first."""
    gaps = _gaps(downwards)
    found = []
    for _ in range(GUTTERS_TRIED):
        if len(gaps) < LINES_AT_LEAST:
            break
        ends = sorted([(start, 0) for start, _ in gaps] + [(end, 1) for _, end in gaps])
        most = open_now = 0
        strip = (0.0, 0.0)
        for number, (x, closes) in enumerate(ends):
            open_now += -1 if closes else 1
            if open_now > most:
                most, strip = open_now, (x, ends[number + 1][0])
        if most < LINES_AT_LEAST:
            break
        found.append(strip)
        gaps = [(start, end) for start, end in gaps if end <= strip[0] or start >= strip[1]]
    return found


def _gaps(downwards: list[_Box]) -> list[tuple[float, float]]:
    gaps = []
    for number, box in enumerate(downwards):
        if not box.size:
            continue
        around = downwards[max(0, number - NEIGHBOURS) : number + NEIGHBOURS + 1]
        right = [
            other.x0 for other in around if other.x0 > box.x1 and other.size and abs(other.y - box.y) < 0.7 * box.size
        ]
        if right and min(right) - box.x1 >= GUTTER * box.size:
            gaps.append((box.x1, min(right)))
    return gaps


def _bands(downwards: list[_Box], start: float, end: float) -> list[tuple[list[_Box], list[list[_Box]]]]:
    """Return the page from top to bottom, parted by what crosses the gutter: each part with its columns, if any."""
    runs: list[tuple[bool, list[_Box]]] = []
    for box in downwards:
        crosses = box.x0 < start and box.x1 > end
        if runs and runs[-1][0] == crosses:
            runs[-1][1].append(box)
        else:
            runs.append((crosses, [box]))
    found: list[tuple[list[_Box], list[list[_Box]]]] = []
    for number, (crosses, run) in enumerate(runs):
        if crosses or len(run) < 2 * LINES_AT_LEAST:
            found.append((run, []))
            continue
        above, band, below = _trimmed(run, start, is_last=number + 1 == len(runs))
        columns = _columns(band, start)
        found += [(above, []), (band, columns), (below, [])] if columns else [(run, [])]
    together: list[tuple[list[_Box], list[list[_Box]]]] = []
    for boxes, columns in found:  # neighbours that are no columns stay in the page's own order
        if not columns and together and not together[-1][1]:
            together[-1] = ([*together[-1][0], *boxes], [])
        elif boxes:
            together.append((boxes, columns))
    return together


def _trimmed(run: list[_Box], start: float, *, is_last: bool) -> tuple[list[_Box], list[_Box], list[_Box]]:
    """Return what stands above the columns, the columns, and what stands below them, as a heading of what follows."""
    left, right = [box for box in run if box.x0 < start], [box for box in run if box.x0 >= start]
    if not left or not right:
        return [], run, []
    above = [box for box in right if box.y > left[0].y + box.size]
    if above and len(above) < len(right) and above[-1].y - right[len(above)].y < CLOSE * above[-1].size:
        above = []
    below: list[_Box] = []
    lower, other = (left, right) if left[-1].y < right[-1].y else (right, left)
    if not is_last:
        for upper, box in list(pairwise(lower))[:-3:-1]:
            if box.y < other[-1].y - box.size and upper.y - box.y >= CLOSE * min(upper.size, box.size):
                below = lower[lower.index(box) :]
    apart = {box.at for box in [*above, *below]}
    return above, [box for box in run if box.at not in apart], below


def _columns(band: list[_Box], start: float) -> list[list[_Box]]:
    """Return the columns of a band; none if it is not set in columns."""
    for columns in (_strips(band), [[box for box in band if box.x0 < start], [box for box in band if box.x0 >= start]]):
        if len(columns) < 2 or min(map(len, columns)) < LINES_AT_LEAST:
            continue
        if all(_is_prose(column) for column in columns):
            return [] if _is_written_by_cells(columns) else columns
        sure = [_is_prose(column, *BESIDE_A_SIDEBAR) for column in columns]
        longest = max((len(_rows(column)) for column, each in zip(columns, sure, strict=True) if each), default=0)
        if longest and all(each or _is_sidebar(column, longest) for each, column in zip(sure, columns, strict=True)):
            return sorted(
                columns, key=lambda column: min(box.at for box in column)
            )  # beside the text: as it is written
    return []


def _is_written_by_cells(columns: list[list[_Box]]) -> bool:
    """Tell whether the PDF has a table without rulings in its rows, the cells one after the other and each whole."""
    side = {box.at: number for number, column in enumerate(columns) for box in column}
    runs: list[list[_Box]] = []
    for box in sorted(box for column in columns for box in column):
        if runs and side[runs[-1][-1].at] == side[box.at]:
            runs[-1].append(box)
        else:
            runs.append([box])
    if len(runs) < 2 * len(columns) or len(side) < LINES_OF_A_CELL * len(runs):
        return False
    beside = [abs(run[0].y - other[0].y) < 0.5 * run[0].size for run, other in pairwise(runs)]
    return sum(beside) >= SHARE_BESIDE * len(runs) * (len(columns) - 1) / len(columns)


def _strips(band: list[_Box]) -> list[list[_Box]]:
    """Return what of a band stands between its empty strips, from left to right."""
    columns: list[list[_Box]] = []
    reach = 0.0
    for box in sorted(band, key=lambda box: (box.x0, -box.y)):
        if not columns or box.x0 - reach >= GUTTER * box.size:
            columns.append([])
            reach = box.x1
        columns[-1].append(box)
        reach = max(reach, box.x1)
    return [sorted(column, key=lambda box: (-box.y, box.x0)) for column in columns]


def _rows(column: Sequence[_Box]) -> list[list[_Box]]:
    rows: list[list[_Box]] = []
    for box in column:
        if rows and abs(rows[-1][0].y - box.y) < 0.3 * max(box.size, 1):
            rows[-1].append(box)
        else:
            rows.append([box])
    return rows


def _is_prose(column: list[_Box], lines: int = LINES_AT_LEAST, full: float = FULL_LINES, low: float = GOING_ON) -> bool:
    """Tell whether the lines of a column fill it and go on from one to the next."""
    rows = _rows([box for box in column if box.size])
    if len(rows) < lines or _is_marks(rows) or sum(len(row) > 1 for row in rows) * 3 > len(rows):  # cells
        return False
    left, right, size = min(box.x0 for box in column), max(box.x1 for box in column), median(box.size for box in column)
    filled = sum(row[-1].x1 - left >= FULL * (right - left) for row in rows)
    cased = sum(any(letter.lower() != letter.upper() for box in row for letter in box.text[:80]) for row in rows)
    going_on = sum(row[0].text[:1].islower() for row in rows) if cased * 2 > len(rows) else len(rows)
    aligned = Counter(round(row[0].x0 / 2) for row in rows).most_common(1)[0][1]
    return (
        right - left >= WIDTH * size
        and filled >= full * len(rows)
        and going_on >= low * len(rows)
        and aligned >= SHARE_ALIGNED * len(rows)
    )


def _is_sidebar(column: list[_Box], longest: int) -> bool:
    """Tell whether a column's lines follow each other closely, as an address does and the terms of a list do not.

    One as long as the text beside it is a column of cells.
    """
    rows = _rows(column)
    if not LINES_AT_LEAST <= len(rows) <= SHARE_OF_THE_TEXT * longest or _is_marks(rows):
        return False
    close = sum(upper[0].y - lower[0].y <= CLOSE * upper[0].size for upper, lower in pairwise(rows))
    return close >= SHARE_CLOSE * (len(rows) - 1)


def _is_marks(rows: list[list[_Box]]) -> bool:
    """Tell whether a column has hardly more than numbers and bullets, which belong to the lines beside them."""
    return sum(bool(_MARK_ONLY.fullmatch(" ".join(box.text for box in row)[:80])) for row in rows) * 3 > len(rows)
