"""How many answers in a row may keep the crawl of a policy long before its rest waits for the next crawl."""

from crawler.archive import redirects
from crawler.archive.redirects import NoDocument
from crawler.extraction.rejection import reasons

_IN_A_ROW = 3
_TAKES_TOO_MUCH = {reasons.TOO_SLOW, reasons.TOO_MUCH_MEMORY}


class Patience:
    """Counts them for one policy. Each method returns why the rest waits, as a clause, once it does."""

    def __init__(self) -> None:
        self._slow = self._heavy = 0

    def came(self, end: NoDocument | None = None) -> str | None:
        """Count an answer; ``end`` is why it is none."""
        self._slow = 0 if end is None else self._slow + (end.reason == redirects.TOO_SLOW)
        if self._slow < _IN_A_ROW:
            return None
        return f"{_IN_A_ROW} captures in a row came too slowly; the next crawl asks for them again"

    def read(self, found: object) -> str | None:
        """Count what was read in a page, or why that took too much."""
        is_heavy = isinstance(found, NoDocument) and found.reason in _TAKES_TOO_MUCH
        self._heavy = self._heavy + 1 if is_heavy else 0
        if self._heavy < _IN_A_ROW:
            return None
        return f"{_IN_A_ROW} pages in a row took more than a page is given; the next crawl goes on with the others"
