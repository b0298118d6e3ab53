"""Draws all that follows from a policy's snapshots, in the order in which one conclusion stands on another."""

from sqlite_utils import Database

from pipelines.corpus.conclusions import doubts
from pipelines.corpus.differences import measure
from pipelines.corpus.revisions import redraw


def draw(db: Database, policy: int) -> int:
    """Draw the conclusions about a policy, by its id; return how many rows of doubts changed.

    Call it when a policy's crawl is finished, and after whatever else changed its snapshots.
    """
    redraw(db, policy)
    measure(db, policy)
    return doubts.derive(db, policy)
