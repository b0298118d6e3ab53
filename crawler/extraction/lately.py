"""What was made lately of a tree: most pages of a policy differ only beside it, in a menu or in the names of styles."""

from collections import OrderedDict
from collections.abc import Callable

from lxml.html import HtmlElement

from crawler.extraction.fingerprint import fingerprint, written
from crawler.extraction.lean import Lean, lean

_MOST = 32
_MOST_CHARACTERS = 256 * 1024  # of a text that is remembered: all of them have 8 M
_MOST_GLANCES = 4096  # of 32 bytes each
_MOST_OF_PAGES = 4 * 1024 * 1024  # characters of lean pages and of what they were: some 20 policies of a crawl


class Lately:
    """Remembers what a function made of trees, for as long as the process lives."""

    def __init__(self) -> None:
        self._made: OrderedDict[bytes, str] = OrderedDict()

    def made(self, tree: HtmlElement, *beside: object, make: Callable[[], str]) -> str:
        """Return what ``make`` makes, which depends on the tree and what is ``beside`` it alone."""
        key = fingerprint(written(tree), *beside)
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        made = make()
        if len(made) <= _MOST_CHARACTERS:
            self._made[key] = made
            if len(self._made) > _MOST:
                self._made.popitem(last=False)
        return made


class Glances:
    """Remembers which fingerprint pages have whose text without what is never looked at is the same."""

    def __init__(self) -> None:
        self._same: OrderedDict[bytes, bytes] = OrderedDict()

    def get(self, glance: bytes) -> bytes | None:
        """Return the fingerprint of a page that was seen lately."""
        return self._same.get(glance)

    def put(self, glance: bytes, same: bytes) -> None:
        """Remember the fingerprint of a page."""
        self._same[glance] = same
        self._same.move_to_end(glance)
        if len(self._same) > _MOST_GLANCES:
            self._same.popitem(last=False)


class LeanPages:
    """Remembers the last lean page of each address: the next one there is mostly like it."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[Lean, int]] = OrderedDict()
        self._characters = 0

    def lean(self, page: str, url: str) -> Lean | None:
        """Return a page of an address without what extraction never looks at; None if it has to be read as it is."""
        last = self._last.get(url)
        made = lean(page, last[0] if last else None)
        if made is not None:
            self._characters -= self._last.pop(url)[1] if last else 0
            self._last[url] = made, (size := 2 * len(page))
            self._characters += size
            while self._characters > _MOST_OF_PAGES:
                self._characters -= self._last.popitem(last=False)[1][1]
        return made
