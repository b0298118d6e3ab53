"""The page of all changes, and the feeds of changes: of the corpus, a vendor or a policy."""

import sqlite3

from output.site import feeds, overview
from output.site.captures import bounds_of_changes
from output.site.change_filter import ChangeFilter
from output.site.history import policies_of, policy_at
from output.site.responses import NotFound, PageRequest, PageResponse, PlainResponse, SiteResponse

_PAGE = 25
_FEED = 50


def changes(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Show a page of the changes that are asked for, the newest first."""
    wanted, page = ChangeFilter.of(request), request.number("page")
    found = overview.latest_changes(conn, _PAGE + 1, wanted=wanted, offset=(page - 1) * _PAGE)
    visible = found[:_PAGE]
    context = {
        "wanted": wanted,
        "changes": visible,
        "bounds": bounds_of_changes(conn, visible, request.public_url),
        "page": page,
        "more": len(found) > _PAGE,
        "types": overview.types(conn),
        "wrong_days": [name for name in ("since", "until") if request.text(name) and not request.day(name)],
        "feed": request.to.changes_feed(**wanted.query),
    }
    return PageResponse("changes.html", context)


def feed(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Return the latest changes of the corpus, a vendor or a policy as an Atom feed; of the corpus, those asked for."""
    name, slug = request.parts.get("vendor", ""), request.parts.get("type", "")
    policies = policies_of(conn, name) if name else None
    if slug:
        one = policy_at(conn, name, slug)
        policies = [one] if one else []
    if policies == []:
        return NotFound(f"The corpus has no policy “{name}{'/' if slug else ''}{slug}”.")
    wanted = ChangeFilter() if name else ChangeFilter.of(request)
    if slug and policies:
        title = f"Changes of the {policies[0].type} of {name}"
        pages = request.to.policy(name, policies[0].type), request.to.feed(name, policies[0].type)
    elif name:
        title, pages = f"Changes of the policies of {name}", (request.to.vendor(name), request.to.feed(name))
    else:
        title = f"Changes of vendors' policies{wanted.told}"
        pages = request.to.changes(**wanted.query), request.to.changes_feed(**wanted.query)
    found = overview.latest_changes(conn, _FEED, policies, wanted)
    bounds = bounds_of_changes(conn, found, request.public_url)
    return PlainResponse(
        feeds.atom(request, title, *pages, found, bounds=bounds), "application/atom+xml; charset=utf-8"
    )
