"""A line of text on a page of a PDF."""

from typing import NamedTuple


class Line(NamedTuple):
    """A line as `reader.py` prints it: positions and size in points, `y` (of the baseline) growing upwards.

    `hyphenated`: a hyphen at its end was left out, which may or may not be part of the word.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    hyphenated: bool
