"""A hostile archive on loopback: each policy's host names a scenario, and each scenario is one function.

    @SCENARIOS.listing(exit=2, says="leads back to an earlier one")
    def circle(asked): return table(row(asked.url, "20200101000000"), key="same")

answers for the listing of http://circle.hostile.example/p, and says how a crawl of it must end; `capture` does so for
captures. `listings.py`, `captures.py` and `large_pages.py` hold them. `Scenarios.check` (run for each by
`test_hostile_listings.py` and `test_hostile_captures.py`) crawls it as a command, beside a good policy that has to come
out as if it were alone. A function that wants to write its own bytes is a coroutine that takes ``asked.writer`` and
returns None.
"""

import asyncio
import inspect
import json
import os
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from crawling import ROOT, crawl_command
from measured import kilobytes, started

from crawler.archive.cdx import FIELDS
from crawler.timestamps import nearest_moment

SORRY = b"org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"
"""What the archive says where it excludes a URL (recorded answers of the archive)."""

LONGEST = 60.0
"""Seconds that a crawl of a scenario may take."""
LARGEST = 500
"""MiB of memory that it may take."""
GOOD = "good.hostile.example"

MONTHS = [f"2020{month:02}01000000" for month in range(1, 7)]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the archive."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the URL, the timestamp of a capture, the parameters of a listing, and how many came before for it."""

    url: str
    timestamp: str
    parameters: dict[str, str]
    number: int
    writer: asyncio.StreamWriter


Answer = Callable[[Asked], Reply | Awaitable[Reply | None] | None]


# -- answers of a good archive ----------------------------------------------------------------------------------------
def row(url: str, timestamp: str, **changes: str) -> list[str]:
    """A row of a listing."""
    values = ("example,hostile)/p", timestamp, url, "text/html", "200", f"D{timestamp}".ljust(32, "A"), "1234")
    return [changes.get(name, value) for name, value in zip(FIELDS, values, strict=True)]


def table(*rows: list[str], key: str | None = None) -> Reply:
    """A page of a listing, with the key of the next one."""
    body = json.dumps([list(FIELDS), *rows, *([[], [key]] if key else [])])
    return Reply(headers={"Content-Type": "application/json"}, body=body.encode())


def whole_listing(asked: Asked) -> Reply:
    """Six captures, a month apart."""
    since = asked.parameters.get("from", "")
    return table(*[row(asked.url, timestamp) for timestamp in MONTHS if timestamp >= since])


def policy_page(asked: Asked) -> Reply:
    """A policy whose text changes every month."""
    prose = f"<p>We keep your order for {asked.timestamp[:6]} days, as the law asks of every shop.</p>" * 12
    body = f"<html><title>Privacy</title><body><main><h1>Privacy policy</h1>{prose}</main></body></html>"
    captured = format_datetime(nearest_moment(asked.timestamp), usegmt=True)
    return Reply(headers={"Memento-Datetime": captured, "Content-Type": "text/html"}, body=body.encode())


# -- the scenarios ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Expected:
    """How a crawl must end: its exit status, a piece of what it says, how many snapshots of the policy it lists and
    fetches, the reason and a piece of the detail that the others have, and how many requests there may be at most;
    with which settings.
    """

    exit: int = 0
    says: str = ""
    listed: int | None = None
    fetched: int | None = None
    reason: str | None = None
    detail: str = ""
    requests: int | None = None
    settings: dict[str, object] = field(default_factory=dict)


class Scenarios:
    """Scenarios by their hosts' first labels, and how crawls of them must end."""

    def __init__(self) -> None:
        self.listings: dict[str, Answer] = {}
        self.captures: dict[str, Answer] = {}
        self.expected: dict[str, Expected] = {}

    def listing(self, **expected: object) -> Callable[[Answer], Answer]:
        """Register a function that answers for listings."""
        return lambda answer: self._add(self.listings, answer, expected)

    def capture(self, **expected: object) -> Callable[[Answer], Answer]:
        """Register a function that answers for captures."""
        return lambda answer: self._add(self.captures, answer, expected)

    def _add(self, answers: dict[str, Answer], answer: Answer, expected: dict[str, object]) -> Answer:
        name = answer.__name__.replace("_", "-")
        answers[name] = answer
        self.expected[name] = Expected(**expected)  # type: ignore[arg-type]
        return answer

    async def alone(self, folder: Path) -> list[tuple[str, str]]:
        """Crawl the good policy alone, and return its texts."""
        async with archive(self) as (address, _):
            ended = await crawl(folder, address, GOOD)
        found = texts(folder, GOOD)
        assert len(found) == len(MONTHS), ended.said
        return found

    async def check(self, name: str, folder: Path, alone: list[tuple[str, str]]) -> None:
        """Crawl a scenario beside a good policy, whose texts alone are given, and check that it ends as it must."""
        host, expected = f"{name}.hostile.example", self.expected[name]
        async with archive(self) as (address, asked):
            ended = await crawl(folder, address, host, GOOD, **expected.settings)
        assert (ended.exit, expected.says in ended.said) == (expected.exit, True), ended.said
        assert "Traceback" not in ended.said, ended.said
        assert ended.seconds <= LONGEST
        assert ended.megabytes <= LARGEST
        assert texts(folder, GOOD) == alone
        assert asked["elsewhere"] == 0
        states = snapshots(folder, host)
        assert expected.listed in {None, states.total()}
        assert expected.fetched in {None, states["fetched"]}
        assert expected.requests is None or asked[host] <= expected.requests
        if expected.reason is not None:
            reasons = reasons_given(folder, host)
            assert {reason for reason, _ in reasons} == {expected.reason}, reasons
            assert all(expected.detail in detail for _, detail in reasons), reasons


