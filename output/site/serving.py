"""Datasette as the project serves corpora: one as the whole site, several each below its name."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from datasette.utils import parse_metadata

from output.site import views
from output.site.guarding import App
from output.site.mounting import mounted
from output.site.plugins import policytrail
from output.site.shelf import Shelf, names

_HERE = Path(__file__).parent


def app(corpora: Sequence[Path], *, base_url: str = "/", immutable: bool = False, sql: bool = False) -> App:
    """Return the application that serves corpora. ``base_url`` is the path below which a proxy shows the site, with a
    slash at either end. Raises `ArgumentError` for a file that is named twice.
    """
    if len(corpora) == 1:
        return mounted(site(corpora[0], base_url=base_url, immutable=immutable, sql=sql).app(), base_url)
    sites = {}
    for name, path in names(corpora).items():
        sites[name] = site(path, base_url=f"{base_url}{quote(name)}/", immutable=immutable, sql=sql)
        sites[name].jinja_env.globals |= {"corpus_name": name, "all_corpora": base_url}
    return mounted(Shelf(base_url, sites), base_url)


def site(corpus: Path, *, base_url: str = "/", immutable: bool = False, sql: bool = False) -> Datasette:
    """Return Datasette with a corpus, whatever its file is called, and all that makes it our site.

    The database has one name in all addresses, so that these outlive the renaming of the file. ``sql`` lets visitors
    ask in SQL of their own; ``immutable`` says that nobody writes the file, which Datasette then offers to download.
    """
    if not pm.is_registered(policytrail):  # one set of plugins serves all of a process
        pm.register(policytrail, views.PLUGIN)
    datasette = Datasette(
        [],
        metadata=_metadata(base_url, sql=sql),
        settings=json.loads((_HERE / "settings.json").read_text("utf-8")) | {"base_url": base_url},
        template_dir=str(_HERE / "templates"),
        static_mounts=[("static", str(_HERE / "static"))],
    )
    datasette.remove_database("_memory")  # which Datasette has where it is given no file
    datasette.add_database(Database(datasette, path=str(corpus), is_mutable=not immutable), name=views.DATABASE)
    return datasette


def _metadata(base_url: str, *, sql: bool) -> dict[str, Any]:
    metadata: dict[str, Any] = parse_metadata((_HERE / "metadata.yml").read_text("utf-8"))
    metadata["about_url"] = base_url.rstrip("/") + metadata["about_url"]
    if sql:
        metadata["plugins"][views.PLUGIN]["allow_sql"] = True
    return metadata
