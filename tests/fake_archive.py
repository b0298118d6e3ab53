"""An archive of one snapshot that answers as it is told, faults included."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from crawling import SHOP

from crawler.archive import cdx

URL = SHOP
LISTING = json.dumps([list(cdx.FIELDS), ["example,shop)/privacy", "20200101000000", URL, "text/html", "200", "D", "9"]])
PAGE = "<html><title>Privacy</title><main><p>" + "We keep your order for thirty days. " * 30 + "</p></main></html>"
MEMENTO = {"Memento-Datetime": "Wed, 01 Jan 2020 00:00:00 GMT"}

Answer = Callable[[int], web.Response]


def listing(_: int) -> web.Response:
    return web.Response(text=LISTING, content_type="application/json")


def capture(_: int) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html", headers=MEMENTO)


def many(_: int) -> web.Response:
    return web.Response(text="[]", content_type="application/json")


def error(status: int, **headers: str) -> Answer:
    return lambda _: web.Response(status=status, text="<h1>Sorry</h1>", content_type="text/html", headers=headers)


def cut(_: int) -> web.Response:
    raise ConnectionResetError


def hang(_: int) -> web.Response:
    raise TimeoutError


def at_first(answer: Answer, failure: Answer) -> Answer:
    """The failure once, then the answer."""
    return lambda number: answer(number) if number else failure(number)


@asynccontextmanager
async def archive(
    cdx_answer: Answer = listing, replay_answer: Answer = capture
) -> AsyncIterator[tuple[str, Counter[str]]]:
    """An archive of one snapshot that answers as told; gives its address and the count of requests."""
    asked: Counter[str] = Counter()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        kind = "cdx" if request.path.startswith("/cdx/") else "replay"
        number = asked[kind]
        asked[kind] += 1
        try:
            return (cdx_answer if kind == "cdx" else replay_answer)(number)
        except ConnectionResetError:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        except TimeoutError:
            await asyncio.sleep(2)
            return web.Response()

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}", asked
    finally:
        await runner.cleanup()
