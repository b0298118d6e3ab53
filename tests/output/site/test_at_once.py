"""Few requests for data are answered at once, and a reader who takes nothing holds up nobody for long."""

import asyncio
from typing import Any

import pytest

from output.site import at_once


def scope(path: str) -> dict[str, Any]:
    return {"type": "http", "path": path, "query_string": b""}


async def taken(message: Any) -> None:
    pass


@pytest.mark.parametrize(
    ("path", "most"), [("/corpus/documents", 3), ("/corpus.json", 3), ("/base/corpus/changes.csv", 3), ("/policies", 9)]
)
async def test_data_is_answered_in_turns_and_pages_have_threads_of_their_own(path: str, most: int) -> None:
    under_way: list[int] = []
    seen = []

    async def app(*_: Any) -> None:
        under_way.append(1)
        seen.append(len(under_way))
        await asyncio.sleep(0.01)
        under_way.pop()

    limited = at_once.wrapped(app, "corpus")
    await asyncio.gather(*(limited(scope(path), None, taken) for _ in range(9)))
    assert max(seen) == most
    assert len(seen) == 9


async def test_a_large_body_is_sent_in_pieces_and_a_reader_who_takes_none_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = bytes(range(256)) * 4096
    got = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.body", "body": body})

    async def take(message: Any) -> None:
        got.append(message)

    async def take_nothing(_: Any) -> None:
        await asyncio.sleep(60)

    limited = at_once.wrapped(app, "corpus")
    await limited(scope("/corpus/documents"), None, take)
    assert b"".join(message["body"] for message in got) == body
    assert [message["more_body"] for message in got] == [True, True, True, False]
    monkeypatch.setattr(at_once, "_LONGEST_WAIT", 0.05)
    slow = [limited(scope("/corpus/documents"), None, take_nothing) for _ in range(5)]
    results = await asyncio.gather(*slow, return_exceptions=True)
    assert {type(result) for result in results} == {TimeoutError}
    await asyncio.wait_for(limited(scope("/corpus/documents"), None, take), 1)
