"""What a page says anew at every capture makes no revision, takes few requests, and is told; a vendor's word counts."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawling import SHOP, reread_all, run_crawl
from warc_writing import WarcFile

from crawler.text.identity import content, policy
from crawler.text.identity.volatile_spots import ANY

FIRST = datetime(2015, 1, 5, 12, tzinfo=UTC)
WEEKS = 60
CHANGED = 37
"""From this capture on, the vendor says something else, by one word."""

POLICY = """<h1>Privacy policy</h1><p>We keep your orders and your mail address for as long as the law asks us to.</p>
<p>We never {word} them to anyone who is not named here.</p>
<ul><li>Our carriers get your address, so that parcels arrive.</li><li>Our bank gets what you paid, and when.</li></ul>
<p>You may ask us at any time what we know of you, and we answer within a month, free of charge.</p>
<p>{noise}</p>
<h2>How to reach us</h2><p>Write a letter to the owner of the shop, or call on us on any morning but Sunday's.</p>"""


def token(week: int) -> str:
    return f"Your reading of this page is noted as {random.Random(week).getrandbits(48):x} in our books for a day."


def clock(week: int) -> str:
    return f"Printed fresh for you: {FIRST + timedelta(days=7 * week, seconds=977 * week):%A, %d %B %Y, %H:%M} o'clock"


def readers(week: int) -> str:
    return f"So far {1200 + 31 * week} careful people have come down to this line."


def teaser(week: int) -> str:
    quotes = ("The best corks in town, says Ada", "Came in a day and whole, says Bo", "What a shop, says our Cleo")
    return random.Random(7 * week).choice(quotes)


def year(week: int) -> str:
    return f"© 2009-{(FIRST + timedelta(weeks=week)).year} The shop"


NOISES = [token, clock, readers, teaser, year]
Noise = Callable[[int], str]


def archive(path: Path, noise: Noise, *, first: int = 0, last: int = WEEKS, changed: int = CHANGED) -> Path:
    """An archive with a capture a week."""
    warc = WarcFile(path, gzip=False)
    for week in range(first, last):
        text = POLICY.format(word="sell" if week < changed else "show", noise=noise(week))
        page = f"<html><head><title>Privacy</title></head><body><main>{text}</main></body></html>"
        warc.response(SHOP, f"{FIRST + timedelta(weeks=week):%Y-%m-%dT%H:%M:%SZ}", page.encode())
    return path


def at(week: int) -> str:
    return f"{FIRST + timedelta(weeks=week):%Y%m%d%H%M%S}"


REVISIONS = "SELECT s.timestamp FROM revisions r JOIN snapshots s ON s.id = r.first_snapshot ORDER BY s.timestamp"


@pytest.mark.parametrize("snapshots", ["changes", "all"])
@pytest.mark.parametrize("noise", NOISES)
async def test_only_what_the_vendor_changed_is_a_revision(tmp_path, crawl, vendors, noise, snapshots):
    crawled = await crawl(archive(tmp_path / "a.warc", noise), vendors, snapshots=snapshots)
    assert crawled.run.status == "complete"
    assert crawled.rows(REVISIONS) == [(at(0),), (at(CHANGED),)]
    assert crawled.rows("SELECT count(*) FROM documents") == [(2,)]
    assert sorted(path.name for path in tmp_path.glob("documents/*/*/*.md")) == [f"{at(0)}.md", f"{at(CHANGED)}.md"]


@pytest.mark.parametrize("noise", NOISES)
async def test_noise_takes_few_requests(tmp_path, crawl, vendors, noise):
    crawled = await crawl(archive(tmp_path / "a.warc", noise), vendors)
    assert crawled.requests <= WEEKS / 2


