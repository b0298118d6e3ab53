"""Scrapy commands of the project, and which of them and of its spiders Scrapy is to import."""

import pkgutil
from collections.abc import Sequence
from pathlib import Path

_PROGRAMS = ("scrapy", "policytrail")


def named_by(command_line: Sequence[str]) -> str:
    """Return the module of the command that a command line names; "" where that is one of Scrapy's own.

    Scrapy imports all that it finds in ``COMMANDS_MODULE``, whichever command is run, which took three times as long
    as ``scrapy version`` does by itself (2026-11). It gets this package, with all commands, where it is to list them,
    and where it was not started from a command line.
    """
    program, *given = command_line or [""]
    if not {Path(program).stem, Path(program).parent.name} & {*_PROGRAMS}:  # bin/scrapy, and python -m scrapy
        return __name__
    named = next((argument for argument in given if not argument.startswith("-")), None)  # as Scrapy finds it
    if named is None:
        return __name__
    return f"{__name__}.{named}" if named in {module.name for module in pkgutil.iter_modules(__path__)} else ""


def spiders_of(command_line: Sequence[str]) -> list[str]:
    """Return the modules of the spiders that a command line may run.

    Scrapy imports all spiders, whichever is run. What a discovery needs took a fifteenth of the time in which a crawl
    of policies begins (2026-11).
    """
    crawls_policies = named_by(command_line) == f"{__name__}.crawl" and "policies" in command_line
    finds_them_first = any("domains=" in argument for argument in command_line)
    return ["crawler.spiders.policies" if crawls_policies and not finds_them_first else "crawler.spiders"]
