"""The pages of trends: how many policies said a phrase over the years, how long they were, and those behind points."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from datasette.utils import sqlite_timelimit

from crawler.text.readability import FORMULAS, Measure, measure, reading_ease
from output import trends as counted
from output.in_force import Scope, languages, name, number_of
from output.site.captures import bounds_of
from output.site.marking import Runs, snippet
from output.site.matching import marks
from output.site.overview import types
from output.site.provenance import language_name
from output.site.responses import NotFound, PageRequest, PageResponse, SiteResponse
from output.site.trend_chart import TrendChart, Value, draw
from output.site.trend_question import TrendQuestion
from output.text_measures import Measured, measured
from output.trends import Point, Saying, Trends, count, has_words
from pipelines.corpus.documents import body_of
from pipelines.corpus.revisions import revision_names

_MAX_MILLISECONDS = 1_000
"""For all policies: 10,000 with 100,000 revisions take 160 ms and 20 to 120 for each phrase (2026-11)."""
_ONE_IN = 16
"""Of so many policies one is counted where all take too long."""
_TEXTS = 250
"""Texts that are measured: a text of 25 KB takes a millisecond (2026-11)."""
_PAGE = 20

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Behind:
    """A policy behind a point: its revision that counts, and what of it does."""

    of: Saying
    name: str
    """What the revision is called in addresses."""
    snippet: Runs
    measure: Measure | None
    ease: float | None


def trends(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Show a chart of phrases or of a measure, with the figures beneath."""
    question = TrendQuestion.of(request)
    context: dict[str, object] = {
        "question": question,
        "types": types(conn),
        "languages": [(code, language_name(code)) for code in languages(conn)],
        "language_name": language_name,
        "formulas": FORMULAS,
        "name": name,
    }
    if question.show == "phrases":
        looked_for = [phrase for phrase in question.phrases if has_words(conn, phrase)]
        found = _in_time(conn, question.scope, lambda scope: count(conn, scope, looked_for))
        context |= {
            "found": found,
            "chart": _of_phrases(found) if found and found.seen and looked_for else None,
            "without_words": [phrase for phrase in question.phrases if phrase not in looked_for],
        }
    else:
        what = question.show
        measures = _in_time(conn, question.scope, lambda scope: measured(conn, scope, what, _TEXTS))
        context |= {"found": measures, "chart": _of_measure(measures) if measures and measures.points else None}
    return PageResponse("trends.html", context)


def behind(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Show the policies behind a point, each with the place that says it."""
    question = TrendQuestion.of(request)
    number = number_of(request.parts["period"], question.scope.by)
    phrase = question.phrases[0] if question.phrases else ""
    if number is None or (request.text("q") and not (phrase and has_words(conn, phrase))):
        expected = "a quarter, such as 2019-Q2" if question.scope.by == "quarter" else "a year, such as 2019"
        return NotFound(
            f"“{request.parts['period']}” with “{request.text('q')[:100]}” is no point of a chart: expected"
            f" {expected}, and a phrase with a word."
        )
    page, at = request.number("page"), number
    found = _in_time(conn, question.scope, lambda scope: _asked(conn, scope, phrase, at, page))
    if found is None:
        return NotFound("It takes too long to find these policies: name a vendor or a type.", status=503)
    one_in, point, listed = found
    rows = list(_rows(conn, listed[:_PAGE], phrase))
    context = {
        "question": question,
        "phrase": phrase,
        "period": name(at, question.scope.by),
        "point": point,
        "one_in": one_in,
        "rows": rows,
        "bounds": bounds_of(conn, [row.of.revision for row in rows], request.public_url),
        "page": page,
        "more": len(listed) > _PAGE,
        "language_name": language_name,
    }
    return PageResponse("trends_behind.html", context)


def _in_time(conn: sqlite3.Connection, scope: Scope, ask: Callable[[Scope], _Found]) -> _Found | None:
    """Return an answer about all policies; about a sample of them if that takes too long, and None if this does too."""
    for one_in in (1, _ONE_IN):
        try:
            with sqlite_timelimit(conn, _MAX_MILLISECONDS):
                return ask(replace(scope, one_in=one_in))
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
    return None


def _asked(
    conn: sqlite3.Connection, scope: Scope, phrase: str, number: int, page: int
) -> tuple[int, Point, list[Saying]]:
    point, listed = counted.behind(conn, scope, phrase, number, limit=_PAGE + 1, offset=(page - 1) * _PAGE)
    return scope.one_in, point, listed


def _rows(conn: sqlite3.Connection, listed: list[Saying], phrase: str) -> Iterator[Behind]:
    for of in listed:
        body = body_of(conn, of.document)
        language = conn.execute("SELECT language FROM documents WHERE hash = ?", [of.document]).fetchone()[0]
        size = None if phrase else measure(body, language)
        yield Behind(
            of,
            revision_names(conn, of.policy)[of.revision],
            snippet(body, marks(phrase)) if phrase else [],
            size,
            reading_ease(size, language) if size else None,
        )


def _of_phrases(found: Trends) -> TrendChart:
    series = [
        (trend.phrase, [Value(point.period, point.policies, point.share, point.is_few) for point in trend.points])
        for trend in found.trends
    ]
    return draw(series, found.seen, found.scope.by, unit="share")


def _of_measure(found: Measured) -> TrendChart:
    values = [
        Value(point.period, point.policies, point.median, point.is_few, point.low, point.high) for point in found.points
    ]
    seen = {point.period: point.policies for point in found.points}
    if found.what == "length":
        return draw([("words", values)], seen, found.scope.by, unit="words")
    return draw([("reading ease", values)], seen, found.scope.by, unit="score")
