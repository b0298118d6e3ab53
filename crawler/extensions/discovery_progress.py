"""The extension that shows how a discovery goes: a line for each domain that is done, and a table at the end."""

import logging
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.table import Table
from scrapy import signals
from scrapy.crawler import Crawler

from crawler.run import discovery_run_of
from crawler.visible import visible

if TYPE_CHECKING:
    from crawler.discovery.events import Discovered

logger = logging.getLogger(__name__)


class DiscoveryProgressExtension:
    """Shows what was found, a line for each domain."""

    def __init__(self, crawler: Crawler) -> None:
        self.run = discovery_run_of(crawler)
        crawler.signals.connect(self.count, signals.item_scraped)
        crawler.signals.connect(self.show_table, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def count(self, item: object) -> None:
        """Log what was found for a domain."""
        from crawler.discovery.events import Discovered  # noqa: PLC0415 - Scrapy imports this for every spider

        if not isinstance(item, Discovered):
            return
        self.run.done.append(item)
        types = ", ".join(_named(policy.type, policy.language, len(policy.addresses)) for policy in item.policies)
        done, of = len(self.run.done), len(self.run.requested.domains)
        logger.info("%s (%d of %d): %s; %d requests", item.domain, done, of, types or "no policy", item.requests)

    def show_table(self) -> None:
        """Print what was found, and what could not be done."""
        if not self.run.done:
            return
        console = Console()
        if not console.is_terminal:
            console = Console(width=120)
        in_order = sorted(self.run.done, key=lambda item: item.domain)
        table = Table("domain", "policies")
        for column in ("addresses", "candidates", "requests"):
            table.add_column(column, justify="right")
        for item in in_order:
            named = ", ".join(_named(policy.type, policy.language, 0) for policy in item.policies) or "none"
            addresses = sum(len(policy.addresses) for policy in item.policies)
            table.add_row(item.domain, named, *map(str, (addresses, len(item.candidates), item.requests)))
        console.print(table)
        for item in in_order:
            for remark in (*item.errors, *item.remarks, *_gaps(item)):
                style = "red" if remark in item.errors else None
                console.print(
                    f"{item.domain}: {visible(remark)}", style=style, markup=False, highlight=False, soft_wrap=True
                )


def _named(type_: str, language: str | None, addresses: int) -> str:
    more = [part for part in (language, f"{addresses} addresses" * (addresses > 1)) if part]
    return f"{type_.lower()} ({', '.join(more)})" if more else type_.lower()


def _gaps(item: "Discovered") -> list[str]:
    """Return for which years no address of a policy is known."""
    gaps = []
    for policy in item.policies:
        years = ", ".join(f"{first[:4]}-{first[4:6]} to {last[:4]}-{last[4:6]}" for first, last in policy.gaps)
        if years:
            gaps.append(f"no address of the {_named(policy.type, policy.language, 0)} is known for {years}")
    return gaps
