"""Responses that are sent again for as long as the corpus answers as it did when they were made.

Most of a page's time goes into making it of what the corpus answered, not into the answers. So what a page asked is
kept beside it, with a digest of each answer. Where nothing was written since, or where the same questions have the same
answers, the page is what it would be if it were made anew. No page is sent that is older than its request.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from datasette.utils import sqlite_timelimit

from output.site.asked import RECORDING, Asked, Recording, is_same
from output.site.threads import Execute

_MAX_KEPT = 32 * 1024 * 1024
"""Bytes of all that is remembered: some 500 pages of 60 KB (2026-11)."""
_MAX_RESPONSE = 2 * 1024 * 1024
_ASKED_SIZE = 1_000
"""Bytes that a question takes in memory, about: its SQL is shared."""
_MAX_MILLISECONDS = 1_000
"""For the questions of a page to be asked again: most take 1 to 3 ms (2026-11). What takes longer is made anew."""

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A response, and what it was made of."""

    start: Message
    body: bytes
    etag: bytes
    asked: Sequence[Asked]
    seen: dict[int, int] = field(default_factory=dict)
    """By connection: the version of the data for which all answers were the same; only this connection counts so."""

    @property
    def size(self) -> int:
        """How many bytes it takes, about."""
        return len(self.body) + _ASKED_SIZE * len(self.asked)

    def holds(self, connection: sqlite3.Connection) -> bool:
        """Tell whether the corpus answers as it did."""
        rows, connection.row_factory = connection.row_factory, None
        try:
            connection.execute("BEGIN")
            ((version,),) = connection.execute("PRAGMA data_version").fetchall()
            if self.seen.get(id(connection)) == version:
                return True
            with sqlite_timelimit(connection, _MAX_MILLISECONDS):
                same = all(is_same(connection, asked) for asked in self.asked)
            if same:
                self.seen[id(connection)] = version
            return same
        except sqlite3.Error:  # to make the page anew tells what is wrong
            return False
        finally:
            connection.row_factory = rows
            with suppress(sqlite3.Error):
                connection.rollback()


class _Memory:
    """Responses by what was asked for, the last used last, within a limit of bytes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, _Kept] = OrderedDict()
        self._size = 0

    def get(self, key: object) -> _Kept | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def forget(self, key: object) -> None:
        if kept := self._kept.pop(key, None):
            self._size -= kept.size

    def keep(self, key: object, kept: _Kept) -> None:
        self.forget(key)
        self._kept[key] = kept
        self._size += kept.size
        while self._size > _MAX_KEPT:
            self.forget(next(iter(self._kept)))


def wrapped(app: App, execute: Callable[[], Execute | None]) -> App:
    """Return an application that remembers its responses; ``execute`` gives the way to ask the corpus, if there is one.

    Remembered is what anybody may be sent: whole pages that asked the corpus, for requests without cookies.
    """
    memory = _Memory()

    async def remembering(scope: Any, receive: Any, send: Send) -> None:
        ask = execute() if _may_be_remembered(scope) else None
        if ask is None:
            await app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        key = (scope.get("scheme"), headers.get(b"host"), scope.get("raw_path") or scope["path"], scope["query_string"])
        kept = memory.get(key)
        if kept is not None:
            if await ask(kept.holds):
                await _send_again(kept, headers, send)
                return
            memory.forget(key)
        taken = Recording()
        start: Message = {}

        async def pass_on(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            first, start = start, {}
            if first and _is_whole(first, message, taken):
                body = bytes(message["body"])
                made = _Kept(first, body, b'"' + blake2b(body, digest_size=12).hexdigest().encode() + b'"', taken.asked)
                memory.keep(key, made)
                await _send_again(made, headers, send)
                return
            if first:
                await send(first)
            await send(message)

        token = RECORDING.set(taken)
        try:
            await app(scope, receive, pass_on)
        finally:
            RECORDING.reset(token)

    return remembering


def _may_be_remembered(scope: Any) -> bool:
    names = {name for name, _ in scope.get("headers", ())}
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and not names & {b"cookie", b"authorization"}
        and not scope["path"].startswith(("/static/", "/-/"))
    )


def _is_whole(start: Message, message: Message, taken: Recording) -> bool:
    return bool(
        start["status"] == 200
        and not message.get("more_body")
        and len(message.get("body", b"")) <= _MAX_RESPONSE
        and taken.whole
        and taken.asked
        and not any(bytes(name).lower() == b"set-cookie" for name, _ in start["headers"])
    )


async def _send_again(kept: _Kept, headers: Mapping[bytes, bytes], send: Send) -> None:
    """Send a response, or only that it is the one that the browser has."""
    has_it = kept.etag in {tag.strip() for tag in headers.get(b"if-none-match", b"").split(b",")}
    ours = [(name, value) for name, value in kept.start["headers"] if not has_it or name.lower() != b"content-length"]
    start = {**kept.start, "headers": [*ours, (b"etag", kept.etag)]}
    await send({**start, "status": 304} if has_it else start)
    await send({"type": "http.response.body", "body": b"" if has_it else kept.body})
