"""Measures the project on a generated archive, beside a bare download and bare trafilatura of the same captures.

    make bench
    python tests/benchmark/bench.py [--policies 3] [--captures 100] [--folder DIR]

Each row is a process of its own, on the same machine in the same run; the archive is served by another one.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import generated
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
# What a command leaves behind, as servers of worker processes, would not be counted: this waits for it too.
_BETWEEN = """
import contextlib, ctypes, os, subprocess, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
code = subprocess.run(sys.argv[1:]).returncode
with contextlib.suppress(ChildProcessError):
    while True:
        os.wait()
sys.exit(code)
"""
MORE = 10
"""How many times the snapshots, in the last rows."""


class Measured(NamedTuple):
    """What a command took: seconds, those of the processor by all of its processes, and the most memory of one of them
    in MB.
    """

    what: str
    captures: int
    seconds: float
    cpu: float
    megabytes: float


def measure(what: str, captures: int, command: list[str]) -> Measured:
    """Run a command. Raises `RuntimeError` with what it printed if it fails."""
    with tempfile.TemporaryFile() as printed:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", _BETWEEN, *command],
            stdout=printed,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            printed.seek(0)
            raise RuntimeError(f"{' '.join(command)}: {printed.read().decode(errors='replace')[-2000:]}")
    per_megabyte = 2**20 if sys.platform == "darwin" else 2**10
    return Measured(what, captures, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / per_megabyte)


@contextmanager
def served(archive: Path) -> Iterator[str]:
    """The address at which another process serves an archive."""
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(archive)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.communicate()


def bench(folder: Path, policies: int, captures: int) -> Iterator[Measured]:
    """Yield each measurement as it is made."""
    file = folder / "vendors.toml"
    file.write_text(generated.vendors(policies), "utf-8")
    archive, more = folder / "captures.warc.gz", folder / "more.warc.gz"
    played, played_more = (
        generated.write(path, policies, n) for path, n in ((archive, captures), (more, MORE * captures))
    )
    total = len(played)
    with served(archive) as address:
        (folder / "played.txt").write_text("\n".join(address + target for target in played), "utf-8")
        itself = [sys.executable, __file__]
        yield measure("bare download", total, [*itself, "--download", str(folder / "played.txt")])
        yield measure("bare trafilatura", total, [*itself, "--extract", str(archive)])
        for workers in _workers():
            place = folder / f"all{workers or ''}"
            yield measure(_named("crawl, all snapshots", workers), total, _crawl(place, file, address, "all", workers))
        yield measure("crawl, changes", total, _crawl(folder / "changes", file, address, "changes"))
        for workers in _workers():
            command = _scrapy("reextract", "", folder / f"all{workers or ''}", workers)
            yield measure(_named("re-extraction", workers), total, command)
    with served(more) as address:
        for mode in ("all", "changes"):
            command = _crawl(folder / f"more-{mode}", file, address, mode)
            yield measure(f"{MORE}× the snapshots, {mode}", len(played_more), command)


def _workers() -> list[int | None]:
    """How many worker processes to measure with; None where there is no such setting."""
    from crawler import settings

    return [*range(1, (os.cpu_count() or 1) + 1)] if hasattr(settings, "WORKERS") else [None]


def _named(what: str, workers: int | None) -> str:
    return what if workers is None else f"{what}, {workers} worker{'s' * (workers > 1)}"


def _crawl(place: Path, file: Path, address: str, mode: str, workers: int | None = None) -> list[str]:
    spider = ["policies", "-a", f"vendors={file}", "-a", f"snapshots={mode}"]
    return [*_scrapy("crawl", address, place, workers), *spider]


def _scrapy(command: str, address: str, place: Path, workers: int | None) -> list[str]:
    settings = {
        "ARCHIVE_URL": address or str(place / "warc"),
        "CORPUS_DB": place / "corpus.db",
        "DOCUMENTS_DIR": place / "documents",
        "WARC_DIR": place / "warc",
        "STATE_DIR": place / "state",
        "CDX_REQUESTS_PER_MINUTE": 0,
        "REPLAY_REQUESTS_PER_MINUTE": 0,
        "LOG_LEVEL": "WARNING",
        **({} if workers is None else {"WORKERS": workers}),
    }
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", command, *given]


def table(rows: list[Measured]) -> Table:
    """The measurements, beside those of the bare download and bare trafilatura."""
    shown = Table()
    for name in ("", "captures", "s", "captures/s", "× download", "CPU s", "ms CPU/capture", "× trafilatura", "MB"):
        shown.add_column(name, justify="right" if name else "left")
    speed = {row.what: row.captures / row.seconds for row in rows}
    cost = {row.what: row.cpu / row.captures for row in rows}
    for row in rows:
        shown.add_row(
            row.what,
            f"{row.captures:,}",
            f"{row.seconds:.1f}",
            f"{speed[row.what]:,.0f}",
            f"{speed[row.what] / speed['bare download']:.2f}",
            f"{row.cpu:.1f}",
            f"{1000 * cost[row.what]:.1f}",
            f"{cost['bare trafilatura'] / cost[row.what]:.2f}",
            f"{row.megabytes:,.0f}",
        )
    return shown


def _download(listed: Path) -> None:
    """Fetch each address of a file, on one connection, and nothing more."""
    import requests

    with requests.Session() as session:
        for address in listed.read_text("utf-8").splitlines():
            session.get(address, timeout=60).raise_for_status()


def _extract(archive: Path) -> None:
    """Let trafilatura read each page of an archive, and nothing more."""
    import trafilatura
    from warcio.archiveiterator import ArchiveIterator

    with archive.open("rb") as file:
        for record in ArchiveIterator(file):
            trafilatura.extract(record.content_stream().read(), favor_recall=True)


async def _serve(archive: Path) -> None:
    from crawler.local_archive.server import serve

    async with serve(archive) as address:
        print(address, flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Do what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policies", type=int, default=3)
    parser.add_argument("--captures", type=int, default=100, help="of each policy")
    parser.add_argument("--folder", type=Path, help="for what is generated and crawled; a temporary one if not given")
    for part in ("serve", "download", "extract"):
        parser.add_argument(f"--{part}", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(_serve(given.serve))
    elif given.download:
        _download(given.download)
    elif given.extract:
        _extract(given.extract)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            folder = given.folder or Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            rows = []
            for row in bench(folder, given.policies, given.captures):
                print(f"{row.what}: {row.seconds:.1f} s", file=sys.stderr)
                rows.append(row)
            Console(width=max(Console().width, 120)).print(table(rows))


if __name__ == "__main__":
    main()