SCENARIOS = Scenarios()


@asynccontextmanager
async def archive(scenarios: Scenarios) -> AsyncIterator[tuple[str, Counter[str]]]:
    """The archive; gives its address and the count of requests by host."""
    asked: Counter[str] = Counter()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                reply = await _answer(scenarios, request.split(b" ", 2)[1].decode(), asked, writer)
                if reply is None:
                    break
                writer.write(_http(reply))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 24)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}", asked
    finally:
        server.close()


async def _answer(scenarios: Scenarios, target: str, asked: Counter[str], writer: asyncio.StreamWriter) -> Reply | None:
    parts = urlsplit(target)
    if is_listing := parts.path.startswith("/cdx/"):
        parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
        url, timestamp = parameters.get("url", ""), ""
    elif parts.path.startswith("/web/"):
        timestamp, _, url = target.removeprefix("/web/").partition("/")
        parameters, timestamp = {}, timestamp[:14]
    else:
        asked["elsewhere"] += 1
        return Reply(404)
    host = urlsplit(url if "//" in url else f"//{url}").hostname or ""  # of a discovery, a domain
    answers = scenarios.listings if is_listing else scenarios.captures
    answer = answers.get(host.split(".")[0], whole_listing if is_listing else policy_page)
    kind = "listing" if is_listing else "capture"
    given = answer(Asked(url, timestamp, parameters, asked[f"{kind} {host}"], writer))
    asked[host] += 1
    asked[f"{kind} {host}"] += 1
    return await given if inspect.isawaitable(given) else given


def _http(reply: Reply) -> bytes:
    headers = {"Content-Length": str(len(reply.body))} | reply.headers
    lines = [f"HTTP/1.1 {reply.status} X", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + reply.body


# -- crawls of it -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Ended:
    """How a crawl ended: its exit status, all it said, how long it took and how much memory."""

    exit: int
    said: str
    seconds: float
    megabytes: float


async def crawl(folder: Path, address: str, *hosts: str, **settings: object) -> Ended:
    """Crawl the policies of some hosts as a command, which is killed if it takes too long."""
    return await asyncio.to_thread(_crawl, folder, address, hosts, settings)


def _crawl(folder: Path, address: str, hosts: tuple[str, ...], settings: dict[str, object]) -> Ended:
    folder.mkdir(parents=True, exist_ok=True)
    vendors = folder / "vendors.toml"
    vendors.write_text("".join(f'[[policy]]\nvendor = "{host}"\nurls = ["http://{host}/p"]\n' for host in hosts))
    command = crawl_command(folder, address, **settings)
    command[command.index(next(part for part in command if part.startswith("vendors=")))] = f"vendors={vendors}"
    return _run(command, folder)


def _run(command: list[str], folder: Path) -> Ended:
    report = folder / "memory.txt"
    with (folder / "log.txt").open("wb") as log:
        began = time.monotonic()
        process = started(command, report, cwd=ROOT, stdout=log, stderr=log)
        try:
            process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        seconds = time.monotonic() - began
    said = (folder / "log.txt").read_text("utf-8", "replace")
    return Ended(process.returncode, said, seconds, kilobytes(report) / 1024)


def texts(folder: Path, vendor: str) -> list[tuple[str, str]]:
    """The texts of a vendor's snapshots in the corpus of a crawl."""
    return _rows(
        folder,
        "SELECT s.timestamp, d.body FROM snapshots s JOIN policies p ON p.id = s.policy"
        " JOIN documents d ON d.hash = s.document WHERE p.vendor = ? ORDER BY s.timestamp",
        vendor,
    )


def snapshots(folder: Path, vendor: str) -> Counter[str]:
    """How many snapshots of a vendor are in each state."""
    sql = "SELECT s.state FROM snapshots s JOIN policies p ON p.id = s.policy WHERE p.vendor = ?"
    return Counter(state for (state,) in _rows(folder, sql, vendor))


def reasons_given(folder: Path, vendor: str) -> set[tuple[str, str]]:
    """Why a vendor's snapshots hold no text of the policy: reasons and details."""
    sql = "SELECT s.reason, ifnull(s.detail, '') FROM snapshots s JOIN policies p ON p.id = s.policy"
    return set(_rows(folder, f"{sql} WHERE p.vendor = ? AND s.reason IS NOT NULL", vendor))


def _rows(folder: Path, sql: str, *values: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(folder / "corpus.db")) as db:
        return db.execute(sql, values).fetchall()
