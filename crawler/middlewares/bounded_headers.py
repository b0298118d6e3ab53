"""What the bytes of a connection are when they are no response: headers without end, something that is no HTTP, or an
answer that began and hardly goes on.

Twisted collects headers for as long as they come, does not tell nonsense from a connection that broke, and has no limit
of time but that of the whole answer.
"""

from collections.abc import Awaitable
from typing import Any

from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, BadHeaders, HTTP11ClientProtocol, ParseError
from twisted.web.client import ResponseFailed, _HTTP11ClientFactory

MAX_HEADER_BYTES = 256 * 1024
"""Of one response, as browsers have it (Chromium's limit; 2026-11)."""

_LOOK_AGAIN = 2.5  # seconds
_LEAST = 500
"""Bytes between two looks, 200 a second: at that rate, a page of 60 KB takes five minutes."""
_SLOW_LOOKS = 3
"""So many looks in a row find less before an answer is given up: after one, the crawl itself may have been busy."""


class HeadersTooLargeError(DownloadCancelledError):
    """The headers of a response are larger than `MAX_HEADER_BYTES`."""

    def __init__(self) -> None:
        super().__init__(f"the headers are larger than {MAX_HEADER_BYTES // 1024} KiB")


class AnswerTooSlowError(DownloadTimeoutError):
    """An answer began, and hardly goes on."""

    def __init__(self) -> None:
        super().__init__(f"the answer began and brings less than {_LEAST / _LOOK_AGAIN:.0f} bytes a second")


class NoHttpError(DownloadFailedError):
    """Bytes came that are no HTTP: an answer of sorts, from an archive that is within reach."""


def bound(pool: Any) -> None:
    """Have a pool of Twisted's make connections that take no more headers than that."""
    pool._factory = _BoundedFactory


async def answer(response: Awaitable[Response]) -> Response:
    """Return a response. Raises `HeadersTooLargeError`, `NoHttpError`, `AnswerTooSlowError`, and what else there is."""
    try:
        return await response
    except Exception as error:
        reasons = error.__cause__.reasons if isinstance(error.__cause__, ResponseFailed) else []
        if any(reason.check(HeadersTooLargeError) for reason in reasons):
            raise HeadersTooLargeError from error
        if any(reason.check(AnswerTooSlowError) for reason in reasons):
            raise AnswerTooSlowError from error
        for reason in reasons:
            if reason.check(KeyError):  # where Twisted looks up how to read the body
                raise NoHttpError(
                    f"the answer is no HTTP (Transfer-Encoding: {reason.getErrorMessage()[:100]})"
                ) from error
            if reason.check(ParseError, BadHeaders, ValueError):
                raise NoHttpError(f"the answer is no HTTP ({reason.getErrorMessage()[:100]})") from error
        raise


def hung_up(error: Exception) -> bool:
    """Tell whether the archive took a connection and a request, and ended both without a word."""
    reasons = getattr(error.__cause__, "reasons", [])
    return isinstance(error, DownloadFailedError) and any(
        reason.check(ConnectionDone, ConnectionLost) for reason in reasons
    )


class _BoundedProtocol(HTTP11ClientProtocol):
    _header_bytes = 0
    _received = 0  # since the last look
    _slow_looks = 0
    _has_begun = False  # what comes first may take its time
    _next_look: Any = None

    def request(self, request: Any) -> Any:
        self._header_bytes = self._received = self._slow_looks = 0
        self._has_begun = False
        response = super().request(request)
        if self._parser is not None:
            self._parser.MAX_LENGTH = MAX_HEADER_BYTES  # of a line: at 16 KiB, Twisted hangs up
        return response

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        self._received += len(data)
        self._has_begun = True
        if self._next_look is None:
            self._look_later()
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if getattr(self._parser, "state", None) in {STATUS, HEADER}:
            self._header_bytes += len(data)
            if self._header_bytes > MAX_HEADER_BYTES:
                self._giveUp(Failure(HeadersTooLargeError()))  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - Twisted's name
        if self._next_look is not None:
            self._next_look.cancel()
            self._next_look = None
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def _look_later(self) -> None:
        from twisted.internet import reactor  # noqa: PLC0415 - which one it is, is decided by then

        self._next_look = reactor.callLater(_LOOK_AGAIN, self._look)  # type: ignore[arg-type]

    def _look(self) -> None:
        """See whether an answer that began goes on."""
        self._next_look = None
        if self._parser is None or not self._has_begun:
            return  # the last one is complete, and there is no next one yet
        self._slow_looks = self._slow_looks + 1 if self._received < _LEAST else 0
        self._received = 0
        if self._slow_looks < _SLOW_LOOKS:
            self._look_later()
        elif self._parser.state in {STATUS, HEADER}:
            self._giveUp(Failure(AnswerTooSlowError()))  # type: ignore[no-untyped-call]
        else:
            # To hang up alone would look like the end of a body that says no length.
            reader = self._parser.response._bodyProtocol
            if reader is not None and not reader._finished.called:
                reader._finished.errback(Failure(AnswerTooSlowError()))  # type: ignore[no-untyped-call]
            if self.transport is not None:
                self.transport.abortConnection()


class _BoundedFactory(_HTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> HTTP11ClientProtocol:  # noqa: N802 - Twisted's name
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
