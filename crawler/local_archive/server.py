"""The HTTP server of a local archive: WARC files on loopback in the Internet Archive's protocol."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qsl

from aiohttp import web

from crawler.local_archive import cdx_server, replay
from crawler.local_archive.captures import ArchiveContents, read_captures
from crawler.local_archive.index import CaptureIndex

logger = logging.getLogger(__name__)

CDX_PATH = "/cdx/search/cdx"
# Bytes. A target holds a whole URL, and archived URLs may be of any length; aiohttp's own limit is 8190.
_MAX_REQUEST_LINE = 1 << 16
_MAX_PARAMETERS = 100
# Seconds for the answers under way when the server closes; aiohttp waits 60.
_SHUTDOWN_SECONDS = 2.0


class LocalArchive:
    """An archive of WARC files: `async with LocalArchive(path) as url`, or `start()` and `close()`.

    `path` is a WARC file or a directory of them. It answers `GET /cdx/search/cdx` and `GET /web/TIMESTAMPid_/URL` in
    the running event loop, on 127.0.0.1 only.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._runner: web.ServerRunner | None = None

    async def start(self) -> str:
        """Read the files and serve them. Return the address, `http://127.0.0.1:PORT`.

        Raises `ArchiveFilesError` if the files hold no capture.
        """
        contents = await asyncio.to_thread(read_captures, self._path)
        _report(self._path, contents)
        server = web.Server(
            _handler(CaptureIndex(contents.captures)),
            access_log=None,
            max_line_size=_MAX_REQUEST_LINE,
            max_field_size=_MAX_REQUEST_LINE,
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def close(self) -> None:
        """Stop serving, if it serves."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def __aenter__(self) -> str:
        return await self.start()

    async def __aexit__(self, *error: object) -> None:
        await self.close()


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


def _report(path: Path, contents: ArchiveContents) -> None:
    logger.info("%s: %d captures; not captures: %s", path, len(contents.captures), dict(contents.skipped) or "none")
    for reason, places in contents.damage.items():
        logger.warning("Damaged WARC file: %s (%d ×); what could be read is served", reason, places)
