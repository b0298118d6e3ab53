"""The page of a revision: its text, and where it is from."""

import sqlite3
from typing import NamedTuple

from output.site.answers import Answer, Asked, Missing, Page, Redirect, Text
from output.site.disregarded import disregarded_in
from output.site.history import Policy, body_of, revision_named, revisions_of
from output.site.markdown import render
from output.site.overview import types
from output.site.pages.policy import policy_asked
from output.site.provenance import how_known, reading_of, sightings
from pipelines.corpus.citation import origin_name, source
from pipelines.document_format import document_of


class Capture(NamedTuple):
    """A snapshot as its provenance tells it."""

    url: str
    timestamp: str
    captured: str
    status: int | None
    mimetype: str | None
    digest: str | None
    state: str
    reason: str | None
    read_at: str | None


def revision(conn: sqlite3.Connection, asked: Asked) -> Answer:
    """A revision's text and where it is from; with ``.md``, its document as it stands on disk."""
    found = policy_asked(conn, asked)
    if not isinstance(found, Policy):
        return found
    name, _, extension = asked.parts["name"].partition(".")
    revisions = revisions_of(conn, found)
    shown = revision_named(revisions, name) if extension in {"", "md"} else None
    if shown is None:
        return Missing(
            f"The {found.type} of {found.vendor} has no revision “{asked.parts['name']}” and no earlier one."
        )
    if shown.name != name:
        return Redirect(
            asked.to.revision(found.vendor, found.type, shown.name) + ("." if extension else "") + extension
        )
    body = body_of(conn, shown.document)
    cited = source(asked.public_url, shown.url, shown.timestamp, shown.origin)
    if extension:
        text = document_of(
            vendor=found.vendor,
            type=found.type,
            day=shown.first_captured[:10],
            title=shown.title,
            body=body,
            source=cited,
            origin=shown.origin,
        )
        return Text(text, "text/markdown; charset=utf-8")
    context = {
        "policy": found,
        "revision": shown,
        "revisions": revisions,
        "text": render(body),
        "source": cited,
        "origin": origin_name(shown.origin),
        "capture": (capture := _capture(conn, shown.snapshot)),
        "how_known": how_known(capture.state, capture.reason),
        "reading": reading_of(conn, shown.document),
        "seen": sightings(conn, found, shown),
        "disregarded": disregarded_in(conn, shown.document, asked.public_url),
        "types": types(conn),
        "others": [other for other in revisions if other.document == shown.document and other is not shown],
        "feed": asked.to.feed(found.vendor, found.type),
    }
    return Page("revision.html", context)


def _capture(conn: sqlite3.Connection, snapshot: int) -> Capture:
    return Capture(
        *conn.execute(
            f"SELECT {', '.join(Capture._fields)} FROM snapshots WHERE id = ?",  # noqa: S608 - names of columns
            [snapshot],
        ).fetchone()
    )
