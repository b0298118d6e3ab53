"""An archive behind a front that counts, takes its time, and fails as real archives do; the sample by default."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web
from crawling import SAMPLE

from crawler.local_archive.server import serve

FAULTS = {503: 0.08, 429: 0.02, "reset": 0.05, "truncate": 0.05, "page": 0.05}
"""How probable each fault of an answer is: a status, a connection that breaks, or a page in place of a listing."""


@asynccontextmanager
async def front(
    seed: int | None = None, latency: float = 0.0, archive: Path = SAMPLE / "sample.warc.gz"
) -> AsyncIterator[tuple[str, Counter[str]]]:
    """The address of the front, and how often it played back each target. With a seed, some answers are faults."""
    draw = random.Random(seed)
    played: Counter[str] = Counter()
    serving = AsyncExitStack()
    behind = await serving.enter_async_context(serve(archive))

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(latency)
        fault = draw.choices([*FAULTS, None], [*FAULTS.values(), 1 - sum(FAULTS.values())])[0] if seed else None
        if fault == 429:
            return web.Response(status=429, headers={"Retry-After": "0"}, text="Too Many Requests")
        if fault == 503 or (fault == "page" and request.path.startswith("/cdx")):
            page = "<h1>Temporarily Offline</h1>"
            return web.Response(status=200 if fault == "page" else 503, text=page, content_type="text/html")
        async with session.get(f"{behind}{request.raw_path}", allow_redirects=False) as response:
            body = await response.read()
            keep = {n: v for n, v in response.headers.items() if n not in ("Content-Length", "Transfer-Encoding")}
        assert request.transport is not None
        if fault == "reset":
            request.transport.abort()
        elif fault == "truncate" and len(body) > 1:
            head = "".join(f"{n}: {v}\r\n" for n, v in keep.items() if n != "Connection")
            start = f"HTTP/1.1 {response.status} X\r\n{head}Content-Length: {len(body)}\r\n\r\n"
            request.transport.write(start.encode() + body[: len(body) // 2])
            request.transport.close()
        elif request.path.startswith("/web/"):
            played[request.raw_path] += 1
        return web.Response(status=response.status, headers=keep, body=body)

    async with aiohttp.ClientSession(auto_decompress=False) as session:
        runner = web.ServerRunner(web.Server(handle))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield "http://127.0.0.1:{1}".format(*runner.addresses[0]), played
        finally:
            await runner.cleanup()
            await serving.aclose()
