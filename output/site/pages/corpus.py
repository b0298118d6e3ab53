"""Pages of the whole corpus: the first one, and the list of policies."""

import sqlite3
from collections import Counter

from output.site import overview
from output.site.responses import PageRequest, PageResponse, SiteResponse

_LATEST = 8
_POLICIES = 100


def home(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Show what the corpus holds, how fresh it is, and what changed last."""
    years = overview.years(conn)
    context = {
        "years": years,
        "highest": max((year.snapshots for year in years), default=0),
        "totals": Counter(
            {
                "policies": conn.execute("SELECT count(*) FROM policies").fetchone()[0],
                "revisions": sum(year.revisions for year in years),
                "snapshots": sum(year.snapshots for year in years),
            }
        ),
        "crawl": overview.last_crawl(conn),
        "changes": overview.latest_changes(conn, _LATEST),
        "histories": overview.histories(conn, _POLICIES),
        "feed": request.to.feed(),
    }
    return PageResponse("home.html", context)


def all_policies(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Show a page of the policies, by vendor."""
    starts, vendor, type_ = request.text("starts").lower(), request.text("vendor"), request.text("type")
    found = overview.histories(conn, _POLICIES + 1, starts=starts, after=(vendor, type_) if vendor else None)
    more = found[_POLICIES - 1] if len(found) > _POLICIES else None
    context = {"starts": starts, "histories": found[:_POLICIES], "more": more, "continued": bool(vendor)}
    return PageResponse("policies.html", context)
