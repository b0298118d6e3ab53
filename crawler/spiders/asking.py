"""How spiders ask the archive: the address in the settings, who asks, requests, and what comes of those that fail."""

import logging
from typing import Any, NamedTuple

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, ResponseDataLossError
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler import arguments, program
from crawler.archive import address, bodies
from crawler.archive.redirects import TOO_SLOW, NoDocument
from crawler.errors import ArgumentError
from crawler.middlewares.bounded_headers import AnswerTooSlowError, HeadersTooLargeError, NoHttpError
from crawler.rate_limit.rates import intervals

logger = logging.getLogger(__name__)

_CONTACT_MISSING = (
    "No contact address is sent to the archive. Set CONTACT to a mail address or page of yours"
    " (%s-s CONTACT=you@example.org)."
)
_NO_FEEDS = (
    "{}: the items of this spider are the steps of a crawl, not the texts that it finds. Leave out -o, -O and FEEDS,"
    " and write the texts when the crawl is done: {} export jsonl --output PATH."
)


class Asked(NamedTuple):
    """The archive that a spider asks: its address, whether it is local, and the seconds between two requests."""

    url: str
    is_local: bool
    waits: dict[str, float]


def archive_of(settings: BaseSettings) -> Asked:
    """Check the settings about the archive. Raises `ArgumentError`."""
    if feeds := settings.getdict("FEEDS"):
        raise ArgumentError(_NO_FEEDS.format(", ".join(map(str, feeds)), program.name()))
    archive_url = str(settings["ARCHIVE_URL"])
    is_local = address.is_local(archive_url)
    try:
        waits = intervals(settings, local=is_local)
    except ValueError as error:
        raise ArgumentError(f"-s {error}") from error
    return Asked(archive_url if is_local else arguments.web_address("ARCHIVE_URL", archive_url), is_local, waits)


def introduce(settings: BaseSettings, archive_url: str) -> None:
    """Tell the archive with each request who asks, and the user if nobody can be written to."""
    contact = str(settings["CONTACT"]).strip()
    settings.set("USER_AGENT", f"policytrail/0.1 (+{contact})" if contact else "policytrail/0.1", priority="spider")
    if not contact and archive_url == address.WAYBACK_MACHINE:
        logger.warning(_CONTACT_MISSING, "" if program.is_installed() else "crawler/settings.py, or ")


def archive_request(
    url: str, kind: str, callback: Any, errback: Any, asked: dict[str, Any], *, is_local: bool
) -> Request:
    """Return a request of a kind (`rate_limit.rates`), which leaves at that kind's rate."""
    meta: dict[str, Any] = {"download_slot": kind}
    if is_local:
        meta["proxy"] = None  # what is served on loopback is not reached through a proxy
    return Request(url, callback, errback=errback, cb_kwargs=asked, meta=meta, dont_filter=True)


def end_of(failure: Failure) -> NoDocument:
    """Return why a request got no answer."""
    if isinstance(failure.value, DownloadCancelledError):
        of_headers = isinstance(failure.value, HeadersTooLargeError)
        return NoDocument("too large", str(failure.value if of_headers else bodies.BodyTooLarge()))
    if isinstance(failure.value, NoHttpError):
        return NoDocument("no answer", str(failure.value), failed=True)
    if isinstance(failure.value, AnswerTooSlowError):
        return NoDocument(TOO_SLOW, str(failure.value), failed=True)
    return NoDocument("no answer", _in_words(failure.value)[:300], failed=True)


def _in_words(error: BaseException | None) -> str:
    if isinstance(error, ResponseDataLossError):
        return "the answer broke off before its end"
    if isinstance(error, DownloadFailedError):
        reasons = getattr(error.__cause__, "reasons", [])
        names = ", ".join(dict.fromkeys(reason.type.__name__ for reason in reasons)) or str(error)
        return f"the connection ended without an answer ({names})"
    return f"{type(error).__name__}: {error}"
