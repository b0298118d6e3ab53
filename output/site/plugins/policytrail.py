"""Datasette's hooks: which addresses are ours, and how cells lead on. What they show is made in output.site."""

import sys
from pathlib import Path
from typing import Any

from datasette import hookimpl
from markupsafe import Markup

# The configuration directory is opened from anywhere, also where the project is not installed.
if (_root := str(Path(__file__).resolve().parents[3])) not in sys.path:
    sys.path.append(_root)

from output.site import cells, views


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The site's addresses."""
    return views.ROUTES


@hookimpl
def render_cell(value: object, column: str, table: str | None, database: str, datasette: Any) -> Markup | None:
    """Links in cells."""
    return cells.link(datasette.urls, value, column, table) if database == views.DATABASE else None
