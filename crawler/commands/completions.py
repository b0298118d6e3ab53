"""``policytrail completions bash|zsh|fish``: the script by which a shell completes this program's command line."""

import argparse
import sys

from scrapy import cmdline
from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import get_spider_loader

from crawler import commands, program
from crawler.crawl_help import arguments_of

_SHELLS = "|".join(("bash", "zsh", "fish"))
_WHERE = {
    "bash": 'eval "$(policytrail completions bash)" in ~/.bashrc',
    "zsh": 'eval "$(policytrail completions zsh)" in ~/.zshrc, after compinit',
    "fish": "policytrail completions fish > ~/.config/fish/completions/policytrail.fish",
}


class Command(ScrapyCommand):
    """Prints a script that completes commands, spiders, their arguments, known values and files."""

    requires_project = True
    requires_crawler_process = False
    choices = tuple(_WHERE)
    """What the first argument may be."""

    def syntax(self) -> str:
        return _SHELLS

    def short_desc(self) -> str:
        return "Print the script by which a shell completes policytrail's command line"

    def long_desc(self) -> str:
        return f"{self.short_desc()}. To use it: {'; '.join(_WHERE.values())}."

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the script."""
        from crawler.completions import script  # noqa: PLC0415 - shtab: Scrapy imports every command, whichever is run

        assert self.settings is not None
        if len(args) != 1 or args[0] not in _WHERE:
            given = f"{' '.join(args)}: no shell for which there is a script. " if args else ""
            sys.exit(f"{given}Usage: {program.name()} completions {_SHELLS}")
        self.settings.set("COMMANDS_MODULE", commands.__name__, priority="cmdline")  # all of them
        found: dict[str, ScrapyCommand] = cmdline._get_commands_dict(self.settings, True)
        for command in found.values():
            command.settings = self.settings
        loader = get_spider_loader(self.settings)
        print(script(args[0], found, {name: arguments_of(loader.load(name)) for name in loader.list()}))
