"""The search."""

import sqlite3

from output.site.captures import bounds_of
from output.site.overview import types
from output.site.responses import PageRequest, PageResponse, SiteResponse
from output.site.search import PAGE, Question, search


def find(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Search all texts."""
    question = Question(
        text=request.text("q"),
        vendor=request.text("vendor").lower(),
        type=request.text("type"),
        since=request.day("since"),
        until=request.day("until"),
        page=request.number("page"),
    )
    result = search(conn, question, request.bad) if question.text else None
    ends = [revision.id for found in result.found for revision in (found.having[0], found.having[-1])] if result else []
    context = {
        "question": question,
        "result": result,
        "bounds": bounds_of(conn, ends, request.public_url, request.bad),
        "types": types(conn),
        "per_page": PAGE,
        "wrong_days": [name for name in ("since", "until") if request.text(name) and not request.day(name)],
    }
    return PageResponse("search.html", context)
