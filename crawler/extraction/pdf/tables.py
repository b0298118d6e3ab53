"""The tables of a PDF's page, where rulings show them: in a grid, or between lines across alone."""

from bisect import bisect_left
from collections import defaultdict
from itertools import pairwise
from typing import Final, NamedTuple

from crawler.extraction.pdf.lines import Item, Line, Page, Table, groups, parts

SNAP: Final = 3.0  # points by which rulings that meet may miss each other
EDGE: Final = 6.0  # points by which rulings reach beyond the outermost ones of a table without a frame
GRIDS_AT_MOST: Final = 20  # of a page
RULINGS_AT_MOST: Final = 300  # of a page, after those in one line are joined; a chart or a pattern has more
CELLS_AT_MOST: Final = 5_000
LINES_OF_A_CELL: Final = 40  # a cell of more is a frame around a page's columns
WIDE_SPACE: Final = 0.8  # of the letters' size, between columns that no ruling parts

_Bar = tuple[float, float, float]  # place, beginning, end


class _Grid(NamedTuple):
    xs: list[float]
    ys: list[float]  # from the top
    upright: dict[float, list[_Bar]]
    across: dict[float, list[_Bar]]

    @property
    def columns(self) -> int:
        return len(self.xs) - 1


def with_tables(page: Page) -> list[Item]:
    """Return what is on a page, in its order, with each table in place of the first of its lines."""
    items: list[Item] = list(page.lines)
    if len(page.rulings) < 3:
        return items
    for grid in _grids(page):
        items = _filled(items, grid)
    return items


def _grids(page: Page) -> list[_Grid]:
    across = _joined([(y, x0, x1) for x0, y, x1, y1 in page.rulings if y == y1])
    upright = _joined([(x, y0, y1) for x, y0, x1, y1 in page.rulings if x == x1])
    if len(across) + len(upright) > RULINGS_AT_MOST:
        return []
    met = _met(across, upright)
    found = [_grid([across[at] for at in ats[0]], [upright[at] for at in ats[1]]) for ats in met]
    alone = set(range(len(across))).difference(*(ats[0] for ats in met))
    by_ends: dict[tuple[int, int], list[_Bar]] = defaultdict(list)
    for bar in (across[at] for at in sorted(alone)):
        by_ends[round(bar[1] / SNAP), round(bar[2] / SNAP)].append(bar)
    found += [_open_grid(bars, page) for bars in by_ends.values() if len(bars) > 2]
    grids = [grid for grid in found if grid.columns > 1 and len(grid.ys) * len(grid.xs) <= CELLS_AT_MOST]
    return grids[:GRIDS_AT_MOST]


def _joined(bars: list[_Bar]) -> list[_Bar]:
    """Return bars with those of one line in one, where they touch."""
    lines: list[list[_Bar]] = []
    for bar in sorted(bars):
        if lines and bar[0] - lines[-1][0][0] <= SNAP:
            lines[-1].append(bar)
        else:
            lines.append([bar])
    found = []
    for line in lines:
        place = line[0][0]
        pieces = sorted((start, end) for _, start, end in line)
        start, end = pieces[0]
        for next_start, next_end in pieces[1:]:
            if next_start > end + SNAP:
                found.append((place, start, end))
                start, end = next_start, next_end
            end = max(end, next_end)
        found.append((place, start, end))
    return found


def _met(across: list[_Bar], upright: list[_Bar]) -> list[tuple[list[int], list[int]]]:
    """Return the groups of rulings that hang together, as indexes of those across and those upright."""
    groups_of = list(range(len(across) + len(upright)))

    def root(at: int) -> int:
        while groups_of[at] != at:
            groups_of[at] = at = groups_of[groups_of[at]]
        return at

    reaches = [(x, y0 - SNAP, y1 + SNAP) for x, y0, y1 in upright]  # in order of x
    for h, (y, x0, x1) in enumerate(across):
        here = root(h)
        for v in range(bisect_left(reaches, (x0 - SNAP,)), len(reaches)):
            x, low, high = reaches[v]
            if x > x1 + SNAP:
                break
            if low <= y <= high and (there := root(len(across) + v)) != here:
                groups_of[there] = here
    found: dict[int, tuple[list[int], list[int]]] = {}
    for at in range(len(groups_of)):
        h_and_v = found.setdefault(root(at), ([], []))
        h_and_v[at >= len(across)].append(at if at < len(across) else at - len(across))
    return [each for each in found.values() if all(each)]


def _grid(across: list[_Bar], upright: list[_Bar]) -> _Grid:
    xs = _places([x for x, _, _ in upright], [end for _, *ends in across for end in ends])
    ys = _places([y for y, _, _ in across], [end for _, *ends in upright for end in ends])
    return _Grid(xs, ys[::-1], _by_place(upright), _by_place(across))


