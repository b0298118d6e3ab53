"""The page that compares two revisions, and the forms that lead to it."""

import sqlite3

from crawler.model import type_slug
from crawler.text.comparison.excerpt import excerpt
from crawler.text.identity.policy import PolicyIdentity
from output.on_a_day import possible
from output.site import comparing
from output.site.captures import bounds_of
from output.site.citing import citations
from output.site.dates import between
from output.site.history import PolicyRow, RevisionRow, comparison, policy_at, revision_named, revisions_of
from output.site.pages.policy import of_policy
from output.site.responses import NotFound, PageRequest, PageResponse, Redirect, SiteResponse
from pipelines.corpus.differences import identity_of
from pipelines.corpus.documents import body_of

_VIEWS = ("inline", "side")


@of_policy
def compare(conn: sqlite3.Connection, request: PageRequest, found: PolicyRow) -> SiteResponse:
    """Show how two revisions differ, of one policy or of two."""
    revisions = revisions_of(conn, found, changes=False, bad=request.bad)
    other, others = found, revisions
    if "other" in request.parts:
        known = policy_at(conn, request.parts["other"], request.parts["other_type"])
        if known is None:
            return NotFound(f"The corpus has no policy “{request.parts['other_type']}” of “{request.parts['other']}”.")
        other, others = known, revisions_of(conn, known, changes=False, bad=request.bad)
    before, after = revision_named(revisions, request.parts["before"]), revision_named(others, request.parts["after"])
    if before is None or after is None:
        of, wrong = (found, request.parts["before"]) if before is None else (other, request.parts["after"])
        return NotFound(f"The {of.type} of {of.vendor} has no revision “{wrong}” and no earlier one.")

    def address(first: RevisionRow, second: RevisionRow, view: str, *, swap: bool = False) -> str:
        view_query = view if view != _VIEWS[0] else ""
        if other == found:
            return request.to.compare(found.vendor, found.type, first.name, second.name, view=view_query)
        sides = [(found.vendor, found.type, before.name), (other.vendor, other.type, after.name)]
        return request.to.across(*(reversed(sides) if swap else sides), view=view_query)

    view = request.text("view") if request.text("view") in _VIEWS else _VIEWS[0]
    if [before.name, after.name] != [request.parts["before"], request.parts["after"]]:
        return Redirect(address(before, after, view))
    # Of another policy's texts, other spots do not count.
    identity = identity_of(conn, found.id) if other == found else PolicyIdentity()
    result = comparison(body_of(conn, before.document), body_of(conn, after.document), identity)
    groups, told = comparing.groups(result), excerpt(result)
    bounds = bounds_of(conn, [before.id, after.id], request.public_url)
    sides = [bounds[before.id].last, bounds[after.id].first]
    change = f"changed {between(before.last_captured, after.first_captured)}" if before.after is after else ""
    context = {
        "policy": found,
        "other": other,
        "before": before,
        "after": after,
        "revisions": revisions,
        "result": result,
        "groups": groups,
        "changes": sum(1 for group in groups if group.number),
        "told": told,
        "counted": comparing.counted(told),
        "words_of": comparing.words_of,
        "beginnings": comparing.beginnings,
        "view": view,
        "sides": sides,
        "citations": citations(found, sides, request.public_url, change) if other == found else [],
        "address": address,
        "feed": request.to.feed(found.vendor, found.type),
    }
    return PageResponse("compare.html", context)


@of_policy
def choose(conn: sqlite3.Connection, request: PageRequest, found: PolicyRow) -> SiteResponse:
    """Redirect the two choices of a form to their permanent address."""
    before, after = request.text("before"), request.text("after")
    if not before or not after:
        return Redirect(request.to.policy(found.vendor, found.type))
    return Redirect(request.to.compare(found.vendor, found.type, before, after, view=request.text("view")))


@of_policy
def choose_other(conn: sqlite3.Connection, request: PageRequest, found: PolicyRow) -> SiteResponse:
    """Redirect the policy and the day of a form to the permanent address of the comparison."""
    name, type_ = request.text("vendor").lower(), request.text("type")
    other = policy_at(conn, name, type_slug(type_))
    if other is None:
        return NotFound(f"The corpus has no {type_ or 'policy'} of “{name}”.")
    held = possible(revisions_of(conn, other, changes=False, bad=request.bad), request.day("on") or "9999-12-31")
    if not held:
        return NotFound(f"The {other.type} of {name} is not known to have had a text on {request.day('on')} or before.")
    return Redirect(
        request.to.across((found.vendor, found.type, request.parts["name"]), (other.vendor, other.type, held[0].name))
    )
