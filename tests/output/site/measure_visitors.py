"""Measures how long visitors wait while a crawl writes: 50 connections that ask one page after the other for 30 s.

    python tests/output/site/measure_visitors.py [SECONDS [CONNECTIONS]]

The site and the crawl are processes of their own, on one corpus: visitors read the sample's policies, the crawl stores
every capture of a generated archive meanwhile. What is printed are the answers, the errors, the median and 95 %, how
long one visitor alone waits, and the machine's load before, to which 50 clients in one process come.
"""

import asyncio
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import httpx
from benchmark import generated
from crawling import ROOT, SAMPLE, crawl_command, run_crawl

POLICIES, CAPTURES = 40, 200
PAGES = (
    *("/", "/policies", "/changes", "/changes.atom", "/search?q=privacy", "/search?q=%22personal+data%22"),
    *("/policies/harbourlight.example", "/policies/harbourlight.example/privacy-policy"),
    "/policies/harbourlight.example/privacy-policy?on=2019-05-01",
    "/policies/harbourlight.example/privacy-policy/20190211154003",
    "/policies/harbourlight.example/privacy-policy/20190211154003/20200904114615",
    *("/corpus/changes?_size=20", "/corpus/snapshots?_size=20", "/corpus/documents.json?_size=5"),
)


async def ask(client: httpx.AsyncClient, pages: list[str], until: float, waited: list[float]) -> list[str]:
    """Ask one page after the other; return the errors."""
    errors = []
    for page in cycle(pages):
        started = time.perf_counter()
        if started > until:
            return errors
        try:
            status = (await client.get(page)).status_code
        except httpx.HTTPError as error:
            errors.append(f"{page}: {error!r}")
        else:
            waited.append(time.perf_counter() - started)
            if status != 200:
                errors.append(f"{page}: {status}")
    raise AssertionError


async def visit(address: str, seconds: float, connections: int) -> None:
    """Ask with so many connections, and print what came of it."""
    limits = httpx.Limits(max_connections=connections)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        for page in PAGES:
            (await client.get(page)).raise_for_status()
        waited: list[float] = []
        until = time.perf_counter() + seconds
        turns = ([*PAGES[at % len(PAGES) :], *PAGES[: at % len(PAGES)]] for at in range(connections))
        errors = await asyncio.gather(*(ask(client, pages, until, waited) for pages in turns))
    every = [error for of_one in errors for error in of_one]
    median, most = statistics.median(waited), statistics.quantiles(waited, n=20)[-1]
    print(f"{connections:3} connections: {len(waited)} answers, {len(every)} errors, median {1000 * median:.0f} ms,")
    print(f"                 95 % {1000 * most:.0f} ms, at most {1000 * max(waited):.0f} ms", *every[:5], flush=True)


def processor(process: "subprocess.Popen[str]") -> float:
    """The processor time that a process has taken (Linux), in seconds."""
    user, system = Path(f"/proc/{process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def stored(corpus: Path) -> int:
    """How many captures a corpus has."""
    with closing(sqlite3.connect(corpus)) as db:
        return int(db.execute("SELECT count(*) FROM snapshots WHERE state = 'fetched'").fetchone()[0])


def main(seconds: float, connections: int, folder: Path) -> None:
    """Measure one visitor and many, while a crawl writes."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    asyncio.run(run_crawl(folder))
    generated.write(folder / "generated.warc.gz", POLICIES, CAPTURES)
    (folder / "generated.toml").write_text(generated.vendors(POLICIES))
    command = crawl_command(folder, folder / "generated.warc.gz", "-a", "snapshots=all")
    command = [part.replace(str(SAMPLE / "vendors.toml"), str(folder / "generated.toml")) for part in command]
    crawl = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    corpus = folder / "corpus.db"
    serving = [sys.executable, "-m", "scrapy", "serve", str(corpus), "--port", "0"]
    site = subprocess.Popen(serving, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert site.stdout is not None
        address = site.stdout.readline().split(": ", 1)[1].split(" ")[0]
        while stored(corpus) < 300:  # then the crawl is well under way
            time.sleep(0.2)
        asyncio.run(visit(address, seconds / 3, 1))
        before, taken = stored(corpus), processor(site)
        asyncio.run(visit(address, seconds, connections))
        print(f"the site took {processor(site) - taken:.1f} s of the processor, at a load of {os.getloadavg()[0]:.1f}")
        state = "goes on" if crawl.poll() is None else "HAS ENDED: more captures are needed"
        print(f"{stored(corpus) - before} captures were stored meanwhile; the crawl {state}")
    finally:
        for process in (crawl, site):
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(*map(float, sys.argv[1:2] or ["30"]), *map(int, sys.argv[2:3] or ["50"]), Path(temporary))
