"""Times of revisions and counts per year, kept beside the facts that they follow from.

SQLite would have to look up and count them each time.

    revisions.first_captured, .last_captured   the times of its first and last snapshot, to sort and search by
    yearly                                     how many snapshots of each state, and how many revisions, begin in a year

Triggers keep them, whoever writes the tables.
"""

from sqlite_utils import Database

_TIMES = """
first_captured = (SELECT captured FROM snapshots WHERE id = first_snapshot),
last_captured = (SELECT captured FROM snapshots WHERE id = last_snapshot)
"""
_COUNT = (
    "INSERT INTO yearly (year, what, count) VALUES (substr({captured}, 1, 4), {what}, {step})"
    " ON CONFLICT (year, what) DO UPDATE SET count = count + excluded.count;"
)
_STARTED = "(SELECT captured FROM snapshots WHERE id = {row}.first_snapshot)"


def create_yearly(db: Database) -> None:
    """Create the columns and the table, their triggers and indexes, and fill them from the tables as they are."""
    table = db.table("revisions")
    for column in ("first_captured", "last_captured"):
        table.add_column(column, str)
    db.execute(f"UPDATE revisions SET {_TIMES}")  # noqa: S608 - no value in it
    table.create_index(["policy", "first_captured"])
    table.create_index(["first_captured"])
    db.table("yearly").create({"year": str, "what": str, "count": int}, pk=("year", "what"), not_null={"count"})
    db.execute(
        "INSERT INTO yearly SELECT substr(captured, 1, 4), state, count(*) FROM snapshots GROUP BY 1, 2"
        " UNION ALL SELECT substr(first_captured, 1, 4), 'revision', count(*) FROM revisions GROUP BY 1"
    )
    _create_triggers(db)


def _create_triggers(db: Database) -> None:
    set_times = f"UPDATE revisions SET {_TIMES} WHERE id = new.id;"  # noqa: S608 - no value in it
    add = _COUNT.format(captured="new.captured", what="new.state", step=1)
    take = _COUNT.format(captured="old.captured", what="old.state", step=-1)
    begin = _COUNT.format(captured=_STARTED.format(row="new"), what="'revision'", step=1)
    end = _COUNT.format(captured=_STARTED.format(row="old"), what="'revision'", step=-1)
    for name, when, do in (
        ("revisions_times_ai", "AFTER INSERT ON revisions", set_times + begin),
        ("revisions_times_au", "AFTER UPDATE OF first_snapshot, last_snapshot ON revisions", set_times + end + begin),
        ("revisions_times_ad", "AFTER DELETE ON revisions", end),
        ("snapshots_yearly_ai", "AFTER INSERT ON snapshots", add),
        ("snapshots_yearly_au", "AFTER UPDATE OF state ON snapshots WHEN old.state <> new.state", take + add),
        ("snapshots_yearly_ad", "AFTER DELETE ON snapshots", take),
    ):
        db.execute(f"CREATE TRIGGER {name} {when} BEGIN {do} END")
