"""The reference pages, made from the code while MkDocs builds: settings, arguments, commands, tables, vendors file."""

import argparse
import ast
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

IDS = {"id": "What other tables refer to"}

PAGES = {
    "reference/arguments.md": "arguments",
    "reference/settings.md": "settings",
    "reference/commands.md": "commands",
    "reference/tables.md": "tables",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that the code says, and the changelog. MkDocs calls this."""
    for path, name in PAGES.items():
        files.append(File.generated(config, path, content=globals()[name]()))
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8").replace("](docs/", "](")
    files.append(File.generated(config, "changelog.md", content=changelog))
    return files


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown. Cells hold one line each; within code, MkDocs takes a bar for itself."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    text = " ".join(text.split())
    return text if text.startswith("`") else text.replace("|", r"\|")


def settings() -> str:
    """Every setting in the part of settings.py that is the user's, with the comment behind it."""
    source = (ROOT / "crawler" / "settings.py").read_text("utf-8")
    part = source.partition("# -- Yours to set")[2].partition("\n")[2].partition("\n# -- ")[0]
    rows = []
    for line in part.splitlines():
        code, _, comment = line.partition("  # ")
        if not code.strip():
            continue
        statement = ast.parse(code).body[0]
        assert isinstance(statement, ast.Assign | ast.AnnAssign)
        target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
        assert isinstance(target, ast.Name)
        value = getattr(import_module("crawler.settings"), target.id)
        rows.append((f"`{target.id}`", f"`{value!r}`", comment))
    return (
        "# Settings\n\nEach can be changed for one run: `policytrail crawl policies -s NAME=VALUE`. Relative paths are"
        " below the folder in which the command runs.\n\n" + table(("setting", "by default", "is"), rows) + "\n"
        "Scrapy's own settings hold as well (`LOG_LEVEL`, `LOG_FILE`, `CLOSESPIDER_TIMEOUT` …). `crawler/settings.py`"
        " has those that the project changes, with the reason for each.\n"
    )


def arguments() -> str:
    """The arguments of each spider, as ``crawl SPIDER --help`` has them."""
    from scrapy.spiderloader import SpiderLoader  # noqa: PLC0415

    from crawler.crawl_help import arguments_of  # noqa: PLC0415

    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
    parts = ["# Arguments\n\n`policytrail crawl SPIDER -a NAME=VALUE …`; each can be given once.\n"]
    for name in sorted(loader.list(), reverse=True):
        rows = (
            (f"`{row.name}`", f"`{row.takes}`", row.says, f"`{row.default}`" if row.default else "")
            for row in arguments_of(loader.load(name))
        )
        parts.append(f"## {name}\n\n" + table(("argument", "takes", "says", "by default"), rows))
    return "\n".join(parts)


def our_commands() -> Iterator[tuple[str, ScrapyCommand]]:
    for path in sorted((ROOT / "crawler" / "commands").glob("*.py")):
        module = import_module(f"crawler.commands.{path.stem}")
        if hasattr(module, "Command"):
            command = module.Command()
            command.settings = Settings()
            yield path.stem, command


def commands() -> str:
    """Each command of the project with its options, as ``--help`` shows them."""
    parts = [
        "# Commands\n\n`policytrail COMMAND`, from any folder; in a clone, `scrapy COMMAND` is the same. Options of all"
        " commands: `-s NAME=VALUE` changes a [setting](settings.md) for this run, `--logfile FILE` and"
        " `--loglevel LEVEL` say where the log goes and how much of it there is.\n"
    ]
    for name, command in our_commands():
        parser = argparse.ArgumentParser(prog=name, conflict_handler="resolve")
        command.add_options(parser)
        rows = [
            (f"`{' '.join([', '.join(action.option_strings), str(action.metavar or '')]).strip()}`", str(action.help))
            for group in parser._action_groups
            if group.title != "Global Options"
            for action in group._group_actions
            if action.help is not argparse.SUPPRESS and "--help" not in action.option_strings
        ]
        long = command.long_desc()
        parts.append(
            f"## {name}\n\n    policytrail {name} {command.syntax()}\n\n{command.short_desc()}.\n\n"
            + (f"{long}\n\n" if long != command.short_desc() else "")
            + (table(("option", "says"), rows) if rows else "")
        )
    return "\n".join(parts)


def tables() -> str:
    """Every table and view of a new corpus with its columns, in the words that the site shows."""
    from pipelines.corpus import Corpus  # noqa: PLC0415  # the other pages need no database

    described: dict[str, Any] = yaml.safe_load((ROOT / "output" / "site" / "metadata.yml").read_text("utf-8"))
    words = described["databases"]["corpus"]["tables"]
    with tempfile.TemporaryDirectory() as folder, Corpus(Path(folder) / "corpus.db") as corpus:
        found = corpus.db.query(
            "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY type DESC, name"
        )
        kinds = {row["name"]: row["type"] for row in found}
        shown = [
            name for name in kinds if name in words and not words[name].get("hidden") and words[name].get("allow", True)
        ]
        parts = [
            "# Tables and views\n\nThe corpus is one SQLite file. Times are UTC, as `YYYY-MM-DD HH:MM:SS` or, where a"
            " capture is named, in the archive's 14 digits. Begin with the views.\n"
        ]
        for name in sorted(shown, key=lambda name: (kinds[name] != "view", name)):
            columns = corpus.db[name].columns
            said = words[name].get("columns") or {}
            rows = (
                (f"`{column.name}`", column.type.lower(), said.get(column.name) or IDS.get(column.name, ""))
                for column in columns
            )
            parts.append(
                f"## {name}\n\n*{kinds[name]}*. {words[name].get('description', words[name].get('title', ''))}\n\n"
                + table(("column", "type", "is"), rows)
            )
    return "\n".join(parts)
