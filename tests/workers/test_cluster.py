"""A Dask cluster reads what this process reads, also when one of its workers is lost on the way."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import wait
from pathlib import Path

import pytest
from crawling import found, own_settings
from worker_pages import die, page

from crawler.errors import ArgumentError
from crawler.workers.choose import executor
from crawler.workers.in_process import InProcess
from crawler.workers.processes import WorkerDiedError
from crawler.workers.reader import Reader

distributed = pytest.importorskip("distributed")

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    # Dask's own threads and sockets, when a worker of its is killed.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, as somebody starts them on the command line; the address, and the workers."""
    address_file = tmp_path / "scheduler.json"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, Path(__file__).parent)))}
    started = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        started.append(process)
        return process

    start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", f"--scheduler-file={address_file}")
    workers = [
        start("dask_worker", f"--scheduler-file={address_file}", "--nthreads=2", "--no-dashboard", "--no-nanny"),
        start("dask_worker", f"--scheduler-file={address_file}", "--nthreads=1", "--no-dashboard"),
    ]
    try:
        with distributed.Client(scheduler_file=str(address_file), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            yield client.scheduler.address, workers
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a process that was asked to end, on a busy machine not for ever."""
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def test_pages_are_read_on_a_cluster_also_when_a_worker_is_lost(cluster):
    address, workers = cluster
    pages = [page(days, f"202001010000{script:02}", script) for days in range(20) for script in range(3)]
    expected = [Reader(InProcess()).read(each).result() for each in pages]
    there = Reader(executor(address))
    futures = [there.read(each) for each in pages]
    wait(futures[:5], 60)
    workers[0].send_signal(signal.SIGKILL)
    assert [future.result(120) for future in futures] == expected
    there.close()


def test_a_page_that_ends_its_process_ends_no_worker(cluster):
    address, workers = cluster
    there = executor(address)
    futures = [there.submit(die, number) for number in (1, 3, 2)]
    assert futures[0].result(60) == 1
    with pytest.raises(WorkerDiedError):
        futures[1].result(60)
    assert futures[2].result(60) == 4
    assert all(worker.poll() is None for worker in workers)
    there.shutdown()


def test_commands_run_on_a_cluster(cluster, tmp_path):
    address, _ = cluster
    sample = ROOT / "tests" / "sample"
    here, there = tmp_path / "here", tmp_path / "there"

    def scrapy(folder: Path, workers: str, *words: str) -> str:
        given = own_settings(folder, sample / "sample.warc.gz") | {"WORKERS": workers}
        options = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", *words, *options], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    for folder, workers in ((here, "1"), (there, address)):
        folder.mkdir()
        scrapy(folder, workers, "crawl", "policies", "-a", f"vendors={sample / 'vendors.toml'}")
    assert found(there) == found(here)
    assert scrapy(there, address, "reextract") == scrapy(here, "1", "reextract")
    assert found(there) == found(here)


def test_a_scheduler_that_does_not_answer_gets_a_sentence(monkeypatch):
    monkeypatch.setattr("crawler.workers.cluster._SECONDS", 1)
    started = time.monotonic()
    with pytest.raises(ArgumentError, match=r"^-s WORKERS=tcp://127.0.0.1:9: no Dask scheduler answers there \(.*"):
        executor("tcp://127.0.0.1:9")
    assert time.monotonic() - started < 30


def test_a_cluster_without_its_library_gets_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ArgumentError, match=r"pip install 'policytrail\[cluster\]'\.$"):
        executor("tcp://127.0.0.1:9")
