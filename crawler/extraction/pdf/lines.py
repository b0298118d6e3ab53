"""What a page of a PDF consists of: lines of text at positions, rulings, and tables made of both."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

Ruling = tuple[float, float, float, float]
"""A straight line that is drawn: left, lower, right and upper end; across or upright."""

# Symbol fonts put their bullets into the private use area.
_GLYPHS: Final = str.maketrans(
    {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "•", "\uf0fc": "•", "\u00ad": None, "\ufffe": None, "\uffff": None}
    | {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00a0": " "}
)
_HYPHENS: Final = ("-", "\u2010")


class Line(NamedTuple):
    """A line as `reader.py` prints it: positions and size in points, `y` (of the baseline) growing upwards.

    `hyphenated`: a hyphen at its end was left out, which may or may not be part of the word. `angle`: by how many
    degrees the text is turned (its positions are turned back). `pale`: light grey or half transparent. `pieces`: the
    line where wide spaces, rulings or other type part it; empty if nothing does. `bounds`: the edges of its column, if
    it stands in one.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    hyphenated: bool
    angle: int = 0
    pale: bool = False
    pieces: tuple["Line", ...] = ()
    bounds: tuple[float, float] | None = None

    @property
    def top(self) -> float:
        """The height of its tallest letters."""
        return self.y + 0.8 * self.size

    @property
    def bottom(self) -> float:
        """The depth of its descenders."""
        return self.y - 0.2 * self.size


Cell = tuple[Line, ...]


class Table(NamedTuple):
    """A table of data: its place on the page, its rows of cells, and where its columns begin."""

    x0: float
    x1: float
    top: float
    bottom: float
    rows: tuple[tuple[Cell, ...], ...]
    edges: tuple[int, ...]


Item = Line | Table


class Page(NamedTuple):
    """The lines of a page in the order of the PDF's content, and what is drawn between them."""

    lines: list[Line]
    rulings: list[Ruling]


def page(found: dict[str, list[list[Any]]]) -> Page:
    """Return the page that `reader.py` has printed."""
    lines = [_line(values) for values in found["lines"]]
    return Page([line for line in lines if line.text], [(x0, y0, x1, y1) for x0, y0, x1, y1 in found["rulings"]])


def tidied(text: str) -> str:
    """Return a text with letters for ligatures, bullets for symbols, and its white space folded."""
    return " ".join(text.translate(_GLYPHS).split())


def _line(values: Iterable[Any]) -> Line:
    text, *rest, found = values
    pieces = [_line(piece) for piece in found]  # of which none has any itself
    return Line(*[tidied(text), *rest, tuple(piece for piece in pieces if piece.text)])


def parts(line: Line) -> tuple[Line, ...]:
    """Return a line's pieces, or the line itself if it is whole."""
    return line.pieces or (line,)


def groups(line: Line, places: Iterable[int]) -> list[tuple[int, Line]]:
    """Return what of a line stands in each place, one place given for each of its parts.

    A line that stands in one place is returned as it is, so that a wide space alone changes nothing.
    """
    found: list[tuple[int, list[Line]]] = []
    for part, place in zip(parts(line), places, strict=True):
        if found and found[-1][0] == place:
            found[-1][1].append(part)
        else:
            found.append((place, [part]))
    if len(found) == 1:
        return [(found[0][0], line)]
    ends = [(place, _together(run)) for place, run in found]
    return [(place, _divided(each)) for place, each in ends[:-1]] + ends[-1:]


def _together(run: list[Line]) -> Line:
    if len(run) == 1:
        return run[0]
    widest = max(run, key=lambda each: len(each.text))
    text = " ".join(each.text for each in run)
    return widest._replace(
        text=text,
        x0=run[0].x0,
        x1=max(each.x1 for each in run),
        bold=all(each.bold for each in run),
        hyphenated=run[-1].hyphenated,
        pieces=tuple(run),
    )


def _divided(line: Line) -> Line:
    """Return a line that others follow on the right: only there PDFium does not say that a hyphen ends it."""
    if line.text[-1:] in _HYPHENS and line.text[-2:-1].isalpha():
        return line._replace(text=line.text[:-1], hyphenated=True, pieces=())
    return line
