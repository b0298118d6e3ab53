"""The page of candidates: what discovery found, to be checked before it is crawled."""

import sqlite3

from output.site import candidates as found
from output.site.responses import PageRequest, PageResponse, SiteResponse


def candidates(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Show a page of the candidates that are asked for."""
    asked = {"vendor": request.text("vendor").lower(), "decision": request.text("decision")}
    page = request.number("page")
    groups, left_out = found.candidates(conn, request.public_url, asked["vendor"], asked["decision"], page)
    more = sum(len(group.rows) for group in groups) + left_out > found.PAGE
    if more and groups:
        groups[-1].rows.pop()
    context = {
        "asked": asked,
        "groups": [group for group in groups if group.rows],
        "decisions": list(found.DECISIONS),
        "page": page,
        "more": more,
        "left_out": left_out,
    }
    return PageResponse("candidates.html", context)
