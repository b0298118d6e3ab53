"""How a check of a vendors file is shown: a table and sentences for a terminal, an object for programs."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.checking import CheckedPolicy
from crawler.visible import visible


def print_table(found: Sequence[CheckedPolicy]) -> None:
    """Print a line for each address, and below what is wrong and what would be better."""
    table = Table()
    for name in ("Vendor", "Type", "Address"):
        table.add_column(name, overflow="fold")
    for name in ("Captures", "Pages", "First", "Last"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in found:
        for url in one.urls:
            counts = (f"{url.captures:,}", f"{url.pages:,}", url.first or "", url.last or "")
            cells = (one.policy.vendor, one.policy.type, url.url, *counts)
            style = "red" if url.problem else None
            table.add_row(*(Text(visible(cell)) for cell in cells), style=style)
    console = _console()
    console.print(table)
    for one in found:
        for line, style in _lines(one):
            console.print(visible(line), style=style, markup=False, highlight=False, soft_wrap=True)


def _console() -> Console:
    console = Console(highlight=False, emoji=False)
    return console if console.is_terminal else Console(highlight=False, emoji=False, width=120)


def _lines(one: CheckedPolicy) -> list[tuple[str, str | None]]:
    name = one.policy.name
    lines: list[tuple[str, str | None]] = []
    for url in one.urls:
        if url.problem:
            lines.append((f"{name}: {url.url}: {url.problem}.", "red"))
        if url.remark:
            lines.append((f"{name}: {url.url}: {url.remark}.", None))
    return [*lines, *((f"{name}: {sentence}", "red") for sentence in one.selectors)]


def estimate(found: Sequence[CheckedPolicy], listing: float, capture: float) -> str:
    """Return what a first crawl will take; ``listing`` and ``capture`` are the seconds between two requests."""
    listings = sum(len(one.urls) for one in found)
    likely, at_most = sum(one.cost.likely for one in found), sum(one.cost.at_most for one in found)
    if listing or capture:
        least, most = ((listings * listing + captures * capture) / 60 for captures in (likely, at_most))
        minutes, minutes_at_most = f" ({least:.1f} min at the current rate)", f" ({most:.1f} min)"
    else:  # a local archive: no rate
        minutes = minutes_at_most = ""
    return (
        f"A first crawl will take {listings:,} requests for listings and about {likely:,} for captures{minutes},"
        f" at most {at_most:,}{minutes_at_most}."
    )


def as_data(one: CheckedPolicy) -> dict[str, Any]:
    """Return what was found of a policy for a JSON line."""
    return {
        "vendor": one.policy.vendor,
        "type": one.policy.type,
        "ok": one.is_well,
        "urls": [
            {
                "url": url.url,
                "captures": url.captures,
                "pages": url.pages,
                "first": url.first,
                "last": url.last,
                "last_page": url.last_page,
                "problem": url.problem,
                "remark": url.remark,
                "better": url.better,
            }
            for url in one.urls
        ],
        "selectors": one.selectors,
        "requests": {"listings": len(one.urls), "captures": one.cost.likely, "captures_at_most": one.cost.at_most},
    }
