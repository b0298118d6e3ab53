"""``policytrail init``: a vendors file to begin with."""

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler import program
from crawler.vendors import TEMPLATE, schema


class Command(ScrapyCommand):
    """Writes a vendors file that says in comments what it takes. Exits with 1 if nothing could be written."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[FILE]"

    def short_desc(self) -> str:
        return "Write a vendors file to begin with: vendors.toml, or FILE"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the file; one that is there already stays as it is."""
        if len(args) > 1 or any(argument.startswith("-") for argument in args):
            sys.exit(f"{' '.join(args)}: expected one file: {program.name()} init {self.syntax()}")
        path = Path(args[0] if args else "vendors.toml")
        if path.suffix.lower() == ".csv":
            sys.exit(f"{path}: a vendors file to begin with is TOML; give a name that ends in .toml.")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(schema.DIRECTIVE + TEMPLATE.read_text("utf-8"))
        except FileExistsError:
            sys.exit(f"{path} is there already, and stays as it is. Give another name: {program.name()} init FILE")
        except OSError as error:
            sys.exit(f"{path}: no vendors file can be written there ({error.strerror}); give another name.")
        schema.put_beside(path)
        print(f"Wrote {path}. Name your vendors in it, then: {program.name()} crawl policies -a vendors={path}")
