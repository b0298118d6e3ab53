"""The addresses of the site, and how Datasette's requests become answers."""

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import unquote

from datasette.utils.asgi import Response

from crawler.archive.address import WAYBACK_MACHINE
from output.site import dates
from output.site.addresses import Addresses
from output.site.answers import Answer, Asked, Missing, Page, Redirect, Text
from output.site.markdown import struck
from output.site.pages import compare, corpus, find, policy, revision

DATABASE = "corpus"
PLUGIN = "policytrail"
"""The name under which Datasette's configuration may say ``archive_public_url``, as the setting of that name does."""

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_WORDS = {"day": dates.day, "clock": dates.clock, "between": dates.between, "through": dates.through, "struck": struck}

Build = Callable[[sqlite3.Connection, Asked], Answer]
View = Callable[[Any, Any], Awaitable[Response]]


def view(build: Build) -> View:
    """A view for Datasette that answers with a page."""

    async def answer(datasette: Any, request: Any) -> Response:
        to = Addresses(datasette.urls)
        asked = Asked(
            parts={name: unquote(value) for name, value in request.url_vars.items()},
            query={name: request.args.get(name) for name in request.args},
            to=to,
            public_url=(datasette.plugin_config(PLUGIN) or {}).get("archive_public_url", WAYBACK_MACHINE),
            root=datasette.absolute_url(request, "/").rstrip("/"),
        )
        if DATABASE not in datasette.databases:
            message = "There is no corpus here: Datasette was started without a file named corpus.db."
            return await _response(datasette, request, to, Missing(message, status=503))
        result = await datasette.get_database(DATABASE).execute_fn(partial(_build, build, asked))
        return await _response(datasette, request, to, result)

    return answer


def _build(build: Build, asked: Asked, conn: sqlite3.Connection) -> Answer:
    """Build a page on a connection that gives plain tuples: Datasette's own rows know their columns, at a price."""
    rows, conn.row_factory = conn.row_factory, None
    try:
        return build(conn, asked)
    except sqlite3.OperationalError as error:
        if not str(error).startswith(("no such table", "no such column")):
            raise
        return Missing(
            f"The corpus was made by another version of Policytrail ({error}). The next crawl brings it up to date.",
            status=503,
        )
    finally:
        conn.row_factory = rows


async def _response(datasette: Any, request: Any, to: Addresses, result: Answer) -> Response:
    match result:
        case Redirect(path):
            return Response.redirect(path)
        case Text(body, content_type):
            return Response(body, headers=_HEADERS, content_type=content_type)
        case Missing(message, status):
            return await _html(datasette, request, to, Page("missing.html", {"message": message}), status)
        case Page():
            return await _html(datasette, request, to, result)


async def _html(datasette: Any, request: Any, to: Addresses, page: Page, status: int = 200) -> Response:
    context = {"to": to, **_WORDS, **page.context}
    html = await datasette.render_template(f"site/{page.template}", context, request=request)
    return Response.html(html, status=status, headers=_HEADERS)


_POLICY = r"/policies/(?P<vendor>[^/]+)/(?P<type>[^/]+)"
ROUTES = [
    (r"^/$", view(corpus.home)),
    (r"^/changes\.atom$", view(find.feed)),
    (r"^/search$", view(find.find)),
    (r"^/revisions/(?P<id>\d{1,15})$", view(policy.by_id)),
    (r"^/policies$", view(corpus.all_policies)),
    (r"^/policies/(?P<vendor>[^/]+)/changes\.atom$", view(find.feed)),
    (rf"^{_POLICY}/changes\.atom$", view(find.feed)),
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