@pytest.mark.parametrize("noise", [token, teaser])
async def test_what_was_learned_holds_in_later_crawls(tmp_path, crawl, vendors, noise):
    path = archive(tmp_path / "a.warc", noise)
    await crawl(path, vendors)
    again = await crawl(path, vendors)
    assert again.requests == 1  # the listing
    later = await crawl(archive(path, noise, first=WEEKS, last=WEEKS + 3), vendors)
    assert later.rows(REVISIONS) == [(at(0),), (at(CHANGED),)]
    changed = await crawl(archive(path, noise, first=WEEKS + 3, last=WEEKS + 5, changed=WEEKS + 9), vendors)
    assert changed.rows(REVISIONS) == [(at(0),), (at(CHANGED),), (at(WEEKS + 3),)]


async def test_a_scheduled_crawl_that_sees_one_capture_at_a_time_learns_too(tmp_path, crawl, vendors):
    path = tmp_path / "a.warc"
    for week in range(14):
        crawled = await crawl(archive(path, token, first=week, last=week + 1), vendors)
    assert crawled.rows(REVISIONS) == [(at(0),)]


async def test_the_corpus_says_what_was_disregarded_and_why(tmp_path, crawl, vendors):
    crawled = await crawl(archive(tmp_path / "a.warc", readers), vendors)
    [(before, after, kind, known, changes, pairs)] = crawled.rows(
        "SELECT before, after, kind, known, changes, pairs FROM noise"
    )
    assert (before.split()[-2:], after.split()[:2]) == (["So", "far"], ["careful", "people"])
    assert (kind, json.loads(known)) == ("changes at every capture", [ANY])
    assert changes == pairs >= 7
    told = crawled.rows(
        "SELECT d.text, s.timestamp FROM disregarded d JOIN snapshots s ON s.id = d.snapshot ORDER BY s.timestamp"
    )
    asked = crawled.rows("SELECT timestamp FROM snapshots WHERE state = 'fetched' ORDER BY timestamp")
    weeks = [(datetime.strptime(moment, "%Y%m%d%H%M%S").replace(tzinfo=UTC) - FIRST).days // 7 for (moment,) in asked]
    assert told == [(str(1200 + 31 * week), at(week)) for week in weeks]


async def test_two_texts_that_take_turns_are_not_taken_for_noise(tmp_path, crawl, vendors):
    crawled = await crawl(
        archive(tmp_path / "a.warc", lambda week: "We sell your data." if week % 2 else "We keep it."),
        vendors,
        snapshots="all",
    )
    assert len(crawled.rows(REVISIONS)) == WEEKS
    assert crawled.rows("SELECT count(*) FROM noise") == [(0,)]


@pytest.mark.parametrize("noise", [token, teaser, year])
async def test_reading_again_changes_nothing(tmp_path, crawl, vendors, noise):
    path = archive(tmp_path / "a.warc", noise)
    crawled = await crawl(path, vendors, snapshots="all")
    before = crawled.run.corpus.read_bytes()
    assert reread_all(crawled, path) == 0
    assert crawled.run.corpus.read_bytes() == before


DISREGARDED = "SELECT document, what, text, snapshot FROM disregarded ORDER BY document, what, text"


@pytest.mark.parametrize("noise", [token, teaser, year])
async def test_a_corpus_from_before_noise_was_known_learns_by_reading_again(
    tmp_path, crawl, vendors, noise, monkeypatch
):
    path = archive(tmp_path / "a.warc", noise)
    wanted = await crawl(path, vendors, snapshots="all")
    expected = [wanted.rows(sql) for sql in (REVISIONS, DISREGARDED, "SELECT hash, body FROM documents ORDER BY hash")]
    wanted.run.corpus.unlink()
    with monkeypatch.context() as before:
        before.setattr(policy, "learn", lambda *_: [])
        before.setattr(content, "_counted", content._read)  # which remembers no texts
        before.setattr(content, "disregard", lambda line, in_item: (line, []))
        crawled = await crawl(path, vendors, snapshots="all")
    assert len(crawled.rows(REVISIONS)) > 2
    assert reread_all(crawled, path) > 0
    found = [crawled.rows(sql) for sql in (REVISIONS, DISREGARDED, "SELECT hash, body FROM documents ORDER BY hash")]
    assert found == expected
    assert reread_all(crawled, path) == 0


@pytest.mark.parametrize("noise", [token, year])
async def test_reading_again_tells_texts_apart_in_one_way_also_where_bytes_were_lost(
    tmp_path, crawl, vendors, noise, monkeypatch
):
    with monkeypatch.context() as before:
        before.setattr(policy, "learn", lambda *_: [])
        before.setattr(content, "_counted", content._read)  # which remembers no texts
        before.setattr(content, "disregard", lambda line, in_item: (line, []))
        crawled = await crawl(archive(tmp_path / "a.warc", noise), vendors)
    kept = archive(tmp_path / "kept.warc", noise, first=20)
    assert reread_all(crawled, kept) > 0
    assert crawled.rows(REVISIONS) == [(at(0),), (at(CHANGED),)]
    assert reread_all(crawled, kept) == 0


@pytest.mark.slow
@pytest.mark.parametrize("snapshots", ["changes", "all"])
@pytest.mark.parametrize("noise", [token, teaser])
async def test_a_crawl_that_was_stopped_time_and_again_comes_to_the_same(tmp_path, vendors, noise, snapshots):
    path = archive(tmp_path / "a.warc", noise, last=24, changed=16)
    stop = {"CLOSESPIDER_PAGECOUNT": 4, "CONCURRENT_REQUESTS": 1, "snapshots": snapshots}
    whole = await run_crawl(tmp_path / "whole", path, vendors, snapshots=snapshots)
    parts = [await run_crawl(tmp_path / "parts", path, vendors, **stop)]
    while parts[-1].run.status != "complete":
        assert len(parts) < 24
        parts.append(await run_crawl(tmp_path / "parts", path, vendors, **stop))
    assert "log_count/ERROR" not in whole.stats
    assert len(parts) > 1
    for sql in (REVISIONS, "SELECT hash, body FROM documents ORDER BY hash", "SELECT before, after, known FROM noise"):
        assert parts[-1].rows(sql) == whole.rows(sql)


async def test_what_is_learned_does_not_depend_on_where_a_crawl_was_stopped(tmp_path, vendors):
    path = archive(tmp_path / "a.warc", lambda week: token(week // 2 if week > 9 else week), last=30, changed=30)
    whole = await run_crawl(tmp_path / "whole", path, vendors, snapshots="all")
    await run_crawl(tmp_path / "parts", path, vendors, snapshots="all", CLOSESPIDER_PAGECOUNT=11)
    parts = await run_crawl(tmp_path / "parts", path, vendors, snapshots="all")
    assert parts.rows(REVISIONS) == whole.rows(REVISIONS)


async def test_pages_of_one_policy_with_texts_of_their_own_do_not_take_turns(tmp_path, crawl, vendors):
    urls = [f"https://shop.example/{country}/privacy" for country in ("uk", "fr", "de")]
    vendors.write_text(f'[[policy]]\nvendor = "shop.example"\nurls = {json.dumps(urls)}\n')
    warc = WarcFile(tmp_path / "a.warc", gzip=False)
    for week in range(24):
        body = POLICY.format(word="sell", noise=f"For {('thirty', 'sixty', 'ninety')[week % 3]} days. {token(week)}")
        warc.response(urls[week % 3], f"{FIRST + timedelta(weeks=week):%Y-%m-%dT%H:%M:%SZ}", body.encode())
    crawled = await crawl(tmp_path / "a.warc", vendors, snapshots="all")
    assert crawled.rows("SELECT count(*) FROM documents") == [(3,)]
    assert crawled.rows("SELECT DISTINCT kind FROM noise") == [("changes at every capture",)]


@pytest.mark.parametrize("noise", [token, teaser])
async def test_what_was_learned_from_one_period_holds_for_the_others(tmp_path, crawl, vendors, noise):
    path = archive(tmp_path / "a.warc", noise)
    await crawl(path, vendors, snapshots="all", until="2015-02-16")
    learning = await crawl(path, vendors, snapshots="all", since="2015-03-16")
    assert learning.rows(REVISIONS) == [(at(0),), (at(CHANGED),)]
    whole = await crawl(path, vendors)
    assert whole.rows(REVISIONS) == [(at(0),), (at(CHANGED),)]
