"""The search, and the feeds of changes."""

import sqlite3

from output.site import feeds, overview
from output.site.history import policies_of, policy_at
from output.site.overview import types
from output.site.responses import NotFound, PageRequest, PageResponse, PlainResponse, SiteResponse
from output.site.search import PAGE, Question, search

_FEED = 50


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
    context = {
        "question": question,
        "result": search(conn, question) if question.text else None,
        "types": types(conn),
        "per_page": PAGE,
        "wrong_days": [name for name in ("since", "until") if request.text(name) and not request.day(name)],
    }
    return PageResponse("search.html", context)


def feed(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Return the latest changes of the corpus, a vendor or a policy as an Atom feed."""
    name, slug = request.parts.get("vendor", ""), request.parts.get("type", "")
    policies = policies_of(conn, name) if name else None
    if slug:
        one = policy_at(conn, name, slug)
        policies = [one] if one else []
    if policies == []:
        return NotFound(f"The corpus has no policy “{name}{'/' if slug else ''}{slug}”.")
    changes = overview.latest_changes(conn, _FEED, policies)
    if slug and policies:
        title = f"Changes of the {policies[0].type} of {name}"
        pages = request.to.policy(name, policies[0].type), request.to.feed(name, policies[0].type)
    elif name:
        title, pages = f"Changes of the policies of {name}", (request.to.vendor(name), request.to.feed(name))
    else:
        title, pages = "Changes of vendors' policies", (request.to.home(), request.to.feed())
    return PlainResponse(feeds.atom(request, title, *pages, changes), "application/atom+xml; charset=utf-8")
