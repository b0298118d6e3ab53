"""What another corpus says of a policy beside its snapshots: doubts about captures, what was left out and disregarded,
where bytes are, how far it was listed, which part of its pages it is, and what was measured between its texts.
"""

from collections.abc import Mapping

from crawler.model import Disregarded, Key, Playback
from pipelines.corpus import Corpus, kept, left_out, noise, parts
from pipelines.corpus.conclusions.doubts import DERIVED
from pipelines.corpus.differences import stored
from pipelines.corpus.kept import Kept
from pipelines.corpus.left_out import Block
from pipelines.merge.snapshots import Snapshots
from pipelines.merge.texts import Texts

_DERIVED = ", ".join(f"'{reason}'" for reason in DERIVED)
_FIND = "SELECT id, document FROM snapshots WHERE policy = ? AND url = ? AND timestamp = ?"


class Details:
    """Takes over what the other corpus says of a policy; ``ours`` and ``theirs`` are its ids here and there."""

    def __init__(self, corpus: Corpus, ours: int, source: Corpus, theirs: int) -> None:
        self._corpus = corpus
        self._ours = ours
        self._source = source
        self._theirs = theirs

    def take(self, snapshots: Snapshots, texts: Texts) -> None:
        """Take over what belongs to captures whose answers stand."""
        for identifier, document in snapshots.replaced:
            self._corpus.db.execute(
                f"DELETE FROM doubts WHERE snapshot = ? AND reason NOT IN ({_DERIVED})",  # noqa: S608 - ours
                [identifier],
            )
            self._corpus.db.execute(
                "DELETE FROM disregarded WHERE snapshot = ? AND document IS NOT ?", [identifier, document]
            )
        self._doubts(snapshots.beaten)
        self._disregarded(texts.names)
        self._left_out(texts.names)

    def _find(self, url: str, timestamp: str) -> tuple[int, str | None] | None:
        row: tuple[int, str | None] | None = self._corpus.db.execute(_FIND, [self._ours, url, timestamp]).fetchone()
        return row

    def _doubts(self, beaten: set[Key]) -> None:
        rows = self._source.db.execute(
            "SELECT s.url, s.timestamp, d.reason, d.detail FROM doubts d JOIN snapshots s ON s.id = d.snapshot"  # noqa: S608 - ours
            f" WHERE d.policy = ? AND s.policy = d.policy AND d.reason NOT IN ({_DERIVED})",
            [self._theirs],
        )
        for url, timestamp, reason, detail in rows:
            if not _are_texts(reason, detail):
                continue
            if (url, timestamp) not in beaten and (found := self._find(url, timestamp)):
                self._corpus.db.execute(
                    "INSERT INTO doubts (snapshot, reason, detail, policy, captured)"
                    " SELECT id, ?2, ?3, policy, captured FROM snapshots WHERE id = ?1"
                    " ON CONFLICT DO UPDATE SET detail = max(detail, excluded.detail)",
                    [found[0], reason, detail],
                )

    def _disregarded(self, names: Mapping[str, str]) -> None:
        rows = self._source.db.execute(
            "SELECT d.document, d.what, d.text, s.url, s.timestamp FROM disregarded d JOIN snapshots s"
            " ON s.id = d.snapshot WHERE s.policy = ?",
            [self._theirs],
        )
        for document, what, text, url, timestamp in rows:
            found = self._find(url, timestamp) if _are_texts(what, text) else None
            if found and found[1] is not None and found[1] == names.get(document):
                noise.note_found(self._corpus.db, found[1], [Disregarded(what, text)], found[0])

    def _left_out(self, names: Mapping[str, str]) -> None:
        rows = self._source.db.execute(
            "SELECT b.document, b.reason, b.digest, b.words, b.text, b.prose, f.url, f.timestamp, l.url, l.timestamp"
            " FROM left_out b JOIN snapshots f ON f.id = b.snapshot JOIN snapshots l ON l.id = b.last"
            " WHERE b.policy = ?",
            [self._theirs],
        )
        found = []
        for row in rows:
            first, last = self._find(*row[6:8]), self._find(*row[8:])
            is_ours = _are_texts(row[1], row[2], row[4]) and isinstance(row[3], int) and row[5] in {0, 1}
            if is_ours and row[0] in names and first and last:
                found.append(Block._make((names[row[0]], *row[1:6], first[0], last[0])))
        left_out.unite(self._corpus.db, self._ours, found)

    def keep_bytes(self, files: Mapping[str, str]) -> int:
        """Take over where the bytes of captures are, by the names that the files have here; return how many stay
        behind.
        """
        behind = 0
        rows = self._source.db.execute(
            "SELECT url, timestamp, file, digest FROM kept WHERE policy = ? ORDER BY url, timestamp", [self._theirs]
        )
        for url, timestamp, file, digest in rows:
            if file and file not in files:
                behind += 1
            else:
                found = Kept(files[file] if file else None, digest)
                kept.unite(self._corpus.db, self._ours, Playback(timestamp, url), found)
        return behind

    def take_listings(self) -> None:
        """Take over how far the URLs were listed: what both listed is here now."""
        rows = self._source.db.execute(
            "SELECT url, newest, listed, listed_whole, excluded FROM listings WHERE policy = ?", [self._theirs]
        )
        for row in rows:
            self._corpus.db.execute(
                "INSERT INTO listings (policy, url, newest, listed, listed_whole, excluded) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (policy, url) DO UPDATE SET"
                " newest = nullif(max(coalesce(newest, ''), coalesce(excluded.newest, '')), ''),"
                " listed = max(listed, excluded.listed), listed_whole = max(listed_whole, excluded.listed_whole),"
                " excluded = iif(max(coalesce(listings.excluded, ''), coalesce(excluded.excluded, ''))"
                " >= max(listed, excluded.listed),"
                " nullif(max(coalesce(listings.excluded, ''), coalesce(excluded.excluded, '')), ''), NULL)",
                [self._ours, *row],
            )

    def take_unfinished(self) -> None:
        """Take over which captures were answered since a crawl last came to the policy's end."""
        rows = self._source.db.execute("SELECT url, timestamp FROM unfinished WHERE policy = ?", [self._theirs])
        for url, timestamp in rows:
            if self._find(url, timestamp):
                self._corpus.db.execute(
                    "INSERT OR IGNORE INTO unfinished (policy, url, timestamp) VALUES (?, ?, ?)",
                    [self._ours, url, timestamp],
                )

    def take_part(self) -> None:
        """Take over which part of its pages the policy is, if the other corpus crawled it last."""
        try:
            parts.stored_parts(self._source.db, self._theirs)
        except (ValueError, TypeError, AttributeError, RecursionError):
            return  # no crawl wrote it
        ours, theirs = _part(self._corpus, self._ours), _part(self._source, self._theirs)
        if theirs > ours:
            self._corpus.db.execute("UPDATE policies SET parts = ? WHERE id = ?", [theirs[2], self._ours])

    def _is_measured(self, before: str, after: str) -> bool:
        try:
            return stored(self._source.db.conn, before, after) is not None
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return False  # it is measured again

    def take_differences(self, texts: Texts) -> None:
        """Take over what was measured between texts that have the same names in both corpora, to spare measuring it."""
        same = {document for document, name in texts.names.items() if document == name and name in texts.stored}
        for before in sorted(same):
            rows = self._source.db.execute("SELECT * FROM differences WHERE before = ?", [before])
            names = [column[0] for column in rows.description]
            for row in rows:
                values = dict(zip(names, row, strict=True))
                if values["after"] in same and self._is_measured(before, values["after"]):
                    self._corpus.db.table("differences").insert(values, ignore=True)


def _are_texts(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)


def _part(corpus: Corpus, policy: int) -> tuple[bool, str, str]:
    (text,) = corpus.db.execute("SELECT parts FROM policies WHERE id = ?", [policy]).fetchone()
    (latest,) = corpus.db.execute(
        "SELECT coalesce(max(c.started), '') FROM crawl_policies p JOIN crawls c ON c.id = p.crawl WHERE p.policy = ?",
        [policy],
    ).fetchone()
    return text is not None, str(latest), str(text or "")
