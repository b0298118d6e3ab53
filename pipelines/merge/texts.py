"""The texts of a policy of another corpus: what each is called here, and whose reading of it is kept."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from crawler.errors import TextTooLargeError
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.limits import excess
from pipelines.corpus import Corpus, documents
from pipelines.merge.rows import reading

Place = tuple[str, str, str]
_COLUMNS = "title, body, language, route, recall, extractor, words"
_KINDS = (str, str, str | None, str | None, float | int | None, str | None, int | None)
_SHOWN = "SELECT DISTINCT document FROM snapshots WHERE policy = ? AND document IS NOT NULL ORDER BY document"
_EARLIEST = (
    "SELECT captured, timestamp, url FROM snapshots WHERE document = ? AND state = 'fetched'"
    " ORDER BY captured, timestamp, url LIMIT 1"
)


class First(NamedTuple):
    """The first fetched snapshot that shows a text of the other corpus, and whether only the other one says so."""

    place: Place
    is_theirs: bool


class Texts:
    """The texts of one policy of another corpus, by the hashes that they have there."""

    def __init__(self, corpus: Corpus, source: Corpus, policy: int, identity: PolicyIdentity, *, same: bool) -> None:
        """Name each text by today's rules. With ``same`` both corpora tell texts apart in the same way."""
        self._corpus = corpus
        self._source = source
        self.names: dict[str, str] = {}
        self.extractors: dict[str, str | None] = {}
        self.stored: set[str] = set()
        self.new = 0
        for (document,) in source.db.execute(_SHOWN, [policy]).fetchall():
            text = _read(source, document)
            if text is None or not all(isinstance(*one) for one in zip(text, _KINDS, strict=True)):
                continue
            if too_large := excess(text[1]):
                raise TextTooLargeError(f"the text {document} {too_large}")
            known = same and _read(corpus, document) == text
            self.names[document] = document if known else identity.content(text[1]).hash
            self.extractors[document] = text[5]

    def store(self, document: str) -> None:
        """Make sure that a text is here, before a snapshot shows it."""
        name = self.names[document]
        if name not in self.stored:
            self.stored.add(name)
            if not self._corpus.db.execute("SELECT 1 FROM documents WHERE hash = ?", [name]).fetchone():
                self.new += 1
                self._put(document)

    def settle(self, first: Mapping[str, First]) -> Iterator[str]:
        """Let each text have the title, the links and the spacing of its earliest fetched snapshot, whichever corpus
        has that; yield the hashes of those that are another's now.
        """
        for name in sorted({self.names[document] for document in first}):
            place, is_theirs, document = min((*first[one], one) for one in first if self.names[one] == name)
            if self._corpus.db.execute(_EARLIEST, [name]).fetchone() != place:
                continue
            ours, theirs = _read(self._corpus, name), _read(self._source, document)
            if theirs is not None and ours != theirs and (is_theirs or ours is None or _order(theirs) > _order(ours)):
                self._put(document)
                yield name

    def _put(self, document: str) -> None:
        text = _read(self._source, document)
        assert text is not None
        changes = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS.split(", "))
        self._corpus.db.execute(
            f"INSERT INTO documents (hash, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
            f" ON CONFLICT (hash) DO UPDATE SET {changes}",
            [self.names[document], *text],
        )


def _read(corpus: Corpus, document: str) -> tuple[Any, ...] | None:
    row: tuple[Any, ...] | None = corpus.db.execute(
        f"SELECT {documents.TITLE}, {_COLUMNS.removeprefix('title, ')} FROM documents d WHERE hash = ?",  # noqa: S608
        [document],
    ).fetchone()
    return row


def _order(text: tuple[Any, ...]) -> tuple[int, str, list[str]]:
    return reading(text[5]), text[5] or "", [str(value) for value in text]
