"""How the tests of the site serve a corpus, and what an attacker would write into one."""

from pathlib import Path

import yaml
from datasette.app import Datasette
from datasette.plugins import pm

PROJECT = Path(__file__).parents[1]
HOSTILE = "\"'><script>attack()</script><img src=x onerror=attack()>"


def serve(corpus: Path, *, sql: bool = True) -> Datasette:
    """Datasette as the README starts it; with SQL as for local use, or without as for everybody."""
    output = PROJECT / "output" / "site"
    forget_plugins()
    metadata = yaml.safe_load((output / "metadata.yml").read_text("utf-8"))
    return Datasette(
        [str(corpus)],
        metadata=metadata | ({"plugins": {"policytrail": {"allow_sql": True}}} if sql else {}),
        template_dir=str(output / "templates"),
        plugins_dir=str(output / "plugins"),
        static_mounts=[("static", str(output / "static"))],
    )


def forget_plugins() -> None:
    """Forget the project's plugin: Datasette keeps plugins for the whole process, and each instance adds its own."""
    for plugin in pm.get_plugins():
        if str(getattr(plugin, "__file__", "")).endswith("policytrail.py"):
            pm.unregister(plugin)
