"""What goes with a batch, and what becomes of what comes back: it is merged into one corpus."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.cluster import transport
from crawler.cluster.batches import Batch, Outcome
from crawler.cluster.transport import CORPUS
from pipelines.corpus import Corpus
from pipelines.corpus.subset import write_subset
from pipelines.merge import Places, merge

if TYPE_CHECKING:
    from distributed import Client


@dataclass(frozen=True, slots=True)
class Home:
    """Where the crawls of all machines come together: the corpus, and the places beside it."""

    corpus: Path
    places: Places

    @property
    def on_the_way(self) -> Path:
        """The folder of what is on its way."""
        return self.corpus.with_name(f"{self.corpus.name}.arriving")

    def tidy(self) -> None:
        """Remove what is on its way: that of a killed command, or of this one when it ends."""
        shutil.rmtree(self.on_the_way, ignore_errors=True)


def known_of(home: Home, batch: Batch) -> tuple[bytes | None, bool]:
    """Return what goes with a batch, unless it is sent another way, and whether anything is known of its policies."""
    path = home.on_the_way / f"known-{batch.number}.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not write_subset(home.corpus, batch.policies, path):
            return None, False
        return transport.send_known(batch, path), True
    finally:
        path.unlink(missing_ok=True)


def take_in(client: "Client", home: Home, batch: Batch, outcome: Outcome) -> list[str]:
    """Fetch what a machine has of a batch and merge it; return what could not be done, in clauses.

    Raises `PolicytrailError` where the corpus cannot be written, and anything else where the files cannot be had.
    """
    folder = home.on_the_way / str(batch.number)
    failed = []
    try:
        transport.fetch(client, batch, outcome, folder)
        if (folder / CORPUS).is_file():
            with Corpus(home.corpus) as corpus:
                failed = merge(folder / CORPUS, corpus, home.places).failed
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not outcome.again:
        transport.forget(client, batch, outcome)
    return failed