def _places(inner: list[float], ends: list[float]) -> list[float]:
    """Return where the lines of a grid are; one without a frame ends where the rulings in the other direction do."""
    outer = [min(ends)] * (min(ends) < min(inner) - EDGE) + [max(ends)] * (max(ends) > max(inner) + EDGE)
    return sorted({*inner, *outer})


def _by_place(bars: list[_Bar]) -> dict[float, list[_Bar]]:
    found: dict[float, list[_Bar]] = defaultdict(list)
    for bar in bars:
        found[bar[0]].append(bar)
    return found


def _open_grid(bars: list[_Bar], page: Page) -> _Grid:
    """Return the grid of rows between rulings across, if what stands there leaves the same strips empty in all rows."""
    ys = sorted((y for y, _, _ in bars), reverse=True)
    x0, x1 = bars[0][1:]
    inside = [
        part
        for line in page.lines
        if ys[-1] < line.y < ys[0]
        for part in parts(line)
        if x0 - EDGE <= part.x0 and part.x1 <= x1 + EDGE
    ]
    xs, reach = [x0 - EDGE], x0
    for part in sorted(inside, key=lambda part: part.x0):
        if reach > x0 and part.x0 - reach >= WIDE_SPACE * part.size:
            xs.append((reach + part.x0) / 2)
        reach = max(reach, part.x1)
    first = [part for part in inside if part.x0 < xs[1]] if len(xs) > 1 else []
    if not any(sum(map(str.isalpha, part.text)) > 2 for part in first):  # nothing, or the marks of a list
        xs = xs[:1]
    xs.append(x1 + EDGE)
    return _Grid(xs, ys, {x: [(x, ys[-1], ys[0])] for x in xs}, _by_place(bars))


def _filled(items: list[Item], grid: _Grid) -> list[Item]:
    """Return the items with the table of a grid in them."""
    merged = _cells(grid)
    cells: dict[int, list[Line]] = defaultdict(list)
    around: list[Item] = []
    place: int | None = None
    for item in items:
        if isinstance(item, Table) or not grid.ys[-1] - EDGE <= item.y <= grid.ys[0] + EDGE:
            around.append(item)
            continue
        for cell, line in groups(item, [_cell_at(part, grid, merged) for part in parts(item)]):
            if cell < 0:
                around.append(line)
                continue
            place = len(around) if place is None else place
            cells[cell].append(line)
    rows = sorted({cell // grid.columns for cell in cells})
    columns = sorted({cell % grid.columns for cell in cells})
    if len(columns) < 2 or place is None:
        return items
    if len(rows) < 2 or max(map(len, cells.values())) > LINES_OF_A_CELL:  # a frame around columns
        framed = [_bounded(line, cells[cell]) for cell in sorted(cells) for line in cells[cell]]
        return [*around[:place], *framed, *around[place:]]
    table = Table(
        grid.xs[0],
        grid.xs[-1],
        grid.ys[0],
        grid.ys[-1],
        tuple(tuple(tuple(cells.get(row * grid.columns + column, ())) for column in columns) for row in rows),
        tuple(round(grid.xs[column]) for column in columns),
    )
    return [*around[:place], table, *around[place:]]


def _bounded(line: Line, column: list[Line]) -> Line:
    return line._replace(bounds=(min(each.x0 for each in column), max(each.x1 for each in column)))


def _cells(grid: _Grid) -> list[int]:
    """Return for each field of the grid the first field of its cell: fields without a ruling between are one cell."""
    first = list(range(grid.columns * (len(grid.ys) - 1)))

    def root(at: int) -> int:
        while first[at] != at:
            first[at] = at = first[first[at]]
        return at

    for row, (top, bottom) in enumerate(pairwise(grid.ys)):
        for column, (left, right) in enumerate(pairwise(grid.xs)):
            at = row * grid.columns + column
            neighbours = (
                [(at + 1, grid.upright.get(right, []), (top + bottom) / 2)] if column + 1 < grid.columns else []
            )
            if row + 2 < len(grid.ys):
                neighbours.append((at + grid.columns, grid.across.get(bottom, []), (left + right) / 2))
            for other, bars, middle in neighbours:
                if not any(start <= middle <= end for _, start, end in bars):
                    low, high = sorted((root(at), root(other)))
                    first[high] = low
    return [root(at) for at in range(len(first))]


def _cell_at(part: Line, grid: _Grid, merged: list[int]) -> int:
    """Return the cell in which a part of a line stands, or -1."""
    x, y = (part.x0 + min(part.x1, part.x0 + part.size * len(part.text))) / 2, part.y + 0.3 * part.size
    if part.angle or not (grid.xs[0] <= x <= grid.xs[-1] and grid.ys[-1] <= y <= grid.ys[0]):
        return -1
    column = next((at for at, edge in enumerate(grid.xs[1:]) if x <= edge), 0)
    row = next((at for at, edge in enumerate(grid.ys[1:]) if y >= edge), 0)
    return merged[row * grid.columns + column]
