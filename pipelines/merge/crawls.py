"""The crawls of another corpus, each once: a crawl is known by the moment of its beginning and what was asked of it."""

from collections.abc import Mapping

from pipelines.corpus import Corpus

_FOUND = ("finished", "status", "asked", "received", "stored", "refused", "reason")
_COUNTS = ("asked", "received", "stored", "refused")
_OUTCOME = ("status", "listed", "fetched", "revisions", "rejected", "failed", "errors", "new")


def take_crawls(corpus: Corpus, source: Corpus) -> tuple[dict[int, int], int]:
    """Put the crawls of another corpus beside those that are here; return their ids here by those that they have there,
    and how many were refused, since no crawl stores such a row.

    One that another corpus notes as running may be at work on it now, or was killed: it is none of this one's.
    """
    known = {row[1:]: row[0] for row in corpus.db.execute("SELECT id, started, arguments FROM crawls").fetchall()}
    ids: dict[int, int] = {}
    refused = 0
    rows = source.db.execute(
        f"SELECT id, started, arguments, {', '.join(_FOUND)} FROM crawls ORDER BY started, id"  # noqa: S608 - ours
    )
    for theirs, started, arguments, *found in rows.fetchall():
        values = dict(zip(_FOUND, found, strict=True))
        if not _is_ours(started, arguments, values):
            refused += 1
            continue
        if values["status"] == "running":
            values["status"] = "killed"
        ours = known.get((started, arguments))
        if ours is None:
            inserted = corpus.db.table("crawls").insert({"started": started, "arguments": arguments, **values}).last_pk
            assert isinstance(inserted, int)
            ours = known[started, arguments] = inserted
        elif _told(values) > _told(_found(corpus, ours)):
            corpus.db.table("crawls").update(ours, values)
        ids[theirs] = ours
        corpus.db.conn.executemany(
            "INSERT INTO crawl_counts (crawl, what, reason, count) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (crawl, what, reason) DO UPDATE SET count = max(count, excluded.count)",
            [
                (ours, *row)
                for row in source.db.execute("SELECT what, reason, count FROM crawl_counts WHERE crawl = ?", [theirs])
            ],
        )
    return ids, refused


def take_outcomes(corpus: Corpus, ours: int, source: Corpus, theirs: int, crawls: Mapping[int, int]) -> None:
    """Put down how a policy, by its ids here and there, fared in the crawls of another corpus."""
    columns = ", ".join(_OUTCOME)
    rows = source.db.execute(f"SELECT crawl, {columns} FROM crawl_policies WHERE policy = ?", [theirs])  # noqa: S608 - ours
    corpus.db.conn.executemany(
        f"INSERT INTO crawl_policies (crawl, policy, {columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
        " ON CONFLICT (crawl, policy) DO NOTHING",
        [(crawls[crawl], ours, *row) for crawl, *row in rows if crawl in crawls],
    )


def _is_ours(started: object, arguments: object, values: Mapping[str, object]) -> bool:
    texts = (arguments, values["finished"], values["reason"])
    return (
        isinstance(started, str)
        and isinstance(values["status"], str)
        and all(isinstance(text, str | None) for text in texts)
        and all(isinstance(values[name], int) for name in _COUNTS)
    )


def _found(corpus: Corpus, crawl: int) -> dict[str, object]:
    row = corpus.db.execute(f"SELECT {', '.join(_FOUND)} FROM crawls WHERE id = ?", [crawl]).fetchone()  # noqa: S608 - ours
    return dict(zip(_FOUND, row, strict=True))


def _told(found: Mapping[str, object]) -> tuple[str, ...]:
    """Return what to compare two accounts of one crawl by: the one that knows its end, else the later one."""
    counts = (f"{int(str(found[name] or 0)):020}" for name in _COUNTS)
    return str(found["finished"] or ""), *counts, str(found["status"]), str(found["reason"] or "")
