"""How the tests of the site serve a corpus, and what an attacker would write into one."""

from pathlib import Path

from datasette.app import Datasette
from datasette.plugins import pm

from output.site.serving import site

PROJECT = Path(__file__).parents[1]
HOSTILE = "\"'><script>attack()</script><img src=x onerror=attack()>"


def serve(corpus: Path, *, sql: bool = True) -> Datasette:
    """Datasette as the command starts it; with SQL as for local use, or without as for everybody."""
    forget_plugins()
    return site(corpus, sql=sql)


def forget_plugins() -> None:
    """Forget the project's plugin: Datasette keeps plugins for the whole process, and a configuration directory adds
    its own.
    """
    for plugin in pm.get_plugins():
        if str(getattr(plugin, "__file__", "")).endswith("policytrail.py"):
            pm.unregister(plugin)
