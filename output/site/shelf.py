"""Several corpora on one site: a page that lists them, and each with all its pages below its name."""

import asyncio
import re
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Response

from crawler.errors import ArgumentError
from output.site import guarding, overview, threads, views
from output.site.addresses import Addresses
from output.site.guarding import App, Send
from output.site.mounting import path_of, with_path

_MAX_MILLISECONDS = 1_000
"""For what the list says of one corpus."""


def names(corpora: Sequence[Path]) -> dict[str, Path]:
    """Return what each corpus is called in addresses: like its file, and where two files are called alike, all of them
    like their folders and files (``2019/corpus.db`` is ``2019-corpus``). Raises `ArgumentError` for a file given twice.
    """
    whole = [path.resolve().with_suffix("") for path in corpora]
    for many in range(1, max(len(path.parts) for path in whole) + 1):
        named = {re.sub(r"[^\w.-]+", "-", "-".join(path.parts[-many:])): path for path in whole}
        if len(named) == len(corpora):
            return dict(zip(named, corpora, strict=True))
    twice = next(path for path, plain in zip(corpora, whole, strict=True) if whole.count(plain) > 1)
    raise ArgumentError(f"{twice}: there are two files of this name in one folder, or it is given twice.")


class Listed(NamedTuple):
    """A corpus in the list. ``wrong`` says why it cannot be read; then nothing else is known of it."""

    name: str
    address: str
    policies: int = 0
    revisions: int = 0
    crawl: tuple[str, str | None, str] | None = None
    wrong: str = ""


class Shelf:
    """The application that leads each request to the site of the corpus that its path names."""

    def __init__(self, base_url: str, sites: Mapping[str, Datasette]) -> None:
        """``sites`` are the sites by name, each made for the path with its name below ``base_url``."""
        self._base_url = base_url
        self._sites = sites
        self._apps: dict[str, App] = {f"/{quote(name)}/": site.app() for name, site in sites.items()}

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Answer a request."""
        path = path_of(scope)
        if app := next((app for prefix, app in self._apps.items() if path.startswith(prefix)), None):
            await app(with_path(scope, path[path.index("/", 1) :]), receive, send)
            return
        is_name = f"{path}/" in self._apps
        response = Response.redirect(f"{self._base_url}{path[1:]}/") if is_name else await self._list(path)
        await response.asgi_send(send)

    async def _list(self, path: str) -> Response:
        """Return the page that lists the corpora; elsewhere it says that there is nothing."""
        found = path == "/"
        corpora = await asyncio.gather(*(_listed(name, site) for name, site in self._sites.items()))
        first = next(iter(self._sites.values()))
        await first.invoke_startup()
        context = {"corpora": corpora, "found": found, "to": Addresses(first.urls)}
        return views.html(first, "shelf.html", context, 200 if found else 404)


async def _listed(name: str, site: Datasette) -> Listed:
    address = Addresses(site.urls).home()

    def ask(conn: sqlite3.Connection) -> Listed:
        rows, conn.row_factory = conn.row_factory, None
        try:
            with sqlite_timelimit(conn, _MAX_MILLISECONDS):
                (policies,) = conn.execute("SELECT count(*) FROM policies").fetchone()
                revisions = sum(year.revisions for year in overview.years(conn))
                return Listed(name, address, policies, revisions, overview.last_crawl(conn))
        finally:
            conn.row_factory = rows

    try:
        return await threads.of_pages(site, views.DATABASE)(ask)  # type: ignore[no-any-return]
    except Exception as error:
        if (why := guarding.sentence(error)) is None:
            raise
        guarding.log(address, why, error)
        return Listed(name, address, wrong=why)
