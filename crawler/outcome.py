"""How crawls went: in one sentence, the last line that a command prints, and in figures, for programs that watch it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from crawler.events import Finished
from crawler.middlewares.rate_limited_handler import SENT
from crawler.model import Policy
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


def content(runs: Iterable[tuple[ArchiveRun, Mapping[str, Any]]]) -> dict[str, Any]:
    """Return what came of some runs, each with its statistics, as `ResultFile` takes it."""
    counts: Counter[str] = Counter()
    policies: list[dict[str, Any]] = []
    domains: list[dict[str, Any]] = []
    for run, stats in runs:
        counts["requests"] += stats.get(SENT, 0)
        if isinstance(run, Run):
            counts.update(_counts(run, stats))
            policies += [_policy(run, policy) for policy in run.requested.policies]
        elif isinstance(run, DiscoveryRun):
            domains += _domains(run)
    return {"counts": dict(counts), "policies": policies, **({"domains": domains} if domains else {})}


def _counts(run: Run, stats: Mapping[str, Any]) -> dict[str, int]:
    """Return what a crawl did, not what the corpus has."""
    rejected = sum(count for name, count in stats.items() if name.startswith("policytrail/snapshots_rejected/"))
    return {
        "policies": len(run.requested.policies),
        "policies_finished": len(run.finished),
        "policies_with_errors": sum(bool(crawl.errors) for crawl in run.crawls.values()),
        "rows_received": stats.get("policytrail/rows_received", 0),
        "snapshots_fetched": stats.get("policytrail/snapshots_fetched", 0),
        "snapshots_rejected": rejected,
        "snapshots_failed": stats.get("policytrail/snapshots_failed", 0),
        "revisions_new": sum(item.new for item in run.finished.values()),
    }


def _policy(run: Run, policy: Policy) -> dict[str, Any]:
    """Return how a policy fared; the figures are what the corpus has of it after the crawl."""
    item = run.finished.get(policy.name, Finished(policy))
    errors = item.errors or (run.crawls[policy.name].errors if policy.name in run.crawls else ())
    figures = item.summary._asdict() if item.summary else {}
    outcome = "partial" if errors or figures.get("failed") else "complete" if figures else "unfinished"
    found = {"new": item.new, "changed": item.changed} if figures else {}
    return {"vendor": policy.vendor, "type": policy.type, "outcome": outcome, **figures, **found, "errors": [*errors]}


def _domains(run: DiscoveryRun) -> list[dict[str, Any]]:
    done = {item.domain: item for item in run.done}
    found = []
    for domain in run.requested.domains:
        item, discovery = done.get(domain), run.discoveries.get(domain)
        errors = [*item.errors] if item else discovery.errors if discovery else []
        figures = {"policies": len(item.policies), "candidates": len(item.candidates)} if item else {}
        outcome = "partial" if errors else "complete" if item else "unfinished"
        found.append({"domain": domain, "outcome": outcome, **figures, "errors": [*errors]})
    return found


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
