"""Every scenario of discovery: its domain is named with what is wrong, a good one beside it comes out as alone."""

import asyncio
import re
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from archive import LARGEST, LONGEST, Ended, _run, archive
from crawling import own_settings
from discoveries import OUTCOMES, SCENARIOS

from crawler.vendors import load

pytestmark = pytest.mark.slow

GOOD = "good.hostile.example"


@dataclass(frozen=True, slots=True)
class Found:
    """How a discovery ended, the text of its vendors file, and the addresses in it by vendor."""

    ended: Ended
    text: str
    urls: dict[str, list[str]]
    folder: Path


def discover(folder: Path, address: str, *domains: str) -> Found:
    folder.mkdir()
    settings = [part for name, value in own_settings(folder, address).items() for part in ("-s", f"{name}={value}")]
    vendors = folder / "vendors.toml"
    asked = ["-a", f"domains={','.join(domains)}", "-a", f"vendors={vendors}"]
    ended = _run([sys.executable, "-m", "scrapy", "crawl", "discover", *asked, *settings], folder)
    urls: dict[str, list[str]] = {}
    for policy in load(vendors):
        urls.setdefault(policy.vendor, []).extend(policy.urls)
    return Found(ended, vendors.read_text("utf-8"), urls, folder)


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> tuple[Found, Found]:
    folder = tmp_path_factory.mktemp("discoveries")

    async def both() -> tuple[Found, Found]:
        async with archive(SCENARIOS) as (address, asked):
            alone = await asyncio.to_thread(discover, folder / "alone", address, GOOD)
            beside = await asyncio.to_thread(discover, folder / "beside", address, *OUTCOMES)
        assert asked["elsewhere"] == 0
        return alone, beside

    return asyncio.run(both())


def test_they_end_in_time_and_in_memory_with_nothing_that_steers_a_terminal(found):
    _, beside = found
    assert beside.ended.exit == 2
    assert beside.ended.seconds <= LONGEST
    assert beside.ended.megabytes <= LARGEST
    assert "Traceback" not in beside.ended.said
    assert not re.search(r"[^\x20-\x7e\n\u2500-\u257f…–]", beside.ended.said)
    assert not re.search(r"^2026-01-01", beside.ended.said, re.MULTILINE)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", beside.text)
    assert "evil.example" not in beside.urls


def test_a_good_domain_comes_out_as_alone(found):
    alone, beside = found
    _schema, record = alone.text.strip().split("\n\n", maxsplit=1)  # which of several domains is found first is open
    assert alone.ended.exit == 0
    assert "home page 2020-06-01" in record
    assert record in beside.text


@pytest.mark.parametrize("domain", OUTCOMES)
def test_each_is_named_with_what_is_wrong(found, domain):
    _, beside = found
    expected = OUTCOMES[domain]
    said = [line for line in beside.ended.said.splitlines() if domain in line]
    assert any(expected.says in line for line in said), said
    assert len(beside.urls.get(domain, [])) == expected.addresses, beside.urls.get(domain)


def test_no_time_is_older_than_the_web_or_from_the_future(found):
    _, beside = found
    with closing(sqlite3.connect(beside.folder / "corpus.db")) as db:
        ((first, last),) = db.execute("SELECT min(first), max(last) FROM candidates").fetchall()
        ((most,),) = db.execute("SELECT max(n) FROM (SELECT count(*) n FROM candidates GROUP BY domain)").fetchall()
    assert (first, last) == ("20200101000000", "20200601000000")
    assert most == 1_000
