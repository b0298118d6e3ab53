"""``scrapy crawl-cluster``: on two machines, of which one may die, it comes to what one crawl comes to."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from crawling import ROOT, SAMPLE, found, own_settings, run_crawl
from filelock import FileLock, Timeout
from front import front

from crawler.archive.address import archive_key
from crawler.rate_limit.limits import RateLimits
from crawler.rate_limit.shared_state import SharedState
from crawler.vendors import load
from crawler.vendors.writing import as_toml

pytestmark = pytest.mark.slow

DASK = Path(sys.executable).with_name("dask")
SOME = ("gruenwald.example", "tallowbridge.example", "ospreyhost.example")


@dataclass(frozen=True)
class Machines:
    """A Dask cluster on loopback, whose workers have a state of their own each, as machines do."""

    scheduler: str
    folders: dict[str, Path]
    workers: dict[str, "subprocess.Popen[bytes]"]

    def begin(self, name: str) -> None:
        """Start a worker, and all that it starts, in a group of its own."""
        environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(self.folders[name])}
        options = ("--nthreads", "1", "--resources", "crawl=1", "--no-dashboard", "--name", name)
        self.workers[name] = subprocess.Popen(
            [DASK, "worker", self.scheduler, *options, "--local-directory", str(self.folders[name])],
            env=environment,
            cwd=self.folders[name],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def complete(self) -> "Machines":
        """Wait until both have joined: a crawl is cut by how many there are."""
        script = f"from distributed import Client; Client({self.scheduler!r}).wait_for_workers(2, 120)"
        subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
        return self

    def kill(self, name: str) -> None:
        """Kill a worker with all that belongs to it, as a power cut does."""
        with self.workers[name] as worker:
            os.killpg(worker.pid, signal.SIGKILL)

    def batches(self, name: str) -> list[Path]:
        """What a machine has of batches."""
        return sorted(self.folders[name].glob("policytrail/batches/*"))


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    folder = tmp_path_factory.mktemp("cluster")
    address = folder / "scheduler.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [DASK, "scheduler", *options], env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as scheduler:
        _until(address.exists)
        made = Machines(json.loads(address.read_text())["address"], {}, {})
        for name in ("one", "two"):
            made.folders[name] = folder / name
            made.folders[name].mkdir()
            made.begin(name)
        yield made.complete()
        for name in made.workers:
            made.kill(name)
        scheduler.kill()


def command(output: Path, archive: Path | str, *more: str, **settings: object) -> list[str]:
    given = own_settings(output, archive) | settings
    del given["STATE_DIR"]  # each machine has its own
    options = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
    if not any(part.startswith("vendors=") for part in more):
        options += ["-a", f"vendors={SAMPLE / 'vendors.toml'}"]
    return [sys.executable, "-m", "scrapy", "crawl-cluster", *options, *more]


def _until(happened) -> None:
    until = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)


async def crawl_cluster(*given: str) -> tuple[int, str, str]:
    """Run the command; it ends without a traceback."""
    crawling = await asyncio.create_subprocess_exec(
        *given, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    out, said = (text.decode() for text in await crawling.communicate())
    assert "Traceback" not in said, said
    assert crawling.returncode is not None
    return crawling.returncode, out, said


async def test_two_machines_come_to_what_one_crawl_comes_to_and_know_it_next_time(machines, tmp_path, sample_crawl):
    output = tmp_path / "all"
    async with front() as (url, played):
        given = (machines.scheduler, "-a", "snapshots=all", "--through", str(tmp_path / "shared"))
        result = tmp_path / "result.json"
        status, out, said = await crawl_cluster(*command(output, url, *given, RESULT_FILE=result))
        assert status == 0, said
        assert out.startswith("8 policies crawled in 8 of 8 batches")
        told = json.loads(result.read_text())
        assert (told["command"], told["status"], told["sentence"]) == ("crawl-cluster", "complete", None)
        assert told["counts"] == {
            "policies": 8,
            "policies_crawled": 8,
            "batches": 8,
            "batches_crawled": 8,
            "batches_with_errors": 0,
        }
        assert sorted((one["vendor"], one["type"], one["outcome"]) for one in told["policies"]) == [
            (vendor, type_, "complete")
            for vendor, type_ in rows(output, "SELECT vendor, type FROM policies ORDER BY 1, 2")
        ]
        assert found(output) == found(sample_crawl.run.corpus.parent)
        kept = {path.name for path in (output / "warc").iterdir()}
        assert kept == {name for (name,) in rows(output, "SELECT DISTINCT file FROM kept")}

        before = played.total()
        again = (machines.scheduler, "-a", "snapshots=all", "-a", "vendor=tallowbridge.example")
        status, out, said = await crawl_cluster(*command(output, url, *again))
        assert status == 0, said
        assert out.startswith("2 policies crawled in 2 of 2 batches")
        assert played.total() == before
        assert found(output) == found(sample_crawl.run.corpus.parent)
    assert list((tmp_path / "shared").iterdir()) == []
    assert not (output / "corpus.db.arriving").exists()
    assert [*machines.batches("one"), *machines.batches("two")] == []


def some_vendors(folder: Path) -> Path:
    """Write a vendors file with some policies of the sample's."""
    path = folder / "vendors.toml"
    path.write_text(as_toml(policy for policy in load(SAMPLE / "vendors.toml") if policy.vendor in SOME), "utf-8")
    return path


