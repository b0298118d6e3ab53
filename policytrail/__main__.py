"""The command ``policytrail``: Scrapy with this project's settings and commands, from any folder."""

import os
import pkgutil
import sys
from importlib import import_module
from importlib.metadata import version

import scrapy.commands
from scrapy import cmdline

import crawler.commands
from crawler import program
from crawler.argument_model import near


class _Parser(cmdline.ScrapyArgumentParser):
    """Scrapy's parser, whose help names the command as the user typed it."""

    def __init__(self, *, usage: str, **more: object) -> None:
        super().__init__(usage=usage.replace("scrapy", program.INSTALLED, 1), **more)  # type: ignore[arg-type]


def main() -> None:
    """Run the command that ``sys.argv`` names; without one, list the commands."""
    sys.argv[0] = program.INSTALLED
    # Whatever project the user's folder belongs to: its scrapy.cfg is asked only where this is not set.
    os.environ["SCRAPY_SETTINGS_MODULE"] = "crawler.settings"
    ours, scrapys = _modules(crawler.commands), _modules(scrapy.commands)
    named = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), None)
    if named is None:
        print(f"{program.INSTALLED} {version(program.INSTALLED)}" if "--version" in sys.argv else _overview(ours))
        return
    if named not in {*ours, *scrapys}:
        hint = near(named, ours) or f" {program.INSTALLED} alone lists them."
        sys.exit(f"{program.INSTALLED} {named}: there is no such command.{hint}")
    cmdline.ScrapyArgumentParser = _Parser  # type: ignore[assignment,misc]
    cmdline.execute()


def _modules(package: object) -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__))  # type: ignore[attr-defined]


def _overview(commands: list[str]) -> str:
    """Return the list of this project's commands; Scrapy's own, such as shell and fetch, work as well."""
    summaries = {name: import_module(f"crawler.commands.{name}").Command().short_desc() for name in commands}
    lines = "\n".join(f"  {name:<14} {summary}" for name, summary in summaries.items())
    return (
        "The history of vendors' policies: every text a policy has had, when it held, and where to check it.\n\n"
        f"Usage: {program.INSTALLED} COMMAND [options]\n\n{lines}\n\n"
        f"{program.INSTALLED} COMMAND --help says what a command takes. To begin: {program.INSTALLED} demo"
    )


if __name__ == "__main__":
    main()
