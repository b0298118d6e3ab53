"""A page that takes too much time or memory to read is a reason in the corpus, and the crawl goes on."""

import threading

import pytest

from crawler import bounded_reading
from crawler.extraction import extract
from crawler.work_limits import TookTooLong, TookTooMuchMemory, work_limits


def work_on() -> None:
    while True:
        try:
            sum(range(1000))
        except Exception:  # noqa: S112 - as a library does
            continue


def test_work_that_takes_too_long_is_ended_even_where_exceptions_are_swallowed():
    with pytest.raises(TookTooLong), work_limits(0.1, 1000):
        work_on()
    with work_limits(0.1, 1000):
        pass
    sum(range(10_000_000))  # nothing comes later


def take_memory() -> None:
    held = []
    while True:
        try:
            held.append(bytearray(1 << 20))
            held[-1][:] = b"x" * (1 << 20)
        except Exception:  # noqa: S112 - as a library does
            continue


def test_work_that_takes_too_much_memory_is_ended_even_where_exceptions_are_swallowed():
    with pytest.raises(TookTooMuchMemory), work_limits(10, 100):
        take_memory()
    with work_limits(10, 100):
        bytearray(1 << 20)


def test_a_machine_without_memory_to_give_is_no_fault_of_the_program():
    def read() -> None:
        raise MemoryError

    end = bounded_reading.read_bounded(read, "20200101000000/http://a.example/")
    assert (end.reason, end.failed) == ("too much memory", False)


def test_in_another_thread_nothing_is_limited():
    done = []

    def work() -> None:
        with work_limits(0.001, 1000):
            done.append(sum(range(1_000_000)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done


@pytest.mark.slow
async def test_a_page_that_takes_too_much_is_named_and_the_others_are_read(crawl, monkeypatch):
    read = extract.read

    def slow(response, *rest, **named):
        if b"2012" in response.body:
            work_on()
        if b"2016" in response.body:
            take_memory()
        return read(response, *rest, **named)

    monkeypatch.setattr(extract, "read", slow)
    monkeypatch.setattr(bounded_reading, "_SECONDS", 0.5)
    monkeypatch.setattr(bounded_reading, "_MEGABYTES", 100)
    crawled = await crawl(vendor="gruenwald.example", snapshots="all")
    found = crawled.counts("SELECT reason, count(*) FROM snapshots WHERE state = 'rejected' GROUP BY 1")
    assert found["too slow to read"] > 0
    assert found["too much memory"] > 0
    assert crawled.rows("SELECT count(*) FROM revisions")[0][0] > 2
