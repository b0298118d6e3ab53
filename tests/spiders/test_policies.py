"""The crawl as a whole, on the sample archive: what it stores, what it counts, and what it asks for again."""

import json
from collections import Counter
from pathlib import Path

import pytest

from pipelines.corpus import Corpus

TRUTH = json.loads((Path(__file__).parents[1] / "sample" / "truth.json").read_text("utf-8"))["policies"]


def test_all_gives_every_snapshot_an_outcome(sample_crawl):
    assert sample_crawl.run.status == "complete"
    states = Counter(sample_crawl.counts("SELECT state, count(*) FROM snapshots GROUP BY state"))
    assert states.total() == sum(sum(policy["captures"].values()) for policy in TRUTH)
    assert states.keys() == {"fetched", "repeat", "rejected"}
    textless = "SELECT count(*) FROM snapshots WHERE state IN ('fetched', 'repeat') AND document IS NULL"
    assert sample_crawl.rows(textless) == [(0,)]


def test_each_way_of_not_being_the_policy_has_its_own_reason(sample_crawl):
    rejected = "FROM snapshots WHERE state = 'rejected'"
    reasons = sample_crawl.counts(f"SELECT reason, count(*) {rejected} GROUP BY reason")
    assert reasons["archived error 404"] == 4
    assert reasons["archived error 503"] == 3
    assert reasons["redirect not archived"] == 3
    assert sample_crawl.rows(f"SELECT count(*) {rejected} AND detail IS NULL") == [(0,)]


def test_a_redirect_inside_the_archive_is_read_where_it_leads(sample_crawl):
    moved = sample_crawl.rows(
        "SELECT read_at FROM snapshots WHERE url LIKE '%tallowsoft.example%' AND read_at IS NOT NULL"
    )
    assert len(moved) == 3
    assert all("tallowbridge.example" in read_at for (read_at,) in moved)


def test_the_crawls_row_tells_what_was_asked_received_stored_and_refused(sample_crawl):
    ((status, finished, asked, received, stored, refused),) = sample_crawl.rows(
        "SELECT status, finished, asked, received, stored, refused FROM crawls"
    )
    assert status == "complete"
    assert finished
    assert asked == sample_crawl.requests
    assert received == stored + refused == 195
    assert sample_crawl.counts("SELECT status, count(*) FROM crawl_policies GROUP BY 1") == {"complete": len(TRUTH)}


def test_every_revision_has_its_document(sample_crawl):
    files = {str(path.relative_to(sample_crawl.run.documents)) for path in sample_crawl.run.documents.rglob("*.md")}
    revisions = sample_crawl.rows(
        "SELECT p.vendor, replace(p.type, ' ', '-'), s.timestamp FROM revisions r"
        " JOIN policies p ON p.id = r.policy JOIN snapshots s ON s.id = r.first_snapshot"
    )
    assert files == {f"{vendor}/{folder}/{timestamp}.md" for vendor, folder, timestamp in revisions}


def test_the_texts_can_be_searched(sample_crawl):
    found = sample_crawl.rows("SELECT count(*) FROM documents_fts WHERE documents_fts MATCH 'cookies'")
    assert found[0][0] > 0


async def test_changes_asks_for_a_fraction_and_concludes_the_rest(crawl):
    crawled = await crawl()
    states = Counter(crawled.counts("SELECT state, count(*) FROM snapshots GROUP BY state"))
    assert states["inferred"] > 0
    assert states["fetched"] + states["rejected"] < states.total()


async def test_a_second_crawl_asks_for_listings_only(crawl):
    await crawl(snapshots="all", vendor="tallowbridge.example")
    again = await crawl(snapshots="all", vendor="tallowbridge.example")
    assert again.requests == sum(len(policy.urls) for policy in again.run.requested.policies)
    assert again.rows("SELECT stored FROM crawls ORDER BY id DESC LIMIT 1") == [(0,)]


async def test_a_second_crawl_lists_what_is_new_and_knows_the_rest(crawl):
    first = await crawl(vendor="tallowbridge.example")
    again = await crawl(vendor="tallowbridge.example")
    whole, new = again.rows("SELECT received FROM crawls ORDER BY id")
    assert new < whole
    assert again.run.status == "complete"
    texts = "SELECT url, timestamp, state, document FROM snapshots ORDER BY 1, 2"
    assert again.rows(texts) == first.rows(texts)
    third = await crawl(vendor="tallowbridge.example", snapshots="all")
    assert third.rows("SELECT count(*) FROM snapshots WHERE state IN ('listed', 'inferred')") == [(0,)]


