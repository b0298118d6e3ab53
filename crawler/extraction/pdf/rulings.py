"""The rulings of a PDF's page, for `reader.py`, in whose process this runs."""

from collections.abc import Callable
from ctypes import byref, c_float, c_int
from functools import partial
from itertools import pairwise
from typing import Any, Final

# Objects and their segments: the tables of a dense page have some 1,000. A page with more is a drawing, and counts as
# one without rulings; so do the pages after a document has had its share.
OBJECTS_AT_MOST: Final = 20_000
OBJECTS_OF_ALL_PAGES: Final = 300_000
NESTING_AT_MOST: Final = 4  # of forms, which hold objects
THIN: Final = 3.0  # points: a shape of at most this width is a ruling
RULING_AT_LEAST: Final = 5.0  # points


class Rulings:
    """What is drawn across or upright on a document's pages: lines, thin shapes, and the edges of rectangles."""

    def __init__(self, pdfium: Any) -> None:
        self.pdfium = pdfium
        self.left_of_all = OBJECTS_OF_ALL_PAGES
        self.left = 0
        self.found: list[list[float]] = []

    def of(self, page: Any) -> list[list[float]]:
        """Return the rulings of a page."""
        self.found = []
        self.left = allowed = min(OBJECTS_AT_MOST, self.left_of_all)
        count = self.pdfium.FPDFPage_CountObjects(page)
        self._walk(count, partial(self.pdfium.FPDFPage_GetObject, page), [], 0)
        self.left_of_all -= allowed - max(self.left, 0)
        return self.found if self.left > 0 else []

    def _walk(self, count: int, get: Callable[[int], Any], forms: list[Any], depth: int) -> None:
        pdfium = self.pdfium
        for at in range(count):
            self.left -= 1
            if self.left <= 0:
                return
            held = get(at)
            kind = pdfium.FPDFPageObj_GetType(held)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._path(held, forms)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < NESTING_AT_MOST:
                inner = pdfium.FPDFFormObj_CountObjects(held)
                self._walk(inner, partial(pdfium.FPDFFormObj_GetObject, held), [self._matrix(held), *forms], depth + 1)

    def _matrix(self, held: Any) -> Any:
        matrix = self.pdfium.FS_MATRIX()
        self.pdfium.FPDFPageObj_GetMatrix(held, byref(matrix))
        return matrix

    def _path(self, path: Any, forms: list[Any]) -> None:
        pdfium, fill, stroke = self.pdfium, c_int(), c_int()
        pdfium.FPDFPath_GetDrawMode(path, byref(fill), byref(stroke))
        if not fill.value and not stroke.value:
            return
        matrices = [self._matrix(path), *forms]
        points: list[tuple[float, float]] = []
        start = (0.0, 0.0)  # where a closed shape ends
        count = pdfium.FPDFPath_CountSegments(path)
        self.left -= count
        for at in range(min(count, max(self.left, 0))):
            segment = pdfium.FPDFPath_GetPathSegment(path, at)
            kind, point = pdfium.FPDFPathSegment_GetType(segment), self._point(segment, matrices)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                self._shape(points)
                points, start = [point], point
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                points.append(point)
            else:  # a curve parts what is straight
                self._shape(points)
                points = [point]
            if pdfium.FPDFPathSegment_GetClose(segment):
                points.append(start)
        self._shape(points)

    def _point(self, segment: Any, matrices: list[Any]) -> tuple[float, float]:
        x, y = c_float(), c_float()
        self.pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        place = (x.value, y.value)
        for m in matrices:
            place = (place[0] * m.a + place[1] * m.c + m.e, place[0] * m.b + place[1] * m.d + m.f)
        return place

    def _shape(self, points: list[tuple[float, float]]) -> None:
        if len(points) > 1:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            if min(max(xs) - min(xs), max(ys) - min(ys)) <= THIN:
                self._add(min(xs), min(ys), max(xs), max(ys))
            else:
                for (x, y), (x2, y2) in pairwise(points):
                    self._add(min(x, x2), min(y, y2), max(x, x2), max(y, y2))

    def _add(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Add a ruling if it is one; a thin shape is as long as it is and has no width."""
        across, upright = x1 - x0, y1 - y0
        if across >= RULING_AT_LEAST and upright <= THIN:
            self.found.append([x0, (y0 + y1) / 2, x1, (y0 + y1) / 2])
        elif upright >= RULING_AT_LEAST and across <= THIN:
            self.found.append([(x0 + x1) / 2, y0, (x0 + x1) / 2, y1])
