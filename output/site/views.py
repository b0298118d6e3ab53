"""The routes of the site: Datasette's requests become page requests, and what they lead to its responses."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from urllib.parse import unquote

from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Response
from jinja2 import Environment

from crawler.archive.address import WAYBACK_MACHINE
from output.site import asked, guarding, threads
from output.site.addresses import Addresses
from output.site.pages import candidates, changes, compare, corpus, find, policy, revision, trends
from output.site.rendering import render
from output.site.responses import NotFound, PageRequest, PageResponse, PlainResponse, Redirect, SiteResponse
from pipelines.corpus import trust

DATABASE = "corpus"
PLUGIN = "policytrail"
"""The plugin whose configuration in Datasette may set ``archive_public_url``, like the setting of that name."""

_MAX_MILLISECONDS = 10_000
"""For a page. The slowest, a search in 20,000 policies, takes some 2 s (2026-11)."""
_REFUSALS: dict[tuple[str, int], str | None] = {}
"""By file and version of its schema: why it is no corpus of ours."""

Build = Callable[[sqlite3.Connection, PageRequest], SiteResponse]
View = Callable[[Any, Any], Awaitable[Response]]


def view(build: Build) -> View:
    """Return a view for Datasette that responds with a page."""

    async def answer(datasette: Any, request: Any) -> Response:
        to = Addresses(datasette.urls)
        page_request = PageRequest(
            parts={name: unquote(value) for name, value in request.url_vars.items()},
            query={name: request.args.get(name) for name in request.args},
            to=to,
            public_url=(datasette.plugin_config(PLUGIN) or {}).get("archive_public_url", WAYBACK_MACHINE),
            root=datasette.absolute_url(request, "/").rstrip("/"),
        )
        if DATABASE not in datasette.databases:
            message = (
                "There is no corpus here: Datasette has no database named corpus. policytrail serve FILE gives it one."
            )
            return _response(datasette, to, NotFound(message, status=503))
        execute = asked.recording(threads.of_pages(datasette, DATABASE))
        try:
            response = await execute(partial(_build, build, page_request, datasette, to))
            if page_request.bad:
                guarding.log_left_out(request.path, page_request.bad.told())
            return response
        except Exception as error:
            if (why := guarding.sentence(error)) is None:
                raise
            guarding.log(request.path, why, error)
            return await unavailable(datasette, request, why)

    return answer


def _build(build: Build, request: PageRequest, datasette: Any, to: Addresses, conn: sqlite3.Connection) -> Response:
    """Build a page on a connection that returns plain tuples, which cost less than Datasette's own rows."""
    rows, conn.row_factory = conn.row_factory, None
    try:
        conn.execute("BEGIN")  # one state of the corpus, whatever a crawl writes meanwhile
        if why := refusal(conn):
            result: SiteResponse = NotFound(f"The file cannot be shown as a corpus ({why}).", status=503)
        else:
            with sqlite_timelimit(conn, _MAX_MILLISECONDS):
                result = build(conn, request)
            if isinstance(result, PageResponse):
                result = replace(result, context={**result.context, "bad_rows": request.bad.told()})
                if not result.lasts:
                    asked.make_anew(conn)
    finally:
        conn.row_factory = rows
        conn.rollback()
    return _response(datasette, to, result)


def refusal(conn: sqlite3.Connection) -> str | None:
    """Return why a file is no corpus of ours; looked at anew whenever its schema has changed."""
    ((version,),) = conn.execute("PRAGMA schema_version").fetchall()
    file = conn.execute("PRAGMA database_list").fetchone()[2], int(version)
    if file not in _REFUSALS:
        with sqlite_timelimit(conn, _MAX_MILLISECONDS):
            _REFUSALS[file] = trust.refusal(conn)
    return _REFUSALS[file]


async def unavailable(datasette: Any, request: Any, message: str) -> Response:
    """Return a page that says why there is none; data where data was asked for."""
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": message, "status": 503}, status=503)
    return _html(datasette, Addresses(datasette.urls), _missing(message), 503)


def _missing(message: str) -> PageResponse:
    return PageResponse("missing.html", {"message": message})


def _response(datasette: Any, to: Addresses, result: SiteResponse) -> Response:
    match result:
        case Redirect(path):
            return Response.redirect(path)
        case PlainResponse(body, content_type):
            return Response(body, headers=guarding.HEADERS, content_type=content_type)
        case NotFound(message, status):
            return _html(datasette, to, _missing(message), status)
        case PageResponse():
            return _html(datasette, to, result)


def _html(datasette: Any, to: Addresses, page: PageResponse, status: int = 200) -> Response:
    return html(datasette, page.template, {"to": to, **page.context}, status)


def html(datasette: Any, name: str, context: Mapping[str, object], status: int) -> Response:
    """Return a filled template of the site."""
    filled = render(_in_a_thread(datasette.jinja_env), name, context)
    return Response.html(filled, status=status, headers=guarding.HEADERS)


@lru_cache(maxsize=64)  # as many corpora, side by side
def _in_a_thread(env: Environment) -> Environment:
    """Return Datasette's templates for use in a thread: without the steps of the event loop they take half the time."""
    return env.overlay(enable_async=False)


_POLICY = r"/policies/(?P<vendor>[^/]+)/(?P<type>[^/]+)"
ROUTES = [
    (r"^/$", view(corpus.home)),
    (r"^/about$", view(corpus.about)),
    (r"^/candidates$", view(candidates.candidates)),
    (r"^/changes$", view(changes.changes)),
    (r"^/changes\.atom$", view(changes.feed)),
    (r"^/search$", view(find.find)),
    (r"^/trends$", view(trends.trends)),
    (r"^/trends/(?P<period>[^/]+)$", view(trends.behind)),
    (r"^/revisions/(?P<id>\d{1,15})$", view(policy.by_id)),
    (r"^/policies$", view(corpus.all_policies)),
    (r"^/policies/(?P<vendor>[^/]+)/changes\.atom$", view(changes.feed)),
    (rf"^{_POLICY}/changes\.atom$", view(changes.feed)),
    (rf"^{_POLICY}/compare$", view(compare.choose)),
    (r"^/policies/(?P<vendor>[^/]+)$", view(policy.vendor)),
    (rf"^{_POLICY}$", view(policy.policy)),
    (rf"^{_POLICY}/(?P<name>[^/]+)$", view(revision.revision)),
    (rf"^{_POLICY}/(?P<name>[^/]+)/with$", view(compare.choose_other)),
    (rf"^{_POLICY}/(?P<before>[^/]+)/(?P<after>[^/]+)$", view(compare.compare)),
    (
        rf"^{_POLICY}/(?P<before>[^/]+)/with/(?P<other>[^/]+)/(?P<other_type>[^/]+)/(?P<after>[^/]+)$",
        view(compare.compare),
    ),
]
