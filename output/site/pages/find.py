"""The search, and the feeds of changes."""

import sqlite3

from output.site import feeds, overview
from output.site.answers import Answer, Asked, Missing, Page, Text
from output.site.history import policies_of, policy_at
from output.site.overview import types
from output.site.search import PAGE, Question, search

_FEED = 50


def find(conn: sqlite3.Connection, asked: Asked) -> Answer:
    """Full-text search."""
    question = Question(
        text=asked.text("q"),
        vendor=asked.text("vendor").lower(),
        type=asked.text("type"),
        since=asked.day("since"),
        until=asked.day("until"),
        page=asked.number("page"),
    )
    context = {
        "question": question,
        "answer": search(conn, question) if question.text else None,
        "types": types(conn),
        "per_page": PAGE,
        "wrong_days": [name for name in ("since", "until") if asked.text(name) and not asked.day(name)],
    }
    return Page("search.html", context)


def feed(conn: sqlite3.Connection, asked: Asked) -> Answer:
    """The latest changes of the corpus, of a vendor or of a policy, as an Atom feed."""
    name, slug = asked.parts.get("vendor", ""), asked.parts.get("type", "")
    policies = policies_of(conn, name) if name else None
    if slug:
        one = policy_at(conn, name, slug)
        policies = [one] if one else []
    if policies == []:
        return Missing(f"The corpus has no policy “{name}{'/' if slug else ''}{slug}”.")
    changes = overview.latest_changes(conn, _FEED, policies)
    if slug and policies:
        title = f"Changes of the {policies[0].type} of {name}"
        pages = asked.to.policy(name, policies[0].type), asked.to.feed(name, policies[0].type)
    elif name:
        title, pages = f"Changes of the policies of {name}", (asked.to.vendor(name), asked.to.feed(name))
    else:
        title, pages = "Changes of vendors' policies", (asked.to.home(), asked.to.feed())
    return Text(feeds.atom(asked, title, *pages, changes), "application/atom+xml; charset=utf-8")
