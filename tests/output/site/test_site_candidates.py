"""The site shows what discovery found: each address with where it was seen, to be checked before it is crawled."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest
from datasette.app import Datasette
from serving import HOSTILE, serve
from sqlite_utils import Database

from crawler.discovery.candidates import Candidate
from output.site import candidates as shown
from pipelines.corpus import Corpus, candidates
from pipelines.corpus.schema import migrations

NOW = datetime(2026, 11, 29, tzinfo=UTC)
URL = "https://shop.example/privacy"


def text(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


async def page(datasette: Datasette, path: str) -> lxml.html.HtmlElement:
    response = await datasette.client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.text[:300])
    return lxml.html.document_fromstring(response.content)


async def test_each_candidate_has_its_evidence_and_leads_to_the_captures(discovered: Datasette) -> None:
    tree = await page(discovered, "/candidates")
    assert [text(head) for head in tree.cssselect("h2")] == [
        "bank.example: privacy policy",
        "shop.example: privacy policy",
        "shop.example: terms of service",
    ]
    item = tree.cssselect("ol.changes > li")[1]
    assert text(item.cssselect("h3")[0]) == URL
    assert "A capture of it was read, and is a policy · 91 % likely · language: en" in text(item)
    assert "On the home page of 4 March 2011 raw: “Privacy & <b>more</b>” https://shop.example/" in text(item)
    assert "and 2 more" in text(item)
    links = item.xpath(".//a/@href")
    assert "https://web.archive.org/web/20110304050607/https://shop.example/" in links
    assert "https://web.archive.org/web/20240102000000/https://shop.example/privacy" in links
    assert "No capture of it was read yet" in text(tree.cssselect("ol.changes > li")[2])
    assert "Refused on 2026-11-29" in text(tree.cssselect("ol.changes > li")[3])


@pytest.mark.parametrize(
    ("query", "number"),
    [("vendor=shop.example", 3), ("vendor=SHOP.example&decision=open", 2), ("decision=refused", 1), ("decision=x", 4)],
)
async def test_candidates_are_asked_for_by_vendor_and_decision(discovered: Datasette, query: str, number: int) -> None:
    assert len((await page(discovered, f"/candidates?{query}")).cssselect("ol.changes > li")) == number


async def test_that_none_is_like_that_is_said(discovered: Datasette) -> None:
    assert "No candidate is like that" in text(await page(discovered, "/candidates?vendor=nobody.example"))


async def test_a_vendors_page_and_every_footer_lead_there(discovered: Datasette) -> None:
    tree = await page(discovered, "/policies/shop.example")
    assert tree.xpath("//a[contains(., '2 addresses that discovery found')]/@href") == [
        "/candidates?vendor=shop.example"
    ]
    assert "/candidates" in tree.xpath("//footer//a/@href")


async def test_many_candidates_are_shown_page_by_page(tmp_path: Path) -> None:
    with Corpus(tmp_path / "corpus.db") as corpus, corpus.writing():
        many = [Candidate("shop.example", f"https://shop.example/{at}", "Imprint") for at in range(shown.PAGE + 1)]
        candidates.put(corpus.db, many, NOW)
    datasette = serve(tmp_path / "corpus.db")
    first = await page(datasette, "/candidates")
    assert len(first.cssselect("ol.changes > li")) == shown.PAGE
    (following,) = first.xpath("//a[@rel='next']/@href")
    assert len((await page(datasette, following)).cssselect("ol.changes > li")) == 1
    assert not (await page(datasette, following)).xpath("//a[@rel='next']")


async def test_a_page_is_found_by_index(tmp_path: Path) -> None:
    with closing(Database(memory=True)) as db:
        migrations.apply(db)
        for asked in (("", ""), ("shop.example", ""), ("", "open")):
            seen: list[str] = []
            db.conn.set_trace_callback(seen.append)
            shown.candidates(db.conn, "https://archive.example", *asked, 1)
            db.conn.set_trace_callback(None)
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {seen[-1]}")]
            assert not [step for step in plan if "TEMP B-TREE" in step], plan


@pytest.mark.parametrize("read_only", [False, True])
async def test_a_corpus_of_an_older_version_says_that_there_are_none(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "corpus.db"
    with closing(Database(path)) as db:
        migrations.apply(db, stop_before="0022_candidates")
        db["policies"].insert({"vendor": "shop.example", "type": "privacy policy"})
    if read_only:
        path.chmod(0o444)
    datasette = serve(path)
    assert "There are no candidates" in text(await page(datasette, "/candidates"))
    assert "discovery found" not in text((await page(datasette, "/policies/shop.example")).cssselect("main")[0])


async def test_nothing_that_strangers_wrote_becomes_markup_or_an_address(hostile: Datasette) -> None:
    tree = await page(hostile, "/candidates")
    assert HOSTILE[:10] in text(tree)
    assert not [script for script in tree.iter("script") if "attack" in (script.text or "")]
    for href in tree.xpath("//main//a/@href"):
        assert not href.strip().lower().startswith(("javascript:", "data:"))


@pytest.mark.parametrize("value", [None, "[", "[1]", '[{"source": 1}]', "{}", b"\xff\x00", 7])
async def test_what_no_discovery_stores_gets_a_sentence(tmp_path: Path, value: object) -> None:
    with Corpus(tmp_path / "corpus.db") as corpus, corpus.writing():
        candidates.put(corpus.db, [Candidate("shop.example", URL, "Imprint")], NOW)
        corpus.db.execute(
            "UPDATE OR IGNORE candidates SET seen = coalesce(?, x''), first = ?, decided = ?", [value] * 3
        )
    response = await serve(tmp_path / "corpus.db").client.get("/candidates")
    assert response.status_code in {200, 503}
    assert "Traceback" not in response.text
