"""The time and the memory that reading one page may take, wherever pages are read: in a crawl, or again later.

Nothing that a page is made of ends the reading of the others. Call it where the page is read, in the main thread of
this process or of one that only reads.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from crawler.archive.redirects import NoDocument
from crawler.extraction.rejection.reasons import TOO_MUCH_MEMORY, TOO_SLOW
from crawler.work_limits import TookTooLong, TookTooMuchMemory, work_limits

logger = logging.getLogger(__name__)

_SECONDS = 10  # of the processor, for one page; real ones take well under one (measured 2026-11)
_MEGABYTES = 200  # beside what the process has; real ones of 1 to 3 MB take up to 15 (measured 2026-11)

Read = TypeVar("Read")


def read_bounded(read: Callable[[], Read], page: str) -> Read | NoDocument:
    """Return what ``read`` gives for a page, whose address is ``page``; or why it cannot be read."""
    try:
        with work_limits(_SECONDS, _MEGABYTES):
            return read()
    except TookTooLong:
        return NoDocument(TOO_SLOW, f"Reading it takes more than {_SECONDS} s.")
    except (TookTooMuchMemory, MemoryError):
        return NoDocument(TOO_MUCH_MEMORY, f"Reading it takes more than {_MEGABYTES} MB.")
    except Exception as error:
        # One page that the extraction cannot bear must not end the crawl, nor be lost from sight.
        logger.exception("%s could not be read", page)
        return failed(f"{type(error).__name__}: {error}")


def failed(why: str) -> NoDocument:
    """Return the end of a page that could not be read."""
    return NoDocument("extraction failed", why[:500], failed=True)
