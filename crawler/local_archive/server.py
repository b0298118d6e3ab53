"""The HTTP server of a local archive: archive files on loopback in the Internet Archive's protocol."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl

from aiohttp import web

from crawler.local_archive import cdx_server, replay
from crawler.local_archive.captures import read_captures
from crawler.local_archive.index import CaptureIndex

CDX_PATH = "/cdx/search/cdx"
# Bytes. A target holds a whole URL, and archived URLs may be of any length; aiohttp's own limit is 8190.
_MAX_REQUEST_LINE = 1 << 16
_MAX_PARAMETERS = 100
# Seconds for the answers under way when the server closes; aiohttp waits 60.
_SHUTDOWN_SECONDS = 2.0


@asynccontextmanager
async def serve(path: Path | str) -> AsyncIterator[str]:
    """Serve an archive, a file or a folder of them, at the address that is yielded: `http://127.0.0.1:PORT`.

    It answers `GET /cdx/search/cdx` and `GET /web/TIMESTAMPid_/URL` in the running event loop, on loopback only.
    Raises `ArchiveFilesError` if the files hold no capture.
    """
    contents = await asyncio.to_thread(read_captures, Path(path))
    server = web.Server(
        _handler(CaptureIndex(contents.captures)),
        access_log=None,
        max_line_size=_MAX_REQUEST_LINE,
        max_field_size=_MAX_REQUEST_LINE,
    )
    runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _handler(index: CaptureIndex) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        # The raw target: a router would decode it, and a URL within a URL does not survive that.
        target = request.raw_path
        path, _, query = target.partition("?")
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405, headers={"Allow": "GET, HEAD"}, text="Only GET and HEAD are answered.\n")
        if path.rstrip("/") == CDX_PATH:
            return _listing(index, query)
        played = replay.play(index, target)
        return web.Response(status=played.status, headers=[*replay.SECURITY_HEADERS, *played.headers], body=played.body)

    return handle


def _listing(index: CaptureIndex, query: str) -> web.Response:
    try:
        parameters = parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)
    except ValueError:
        return web.Response(status=400, text=f"The query has more than {_MAX_PARAMETERS} parameters.\n")
    answer = cdx_server.answer(parameters, index.captures)
    return web.Response(status=answer.status, content_type=answer.content_type, charset="utf-8", body=answer.body)
