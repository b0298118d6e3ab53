"""Whoever reads the pages of a crawl, and whatever is read first: what is found is the same."""

import asyncio
import os
import signal

import pytest
from crawling import crawl_command, found, run_crawl

from crawler.errors import WorkersError
from crawler.workers.in_process import InProcess
from crawler.workers.processes import Processes

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("snapshots", ["changes", "all"])
async def test_processes_find_what_one_finds(tmp_path, snapshots):
    for workers in ("1", "2"):
        (tmp_path / workers).mkdir()
        crawled = await run_crawl(tmp_path / workers, snapshots=snapshots, WORKERS=workers)
        assert crawled.run.status == "complete"
    assert found(tmp_path / "2") == found(tmp_path / "1")


async def test_a_crawl_goes_on_when_a_process_dies(tmp_path, monkeypatch):
    submit, given = Processes.submit, []

    def submit_and_kill(self, fn, /, *args, **kwargs):
        given.append(args)
        if len(given) == 20:
            submit(self, _end)
        return submit(self, fn, *args, **kwargs)

    monkeypatch.setattr(Processes, "submit", submit_and_kill)
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    await run_crawl(tmp_path / "1")
    crawled = await run_crawl(tmp_path / "2", WORKERS="2")
    assert crawled.run.status == "complete"
    assert len(given) > 20
    assert found(tmp_path / "2") == found(tmp_path / "1")


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def test_a_crawl_that_loses_its_workers_ends_with_a_sentence_and_can_be_gone_on_with(tmp_path, monkeypatch):
    submit, given = InProcess.submit, []

    def lose(self, fn, /, *args, **kwargs):
        given.append(args)
        if len(given) == 20:
            raise_at_last = WorkersError("The cluster was lost while it read.")
            return submit(self, _raise, raise_at_last)
        return submit(self, fn, *args, **kwargs)

    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    await run_crawl(tmp_path / "1")
    with monkeypatch.context() as lost:
        lost.setattr(InProcess, "submit", lose)
        crawled = await run_crawl(tmp_path / "2")
    assert (crawled.run.status, crawled.run.ended) == ("partial", "The cluster was lost while it read.")
    assert (await run_crawl(tmp_path / "2")).run.status == "complete"
    assert found(tmp_path / "2") == found(tmp_path / "1")


def _raise(error: Exception) -> None:
    raise error


async def test_a_wrong_number_of_workers_is_a_sentence(tmp_path):
    command = crawl_command(tmp_path, "https://archive.example", WORKERS="none")
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    said = (await process.communicate())[1].decode()
    assert process.returncode == 1
    assert said.splitlines()[-1].startswith("-s WORKERS=none: expected auto, a number of processes")
