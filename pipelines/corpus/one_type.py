"""One policy for one type, however its letters' case is written: the migration of corpora that have several.

A vendors file may say "Privacy Policy" today and "privacy policy" tomorrow. Where a corpus has a policy for each, the
snapshots of all become those of one, and what follows from snapshots is drawn again.
"""

from collections import defaultdict

from sqlite_utils import Database

from crawler.model import folded_type
from pipelines.corpus.conclusions import variants
from pipelines.corpus.revisions import redraw

_KNOWN = ("fetched", "repeat", "inferred", "rejected", "failed", "listed")
"""The states of snapshots, those first that tell most: of two rows of one capture the first is kept."""
_LISTED = ("mimetype", "status", "digest", "length")
"""What a listing says of a capture; an imported one may lack it."""


def fold_types(db: Database) -> None:
    """Write every policy's type in its folded form, and merge the policies of a vendor that have the same then."""
    same: defaultdict[tuple[str, str], list[tuple[bool, int]]] = defaultdict(list)
    for identifier, vendor, type_ in db.execute("SELECT id, vendor, type FROM policies ORDER BY id").fetchall():
        folded = folded_type(type_)
        same[vendor, folded].append((type_ != folded, identifier))
    for (_, folded), policies in same.items():
        (is_other, kept), *others = sorted(policies)
        for _, other in others:
            _merge(db, kept, other)
        if is_other:
            db.execute("UPDATE policies SET type = ? WHERE id = ?", [folded, kept])
        if others:
            redraw(db, kept)
            variants.derive(db, kept)


def _merge(db: Database, kept: int, other: int) -> None:
    """Make all rows of one policy, by its id, those of another one."""
    twice = db.execute(
        "SELECT k.id, k.state, k.origin, o.id, o.state, o.origin FROM snapshots k JOIN snapshots o"
        " ON o.url = k.url AND o.timestamp = k.timestamp WHERE k.policy = ? AND o.policy = ?",
        [kept, other],
    )
    for first, *of_first, second, state, origin in twice.fetchall():
        better = _rank(state, origin) < _rank(*of_first)
        good, bad = (second, first) if better else (first, second)
        _repoint(db, "snapshots", bad, good)
        for fact in _LISTED:
            other_fact = f"(SELECT {fact} FROM snapshots WHERE id = ?)"  # noqa: S608 - ours
            db.execute(f"UPDATE snapshots SET {fact} = coalesce({fact}, {other_fact}) WHERE id = ?", [bad, good])  # noqa: S608 - ours
        db.execute("DELETE FROM snapshots WHERE id = ?", [bad])
    _repoint(db, "policies", other, kept)
    db.execute("DELETE FROM policies WHERE id = ?", [other])


def _rank(state: str, origin: str | None) -> tuple[int, bool]:
    return _KNOWN.index(state), origin is not None


def _repoint(db: Database, table: str, old: int, new: int) -> None:
    """Let all that refers to a row refer to another; what that one has already is dropped."""
    for referring in db.tables:
        for key in referring.foreign_keys:
            if key.other_table == table:
                name, column = referring.name, key.column
                db.execute(f"UPDATE OR IGNORE {name} SET {column} = ? WHERE {column} = ?", [new, old])  # noqa: S608 - ours
                db.execute(f"DELETE FROM {name} WHERE {column} = ?", [old])  # noqa: S608 - ours
