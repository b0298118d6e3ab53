"""Datasette's hooks: the site's addresses, and cells of tables that lead on."""

import sys
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.utils import tilde_encode
from markupsafe import Markup

# The configuration directory can be opened from anywhere, even if the project is not installed.
if (_root := str(Path(__file__).resolve().parents[3])) not in sys.path:
    sys.path.append(_root)

from output.site import views

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


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Return the site's addresses."""
    return views.ROUTES


@hookimpl
def render_cell(value: object, column: str, table: str | None, database: str, datasette: Any) -> Markup | None:
    """Return a cell as a link to what it names; None leaves it to Datasette."""
    if database != views.DATABASE or table in _WITH_FOREIGN_KEYS or not isinstance(value, int | str) or value == "":
        return None
    key, urls = str(value), datasette.urls
    if column == "revision":
        return Markup('<a href="{}">{}</a>').format(urls.path(f"/revisions/{tilde_encode(key)}"), key)
    if target := _TABLES.get(column):
        label = key[:12] if target == "documents" else key
        return Markup('<a href="{}">{}</a>').format(urls.row(views.DATABASE, target, tilde_encode(key)), label)
    return None
