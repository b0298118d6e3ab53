"""A page that takes too long to read is a reason in the corpus, and the crawl goes on."""

import threading

import pytest

from crawler import reading
from crawler.extraction.extract import extract
from crawler.time_limit import TookTooLong, time_limit


def work_on() -> None:
    while True:
        try:
            sum(range(1000))
        except Exception:  # noqa: S112 - as a library does
            continue


def test_work_that_takes_too_long_is_ended_even_where_exceptions_are_swallowed():
    with pytest.raises(TookTooLong), time_limit(0.1):
        work_on()
    with time_limit(0.1):
        pass
    sum(range(10_000_000))  # nothing comes later


def test_in_another_thread_nothing_is_limited():
    done = []

    def work() -> None:
        with time_limit(0.001):
            done.append(sum(range(1_000_000)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done


@pytest.mark.slow
async def test_a_page_that_takes_too_long_is_named_and_the_others_are_read(crawl, monkeypatch):
    def slow(response, *rest, **named):
        if "2012" in named["cite"]("http://a.example/"):
            work_on()
        return extract(response, *rest, **named)

    monkeypatch.setattr(reading, "extract", slow)
    monkeypatch.setattr(reading, "_READING_SECONDS", 0.5)
    crawled = await crawl(vendor="gruenwald.example", snapshots="all")
    found = crawled.counts("SELECT reason, count(*) FROM snapshots WHERE state = 'rejected' GROUP BY 1")
    assert found["too slow to read"] > 0
    assert crawled.rows("SELECT count(*) FROM revisions")[0][0] > 2
