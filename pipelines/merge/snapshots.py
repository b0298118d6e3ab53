"""The snapshots of a policy of another corpus, put beside those that are here: of each capture the better row stays."""

from collections.abc import Iterable, Iterator
from itertools import islice

from pipelines.corpus import Corpus
from pipelines.corpus.snapshots import execute_for_many
from pipelines.merge.rows import COLUMNS, KNOWN, Row, joined_listing, refusal, strength
from pipelines.merge.texts import First, Texts

_BATCH = 500
_FIND = f"SELECT id, {COLUMNS} FROM snapshots WHERE policy = ? AND url = ? AND timestamp = ?"  # noqa: S608 - ours
_ROWS = f"SELECT {COLUMNS} FROM snapshots WHERE policy = ? ORDER BY url, timestamp"  # noqa: S608 - ours
_SET_KNOWN = (
    f"UPDATE snapshots SET {', '.join(f'{column} = ?' for column in KNOWN)}"  # noqa: S608 - ours
    " WHERE policy = ? AND url = ? AND timestamp = ?"
)
_SET_LISTING = (
    "UPDATE snapshots SET mimetype = ?, status = ?, digest = ?, length = ?"
    " WHERE policy = ? AND url = ? AND timestamp = ?"
)


class Snapshots:
    """What came of putting the snapshots of the other corpus beside those of a policy, by its id here.

    ``news`` tells whether the other one knew more, ``ours`` whether this one did: of what was listed and answered. With
    ``reopened``, what was concluded here is to be concluded anew beside an imported text, or an answer that failed.
    ``beaten`` are the answers of the other one that do not stand, ``replaced`` those of this one (ids, new documents).
    ``first`` has for each of its texts the first fetched snapshot.
    """

    def __init__(self, corpus: Corpus, policy: int, texts: Texts) -> None:
        self._db = corpus.db
        self._policy = policy
        self._texts = texts
        self._extractors: dict[str, str | None] = {}
        (self._before,) = self._db.execute("SELECT count(*) FROM snapshots WHERE policy = ?", [policy]).fetchone()
        self._matched = 0
        self._conclusions: list[tuple[Row, Row, str | None]] = []  # here, there, the text there
        self.added = 0
        self.answers = 0
        self.refused: list[str] = []
        self.news = False
        self.ours = False
        self.reopened = False
        self.beaten: set[tuple[str, str]] = set()
        self.replaced: list[tuple[int, str | None]] = []
        self.first: dict[str, First] = {}

    def put(self, source: Corpus, policy: int) -> None:
        """Put all snapshots of the other corpus's policy, by its id there, beside those that are here."""
        rows = (Row(*row) for row in source.db.execute(_ROWS, [policy]))
        while batch := list(islice(rows, _BATCH)):
            execute_for_many(
                self._db,
                f"INSERT INTO snapshots (policy, {COLUMNS}) VALUES {{rows}}",  # noqa: S608 - ours
                ((self._policy, *row) for row in list(self._new(batch))),
            )
        self.ours |= self._matched < self._before

    def conclude_as_theirs(self) -> bool:
        """Let what was concluded in the other corpus stand, which knew all that is known here; tell whether that
        changes anything.
        """
        return self._set(self._conclusions)

    def conclude_as_either(self) -> bool:
        """Let the conclusions of either corpus stand that tell more, where both knew the same."""
        return self._set([one for one in self._conclusions if strength(one[1], None) > strength(one[0], None)])

    def _new(self, batch: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows that are new; put those that are not beside the ones that are there."""
        for row in batch:
            if why := refusal(row):
                self.refused.append(why)
                continue
            if row.document is not None and row.document not in self._texts.names:
                self.refused.append("a snapshot whose text is missing")
                continue
            found = self._db.execute(_FIND, [self._policy, *row.key]).fetchone() if self._before else None
            document = row.document
            theirs = row._replace(document=None if document is None else self._texts.names[document])
            if found is None:
                self.added += 1
                self.answers += theirs.is_answer
                self.news = True
                self._note(document, theirs, is_theirs=True)
                yield theirs
            else:
                self._matched += 1
                self._join(found[0], Row(*found[1:]), theirs, document)

    def _join(self, identifier: int, ours: Row, theirs: Row, document: str | None) -> None:
        listing = joined_listing(ours, theirs)
        if listing != ours.listing:
            self.news = True
            self._db.execute(_SET_LISTING, [*listing, self._policy, *ours.key])
        self.ours |= listing != theirs.listing
        if not ours.is_answer and not theirs.is_answer:
            if ours.known != theirs.known:
                self._conclusions.append((ours, theirs, document))
            return
        here = strength(ours, self._extractor(ours.document))
        there = strength(theirs, self._texts.extractors[document] if document else None)
        if there > here:
            if ours.is_concluded and (theirs.origin is not None or theirs.state == "failed"):
                self.reopened = True
            else:
                self.news = True
                self.answers += theirs.outcome != ours.outcome
            self.replaced.append((identifier, theirs.document))
            self._note(document, theirs, is_theirs=True)
            self._db.execute(_SET_KNOWN, [*theirs.known, self._policy, *theirs.key])
        elif there == here:
            self._note(document, theirs, is_theirs=False)
        else:
            self.ours |= ours.is_answer
            if theirs.is_answer:
                self.beaten.add(theirs.key)

    def _note(self, document: str | None, row: Row, *, is_theirs: bool) -> None:
        """Note that a row of the other corpus stands, which shows a document by its hash there."""
        self._keep(document)
        if document is not None and row.state == "fetched":
            now = First(row.place, is_theirs)
            self.first[document] = min(self.first.get(document, now), now)

    def _keep(self, document: str | None) -> None:
        if document is not None:
            self._texts.store(document)

    def _extractor(self, document: str | None) -> str | None:
        if document is None:
            return None
        if document not in self._extractors:
            row = self._db.execute("SELECT extractor FROM documents WHERE hash = ?", [document]).fetchone()
            self._extractors[document] = row[0] if row else None
        return self._extractors[document]

    def _set(self, found: Iterable[tuple[Row, Row, str | None]]) -> bool:
        changed = False
        for _, theirs, document in found:
            changed = True
            self._keep(document)
            self._db.execute(_SET_KNOWN, [*theirs.known, self._policy, *theirs.key])
        return changed
