"""Connections that give up a response whose headers do not end. Twisted collects them for as long as they come."""

from collections.abc import Awaitable
from typing import Any

from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, HTTP11ClientProtocol
from twisted.web.client import ResponseFailed, _HTTP11ClientFactory

MAX_HEADER_BYTES = 256 * 1024
"""Of one response, as browsers have it (Chromium's limit; 2026-11)."""


class HeadersTooLargeError(DownloadCancelledError):
    """The headers of a response are larger than `MAX_HEADER_BYTES`."""

    def __init__(self) -> None:
        super().__init__(f"the headers are larger than {MAX_HEADER_BYTES // 1024} KiB")


def bound(pool: Any) -> None:
    """Have a pool of Twisted's make connections that take no more headers than that."""
    pool._factory = _BoundedFactory


async def answer(response: Awaitable[Response]) -> Response:
    """Return a response. Raises `HeadersTooLargeError`, and what else there is to raise."""
    try:
        return await response
    except Exception as error:
        cause = error.__cause__
        if isinstance(cause, ResponseFailed) and any(reason.check(HeadersTooLargeError) for reason in cause.reasons):
            raise HeadersTooLargeError from error
        raise


class _BoundedProtocol(HTTP11ClientProtocol):
    _header_bytes = 0

    def request(self, request: Any) -> Any:
        self._header_bytes = 0
        response = super().request(request)
        if self._parser is not None:
            self._parser.MAX_LENGTH = MAX_HEADER_BYTES  # of a line: at 16 KiB, Twisted hangs up
        return response

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if getattr(self._parser, "state", None) in {STATUS, HEADER}:
            self._header_bytes += len(data)
            if self._header_bytes > MAX_HEADER_BYTES:
                self._giveUp(Failure(HeadersTooLargeError()))  # type: ignore[no-untyped-call]


class _BoundedFactory(_HTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> HTTP11ClientProtocol:  # noqa: N802 - Twisted's name
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
