"""How a crawl on a cluster went: in one sentence, the last line that the command prints, and in figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.cluster.batches import Batch
from crawler.result_file import STATUSES

if TYPE_CHECKING:
    from crawler.cluster.dispatch import Done

_NAMED = 3
"""Batches that the sentence names, as for a crawl's policies."""


@dataclass(frozen=True, slots=True)
class ClusterOutcome:
    """Which batches were done, by their numbers, and why the crawl ended before its end if it did."""

    batches: Sequence[Batch]
    done: "Mapping[int, Done]"
    corpus: Path
    ended: str | None

    @property
    def crawled(self) -> int:
        """How many batches were crawled, in part at least."""
        return sum(one.status != 1 for one in self.done.values())

    @property
    def policies(self) -> int:
        """How many policies these batches have."""
        return sum(len(one.batch.policies) for one in self.done.values() if one.status != 1)

    @property
    def exit_status(self) -> int:
        """The exit status of the command, as that of a crawl."""
        if self.ended is None and not self._bad:
            return 0
        return 2 if self.crawled or self.ended == "Interrupted" else 1

    @property
    def sentence(self) -> str:
        """Why not all is done, what is kept, and what happens next; empty if all is done."""
        bad, number = self._bad, len(self.batches)
        if self.ended is not None:
            said = (
                f"{self.ended.rstrip('.')}. {self.crawled} of {number} batches are in {self.corpus}; what machines have"
                " of others is kept there, and running the command again goes on from it"
            )
        elif bad:
            said = (
                f"Done in part, {len(bad)} of {number} batches with errors" if self.crawled else "Nothing could be done"
            )
        else:
            return ""
        named = [f"{one.batch.name}: {one.said.rstrip('.')}" for one in bad[:_NAMED]]
        if len(bad) > _NAMED:
            named.append(f"and {len(bad) - _NAMED} more")
        return f"{'. '.join([said, *named])}."

    @property
    def content(self) -> dict[str, Any]:
        """What `ResultFile` takes: a machine says of a batch how it went, not of each of its policies."""
        counts = {
            "policies": sum(len(batch.policies) for batch in self.batches),
            "policies_crawled": self.policies,
            "batches": len(self.batches),
            "batches_crawled": self.crawled,
            "batches_with_errors": len(self._bad),
        }
        return {"counts": counts, "policies": [one for batch in self.batches for one in self._policies(batch)]}

    @property
    def _bad(self) -> "list[Done]":
        return [one for one in self.done.values() if one.status]

    def _policies(self, batch: Batch) -> list[dict[str, Any]]:
        done = self.done.get(batch.number)
        outcome = STATUSES[done.status] if done else "unfinished"
        errors = [f"{batch.name}: {done.said}"] if done and done.status else []
        return [
            {"vendor": policy.vendor, "type": policy.type, "outcome": outcome, "errors": errors}
            for policy in batch.policies
        ]
