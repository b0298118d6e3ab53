"""``scrapy vendors check FILE``: what the archive has of the addresses in it. ``vendors schema``: its JSON Schema."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.misc import load_object

from crawler import logs, program
from crawler.archive.address import is_local
from crawler.errors import ArgumentError, PolicytrailError
from crawler.model import Policy
from crawler.rate_limit.rates import CDX, REPLAY, intervals
from crawler.run import CheckRun
from crawler.vendors import load, schema
from crawler.vendors_report import as_data, estimate, print_table
from crawler.visible import visible

_SPIDER = "crawler.spiders.vendors_check.VendorsCheckSpider"
_TOLD_FROM = 60.0
"""Seconds that a check takes at least where its length is told beforehand."""


class Command(ScrapyCommand):
    """Exits with 0 if all is well; with 2 if an address gives nothing, or a selector matches nothing, or not all could
    be asked; with 1 if nothing could be asked. It stores nothing.
    """

    requires_project = True
    choices = ("check", "schema")
    """What the first argument may be."""

    def syntax(self) -> str:
        return "check FILE [--json]  |  vendors schema [--output FILE]"

    def short_desc(self) -> str:
        return "Check a vendors file against the archive, or print its JSON Schema"

    def long_desc(self) -> str:
        return (
            "check: what the archive has of each address, which would be better, which selectors match nothing on the"
            " newest capture, and what a first crawl will cost. schema: the JSON Schema for editors."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the forms of the output."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="check: one JSON object per line, one for each policy")
        parser.add_argument("--output", metavar="FILE", help="schema: write it there instead of printing it")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Process the options; exit with 1 if they are wrong. The log shows warnings, unless the user asks for more."""
        assert self.settings is not None
        known = set(self.settings)
        self.settings.set("LOG_LEVEL", "WARNING", priority="project")
        try:
            super().process_options(args, opts)
            logs.install(self.settings)
        except (UsageError, PolicytrailError) as error:
            sys.exit(str(error))
        logs.warn_of_unknown((setting.partition("=")[0] for setting in opts.set), known)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check a file, or give the schema."""
        assert self.settings is not None
        try:
            if args[:1] == ["schema"] and len(args) == 1 and not opts.json:
                self._schema(opts.output)
            elif args[:1] == ["check"] and len(args) == 2 and not opts.output:
                self._check(Path(args[1]), as_json=opts.json)
            else:
                given = f"{' '.join(args)}: " if args else ""
                raise ArgumentError(f"{given}expected {program.name()} vendors {self.syntax()}")
        except BrokenPipeError:  # the reader has seen enough: head, less
            sys.stderr.close()
        except PolicytrailError as error:
            logs.say_last(self.settings, str(error))
            self.exitcode = 1

    def _schema(self, output: str | None) -> None:
        if output is None:
            print(schema.FILE.read_text("utf-8"), end="", flush=True)
            return
        try:
            schema.write(Path(output))
        except OSError as error:
            raise ArgumentError(f"--output {output}: cannot be written ({error.strerror or error}).") from error
        print(f"Wrote {visible(output)}.")

    def _check(self, path: Path, *, as_json: bool) -> None:
        assert self.settings is not None
        policies = load(path)
        waits = self._waits()
        addresses = sum(len(policy.urls) for policy in policies)
        if (seconds := addresses * waits[CDX]) >= _TOLD_FROM:
            print(f"{addresses:,} addresses to ask about: {seconds / 60:.0f} min at the current rate.", file=sys.stderr)
        run = self._asked(policies)
        found = [check.result() for check in run.checks]
        if run.status != "failed":
            if as_json:
                for one in found:
                    print(json.dumps(as_data(one)))
            else:
                print_table(found)
                print(estimate(found, waits[CDX], waits[REPLAY]))
            sys.stdout.flush()
        self._end(path, run)

    def _asked(self, policies: tuple[Policy, ...]) -> CheckRun:
        """Run the spider; return what it found. Raises `PolicytrailError`."""
        assert self.crawler_process is not None
        crawler = self.crawler_process.create_crawler(load_object(_SPIDER))
        crawling = self.crawler_process.crawl(crawler, policies=policies)
        assert isinstance(crawling, asyncio.Task)  # settings.py chooses the asyncio reactor
        self.crawler_process.start()
        run = getattr(crawler.spider, "run", None)
        if isinstance(run, CheckRun):
            return run
        error = None if crawling.cancelled() else crawling.exception()
        raise error if isinstance(error, PolicytrailError) else ArgumentError(f"The check could not begin ({error}).")

    def _end(self, path: Path, run: CheckRun) -> None:
        """Set the exit status; if it is not 0, the last line says why."""
        assert self.settings is not None
        status = run.status
        not_well = [check.policy.name for check in run.checks if not check.result().is_well]
        if status == "complete" and not not_well:
            return
        self.exitcode = 1 if status == "failed" else 2
        if status == "failed":
            why = next((url.problem for check in run.checks for url in check.result().urls if url.problem), "")
            said = run.fatal or run.ended or f"{path}: nothing could be asked. {why or ' '.join(run.faults)}"
        elif status == "interrupted":
            done = sum(check.finished for check in run.checks)
            said = f"Interrupted: {done} of {len(run.policies)} policies are checked."
        else:
            said = f"{path}: {len(not_well)} of {len(run.policies)} policies need a look, as named above."
            said = " ".join([said, *([run.ended] if run.ended else []), *run.faults[:3]])
        logs.say_last(self.settings, said)

    def _waits(self) -> dict[str, float]:
        assert self.settings is not None
        try:
            return intervals(self.settings, local=is_local(str(self.settings["ARCHIVE_URL"])))
        except ValueError as error:
            raise ArgumentError(f"-s {error}") from error
