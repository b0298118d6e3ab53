"""Reading again: nothing changes with the same extractor, and with another only what is read, never what was seen."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from aiohttp import web
from crawling import SHOP
from fake_archive import LISTING, MEMENTO, PAGE, archive

from crawler import bounded_reading
from crawler.archive import truncation
from crawler.archive.memento import archived_headers
from crawler.events import Answered
from crawler.extraction import extract
from crawler.extraction.extract import CapturedResponse
from crawler.local_archive.captures import read_captures
from crawler.local_archive.index import CaptureIndex
from crawler.local_archive.replay import play
from crawler.model import Doubt, LeftOut, Playback, Rejection
from crawler.reading import document
from crawler.text.identity.content import content
from crawler.workers.in_process import InProcess
from crawler.workers.reader import Reader
from pipelines import kept_pages
from pipelines.corpus import Corpus
from pipelines.kept_responses import kept_response
from pipelines.reextraction import reread

pytestmark = pytest.mark.slow  # each reads the captures of the sample again

SAMPLE = Path(__file__).parents[1] / "sample" / "sample.warc.gz"
FACTS = (
    "SELECT id, policy, url, timestamp, captured, status, mimetype, digest, length, read_at FROM snapshots ORDER BY id"
)


@pytest.fixture(scope="module")
def kept() -> CaptureIndex:
    return CaptureIndex(read_captures(SAMPLE).captures)


PUBLIC_URL = "https://archive.example"


def reread_all(crawled, kept: CaptureIndex) -> tuple[int, int]:
    """Read every policy of a crawl again; gives how many snapshots were read and how many rows changed."""
    with Corpus(crawled.run.corpus) as corpus:
        policies = crawled.run.requested.policies
        results = [result for _, result in reread(corpus, policies, kept, PUBLIC_URL, Reader(InProcess()))]
    assert sum(result.missing for result in results) == 0
    return sum(result.read for result in results), sum(result.changed for result in results)


async def test_a_capture_whose_timestamp_no_calendar_has_is_read_again_too(crawl, vendors, tmp_path):
    listed = LISTING.replace("20200101000000", "20000012170449")  # the archive has such: 2000-12-17 04:49
    answer = web.Response(text=listed, content_type="application/json")
    meant = {"Memento-Datetime": "Sun, 17 Dec 2000 04:49:00 GMT"}
    page = web.Response(text=PAGE, content_type="text/html", headers=meant)
    async with archive(lambda _: answer, lambda _: page) as (url, _):
        crawled = await crawl(url, vendors)
    assert crawled.rows("SELECT timestamp, state FROM snapshots") == [("20000012170449", "fetched")]
    assert reread_all(crawled, CaptureIndex(read_captures(tmp_path / "warc").captures)) == (1, 0)


CUT = PAGE.partition("</p>")[0]


@pytest.mark.parametrize(
    "sent",
    [{"x-archive-orig-content-length": "99999"}, {"x-archive-truncated": "length"}, {}],
    ids=["content-length", "warc-truncated", "within a tag"],
)
async def test_a_doubt_about_cut_bytes_is_found_again_in_those_that_were_kept(crawl, vendors, tmp_path, sent):
    text = CUT if sent else CUT + "<p class='la"
    page = web.Response(text=text, content_type="text/html", headers=MEMENTO | sent)
    stored: list[Answered] = []
    async with archive(replay_answer=lambda _: page) as (url, _):
        with patch("pipelines.store.StorePipeline.process_item", autospec=True) as store:
            store.side_effect = lambda _, item: stored.append(item) or item
            await crawl(url, vendors)
    first = next(item.document.doubts for item in stored if isinstance(item, Answered))
    captures = CaptureIndex(read_captures(tmp_path / "warc").captures)
    kept = kept_response(captures, Playback("20200101000000", SHOP), None, None)
    assert isinstance(kept, CapturedResponse)
    again = truncation.doubt(kept.headers, kept.body, kept.truncated)
    assert first == (again,)
    assert again.reason == "truncated capture"
    # and a crawl of the kept bytes finds it as well
    played = play(captures, f"/web/20200101000000id_/{SHOP}")
    headers = {name.lower(): value for name, value in played.headers}
    assert truncation.doubt(archived_headers(headers), played.body, headers.get(truncation.HEADER)) == again


async def test_the_same_extractor_changes_nothing_byte_for_byte(crawl, kept):
    crawled = await crawl(ARCHIVE_PUBLIC_URL="https://archive.example")
    before = crawled.run.corpus.read_bytes()
    read, changed = reread_all(crawled, kept)
    assert read > 50
    assert changed == 0
    assert crawled.run.corpus.read_bytes() == before


async def test_another_extractor_changes_texts_and_leaves_facts_and_revisions(crawl, kept, monkeypatch):
    crawled = await crawl(ARCHIVE_PUBLIC_URL="https://archive.example")
    facts, spans = crawled.rows(FACTS), crawled.rows("SELECT first_snapshot, last_snapshot FROM revisions ORDER BY 1")

    def newer(page, found, identity):
        found = document(page, found, identity)
        if isinstance(found, Rejection):
            return found
        body = found.body + "\n\nRead by a newer extractor."
        return replace(found, body=body, hash=content(body).hash, extractor="newer")

    monkeypatch.setattr(kept_pages, "document", newer)
    assert reread_all(crawled, kept)[1] > 0
    assert crawled.rows(FACTS) == facts
    assert crawled.rows("SELECT first_snapshot, last_snapshot FROM revisions ORDER BY 1") == spans
    assert crawled.rows("SELECT DISTINCT extractor FROM documents") == [("newer",)]
    assert crawled.rows("SELECT count(*) FROM documents WHERE body NOT LIKE '%newer extractor.'") == [(0,)]
    assert crawled.rows("SELECT count(*) FROM documents_fts WHERE documents_fts MATCH 'newer'")[0][0] > 0


async def test_a_text_that_is_no_policy_any_more_is_rejected_and_its_revision_goes(crawl, kept, monkeypatch):
    crawled = await crawl(vendor="gruenwald.example")
    monkeypatch.setattr(kept_pages, "document", lambda *_: Rejection("no text", "a stricter extractor"))
    reread_all(crawled, kept)
    assert crawled.rows("SELECT count(*) FROM revisions") == [(0,)]
    assert crawled.rows("SELECT count(*) FROM documents") == [(0,)]
    assert crawled.rows("SELECT DISTINCT state FROM snapshots WHERE reason = 'no text'") == [("rejected",)]
    assert crawled.rows("SELECT count(*) FROM snapshots WHERE state = 'inferred'") == [(0,)]


async def test_what_is_left_out_and_doubted_is_renewed_once(crawl, kept, monkeypatch):
    crawled = await crawl(ARCHIVE_PUBLIC_URL="https://archive.example")
    facts = crawled.rows(FACTS)

    def newer(page, found, identity):
        found = document(page, found, identity)
        if isinstance(found, Rejection):
            return found
        said = f"This page is at {page.response.url}, and its menu has more."
        blocks = (
            LeftOut("footer", 9, said, prose=True, digest=said),
            LeftOut("navigation", 1, "Newer", prose=False, digest="newer"),
        )
        return replace(found, left_out=blocks, doubts=(Doubt("mojibake", "1 of 9 words"),))

    monkeypatch.setattr(kept_pages, "document", newer)
    assert reread_all(crawled, kept)[1] > 0
    assert crawled.rows(FACTS) == facts
    fetched = crawled.rows("SELECT count(*) FROM snapshots WHERE state = 'fetched'")
    assert crawled.rows("SELECT count(*) FROM doubts WHERE reason = 'mojibake'") == fetched
    assert crawled.rows("SELECT DISTINCT words_left_out FROM snapshots WHERE state = 'fetched'") == [(10,)]
    assert crawled.rows("SELECT DISTINCT document FROM left_out WHERE reason = 'footer' ORDER BY 1") == crawled.rows(
        "SELECT DISTINCT document FROM snapshots WHERE state = 'fetched' ORDER BY 1"
    )
    before = crawled.run.corpus.read_bytes()
    assert reread_all(crawled, kept)[1] == 0
    assert crawled.run.corpus.read_bytes() == before


async def test_a_text_that_is_now_known_to_be_cut_short_makes_no_revision_any_more(crawl, kept, monkeypatch):
    crawled = await crawl(vendor="gruenwald.example", snapshots="all")
    revisions = crawled.rows("SELECT document, count(*) FROM revisions GROUP BY 1 ORDER BY min(first_captured)")
    first = revisions[0][0]

    def newer(page, found, identity):
        found = document(page, found, identity)
        cut = not isinstance(found, Rejection) and found.hash == first
        return replace(found, doubts=(Doubt("truncated capture", "ends in a tag"),)) if cut else found

    monkeypatch.setattr(kept_pages, "document", newer)
    reread_all(crawled, kept)
    assert crawled.rows("SELECT document, count(*) FROM revisions GROUP BY 1 ORDER BY min(first_captured)") == [
        revision for revision in revisions if revision[0] != first
    ]
    assert (first,) in crawled.rows("SELECT hash FROM documents")
    monkeypatch.setattr(kept_pages, "document", document)
    reread_all(crawled, kept)
    assert crawled.rows("SELECT document, count(*) FROM revisions GROUP BY 1 ORDER BY min(first_captured)") == revisions


async def test_bytes_that_were_not_kept_leave_their_snapshot_as_it_is(crawl):
    crawled = await crawl(vendor="gruenwald.example")
    before = crawled.rows("SELECT state, document FROM snapshots ORDER BY id")
    with Corpus(crawled.run.corpus) as corpus:
        policies = crawled.run.requested.policies[:1]
        ((_, result),) = reread(corpus, policies, CaptureIndex([]), PUBLIC_URL, Reader(InProcess()))
    assert (result.read, result.changed) == (0, 0)
    assert result.missing > 0
    assert crawled.rows("SELECT state, document FROM snapshots ORDER BY id") == before


async def test_the_hashes_of_an_older_version_become_those_of_today_and_no_revision_is_new(crawl, kept):
    crawled = await crawl(ARCHIVE_PUBLIC_URL="https://archive.example")
    asked = (
        FACTS,
        "SELECT id, state, reason, detail, document FROM snapshots ORDER BY id",
        "SELECT hash, title, body, language, route, recall, extractor FROM documents ORDER BY hash",
        "SELECT policy, document, first_snapshot, last_snapshot FROM revisions ORDER BY first_snapshot",
        "SELECT * FROM differences ORDER BY before, after",
        "SELECT * FROM disregarded ORDER BY document, what, text",
    )
    today = [crawled.rows(sql) for sql in asked]
    with Corpus(crawled.run.corpus) as corpus:
        corpus.db.executescript(
            """
            PRAGMA foreign_keys = OFF;
            UPDATE documents SET hash = 'old ' || hash, extractor = 'policytrail/2';
            UPDATE snapshots SET document = 'old ' || document;
            UPDATE revisions SET document = 'old ' || document;
            UPDATE differences SET before = 'old ' || before, after = 'old ' || after;
            UPDATE disregarded SET document = 'old ' || document;
            """
        )
    assert reread_all(crawled, kept)[1] > 0
    assert [crawled.rows(sql) for sql in asked] == today


async def test_what_is_too_slow_to_read_today_keeps_what_was_read_in_it_and_is_named(crawl, kept):
    crawled = await crawl(vendor="gruenwald.example")
    before = crawled.rows("SELECT * FROM snapshots ORDER BY id"), crawled.rows("SELECT * FROM revisions ORDER BY id")

    read = extract.read

    def slow(response, *rest, **named):
        if response.body in first:
            while True:
                sum(range(1000))
        if response.body in second:
            raise ValueError("a fault of the program")
        return read(response, *rest, **named)

    fetched = [row[0] for row in crawled.rows("SELECT timestamp FROM snapshots WHERE state = 'fetched' ORDER BY 1")]
    first, second = ([kept_body(kept, crawled, timestamp)] for timestamp in (fetched[0], fetched[-1]))
    with (
        patch.object(extract, "read", slow),
        patch.object(bounded_reading, "_SECONDS", 0.5),
        Corpus(crawled.run.corpus) as corpus,
    ):
        policies = crawled.run.requested.policies
        results = [result for _, result in reread(corpus, policies, kept, PUBLIC_URL, Reader(InProcess()))]
    why = [reason for result in results for reason in result.unread]
    assert any(reason.endswith("too slow to read") for reason in why)
    assert any(reason.endswith("extraction failed") for reason in why)
    after = crawled.rows("SELECT * FROM snapshots ORDER BY id"), crawled.rows("SELECT * FROM revisions ORDER BY id")
    assert after == before


async def test_what_was_too_slow_to_read_is_tried_again(crawl, kept):
    crawled = await crawl(vendor="gruenwald.example")
    before = crawled.rows("SELECT id, state, document FROM snapshots ORDER BY id")
    with Corpus(crawled.run.corpus) as corpus, corpus.writing():
        corpus.db.execute(
            "UPDATE snapshots SET state = 'rejected', reason = 'too slow to read', detail = 'It takes more than 20 s.',"
            " document = NULL WHERE id = (SELECT min(id) FROM snapshots WHERE state = 'fetched')"
        )
    reread_all(crawled, kept)
    assert crawled.rows("SELECT id, state, document FROM snapshots ORDER BY id") == before


def kept_body(kept: CaptureIndex, crawled, timestamp: str) -> bytes:
    """The body of the page that the snapshot of this time was read from."""
    rows = crawled.rows("SELECT url, timestamp, read_at FROM snapshots WHERE state = 'fetched'")
    url, read_at = next((url, read_at) for url, at, read_at in rows if at == timestamp)
    at, url = read_at.split("/", 1) if read_at else (timestamp, url)
    response = kept_response(kept, Playback(at, url), None, None)
    assert isinstance(response, CapturedResponse)
    return response.body
