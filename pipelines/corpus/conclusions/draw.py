"""Draws all that follows from a policy's snapshots, in the order in which one conclusion stands on another."""

from sqlite_utils import Database

from pipelines.corpus.conclusions import doubts, variants
from pipelines.corpus.conclusions.another_page import another_page
from pipelines.corpus.differences import measure
from pipelines.corpus.revisions import ANOTHER_PAGE, redraw


def draw(db: Database, policy: int) -> int:
    """Draw the conclusions about a policy, by its id; return how many rows of them changed.

    Call it when a policy's crawl is finished, and after whatever else changed its snapshots.
    """
    changed = doubts.conclude(db, policy, ANOTHER_PAGE, another_page(db, policy))
    redraw(db, policy)
    measure(db, policy)
    return changed + variants.derive(db, policy) + doubts.derive(db, policy)