async def test_a_machine_that_dies_costs_nothing_but_time(machines, tmp_path):
    vendors = some_vendors(tmp_path)
    output = tmp_path / "all"
    async with front(latency=0.1) as (url, played):
        crawling = asyncio.create_task(
            crawl_cluster(*command(output, url, machines.scheduler, "-a", f"vendors={vendors}"))
        )
        while not any((batch / "warc").is_dir() and played for batch in machines.batches("one")):
            assert not crawling.done()
            await asyncio.sleep(0.02)
        machines.kill("one")
        status, out, said = await crawling
        machines.begin("one")
        machines.complete()
    assert status == 0, said
    assert out.startswith("4 policies crawled in 4 of 4 batches")
    alone = await run_crawl(tmp_path / "alone", vendors=vendors)
    assert found(output) == found(alone.run.corpus.parent)


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "corpus.db")) as db:
        return db.execute(sql).fetchall()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_ends_the_crawls_on_all_machines_and_the_next_time_goes_on(machines, tmp_path, how):
    output = tmp_path / "all"
    more = (machines.scheduler, "-a", "vendor=tallowbridge.example")
    async with front(latency=0.3) as (url, played):
        result = tmp_path / "result.json"
        crawling = await asyncio.create_subprocess_exec(
            *command(output, url, *more, RESULT_FILE=result), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        while played.total() < 4:
            assert crawling.returncode is None
            await asyncio.sleep(0.02)
        crawling.send_signal(how)
        _, said = await crawling.communicate()
        assert crawling.returncode == 2
        assert said.decode().splitlines()[-1].startswith("Interrupted. ")
        told = json.loads(result.read_text())
        assert (told["status"], told["exit_status"]) == ("interrupted", 2)
        assert told["sentence"] == said.decode().splitlines()[-1]
        until = time.monotonic() + 60
        while any(crawls_at(batch) for name in machines.folders for batch in machines.batches(name)):
            assert time.monotonic() < until
            await asyncio.sleep(0.2)
        before = played.total()
        await asyncio.sleep(1)
        assert played.total() == before
        assert (await crawl_cluster(*command(output, url, *more)))[0] == 0
    alone = await run_crawl(tmp_path / "alone", vendor="tallowbridge.example")
    assert found(output) == found(alone.run.corpus.parent)


def crawls_at(batch: Path) -> bool:
    """Tell whether a crawl has a batch's corpus in hand."""
    lock = FileLock(batch / "corpus.db.lock", fallback_to_soft=False, preserve_lock_file=True)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    lock.release()
    return False


async def test_a_machine_that_the_archive_turns_away_gets_no_more(machines, tmp_path):
    output = tmp_path / "all"
    given = (machines.scheduler, "-a", "vendor=tallowbridge.example", "-a", "until=2012")
    async with front() as (url, _):
        state = SharedState(machines.folders["one"] / "policytrail")
        ban = RateLimits(banned_until=time.time() + 7200, bans=1).dump(time.time())
        state.change(archive_key(url), lambda _: (ban, None))
        state.close()
        status, out, said = await crawl_cluster(*command(output, url, *given))
    machines.kill("one")
    machines.begin("one")
    machines.complete()
    assert status == 0, said
    assert out.startswith("2 policies crawled in 2 of 2 batches")
    assert said.count("is handed out again") == 1, said


async def test_what_fails_is_named_and_the_rest_is_there(machines, tmp_path):
    vendors = tmp_path / "vendors.csv"
    vendors.write_text(
        "vendor,type,url\nnobody.example,,https://nobody.example/p\n"
        "gruenwald.example,,http://www.gruenwald.example/datenschutz.html\n"
    )
    result = tmp_path / "result.json"
    asked = (machines.scheduler, "-a", f"vendors={vendors}")
    given = command(tmp_path / "all", SAMPLE / "sample.warc.gz", *asked, RESULT_FILE=result)
    status, _, said = await crawl_cluster(*given)
    assert status == 2
    outcomes = {one["vendor"]: one["outcome"] for one in json.loads(result.read_text())["policies"]}
    assert outcomes == {"nobody.example": "partial", "gruenwald.example": "complete"}
    assert "Done in part, 1 of 2 batches with errors. batch 1 (nobody.example): " in said.splitlines()[-1]
    assert "nobody.example" in said.splitlines()[-1]


async def test_without_a_scheduler_it_is_this_machine(tmp_path):
    given = command(tmp_path / "all", SAMPLE / "sample.warc.gz", "-a", "vendor=gruenwald.example")
    status, out, said = await crawl_cluster(*given, "-s", f"STATE_DIR={tmp_path / 'state'}")
    assert status == 0, said
    assert out.startswith("1 policy crawled in 1 of 1 batches")


@pytest.mark.parametrize(
    ("more", "last"),
    [
        (["tcp://127.0.0.1:9"], "tcp://127.0.0.1:9: no Dask scheduler answers there"),
        (["one", "two"], "one two: expected one address"),
        (["-s", "WORKERS=tcp://127.0.0.1:8786"], "each machine of a cluster reads what it fetches"),
        (["-s", "ARCHIVE_URL=nowhere.warc.gz"], "nowhere.warc.gz does not exist"),
        (["-a", "vendor=nobody.example"], "no policy of this vendor"),
        (["-s", "ARCHIVE_PUBLIC_URL=nowhere"], "-s ARCHIVE_PUBLIC_URL=nowhere: expected an address"),
    ],
)
async def test_1_is_nothing_could_be_done_and_says_why(tmp_path, more, last):
    status, _, said = await crawl_cluster(*command(tmp_path / "all", SAMPLE / "sample.warc.gz", *more))
    assert status == 1
    assert last in said.splitlines()[-1]


def test_without_dask_it_names_the_extra_and_other_commands_work(tmp_path):
    (tmp_path / "distributed.py").write_text("raise ImportError")
    for given, status, last in (
        (command(tmp_path / "all", SAMPLE / "sample.warc.gz"), 1, "pip install '.[cluster]'"),
        ([sys.executable, "-m", "scrapy", "list"], 0, ""),
    ):
        done = subprocess.run(
            given,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status
        assert last in done.stderr
