"""Processes that read: they give what this process would, and one that dies costs nothing but what it died of."""

import os
import pickle
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, wait

import pytest
from worker_pages import die, page

from crawler.archive.redirects import NoDocument
from crawler.errors import ArgumentError
from crawler.extraction.extract import CapturedResponse
from crawler.extraction.said import Text
from crawler.model import Part, Rejection
from crawler.reading import Page
from crawler.workers import processes
from crawler.workers.choose import Growing, executor
from crawler.workers.in_process import InProcess
from crawler.workers.processes import Processes, WorkerDiedError
from crawler.workers.reader import Reader


def count(path: str, number: int) -> int:
    with open(path, "a") as file:  # noqa: PTH123
        file.write(".")
    time.sleep(0.05)
    return number


def fail() -> None:
    raise ValueError("as it would here")


def modules() -> set[str]:
    return {name.partition(".")[0] for name in sys.modules}


@pytest.fixture(scope="module")
def pool():
    with Processes(2) as pool:
        yield pool


@pytest.mark.slow
def test_a_task_that_ends_its_process_costs_no_other_task(pool):
    futures = [pool.submit(die, number) for number in range(12)]
    assert [f.result(60) for n, f in enumerate(futures) if n != 3] == [n * n for n in range(12) if n != 3]
    with pytest.raises(WorkerDiedError):
        futures[3].result(60)
    assert pool.submit(die, 5).result(60) == 25


@pytest.mark.slow
def test_what_a_task_raises_comes_back(pool):
    with pytest.raises(ValueError, match="as it would here"):
        pool.submit(fail).result(60)


@pytest.mark.slow
def test_few_tasks_are_under_way_at_once(pool, tmp_path):
    path = str(tmp_path / "log")
    futures = [pool.submit(count, path, number) for number in range(30)]
    most = 0
    while not all(future.done() for future in futures):
        most = max(most, len(pool._running))
    assert [future.result() for future in futures] == list(range(30))
    assert most <= processes._AHEAD * pool.workers


@pytest.mark.slow
def test_a_worker_has_no_need_of_scrapy(pool):
    assert not {"scrapy", "twisted", "sqlite_utils", "datasette"} & pool.submit(modules).result(60)


@pytest.mark.slow
def test_a_worker_is_forked_with_what_extraction_imports(pool):
    assert pool.submit(modules).result(60) >= {"trafilatura", "numpy"}


