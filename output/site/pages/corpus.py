"""Pages of the whole corpus: the first one, and the list of policies."""

import sqlite3
from collections import Counter

from output.site import overview
from output.site.captures import bounds_of_changes
from output.site.responses import PageRequest, PageResponse, SiteResponse

_LATEST = 8
_POLICIES = 100


def home(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Show what the corpus holds, how fresh it is, and what changed last."""
    years = overview.years(conn, request.bad)
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
        "crawl": (crawl := overview.last_crawl(conn, request.bad)),
        "changes": (latest := overview.latest_changes(conn, _LATEST, bad=request.bad)),
        "bounds": bounds_of_changes(conn, latest, request.public_url, request.bad),
        "histories": overview.histories(conn, _POLICIES, bad=request.bad)[:_POLICIES],
        "feed": request.to.feed(),
    }
    # Whether a process lives is not in the corpus.
    return PageResponse(
        "home.html", context, lasts=crawl is None or crawl[2] not in {overview.RUNNING, overview.ABANDONED}
    )


def all_policies(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Show a page of the policies that are asked for, in the order that is asked for."""
    asked = {"starts": request.text("starts").lower(), "type": request.text("type"), "sort": request.text("sort")}
    page = request.number("page")
    found = overview.histories(conn, _POLICIES, **asked, page=page, bad=request.bad)
    context = {
        "asked": asked,
        "histories": found[:_POLICIES],
        "more": len(found) > _POLICIES,
        "page": page,
        "types": overview.types(conn),
    }
    return PageResponse("policies.html", context)


def about(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Show what the words mean, how to cite, and the keys."""
    return PageResponse("about.html")
