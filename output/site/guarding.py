"""What protects a site from a stranger's corpus, its visitors from what a corpus holds, and the machine from both."""

import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from datasette.database import QueryInterrupted
from jinja2 import TemplateError

from crawler.errors import CorpusRowError
from output.site import spreadsheets
from pipelines.corpus import trust
from pipelines.corpus.database import left_beside

_HEAP = 256 * 1024 * 1024
"""Bytes that SQLite may take in all: a page of a corpus of 20,000 policies takes some 10 MB (2026-11)."""
_MAX_RESPONSE = 32 * 1024 * 1024
"""Bytes of a response: the longest documents have 1 MB, a table's 1,000 rows of them are nothing to look at."""

_MAX_LOGGED = 1_000

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_OF_DATASETTE = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace(
        "style-src 'self'", "style-src 'self' 'unsafe-inline'; connect-src 'self'"
    )
}
"""On Datasette's own pages elements are styled within, and scripts ask for JSON."""

logger = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Send], Awaitable[None]]

_FOREIGN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, TemplateError)
"""What comes of values that no crawl stores, where a page is made or its template filled: NULL, types, broken JSON."""


def guard(connection: sqlite3.Connection) -> None:
    """Let a connection run nothing that a corpus brings along, and bound the memory that SQLite takes."""
    trust.guard(connection, reading=True)
    connection.execute(f"PRAGMA hard_heap_limit = {_HEAP}")


def sentence(error: BaseException) -> str | None:
    """Return what to tell visitors of an error of SQLite or of a foreign value; None for others."""
    if isinstance(error, QueryInterrupted):  # Datasette tells of it itself on some of its pages, but not in CSV
        return "It takes too long to make this page."
    if isinstance(error, sqlite3.Error | MemoryError):
        if trust.is_busy(error):
            return "Another program is writing to the corpus, and lets nobody read. Try again in a minute."
        if str(error) == "interrupted":
            return "It takes too long to make this page."
        if str(error).startswith(("no such table", "no such column")):
            return (
                f"The corpus was made by another version of Policytrail ({error}). The next crawl brings it up to date."
            )
        return f"The corpus cannot be read here ({error or 'it takes too much memory'})."
    if isinstance(error, CorpusRowError):
        return f"There is no such page of the corpus. {error}"
    if isinstance(error, _FOREIGN):
        return (
            f"The corpus holds something that Policytrail does not write ({type(error).__name__}), so that there is no"
            " such page of it."
        )
    return None


def log(path: str, told: str, error: BaseException) -> None:
    """Log what visitors of a page are told, and why, without the signs with which a corpus may steer a terminal."""
    why = re.sub(r"[^\x20-\x7e]", "?", f"{path}: {told} ({type(error).__name__}: {error})")
    logger.warning("%s", why[:_MAX_LOGGED])
    logger.debug("Where it was", exc_info=error)


def log_left_out(path: str, told: str) -> None:
    """Log what a page leaves out since it cannot be read."""
    logger.warning("%s", re.sub(r"[^\x20-\x7e]", "?", f"{path}: {told}")[:_MAX_LOGGED])


def is_on_read_only_media(path: Path) -> bool:
    """Tell whether a file can only be read as one that nobody writes, and loses nothing by that."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CANTOPEN and not left_beside(path)
    except sqlite3.Error:
        return False
    finally:
        connection.close()
    return False


def wrapped(app: App) -> App:
    """Return an application whose responses bear `HEADERS`, and are not too large."""

    async def guarded(scope: Any, receive: Any, send: Send) -> None:
        start: Message | None = None
        is_csv = False

        async def pass_on(message: Message) -> None:
            nonlocal start, is_csv
            if message["type"] == "http.response.start":
                start = message
                is_csv = _is_csv(scope, message)
                return
            if start is not None and message["type"] == "http.response.body":
                first, start = start, None
                if len(message.get("body", b"")) > _MAX_RESPONSE:
                    first, message = _too_large()
                await send({**first, "headers": _with_ours(first.get("headers", []))})
            if is_csv and message.get("body"):  # Datasette sends row by row
                message = {**message, "body": spreadsheets.escaped(message["body"])}
            await send(message)

        await app(scope, receive, pass_on if scope["type"] == "http" else send)

    return guarded


def _is_csv(scope: Any, start: Message) -> bool:
    """Tell whether a response is CSV: to be looked at in the browser, Datasette calls it plain text."""
    asked = scope["path"].endswith(".csv") or b"_format=csv" in scope.get("query_string", b"")
    kinds = [value for name, value in start["headers"] if name.lower() == b"content-type"]
    return any(b"csv" in kind or (asked and b"text/plain" in kind) for kind in kinds)


def _with_ours(headers: Any) -> list[tuple[bytes, bytes]]:
    given = {bytes(name).lower() for name, _ in headers}
    ours = ((name.lower().encode(), value.encode()) for name, value in _OF_DATASETTE.items())
    return [*headers, *(header for header in ours if header[0] not in given)]


def _too_large() -> tuple[Message, Message]:
    said = f"The answer is larger than {_MAX_RESPONSE >> 20} MiB: ask for fewer rows (_size=10) or columns (_col=…).\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    start = {"type": "http.response.start", "status": 413, "headers": headers}
    return start, {"type": "http.response.body", "body": said.encode()}
