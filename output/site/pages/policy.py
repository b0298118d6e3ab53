"""Pages of a vendor and of a policy, with their timelines."""

import sqlite3

from output.site import overview, timeline
from output.site.answers import Answer, Asked, Missing, Page, Redirect
from output.site.disregarded import places_of
from output.site.history import Policy, held_on, policies_of, policy_at, revisions_of
from output.site.provenance import sightings
from pipelines.corpus.revisions import revision_names

_LATEST = 8
_REVISIONS = 50


def vendor(conn: sqlite3.Connection, asked: Asked) -> Answer:
    """A vendor's policies, each with its timeline on one scale."""
    name = asked.parts["vendor"]
    policies = policies_of(conn, name)
    if not policies:
        return Missing(f"The corpus has no policy of “{name}”.")
    days = {policy.id: timeline.days_of(conn, policy) for policy in policies}
    scale = timeline.scale_of([day for of_policy in days.values() for day in of_policy])
    shown = []
    for policy in policies:
        revisions = revisions_of(conn, policy)
        picture = timeline.draw(scale, revisions, days[policy.id]) if scale and days[policy.id] else None
        shown.append({"policy": policy, "revisions": revisions, "timeline": picture})
    changes = overview.latest_changes(conn, _LATEST, policies)
    return Page("vendor.html", {"vendor": name, "shown": shown, "changes": changes, "feed": asked.to.feed(name)})


def policy(conn: sqlite3.Connection, asked: Asked) -> Answer:
    """A policy's revisions, its timeline, and what it said on a day."""
    found = policy_asked(conn, asked)
    if not isinstance(found, Policy):
        return found
    revisions = revisions_of(conn, found)
    days = timeline.days_of(conn, found)
    scale = timeline.scale_of(days)
    page = asked.number("page")
    newest_first = revisions[::-1]
    context = {
        "policy": found,
        "revisions": revisions,
        "shown": newest_first[(page - 1) * _REVISIONS : page * _REVISIONS],
        "page": page,
        "pages": -(-len(revisions) // _REVISIONS),
        "timeline": timeline.draw(scale, revisions, days) if scale else None,
        "seen": sightings(conn, found),
        "places": places_of(conn, found.id),
        "asked_day": asked.text("on"),
        "on": asked.day("on"),
        "held": held_on(revisions, asked.day("on")),
        "feed": asked.to.feed(found.vendor, found.type),
    }
    return Page("policy.html", context)


def by_id(conn: sqlite3.Connection, asked: Asked) -> Answer:
    """From a revision's row id, which Datasette's tables have, to its permanent address."""
    row = conn.execute(
        "SELECT p.id, p.vendor, p.type FROM revisions r JOIN policies p ON p.id = r.policy WHERE r.id = ?",
        [int(asked.parts["id"])],
    ).fetchone()
    if row is None:
        return Missing(f"The corpus has no revision with the id {asked.parts['id']}.")
    found = Policy(*row)
    name = revision_names(conn, found.id)[int(asked.parts["id"])]
    return Redirect(asked.to.revision(found.vendor, found.type, name))


def policy_asked(conn: sqlite3.Connection, asked: Asked) -> Policy | Missing:
    """The policy that an address names."""
    name, slug = asked.parts["vendor"], asked.parts["type"]
    return policy_at(conn, name, slug) or Missing(f"The corpus has no policy “{slug}” of “{name}”.")
