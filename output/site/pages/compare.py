"""The page that compares two revisions, and the forms that lead to it."""

import sqlite3

from crawler.model import type_slug
from crawler.text.identity.policy import PolicyIdentity
from output.site import comparing
from output.site.answers import Answer, Asked, Missing, Page, Redirect
from output.site.history import Policy, Revision, body_of, comparison, held_on, policy_at, revision_named, revisions_of
from output.site.pages.policy import policy_asked
from pipelines.corpus.differences import identity_of

_VIEWS = ("inline", "side")


def compare(conn: sqlite3.Connection, asked: Asked) -> Answer:
    """Two revisions of a policy, word for word; or of two policies."""
    found = policy_asked(conn, asked)
    if not isinstance(found, Policy):
        return found
    revisions = revisions_of(conn, found)
    other, others = found, revisions
    if "other" in asked.parts:
        known = policy_at(conn, asked.parts["other"], asked.parts["other_type"])
        if known is None:
            return Missing(f"The corpus has no policy “{asked.parts['other_type']}” of “{asked.parts['other']}”.")
        other, others = known, revisions_of(conn, known)
    before, after = revision_named(revisions, asked.parts["before"]), revision_named(others, asked.parts["after"])
    if before is None or after is None:
        of, wrong = (found, asked.parts["before"]) if before is None else (other, asked.parts["after"])
        return Missing(f"The {of.type} of {of.vendor} has no revision “{wrong}” and no earlier one.")

    def address(first: Revision, second: Revision, view: str, *, swap: bool = False) -> str:
        asked_view = view if view != _VIEWS[0] else ""
        if other == found:
            return asked.to.compare(found.vendor, found.type, first.name, second.name, view=asked_view)
        sides = [(found.vendor, found.type, before.name), (other.vendor, other.type, after.name)]
        return asked.to.across(*(reversed(sides) if swap else sides), view=asked_view)

    view = asked.text("view") if asked.text("view") in _VIEWS else _VIEWS[0]
    if [before.name, after.name] != [asked.parts["before"], asked.parts["after"]]:
        return Redirect(address(before, after, view))
    # Of another policy's texts, other spots do not count.
    identity = identity_of(conn, found.id) if other == found else PolicyIdentity()
    result = comparison(body_of(conn, before.document), body_of(conn, after.document), identity)
    groups = comparing.groups(result)
    context = {
        "policy": found,
        "other": other,
        "before": before,
        "after": after,
        "revisions": revisions,
        "result": result,
        "groups": groups,
        "changes": sum(1 for group in groups if group.number),
        "words_of": comparing.words_of,
        "view": view,
        "address": address,
        "feed": asked.to.feed(found.vendor, found.type),
    }
    return Page("compare.html", context)


def choose(conn: sqlite3.Connection, asked: Asked) -> Answer:
    """From a form's two choices to their permanent address."""
    found = policy_asked(conn, asked)
    if not isinstance(found, Policy):
        return found
    before, after = asked.text("before"), asked.text("after")
    if not before or not after:
        return Redirect(asked.to.policy(found.vendor, found.type))
    return Redirect(asked.to.compare(found.vendor, found.type, before, after, view=asked.text("view")))


def choose_other(conn: sqlite3.Connection, asked: Asked) -> Answer:
    """From a form's other policy and day to the permanent address of the comparison."""
    found = policy_asked(conn, asked)
    if not isinstance(found, Policy):
        return found
    name, type_ = asked.text("vendor").lower(), asked.text("type")
    other = policy_at(conn, name, type_slug(type_))
    if other is None:
        return Missing(f"The corpus has no {type_ or 'policy'} of “{name}”.")
    held = held_on(revisions_of(conn, other), asked.day("on") or "9999-12-31")
    if held is None:
        return Missing(f"The {other.type} of {name} is not known to have had a text on {asked.day('on')} or before.")
    return Redirect(
        asked.to.across((found.vendor, found.type, asked.parts["name"]), (other.vendor, other.type, held.name))
    )
