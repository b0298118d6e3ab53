"""Which revisions are new: when each was found, and those found since a reader looked.

`revisions.found` is when a revision was first drawn; null where that was before it was recorded, and where only a newer
reading of old bytes tells it from its neighbours: that is no news. A revision whose beginning moves stays as old as it
was, and so does one whose text another name is given (`noise.rename`).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from pipelines.corpus.conclusions.variants import turn_of
from pipelines.corpus.views import BEFORE


def create_news(db: Database) -> None:
    """Create the columns: when a revision was found, whoever draws it, and how many of a policy a crawl found."""
    db.table("revisions").add_column("found", str)
    db.table("revisions").create_index(["found"])
    db.execute(
        "CREATE TRIGGER revisions_found_ai AFTER INSERT ON revisions BEGIN UPDATE revisions"
        " SET found = strftime('%Y-%m-%dT%H:%M:%f', 'now') || '+00:00' WHERE id = new.id; END"
    )
    db.table("crawl_policies").add_column("new", int)


def now() -> str:
    """Return the present moment as `revisions.found` has it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def number(db: Database, policy: int, since: str) -> int:
    """Return how many revisions of a policy were found since a moment; a text's return in turn with others is none."""
    rows = db.execute("SELECT id FROM revisions WHERE policy = ? AND found >= ?", [policy, since])
    new = [revision for (revision,) in rows.fetchall()]
    if len(new) == db.execute("SELECT count(*) FROM revisions WHERE policy = ?", [policy]).fetchone()[0]:
        return len(new)  # the policy itself is new
    return sum(not (turn := turn_of(db.conn, revision)) or not turn.returns for revision in new)


def not_news(db: Database, policy: int, since: str) -> None:
    """Note that what was drawn since a moment is no news."""
    db.execute("UPDATE revisions SET found = NULL WHERE policy = ? AND found >= ?", [policy, since])


def correct(db: Database) -> None:
    """Note that what was found in the future, when some clock was ahead, is found: else it stays new for years."""
    found = datetime.now(UTC) - timedelta(seconds=1)  # before the crawl that is about to begin
    db.execute("UPDATE revisions SET found = ? WHERE found > ?", [found.isoformat(timespec="milliseconds"), now()])


def latest(db: Database) -> str:
    """Return when the latest revision was found; "" if that is not known of any."""
    return str(db.execute("SELECT coalesce(max(found), '') FROM revisions").fetchone()[0])


def found_since(db: Database, looked: Mapping[str, str], vendor: str | None) -> list[int]:
    """Return the revisions, by their ids, that took the place of others and were found since a reader looked, in order.
    So are those without a time, of which nobody knows whether they did.

    ``looked`` has the `latest` of that time: of all vendors under "", of one under its name. Where nobody looked, all
    are new.
    """
    rows = db.execute(
        "SELECT r.id, p.vendor, r.found FROM revisions r JOIN policies p ON p.id = r.policy"  # noqa: S608 - ours
        f" WHERE ? IN (p.vendor, '') AND (r.first_captured IS NULL OR EXISTS (SELECT 1 {BEFORE}))"
        " ORDER BY r.first_captured, p.vendor, p.type, r.id",
        [vendor or ""],
    )
    new = []
    for revision, of_vendor, found in rows.fetchall():
        seen = [looked[name] for name in ("", of_vendor) if name in looked]
        if not seen or (found or "") > max(seen):
            new.append(revision)
    return new
