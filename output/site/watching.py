"""What a monitor asks: `/-/health`, answered with a status and JSON, and `/-/metrics`, for Prometheus."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Response

from crawler.errors import CorpusError
from output.site import guarding, metrics, threads, views
from output.site.health import Health, health

_MAX_MILLISECONDS = 5_000
"""For all that is asked of a corpus at once: 1 to 100 ms (2026-11)."""
_MAX_DIGITS = 10
_HEADERS = {"Cache-Control": "no-store"}

Told = TypeVar("Told")


async def answer_health(datasette: Any, request: Any) -> Response:
    """Say how the corpus fares: 200 if it fares well, 503 if somebody has to act.

    ``?max_age=SECONDS`` bounds how long ago a run may have gone well.
    """
    given = request.args.get("max_age")
    if given is not None and not (given.isascii() and given.isdigit() and len(given) <= _MAX_DIGITS):
        problem = f"max_age={given[:80]}: expected seconds, such as max_age=129600 for 36 hours."
        return Response.json({"status": "unknown", "problem": problem}, status=400, headers=_HEADERS)
    max_age, now = None if given is None else int(given), datetime.now(UTC)
    try:
        told = await _of_corpus(datasette, lambda conn: health(conn, now, max_age))
    except CorpusError as error:
        told = Health("unreadable", str(error))
    return Response.json(told.as_json, status=told.http_status, headers=_HEADERS)


async def answer_metrics(datasette: Any) -> Response:
    """Return the metrics; a sentence with 503 if the corpus cannot be read."""
    try:
        text, status = await _of_corpus(datasette, metrics.exposition), 200
    except CorpusError as error:
        text, status = f"# {error}\n", 503
    return Response(text, status=status, content_type=metrics.CONTENT_TYPE, headers=_HEADERS)


async def _of_corpus(datasette: Any, ask: Callable[[sqlite3.Connection], Told]) -> Told:
    """Return what is asked of the corpus. Raises `CorpusError` with a sentence if it cannot be read."""
    if views.DATABASE not in datasette.databases:
        raise CorpusError("There is no corpus here.")

    def answer(conn: sqlite3.Connection) -> Told:
        rows, conn.row_factory = conn.row_factory, None
        try:
            if why := views.refusal(conn):
                raise CorpusError(f"The file cannot be read as a corpus ({why}).")
            with sqlite_timelimit(conn, _MAX_MILLISECONDS):
                return ask(conn)
        finally:
            conn.row_factory = rows

    try:
        return await threads.of_pages(datasette, views.DATABASE)(answer)  # type: ignore[no-any-return]
    except CorpusError:
        raise
    except Exception as error:
        if (why := guarding.sentence(error)) is None:
            raise
        guarding.log("/-/health", why, error)
        raise CorpusError(why) from error


ROUTES = [(r"^/-/health$", answer_health), (r"^/-/metrics$", answer_metrics)]
