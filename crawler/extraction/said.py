"""What a page says, whenever it was captured and whatever of it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from crawler.extraction.doubts import doubts
from crawler.extraction.language import language
from crawler.model import Disregarded, Document, Doubt, LeftOut
from crawler.text.identity.content import KEPT_AT_MOST, Content
from crawler.text.limits import MAX_TITLE, shortened
from crawler.text.markdown import without_targets

_SOME_DAY = "20000101000000"


class Account(NamedTuple):
    """How a text was found on a page, the share and the number of the page's words that it holds, and the others."""

    route: str
    recall: float
    words: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text, read by ``extractor``. Where ``body`` cites the capture, it has ``mark`` in place of the timestamp."""

    title: str
    body: str
    mark: str | None
    account: Account
    language: str | None
    doubts: tuple[Doubt, ...]
    extractor: str

    def document(self, timestamp: str, count: Callable[[str], Content]) -> Document:
        """Return the document of a capture of this page; ``count`` gives what counts of its body."""
        body = _at(timestamp, self.body, self.mark)
        kept = _kept(self.body, self.mark, count) if len(self.body) <= KEPT_AT_MOST else None
        counted, disregarded = kept or _counted(body, count)
        return Document(
            self.title,
            body,
            counted,
            self.account.route,
            self.account.recall,
            disregarded,
            self.language,
            self.extractor,
            self.account.words,
            self.account.left_out,
            doubts(body) if self.doubts else (),  # they quote the body, with the timestamp
        )


def text_of(title: str, body: str, mark: str | None, account: Account, extractor: str) -> Text:
    """Return the text of a page with such a title and body."""
    about = _about if len(body) <= KEPT_AT_MOST else _about.__wrapped__
    return Text(shortened(title, MAX_TITLE), body, mark, account, *about(body, mark), extractor)


@lru_cache(maxsize=32)  # most pages that differ from those before say what one of them said
def _about(body: str, mark: str | None) -> tuple[str | None, tuple[Doubt, ...]]:
    some_day = _at(_SOME_DAY, body, mark)
    return language(some_day), doubts(some_day)


def cites_only(body: str, mark: str) -> bool:
    """Tell whether the mark stands in what a body cites alone, so that no text depends on the time of the capture."""
    cites = _cites_only if len(body) <= KEPT_AT_MOST else _cites_only.__wrapped__
    return cites(body, mark)


@lru_cache(maxsize=32)
def _cites_only(body: str, mark: str) -> bool:
    return mark not in body or mark not in without_targets(body)


@lru_cache(maxsize=32)  # most captures say what the one before said
def _kept(body: str, mark: str | None, count: Callable[[str], Content]) -> tuple[str, tuple[Disregarded, ...]] | None:
    """Return what counts of a body whenever it was captured; None where a timestamp counts."""
    some_day = _at(_SOME_DAY, body, mark)
    return _counted(some_day, count) if without_targets(some_day) == without_targets(body) else None


def _counted(body: str, count: Callable[[str], Content]) -> tuple[str, tuple[Disregarded, ...]]:
    said = count(body)
    return said.hash, said.disregarded


def _at(timestamp: str, body: str, mark: str | None) -> str:
    return body if mark is None else body.replace(mark, timestamp)
