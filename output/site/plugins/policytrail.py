"""Datasette's hooks: the site's addresses, its layout for Datasette's own pages, and cells of tables that lead on."""

import re
import sqlite3
import sys
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.utils import tilde_encode
from markupsafe import Markup

# The configuration directory can be opened from anywhere, even if the project is not installed.
if (_root := str(Path(__file__).resolve().parents[3])) not in sys.path:
    sys.path.append(_root)

from crawler import program
from crawler.archive.address import WAYBACK_MACHINE
from crawler.text.limits import shortened
from crawler.text.markdown import shown_fragment
from output.site import asked, at_once, guarding, remembered, threads, views, watching
from output.site.addresses import Addresses
from pipelines.corpus.citation import addresses

_TABLES = {
    "policy": "policies",
    "document": "documents",
    "before": "documents",
    "after": "documents",
    "snapshot": "snapshots",
    "compared_with": "documents",
    "variant": "variants",
}
"""The tables that columns lead to."""
_WITH_FOREIGN_KEYS = {
    "revisions",
    "snapshots",
    "crawl_policies",
    "differences",
    "noise",
    "disregarded",
    "left_out",
    "doubts",
    "variants",
    "variant_texts",
}
"""Tables whose cells Datasette links itself; in views and answers to queries it knows no foreign keys."""
_LONGEST_LABEL = 1_000
"""Characters of a text's title in such a link: a row of somebody else's corpus may have a title of megabytes."""


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Return the site's addresses."""
    return [*views.ROUTES, *watching.ROUTES]


@hookimpl
def startup(datasette: Any) -> None:
    """Serve a file on read-only media as one that nobody writes, and take note of what pages ask."""
    for database in datasette.databases.values():
        if database.path and database.is_mutable and guarding.is_on_read_only_media(Path(database.path)):
            database.is_mutable = False
    if (corpus := datasette.databases.get(views.DATABASE)) is not None:
        corpus.execute_fn = asked.recording(corpus.execute_fn)
        corpus.table_counts = partial(_uncounted, corpus)


async def _uncounted(corpus: Any, limit: int = 0) -> dict[str, None]:
    """Return the tables without their counts of rows: these change with every write, and take long in large corpora."""
    return dict.fromkeys(await corpus.table_names())


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Let a connection run nothing that a corpus brings along, nor take the memory of the machine."""
    if database == views.DATABASE:
        guarding.guard(conn)


@hookimpl
def permission_allowed(datasette: Any, action: str) -> bool | None:
    """Let visitors ask what the site offers, and no SQL of their own unless the configuration says so."""
    if action == "execute-sql":
        return bool((datasette.plugin_config(views.PLUGIN) or {}).get("allow_sql"))
    return None


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[guarding.App], guarding.App]:
    """Send every response with headers that keep browsers safe, none that is too large, and the same one again."""

    def execute() -> threads.Execute | None:
        return threads.of_pages(datasette, views.DATABASE) if views.DATABASE in datasette.databases else None

    return lambda app: remembered.wrapped(at_once.wrapped(guarding.wrapped(app), views.DATABASE), execute)


@hookimpl(hookwrapper=True)
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Generator[None, Any, None]:
    """Answer with a sentence where a corpus cannot be read, on Datasette's own pages too, without a traceback."""
    outcome = yield
    if (sentence := guarding.sentence(exception)) is not None:
        guarding.log(request.path, sentence, exception)
        outcome.force_result([lambda: views.unavailable(datasette, request, sentence)])


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Give the site's layout the addresses it leads to, wherever Datasette uses it: in messages of errors too."""
    env.globals |= {"to": Addresses(datasette.urls), "program": program.name()}
    env.auto_reload = False  # no template changes while the site runs


@hookimpl
def render_cell(  # noqa: PLR0917 - Datasette names them
    row: Any, value: object, column: str, table: str | None, database: str, datasette: Any
) -> Markup | None:
    """Return a cell as a link to what it names; None leaves it to Datasette, which writes a text's title whole."""
    if isinstance(value, dict) and isinstance(value.get("label"), str):
        value["label"] = shortened(value["label"], _LONGEST_LABEL)
    if database != views.DATABASE:
        return None
    if isinstance(value, bytes):  # Datasette leads to the bytes by the row's key, which a view's row has not
        return Markup("&lt;{:,} bytes that are no text&gt;").format(len(value))
    if not isinstance(value, int | str) or value == "":
        return None
    if column == "timestamp":
        return _capture(row, datasette)
    if column == "snippet":
        return _plain(str(value))
    if table in _WITH_FOREIGN_KEYS:
        return None
    key, urls = str(value), datasette.urls
    if column == "revision":
        return Markup('<a href="{}">{}</a>').format(urls.path(f"/revisions/{tilde_encode(key)}"), key)
    if target := _TABLES.get(column):
        label = key[:12] if target == "documents" else key
        return Markup('<a href="{}">{}</a>').format(urls.row(views.DATABASE, target, tilde_encode(key)), label)
    return None


def _plain(snippet: str) -> Markup:
    """Return a snippet of Markdown as plain text, with what was found marked."""
    parts = [shown_fragment(part) for part in re.split("[⟦⟧]", snippet)]
    return Markup().join(Markup("<mark>{}</mark>").format(part) if at % 2 else part for at, part in enumerate(parts))


def _capture(row: Any, datasette: Any) -> Markup | None:
    """Return the timestamp of a row that names a capture as links to it; None for what was imported, or may be."""
    if not {"url", "timestamp", "origin"} <= set(row.keys()):
        return None
    url, timestamp, origin = row["url"], row["timestamp"], row["origin"]
    public_url = (datasette.plugin_config(views.PLUGIN) or {}).get("archive_public_url", WAYBACK_MACHINE)
    at = addresses(public_url, url, timestamp, origin) if isinstance(url, str) else None
    if at is None:
        return None
    return Markup('<a href="{}" rel="noreferrer">{}</a> <a href="{}" rel="noreferrer">raw</a>').format(
        at.replay, timestamp, at.raw
    )
