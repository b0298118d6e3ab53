"""Which part of its pages each policy is, as its last crawl had it: so that the corpus can be read again by itself."""

import json
from dataclasses import asdict
from datetime import date

from sqlite_utils import Database

from crawler.errors import FOREIGN
from crawler.model import Part


def create_parts(db: Database) -> None:
    """Create the column."""
    db.table("policies").add_column("parts", str)  # JSON; null where no crawl said it


def store_parts(db: Database, policy: int, parts: tuple[Part, ...]) -> None:
    """Store the parts of a policy, by its id."""
    text = json.dumps([_row(part) for part in parts], ensure_ascii=False)
    db.execute("UPDATE policies SET parts = ?1 WHERE id = ?2 AND parts IS NOT ?1", [text, policy])


def stored_parts(db: Database, policy: int) -> tuple[Part, ...] | None:
    """Return the parts of a policy, by its id; None if no crawl said them, or another program did."""
    (text,) = db.execute("SELECT parts FROM policies WHERE id = ?", [policy]).fetchone()
    try:
        return None if text is None else tuple(_part(row) for row in json.loads(text))
    except (AssertionError, *FOREIGN):
        return None


def _row(part: Part) -> dict[str, object]:
    row = {name: value for name, value in asdict(part).items() if value}
    return row | {name: day.isoformat() for name in ("since", "until") if (day := row.get(name))}


def _part(row: dict[str, object]) -> Part:
    days = {name: date.fromisoformat(str(row[name])) for name in ("since", "until") if name in row}
    remove = row.get("remove", ())
    assert isinstance(remove, list | tuple)
    return Part(**row | days | {"remove": tuple(remove)})  # type: ignore[arg-type]  # as `_row` wrote it
