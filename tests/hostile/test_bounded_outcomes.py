"""What one crawl makes of captures that take too much: few of them are read, and what is stored of them is short."""

from pathlib import Path

from archive import GOOD, MONTHS, Reply, Scenarios, archive, policy_page, row, table
from crawling import Crawled, run_crawl

from crawler import bounded_reading
from crawler.extraction import extract


async def crawl(folder: Path, scenarios: Scenarios, host: str) -> Crawled:
    """Crawl one policy in this process; the corpus is in the folder."""
    vendors = folder / "vendors.toml"
    vendors.write_text(f'[[policy]]\nvendor = "{host}"\nurls = ["http://{host}/p"]\n')
    async with archive(scenarios) as (address, _):
        return await run_crawl(folder, address, vendors, snapshots="all")


async def test_a_crawl_reads_three_pages_that_take_too_long_and_the_next_one_goes_on(tmp_path, monkeypatch):
    begun = []

    def read(*_: object, **__: object) -> None:
        begun.append(1)
        while True:
            pass

    with monkeypatch.context() as slow:
        slow.setattr(bounded_reading, "_SECONDS", 0.2)
        slow.setattr(extract, "read", read)
        crawled = await crawl(tmp_path, Scenarios(), GOOD)
    states = "SELECT coalesce(reason, state), count(*) FROM snapshots GROUP BY 1"
    assert crawled.run.status == "partial"
    assert crawled.counts(states) == {"too slow to read": 3, "listed": 3}
    assert len(begun) == 3
    again = await crawl(tmp_path, Scenarios(), GOOD)
    assert again.run.status == "complete"
    assert again.counts(states) == {"too slow to read": 3, "fetched": 3}


async def test_what_is_stored_of_a_capture_of_a_url_of_a_megabyte_is_short(tmp_path):
    scenarios, url = Scenarios(), f"http://long.hostile.example/p?{'a' * 1_000_000}"
    scenarios.listings["long"] = lambda _: table(*(row(url, timestamp) for timestamp in MONTHS))
    scenarios.captures["long"] = lambda asked: Reply(404, policy_page(asked).headers)
    crawled = await crawl(tmp_path, scenarios, "long.hostile.example")
    found = crawled.rows("SELECT reason, length(detail), detail LIKE '%http://long.%' FROM snapshots")
    assert len(found) == len(MONTHS)
    for reason, length, names_the_url in found:
        assert (reason, names_the_url) == ("archived error 404", 1)
        assert length <= 5_000