@pytest.mark.slow
def test_processes_end_with_the_one_that_they_work_for():
    program = (
        "import os, sys\n"
        "from crawler.workers.processes import Processes\n"
        "if __name__ == '__main__':\n"
        "    print(Processes(1).submit(os.getpid).result(), flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as master:
        worker = int(master.stdout.readline())
        os.kill(worker, 0)
        master.kill()
    for _ in range(100):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the worker outlives the process that it worked for")


@pytest.mark.slow
@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_processes_read_what_this_one_reads(monkeypatch, method):
    monkeypatch.setattr(processes, "_METHOD", method)
    pages = [page(days, f"2020010100000{script}", script) for days in (30, 60) for script in range(3)]
    pages += [
        Page(CapturedResponse(b"\x89PNG\r\n\x1a\n", "https://x.example/p", 200, {}), "20200101000000", Part(), "")
    ]
    here, there = Reader(InProcess()), Reader(Processes(2))
    expected = [here.read(each).result() for each in pages]
    assert [type(found) for found in expected] == [Text] * 6 + [Rejection]
    futures = [there.read(each) for each in pages] + there.read_run(pages)
    wait(futures, 60)
    assert [future.result() for future in futures] == expected * 2
    there.close()


class _OneByOne(Executor):
    """Does what was submitted when it is asked for it, as a process would: with what was given as it is then."""

    def __init__(self):
        self.waiting = []

    def submit(self, fn, /, *args):
        self.waiting.append((Future(), fn, args))
        return self.waiting[-1][0]

    def do_next(self):
        future, fn, args = self.waiting.pop(0)
        future.set_result(fn(*pickle.loads(pickle.dumps(args))))  # noqa: S301 - its own
        return future.result()


def test_a_page_that_waited_is_told_what_was_found_meanwhile():
    executor = _OneByOne()
    reader = Reader(executor)
    futures = [reader.read(page(30, f"2020010{day}000000", day)) for day in range(1, 4)]
    assert [[reading.found is None for reading in executor.do_next()] for _ in futures] == [[False], [True], [True]]
    assert {future.result().body for future in futures} == {futures[0].result().body}
    assert futures[2].result() is futures[0].result()


def test_what_the_first_pages_of_a_run_say_is_known_to_those_after_them():
    executor = _OneByOne()
    reader = Reader(executor)
    futures = reader.read_run(
        [page(days, f"202001010000{script:02}", script) for days in (30, 60) for script in (1, 2)]
    )
    again = reader.read_run([page(60, "20200102000000", 3), page(30, "20200103000000", 4)])
    assert [reading.found is None for reading in executor.do_next()] == [False, True] * 2
    assert [reading.found is None for reading in executor.do_next()] == [True, True]
    first, same, other, _ = [future.result() for future in futures]
    assert (same, other == first) == (first, False)
    assert [future.result() for future in again] == [other, first]


def test_a_page_that_ends_its_worker_costs_the_rest_of_its_run_nothing():
    class Dying(InProcess):
        def submit(self, fn, pages, known):
            ends = any(page.timestamp == "20200103000000" for page in pages)
            return super().submit(die_of) if ends else super().submit(fn, pages, known)

    def die_of():
        raise WorkerDiedError("reading it ended the process that read it, twice")

    pages = [page(days, f"2020010{days}000000") for days in range(1, 6)]
    found = [future.result() for future in Reader(Dying()).read_run(pages)]
    assert [type(what) for what in found] == [Text, Text, NoDocument, Text, Text]


def test_a_run_that_nobody_waits_for_is_not_read():
    executor = _OneByOne()
    futures = Reader(executor).read_run([page(1), page(2)])
    futures[0].cancel()
    assert not executor.waiting[0][0].cancelled()
    futures[1].cancel()
    assert executor.waiting[0][0].cancelled()


def test_pages_are_forgotten_when_they_are_read():
    executor = _OneByOne()
    pages = [page(1), page(2)]
    references = [sys.getrefcount(pages[0])]
    futures = Reader(executor).read_run(tuple(pages))
    references.append(sys.getrefcount(pages[0]))
    executor.do_next()
    references.append(sys.getrefcount(pages[0]))
    assert [future.done() for future in futures] == [True, True]
    assert references[1] > references[0] == references[2]


def test_what_is_known_is_not_extracted_again(monkeypatch):
    reader = Reader(InProcess())
    first = reader.read(page(30)).result()
    monkeypatch.setattr("crawler.extraction.extract.render", fail)
    assert reader.read(page(30, "20210101000000", 7)).result() is first
    assert reader.read(page(31)).result() == NoDocument(
        "extraction failed", "TypeError: fail() got an unexpected keyword argument 'url'", failed=True
    )


def test_few_texts_are_remembered(monkeypatch):
    monkeypatch.setattr("crawler.workers.reader._MOST_TEXTS", 2)
    reader = Reader(InProcess())
    for days in (1, 2, 3):
        reader.read(page(days)).result()
    assert len(reader._texts) == 2
    monkeypatch.setattr("crawler.workers.reader._MOST_CHARACTERS", 10)
    reader.read(page(4)).result()
    assert (len(reader._texts), reader._characters) == (0, 0)


def test_the_one_whose_page_ends_its_process_is_named():
    class Dying(InProcess):
        def submit(self, fn, /, *args, **kwargs):
            return super().submit(die_of)

    def die_of():
        raise WorkerDiedError("reading it ended the process that read it, twice")

    assert Reader(Dying()).read(page(1)).result() == NoDocument(
        "extraction failed", "reading it ended the process that read it, twice", failed=True
    )


@pytest.mark.parametrize("wrong", ["0", "-1", "many", "2.5", "tcp://", "http://x", "1001", "²"])
def test_a_wrong_number_of_workers_gets_a_sentence(wrong):
    with pytest.raises(ArgumentError, match=r"^-s WORKERS=.*: expected auto, a number of processes .*\.$"):
        executor(wrong)


def test_auto_works_in_this_process_until_processes_pay(monkeypatch):
    for few in (1, 2):
        monkeypatch.setattr("crawler.workers.choose._cores", lambda few=few: few)
        assert isinstance(executor("auto"), InProcess)
    assert isinstance(executor("auto", in_runs=True), Growing)  # of two cores
    monkeypatch.setattr("crawler.workers.choose._cores", lambda: 1)
    assert isinstance(executor("auto", in_runs=True), InProcess)
    monkeypatch.setattr("crawler.workers.choose._cores", lambda: 4)
    assert isinstance(executor("auto", eager=False), InProcess)
    growing = executor("auto")
    assert isinstance(growing, Growing)
    assert growing.submit(os.getpid).result() == os.getpid()
    assert isinstance(executor("1"), InProcess)
    assert isinstance(executor("3"), Processes)


@pytest.mark.slow
def test_auto_goes_on_in_processes_when_there_is_much_to_do(monkeypatch):
    monkeypatch.setattr("crawler.workers.choose._PAYS_AFTER", 2)
    with Growing(2) as growing:
        here = [growing.submit(os.getpid).result(60) == os.getpid() for _ in range(4)]
    assert here == [True, True, False, False]
