"""How many requests for data are answered at once: each may hold as much as a response may have, and more than once.

Pages are bounded by their threads. What Datasette answers waits its turn here, and keeps it until its response is
sent: in pieces, so that what a slow reader has not taken yet is not in memory twice.
"""

import asyncio
from typing import Any

from output.site.guarding import App, Message, Send

_AT_ONCE = 3
_PIECE = 256 * 1024
_LONGEST_WAIT = 60.0
"""Seconds in which a reader has to take a piece: who takes longer is cut off, and lets others have a turn."""


def wrapped(app: App, name: str) -> App:
    """Return an application that answers few requests for the data of a database at once; exports apart from pages."""
    pages, exports = asyncio.Semaphore(_AT_ONCE), asyncio.Semaphore(_AT_ONCE)

    async def limited(scope: Any, receive: Any, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if not any(part.partition(".")[0] == name for part in path.split("/")):
            await app(scope, receive, send)
            return

        async def pass_on(message: Message) -> None:
            body = message.get("body", b"")
            if len(body) <= _PIECE:
                await asyncio.wait_for(send(message), _LONGEST_WAIT)
                return
            for start in range(0, len(body), _PIECE):
                more = message.get("more_body", False) or start + _PIECE < len(body)
                piece = {"type": message["type"], "body": body[start : start + _PIECE], "more_body": more}
                await asyncio.wait_for(send(piece), _LONGEST_WAIT)

        is_export = path.endswith(".csv") or b"_format=csv" in scope["query_string"]
        async with exports if is_export else pages:
            await app(scope, receive, pass_on)

    return limited
