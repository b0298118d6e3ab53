"""Cells of Datasette's tables that lead on: in views, where Datasette knows no foreign keys."""

from typing import Any

from datasette.utils import tilde_encode
from markupsafe import Markup

_LEADS_TO = {"policy": "policies", "revision": "revisions", "document": "documents"}
_TABLES_WITH_KEYS = {"revisions", "snapshots", "crawl_policies", "policies", "documents"}


def link(urls: Any, value: object, column: str, table: str | None) -> Markup | None:
    """The cell as a link to the row that it names, or None to leave it to Datasette."""
    target = _LEADS_TO.get(column)
    if target is None or table in _TABLES_WITH_KEYS or not isinstance(value, int | str) or value == "":
        return None
    key = str(value)
    shown = key[:12] if target == "documents" else key
    return Markup('<a href="{}">{}</a>').format(urls.row("corpus", target, tilde_encode(key)), shown)
