"""The page of all changes, and the feeds of changes: of the corpus, a vendor or a policy."""

import sqlite3
from collections.abc import Callable

from datasette.utils import sqlite_timelimit

from output.site import feeds, overview
from output.site.captures import bounds_of_changes
from output.site.change_filter import ChangeFilter, kinds_in
from output.site.history import policies_of, policy_at
from output.site.overview import Changed
from output.site.responses import NotFound, PageRequest, PageResponse, PlainResponse, SiteResponse

_PAGE = 25
_FEED = 50
_MAX_MILLISECONDS = 2_000
"""For the changes of a page: enough to look through some 60,000 revisions for one of a rare kind (2026-11)."""


def changes(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Show a page of the changes that are asked for, the newest first."""
    kinds, page = kinds_in(conn), request.number("page")
    wanted = ChangeFilter.of(request, kinds)
    found = _in_time(
        conn,
        lambda: overview.latest_changes(conn, _PAGE + 1, wanted=wanted, offset=(page - 1) * _PAGE, bad=request.bad),
    )
    visible = (found or [])[:_PAGE]
    context = {
        "wanted": wanted,
        "in_time": found is not None,
        "changes": visible,
        "bounds": bounds_of_changes(conn, visible, request.public_url, request.bad),
        "page": page,
        "more": len(found or []) > _PAGE,
        "types": overview.types(conn),
        "kinds": kinds,
        "wrong_days": [name for name in ("since", "until") if request.text(name) and not request.day(name)],
        "feed": request.to.changes_feed(**wanted.query),
    }
    return PageResponse("changes.html", context)


def _in_time(conn: sqlite3.Connection, find: Callable[[], list[Changed]]) -> list[Changed] | None:
    """Return what is found; None if it takes too long, as rare changes do among very many."""
    try:
        with sqlite_timelimit(conn, _MAX_MILLISECONDS):
            return find()
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return None


def feed(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Return the latest changes of the corpus, a vendor or a policy as an Atom feed; of the corpus, those asked for."""
    name, slug = request.parts.get("vendor", ""), request.parts.get("type", "")
    policies = policies_of(conn, name) if name else None
    if slug:
        one = policy_at(conn, name, slug)
        policies = [one] if one else []
    if policies == []:
        return NotFound(f"The corpus has no policy “{name}{'/' if slug else ''}{slug}”.")
    wanted = ChangeFilter() if name else ChangeFilter.of(request, kinds_in(conn))
    if slug and policies:
        title = f"Changes of the {policies[0].type} of {name}"
        pages = request.to.policy(name, policies[0].type), request.to.feed(name, policies[0].type)
    elif name:
        title, pages = f"Changes of the policies of {name}", (request.to.vendor(name), request.to.feed(name))
    else:
        title = f"Changes of vendors' policies{wanted.told}"
        pages = request.to.changes(**wanted.query), request.to.changes_feed(**wanted.query)
    found = _in_time(conn, lambda: overview.latest_changes(conn, _FEED, policies, wanted, bad=request.bad))
    if found is None:
        return NotFound("It takes too long to find such changes: name a vendor, or a period.", status=503)
    bounds = bounds_of_changes(conn, found, request.public_url, request.bad)
    return PlainResponse(
        feeds.atom(request, title, *pages, found, bounds=bounds), "application/atom+xml; charset=utf-8"
    )
