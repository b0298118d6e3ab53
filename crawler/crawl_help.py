"""What ``crawl --help`` prints: the spiders, or the arguments of one of them, and Scrapy's options."""

import argparse
import inspect
from collections.abc import Iterable

from scrapy import Spider
from scrapy.spiderloader import SpiderLoaderProtocol

from crawler import program
from crawler.argument_model import Row, near, rows


def text(
    spider: str | None, loader: SpiderLoaderProtocol, parser: argparse.ArgumentParser, syntax: str | None = None
) -> str:
    """Return the help on a spider, or on all of them, above the options that a parser has. ``syntax`` is the usage of
    another command that runs the spider.
    """
    names = loader.list()
    sections: list[str]
    if spider in names:
        found = loader.load(spider)
        sections = [
            _usage(syntax or f"crawl {spider} [-a NAME=VALUE …] [options]"),
            _about(found),
            _section("Arguments", map(_argument, arguments_of(found))),
        ]
    else:
        unknown = [f"{spider}: no such spider.{near(spider, names)}"] if spider is not None else []
        sections = [
            *unknown,
            _usage("crawl SPIDER [-a NAME=VALUE …] [options]"),
            _section("Spiders", ((one, _about(loader.load(one))) for one in sorted(names))),
            f"{program.name()} crawl SPIDER --help tells the arguments of a spider.",
        ]
    parser.usage, parser.description = argparse.SUPPRESS, None
    return "\n\n".join(section.strip("\n") for section in [*sections, parser.format_help()] if section)


def arguments_of(spider: type[Spider]) -> list[Row]:
    """Return what the arguments of a spider are; none for a spider that does not declare them."""
    model = getattr(spider, "arguments", None)
    return rows(model) if model is not None else []


def _usage(syntax: str) -> str:
    return f"Usage\n=====\n  {program.name()} {syntax}"


def _about(spider: type[Spider]) -> str:
    """Return the first sentence about a spider."""
    return (inspect.getdoc(spider) or "").partition("\n\n")[0].replace("\n", " ")


def _argument(row: Row) -> tuple[str, str]:
    default = f" (default: {row.default})" if row.default else ""
    example = f" Example: -a {_quoted(row.example)}" if row.example and not row.default else ""
    return f"-a {row.name}={row.takes}", f"{row.says}{default}.{example}"


def _quoted(argument: str) -> str:
    return f'"{argument}"' if " " in argument else argument


def _section(title: str, entries: Iterable[tuple[str, str]]) -> str:
    """Return a section as Scrapy's help has it: a title, and names with what they mean."""
    # Scrapy's formatter takes every line with a colon at its end for a title, and where lines end depends on the width.
    parser = argparse.ArgumentParser(usage=argparse.SUPPRESS, add_help=False)
    group = parser.add_argument_group()
    for entry, meaning in entries:
        action = group.add_argument(f"-{entry}", action="store_true", help=meaning.replace("%", "%%"))
        action.option_strings = [entry]  # as a user writes it
    return f"{title}\n{'=' * len(title)}\n{parser.format_help()}"
