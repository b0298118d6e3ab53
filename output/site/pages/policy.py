"""Pages of a vendor and of a policy, with their timelines."""

import sqlite3
from collections.abc import Callable

from output.on_a_day import are_variants, possible
from output.site import candidates, overview, timeline
from output.site.captures import bounds_of, bounds_of_changes
from output.site.disregarded import spots_of
from output.site.doubted import doubt_on, doubted
from output.site.history import PolicyRow, policies_of, policy_at, revisions_of
from output.site.provenance import sightings
from output.site.responses import NotFound, PageRequest, PageResponse, Redirect, SiteResponse
from output.site.turns import items_of
from pipelines.corpus.revisions import revision_names

_LATEST = 8
_ITEMS = 50

Page = Callable[[sqlite3.Connection, PageRequest], SiteResponse]
PolicyPage = Callable[[sqlite3.Connection, PageRequest, PolicyRow], SiteResponse]


def of_policy(page: PolicyPage) -> Page:
    """Return a page that finds the policy which its address names, or says that there is none."""

    def found(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
        name, slug = request.parts["vendor"], request.parts["type"]
        policy = policy_at(conn, name, slug)
        return page(conn, request, policy) if policy else NotFound(f"The corpus has no policy “{slug}” of “{name}”.")

    return found


def vendor(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Show a vendor's policies, with their timelines on one scale."""
    name = request.parts["vendor"]
    policies = policies_of(conn, name)
    if not policies:
        return NotFound(f"The corpus has no policy of “{name}”.")
    days = {policy.id: timeline.days_of(conn, policy, request.public_url, request.bad) for policy in policies}
    scale = timeline.scale_of([day for of_policy in days.values() for day in of_policy])
    items = []
    for policy in policies:
        revisions = revisions_of(conn, policy, bad=request.bad)
        picture = timeline.draw(scale, revisions, days[policy.id]) if scale and days[policy.id] else None
        items.append({"policy": policy, "revisions": revisions, "timeline": picture})
    changes = overview.latest_changes(conn, _LATEST, policies, bad=request.bad)
    context = {
        "vendor": name,
        "items": items,
        "changes": changes,
        "bounds": bounds_of_changes(conn, changes, request.public_url, request.bad),
        "candidates": candidates.count(conn, name),
        "feed": request.to.feed(name),
    }
    return PageResponse("vendor.html", context)


@of_policy
def policy(conn: sqlite3.Connection, request: PageRequest, found: PolicyRow) -> SiteResponse:
    """Show a policy's revisions, its timeline, and what it said on a day."""
    revisions = revisions_of(conn, found, bad=request.bad)
    days = timeline.days_of(conn, found, request.public_url, request.bad)
    scale = timeline.scale_of(days)
    page = request.number("page")
    items = items_of(conn, revisions)
    held = possible(revisions, request.day("on"))
    context = {
        "policy": found,
        "revisions": revisions,
        "visible": items[(page - 1) * _ITEMS : page * _ITEMS],
        "page": page,
        "pages": -(-len(items) // _ITEMS),
        "bounds": bounds_of(conn, [revision.id for revision in revisions], request.public_url, request.bad),
        "timeline": timeline.draw(scale, revisions, days) if scale else None,
        "seen": sightings(conn, found),
        "spots": spots_of(conn, found.id),
        "doubted": doubted(conn, found, request.public_url),
        "given_day": request.text("on"),
        "on": request.day("on"),
        "held": held,
        "in_turns": are_variants(held),
        "doubt": doubt_on(conn, found, held[0], request.day("on")) if held else None,
        "feed": request.to.feed(found.vendor, found.type),
    }
    return PageResponse("policy.html", context)


def by_id(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
    """Redirect the row id of a revision, which Datasette's tables have, to its permanent address."""
    row = conn.execute(
        "SELECT p.id, p.vendor, p.type FROM revisions r JOIN policies p ON p.id = r.policy WHERE r.id = ?",
        [int(request.parts["id"])],
    ).fetchone()
    if row is None:
        return NotFound(f"The corpus has no revision with the id {request.parts['id']}.")
    found = PolicyRow(*row)
    name = revision_names(conn, found.id)[int(request.parts["id"])]
    return Redirect(request.to.revision(found.vendor, found.type, name))
