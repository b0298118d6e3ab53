"""How a crawl went that did not go well, in one sentence: the last line that its command prints."""

from collections.abc import Mapping
from typing import Any

from crawler.run import ArchiveRun, DiscoveryRun, Run

_NAMED = 3
"""Policies that the sentence names: it is one line of a mail. The table and `crawl_policies` have all."""


def sentence(run: ArchiveRun, stats: Mapping[str, Any]) -> str:
    """Return why a run is not complete, what is kept of it, and what happens next."""
    if run.fatal or run.ended:
        return str(run.fatal or run.ended)
    if isinstance(run, DiscoveryRun):
        return _of_discovery(run)
    assert isinstance(run, Run)
    policies = len(run.requested.policies)
    if run.status == "interrupted":
        done = sum(crawl.finished for crawl in run.crawls.values())
        fetched = stats.get("policytrail/snapshots_fetched", 0)
        return (
            f"Interrupted: {done} of {policies} policies are done. {fetched} snapshots were fetched and are kept in"
            f" {run.corpus}; the next crawl goes on from there."
        )
    failed = [(name, crawl.errors) for name, crawl in run.crawls.items() if crawl.errors]
    return f"{_failed(run, failed, policies)} The next crawl tries again."


def _of_discovery(run: DiscoveryRun) -> str:
    domains = len(run.requested.domains)
    if run.status == "interrupted":
        done = sum(discovery.finished for discovery in run.discoveries.values())
        return (
            f"Interrupted: {done} of {domains} domains are done. What the archive answered is kept in {run.corpus}; the"
            " next run goes on from there."
        )
    failed = [(domain, discovery.errors) for domain, discovery in run.discoveries.items() if discovery.errors]
    return f"{_failed(run, failed, domains)} The next run tries again."


def _failed(run: ArchiveRun, failed: list[tuple[str, list[str]]], of: int) -> str:
    """Return what could not be done, of so many."""
    named = [f"{name}: {_all(errors)}" for name, errors in failed[:_NAMED]]
    if len(failed) > _NAMED:
        named.append(f"and {len(failed) - _NAMED} more, which the table names")
    part = f"Done in part, {len(failed)} of {of} with errors" if failed else "Done in part"
    named += run.faults[:_NAMED]
    what = "Nothing could be done" if run.status == "failed" else part
    return f"{what}. {'; '.join(named)}."


def _all(errors: list[str]) -> str:
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return errors[0].rstrip(".") + more
