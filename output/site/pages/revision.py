"""The page of a revision: its text, and where it is from."""

import sqlite3
from typing import NamedTuple

from output.site.captures import bounds_of
from output.site.citing import citations
from output.site.disregarded import disregarded_in
from output.site.document import show
from output.site.doubted import doubted
from output.site.history import PolicyRow, revision_named, revisions_of
from output.site.left_out import left_out_of
from output.site.matching import marks
from output.site.overview import types
from output.site.pages.policy import of_policy
from output.site.provenance import how_known, reading_of, sightings
from output.site.responses import NotFound, PageRequest, PageResponse, PlainResponse, Redirect, SiteResponse
from pipelines.corpus.citation import origin_name, source
from pipelines.corpus.documents import body_of
from pipelines.document_format import document_of


class CaptureRow(NamedTuple):
    """The columns of a snapshot that the page shows."""

    url: str
    timestamp: str
    captured: str
    status: int | None
    mimetype: str | None
    digest: str | None
    state: str
    reason: str | None
    read_at: str | None


@of_policy
def revision(conn: sqlite3.Connection, request: PageRequest, found: PolicyRow) -> SiteResponse:
    """Show a revision's text and where it is from; with ``.md``, return its document as it stands on disk."""
    name, _, extension = request.parts["name"].partition(".")
    revisions = revisions_of(conn, found, bad=request.bad)
    visible = revision_named(revisions, name) if extension in {"", "md"} else None
    if visible is None:
        return NotFound(
            f"The {found.type} of {found.vendor} has no revision “{request.parts['name']}” and no earlier one."
        )
    if visible.name != name:
        to = request.to.document if extension else request.to.revision
        return Redirect(to(found.vendor, found.type, visible.name))
    body = body_of(conn, visible.document)
    cited = source(request.public_url, visible.url, visible.timestamp, visible.origin)
    if extension:
        text = document_of(
            vendor=found.vendor,
            type=found.type,
            day=visible.first_captured[:10],
            title=visible.title,
            body=body,
            source=cited,
            origin=visible.origin,
        )
        return PlainResponse(text, "text/markdown; charset=utf-8")
    context = {
        "policy": found,
        "revision": visible,
        "revisions": revisions,
        "shown": show(body, marks(asked := request.text("q"))),
        "asked": asked,
        "bounds": (bounds := bounds_of(conn, [visible.id], request.public_url)[visible.id]),
        "citations": citations(found, bounds, request.public_url),
        "source": cited,
        "origin": origin_name(visible.origin),
        "capture": (capture := _capture(conn, visible.snapshot)),
        "how_known": how_known(capture.state, capture.reason),
        "reading": reading_of(conn, visible.document),
        "seen": sightings(conn, found, visible),
        "disregarded": disregarded_in(conn, visible.document, request.public_url),
        "left_out": left_out_of(conn, found.id, visible.document, request.public_url),
        "doubted": doubted(conn, found, request.public_url, visible),
        "types": types(conn),
        "others": [other for other in revisions if other.document == visible.document and other is not visible],
        "feed": request.to.feed(found.vendor, found.type),
    }
    return PageResponse("revision.html", context)


def _capture(conn: sqlite3.Connection, snapshot: int) -> CaptureRow:
    return CaptureRow(
        *conn.execute(
            f"SELECT {', '.join(CaptureRow._fields)} FROM snapshots WHERE id = ?",  # noqa: S608 - names of columns
            [snapshot],
        ).fetchone()
    )