async def test_now_and_then_the_whole_listing_is_asked_for_again(crawl):
    await crawl(vendor="tallowbridge.example")
    with Corpus((await crawl(vendor="tallowbridge.example")).run.corpus) as corpus:
        corpus.db.execute("UPDATE listings SET listed_whole = '2020-01-01T00:00:00+00:00'")
        corpus.db.conn.commit()
    again = await crawl(vendor="tallowbridge.example")
    first, second, third = again.rows("SELECT received FROM crawls ORDER BY id")
    assert first == third != second
    assert again.rows("SELECT count(*) FROM listings WHERE listed_whole < '2021'") == [(0,)]


async def test_a_crawl_of_a_period_is_not_taken_for_a_listing_of_all(crawl):
    await crawl(since="2012", until="2014-06", vendor="tallowbridge.example")
    crawled = await crawl(vendor="tallowbridge.example")
    whole = await crawl(vendor="tallowbridge.example", CORPUS_DB=str(crawled.run.corpus) + "2")
    count = "SELECT count(*) FROM snapshots"
    assert crawled.rows(count) == whole.rows(count)


async def test_a_period_bounds_what_is_asked_for_although_more_is_known(crawl):
    await crawl(vendor="tallowbridge.example")
    before = "SELECT count(*) FROM snapshots WHERE state IN ('fetched', 'rejected') AND timestamp < '2015'"
    known = (await crawl(vendor="tallowbridge.example")).rows(before)
    crawled = await crawl(vendor="tallowbridge.example", snapshots="all", since="2015")
    assert crawled.rows(before) == known


@pytest.mark.slow
async def test_all_after_changes_ends_where_all_alone_ends(crawl, sample_crawl):
    await crawl()
    crawled = await crawl(snapshots="all")
    # Which of several captures of the same bytes was asked for may differ; what is known of them may not.
    known = "SELECT url, timestamp, document FROM snapshots ORDER BY url, timestamp"
    assert crawled.rows(known) == sample_crawl.rows(known)


async def test_one_vendor_can_be_crawled_alone(crawl):
    crawled = await crawl(vendor="gruenwald.example")
    assert crawled.rows("SELECT DISTINCT vendor FROM policies") == [("gruenwald.example",)]


async def test_a_period_restricts_what_is_listed(crawl):
    crawled = await crawl(since="2012", until="2014-06", snapshots="all")
    ((first, last),) = crawled.rows("SELECT min(timestamp), max(timestamp) FROM snapshots")
    assert first[:4] >= "2012"
    assert last[:6] <= "201406"


async def test_a_url_that_is_not_archived_is_named_with_near_ones_by_one_request(crawl, tmp_path):
    vendors = tmp_path / "vendors.toml"
    vendors.write_text(
        '[[policy]]\nvendor = "harbourlight.example"\n'
        'urls = ["https://harbourlight.example/privacy", "http://harbourlight.example/privac"]\n'
    )
    crawled = await crawl(vendors=vendors)
    assert crawled.run.status == "partial"
    assert crawled.requests == 3
    ((listed, revisions, errors),) = crawled.rows("SELECT listed, revisions, errors FROM crawl_policies")
    assert (listed, revisions) == (0, 0)
    first, second = errors.splitlines()
    near = "http://www.harbourlight.example/privacy.html (since "
    assert first.startswith(f"the archive has no capture of https://harbourlight.example/privacy. It has {near}")
    assert second.startswith("the archive has no capture of http://harbourlight.example/privac")


async def test_a_url_whose_captures_lie_outside_the_period_is_no_failure(crawl):
    crawled = await crawl(vendor="gruenwald.example", since="1996", until="1997")
    assert crawled.run.status == "complete"
    assert crawled.rows("SELECT listed, errors FROM crawl_policies") == [(0, None)]


async def test_an_archive_that_is_not_there_is_a_failure_not_an_empty_corpus(crawl, unused_tcp_port):
    crawled = await crawl(archive=f"http://127.0.0.1:{unused_tcp_port}", vendor="gruenwald.example", RETRY_TIMES=1)
    assert crawled.run.status == "failed"
    ((error,),) = crawled.rows("SELECT errors FROM crawl_policies")
    assert "could not be listed" in error


@pytest.mark.parametrize("snapshots", ["all", "changes"])
async def test_the_revisions_are_those_that_there_were_no_more_and_no_fewer(crawl, sample_crawl, snapshots):
    crawled = sample_crawl if snapshots == "all" else await crawl()
    begins = crawled.rows(
        "SELECT p.vendor, p.type, coalesce(s.read_at, s.timestamp || '/' || s.url) FROM revisions r"
        " JOIN policies p ON p.id = r.policy JOIN snapshots s ON s.id = r.first_snapshot"
    )
    true = {
        (policy["vendor"], policy["type"], f"{timestamp}/{url}")
        for policy in TRUTH
        for timestamp, url, _ in policy["revisions"]
    }
    assert set(begins) == true
