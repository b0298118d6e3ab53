"""A part of a corpus as a corpus of its own: all that is known of some policies, under the ids that it has.

A crawl of these policies elsewhere goes on from it, as it would from the whole.
"""

from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Database

from crawler.model import Policy
from pipelines.corpus.database import Corpus

_DOCUMENTS = "SELECT document FROM snapshots WHERE policy IN asked AND document IS NOT NULL"
_SNAPSHOTS = "SELECT id FROM snapshots WHERE policy IN asked"
_CRAWLS = "SELECT crawl FROM crawl_policies WHERE policy IN asked"
_TABLES = {  # in the order in which they refer to each other: the rows of each that concern the policies asked for
    "policies": "id IN asked",
    "documents": f"hash IN ({_DOCUMENTS})",
    "snapshots": "policy IN asked",
    "revisions": "policy IN asked",
    "crawls": f"id IN ({_CRAWLS})",
    "crawl_counts": f"crawl IN ({_CRAWLS})",
    "crawl_policies": "policy IN asked",
    "differences": f"before IN ({_DOCUMENTS}) AND after IN ({_DOCUMENTS})",
    "listings": "policy IN asked",
    "noise": "policy IN asked",
    "disregarded": f"snapshot IN ({_SNAPSHOTS})",
    "left_out": "policy IN asked",
    "doubts": "policy IN asked",
    "variants": "policy IN asked",
    "variant_texts": "variant IN (SELECT id FROM variants WHERE policy IN asked)",
    "kept": "policy IN asked",
    "unfinished": "policy IN asked",
    "candidates": "domain IN (SELECT vendor FROM policies WHERE id IN asked)",
    "discovery_answers": "domain IN (SELECT vendor FROM policies WHERE id IN asked)",
}


def write_subset(corpus: Path, policies: Iterable[Policy], path: Path) -> bool:
    """Write what a corpus knows of some policies to a new corpus at ``path``; return whether that is anything.

    Raises `CorpusError`.
    """
    with Corpus.reading(corpus) as whole, whole.being("read"):
        found = [identifier for policy in policies if (identifier := whole.find(policy)) is not None]
        if not found:
            return False
        asked = f"({', '.join(map(str, found))})"
        with Corpus(path) as subset, subset.being("written"), subset.writing():
            whole.db.execute("BEGIN")  # all of it as it is at one moment
            for table, concern in _TABLES.items():
                _copy(whole.db, subset.db, table, concern.replace("asked", asked))
            whole.db.execute("COMMIT")
    return True


def _copy(whole: Database, subset: Database, table: str, concern: str) -> None:
    columns = [row[1] for row in whole.execute(f"PRAGMA table_info([{table}])")]  # those that are stored
    names, marks = ", ".join(f"[{name}]" for name in columns), ", ".join("?" * len(columns))
    rows = whole.execute(f"SELECT {names} FROM [{table}] WHERE {concern}")  # noqa: S608 - names of our own schema
    subset.conn.executemany(f"INSERT INTO [{table}] ({names}) VALUES ({marks})", rows)  # noqa: S608 - likewise
    if table == "revisions":  # a trigger dates each row that is inserted to now
        dated = whole.execute(f"SELECT found, id FROM revisions WHERE {concern}")  # noqa: S608 - likewise
        subset.conn.executemany("UPDATE revisions SET found = ? WHERE id = ?", dated)
