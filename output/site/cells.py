"""Cells of Datasette's tables that lead on: in views and answers, where Datasette knows no foreign keys."""

from typing import Any

from datasette.utils import tilde_encode
from markupsafe import Markup

_ROWS = {"policy": "policies", "document": "documents", "before": "documents", "after": "documents"}
_TABLES_WITH_KEYS = {"revisions", "snapshots", "crawl_policies", "differences", "noise", "disregarded"}


def link(urls: Any, value: object, column: str, table: str | None) -> Markup | None:
    """The cell as a link to what it names, or None to leave it to Datasette."""
    if not isinstance(value, int | str) or value == "" or table in _TABLES_WITH_KEYS:
        return None
    key = str(value)
    if column == "revision":
        return Markup('<a href="{}">{}</a>').format(urls.path(f"/revisions/{tilde_encode(key)}"), key)
    if target := _ROWS.get(column):
        shown = key[:12] if target == "documents" else key
        return Markup('<a href="{}">{}</a>').format(urls.row("corpus", target, tilde_encode(key)), shown)
    return None
