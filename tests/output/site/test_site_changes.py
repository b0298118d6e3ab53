"""The page of all changes has what is asked for, the newest first, and a feed to match; all leads to where to check."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import lxml.etree
import lxml.html
import pytest
from datasette.app import Datasette
from serving import serve

ATOM = {"a": "http://www.w3.org/2005/Atom"}
POLICY = "/policies/harbourlight.example/privacy-policy"
REVISION = f"{POLICY}/20190211154003"
COMPARISON = f"{REVISION}/20200904114615"
ARCHIVE = "https://web.archive.org/web"


async def page(datasette: Datasette, path: str) -> lxml.html.HtmlElement:
    response = await datasette.client.get(path, follow_redirects=True)
    assert response.status_code == 200, (path, response.text[:300])
    return lxml.html.document_fromstring(response.content)


def text(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def comparisons(tree: lxml.html.HtmlElement) -> list[str]:
    return [link.get("href") for link in tree.cssselect("ol.changes h3 a")]


async def in_feed(datasette: Datasette, path: str) -> list[str]:
    feed = lxml.etree.fromstring((await datasette.client.get(path)).content)
    return [urlsplit(link).path for link in feed.xpath("//a:entry/a:link[@rel='alternate']/@href", namespaces=ATOM)]


async def all_changes(datasette: Datasette, query: str = "") -> list[str]:
    """The comparisons that all pages lead to."""
    found: list[str] = []
    path: str | None = f"/changes?{query}"
    while path:
        tree = await page(datasette, path)
        found += comparisons(tree)
        path = next(iter(tree.xpath("//a[@rel='next']/@href")), None)
    return found


async def test_all_changes_are_listed_page_by_page_the_newest_first(sample: Datasette, sample_corpus: Path) -> None:
    found = await all_changes(sample)
    with closing(sqlite3.connect(sample_corpus)) as conn:
        (count,) = conn.execute(
            "SELECT count(*) FROM revisions r WHERE EXISTS (SELECT 1 FROM revisions q WHERE q.policy = r.policy"
            " AND q.first_captured < r.first_captured)"
        ).fetchone()
    assert len(set(found)) == len(found) == count > 25
    names = [path.rpartition("/")[2] for path in found]
    assert names == sorted(names, reverse=True)


@pytest.mark.parametrize(
    "query",
    [
        "since=2015-01-01",
        "until=2014-12-31",
        "since=2010-01-01&until=2012-12-31",
        "vendor=Harbourlight.example",
        "type=cookie policy",
        "words=100",
        "vendor=tallowbridge.example&type=privacy policy&since=2015-01-01&words=20",
        "since=nonsense&words=-1&page=x",
    ],
)
async def test_what_is_asked_for_is_listed_and_fed(sample: Datasette, query: str) -> None:
    asked = dict(part.split("=") for part in query.split("&"))
    found = await all_changes(sample, query)
    assert found
    assert found[:50] == await in_feed(sample, f"/changes.atom?{query}")
    for path in found:
        _, _, vendor, type_, _, name = path.split("/")
        assert vendor == asked.get("vendor", vendor).lower()
        assert type_ == asked.get("type", type_).replace(" ", "-")
        day = f"{name[:4]}-{name[4:6]}-{name[6:8]}"
        assert day >= asked.get("since", "") or asked["since"] == "nonsense"
        assert day <= asked.get("until", "9999")
    listed = await page(sample, f"/changes?{query}")
    if asked.get("words", "").isdigit():
        for item in listed.cssselect("ol.changes > li"):
            sizes = [text(item.cssselect(css)[0])[1:].replace(",", "") for css in (".plus", ".minus")]
            assert sum(map(int, sizes)) >= int(asked["words"])
    (feed,) = set(listed.xpath("//link[@type='application/atom+xml']/@href"))
    assert await in_feed(sample, feed) == found[:50]


async def test_what_no_change_is_like_is_said(sample: Datasette) -> None:
    assert "No change is like that" in text(await page(sample, "/changes?vendor=nobody.example"))
    assert "is not a day" in text(await page(sample, "/changes?since=May"))
    assert "There are no further changes" in text(await page(sample, "/changes?page=900"))


async def test_what_takes_too_long_is_said(sample: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("output.site.pages.changes._MAX_MILLISECONDS", 0)
    assert "name a vendor" in text(await page(sample, "/changes?words=101"))
    response = await sample.client.get("/changes.atom?words=101")
    assert response.status_code == 503
    assert "name a vendor" in response.text


async def test_changes_of_a_kind_are_told_apart(sample_corpus: Path, tmp_path: Path) -> None:
    shutil.copy(sample_corpus, tmp_path / "corpus.db")
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn, conn:
        if "kind" not in {row[1] for row in conn.execute("PRAGMA table_info(differences)")}:
            conn.execute("ALTER TABLE differences ADD COLUMN kind TEXT")
        conn.execute("UPDATE differences SET kind = CASE WHEN words_added = 1 THEN 'dates' ELSE 'words' END")
    datasette = serve(tmp_path / "corpus.db")
    everything = await all_changes(datasette)
    kinds = {kind: await all_changes(datasette, f"kind={kind}") for kind in ("words", "dates", "links")}
    assert kinds["dates"]
    assert kinds["links"] == []
    assert sorted(kinds["words"] + kinds["dates"]) == sorted(everything)
    assert await all_changes(datasette, "kind=nonsense") == everything
    assert await in_feed(datasette, "/changes.atom?kind=dates") == kinds["dates"][:50]


def is_capture(links: list[str]) -> bool:
    """Whether two links lead to one capture, to read and raw."""
    return (
        len(links) == 2
        and links[0].replace("/http", "id_/http", 1).partition("#")[0][:60] == links[1].replace("%3A", ":")[:60]
    )


@pytest.mark.parametrize("path", ["/", "/changes", "/policies/tallowbridge.example"])
async def test_entries_of_lists_lead_to_comparison_text_and_both_captures(sample: Datasette, path: str) -> None:
    items = (await page(sample, path)).cssselect("ol.changes > li")
    assert items
    for item in items:
        (comparison,) = item.xpath("./h3/a/@href")
        (to_read,) = item.xpath(".//a[starts-with(., 'read the text')]/@href")
        assert to_read.rpartition("/")[2] == comparison.rpartition("/")[2]
        captures = [span.xpath("./a/@href") for span in item.cssselect(".capture")]
        assert len(captures) == 2
        assert all(map(is_capture, captures))
        assert f"{ARCHIVE}/{comparison.rpartition('/')[2]}/" in captures[1][0]


async def test_entries_of_feeds_lead_to_both_captures(sample: Datasette) -> None:
    feed = lxml.etree.fromstring((await sample.client.get("/changes.atom")).content)
    for entry in feed.findall("a:entry", ATOM):
        assert len(entry.xpath("a:link[@rel='via']/@href", namespaces=ATOM)) == 2
        links = lxml.html.fragment_fromstring(entry.findtext("a:content", namespaces=ATOM), create_parent=True)
        captures = [link for link in links.xpath(".//a/@href") if link.startswith(ARCHIVE)]
        assert is_capture(captures[:2])
        assert is_capture(captures[2:])


async def test_revisions_of_a_policy_lead_to_comparison_text_and_capture(sample: Datasette) -> None:
    items = (await page(sample, POLICY)).cssselect("ol.revisions > li")
    for item in items:
        name = item.get("id")[1:]
        (heading,) = item.xpath("./h3/a")
        is_first = text(heading).startswith("First seen")
        assert heading.get("href").endswith(f"/{name}")
        assert (heading.get("href").count("/") == 4) is is_first
        assert item.xpath(".//a[starts-with(., 'read the text')]/@href") == [f"{POLICY}/{name}"]
        assert all(is_capture(span.xpath("./a/@href")) for span in item.cssselect(".capture"))
        assert item.cssselect(".capture")


async def test_ticks_of_a_timeline_lead_to_their_captures(sample: Datasette) -> None:
    picture = (await page(sample, POLICY)).cssselect("figure.timeline svg")[0]
    ticks = picture.cssselect("rect.tick")
    assert ticks
    for tick in ticks:
        assert tick.getparent().get("href").startswith(f"{ARCHIVE}/2")
        assert tick.getparent().get("aria-label").startswith("Capture of ")


@pytest.mark.parametrize("view", ["", "?view=side"])
async def test_each_changed_place_leads_to_its_sentence_in_texts_and_captures(sample: Datasette, view: str) -> None:
    tree = await page(sample, f"{POLICY}/20180501104322/20190211154003{view}")
    places = tree.cssselect(".change")
    assert len(places) > 5
    for number, place in enumerate(places, 1):
        assert place.get("id") == f"change-{number}"
        sides = place.cssselect(".place .ends")
        assert sides
        for side in sides:
            to_text, *capture = side.xpath(".//a/@href")
            assert to_text.startswith(f"{POLICY}/20")
            assert "#:~:text=" in to_text
            assert to_text.partition("#")[2] == capture[0].partition("#")[2]
            assert is_capture(capture)


async def test_hits_of_a_search_lead_to_the_place_and_to_captures(sample: Datasette) -> None:
    (found,) = (await page(sample, '/search?q="EU–US Privacy Shield"')).cssselect("ol.found > li")
    (hit,) = found.xpath("./h2/a/@href")
    shown = await page(sample, hit.partition("#")[0])
    (marked,) = shown.xpath(f"//*[@id='{hit.partition('#')[2]}']")
    assert marked.tag == "mark"
    assert "".join(text(mark) for mark in shown.cssselect("article mark")).startswith("EU–US Privacy Shield")
    assert "stands in 1 place of this text" in text(shown.cssselect("main [role=status]")[0])
    assert all(is_capture(span.xpath("./a/@href")) for span in found.cssselect(".capture"))
    assert len(found.cssselect(".capture")) == 2
    between = [link.get("href") for link in found.xpath(".//a[starts-with(., 'between')]")]
    assert len(between) == 2
    assert all(link.count("/") == 5 for link in between)  # comparisons


async def test_texts_and_comparisons_say_how_to_cite_them(sample: Datasette) -> None:
    for path in (REVISION, COMPARISON):
        (cite,) = (await page(sample, path)).cssselect("details.cite")
        assert [text(style) for style in cite.cssselect(".style")] == ["APA", "BibTeX", "Plain text"]
        told = text(cite)
        assert told.count("sha256:") == 6
        assert len(re.findall(rf"{ARCHIVE}/20200829\d+/https://", told)) == 3
        assert len(re.findall(rf"{ARCHIVE}/20200829\d+id\\?_/https", told)) == 2


async def test_pickers_tell_apart_what_changed_on_a_day(sample_corpus: Path, tmp_path: Path) -> None:
    shutil.copy(sample_corpus, tmp_path / "corpus.db")
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn, conn:
        conn.execute(
            "UPDATE snapshots SET captured = '2020-09-04T18:30:00+00:00' WHERE id = (SELECT r.first_snapshot"
            " FROM changes c JOIN revisions r ON r.id = c.revision WHERE c.first_captured LIKE '2022-01-18%')"
        )
        conn.execute("UPDATE revisions SET first_snapshot = first_snapshot")  # their times follow
    tree = await page(serve(tmp_path / "corpus.db"), POLICY)
    options = [text(option) for option in tree.cssselect("#before option")]
    assert "4 September 2020, 11:46 UTC" in options
    assert "4 September 2020, 18:30 UTC" in options
    assert "11 February 2019" in options


async def test_a_rewrite_has_several_places(sample: Datasette) -> None:
    tree = await page(sample, f"{POLICY}/20041030103441/20240804112447")
    places = tree.cssselect(".change")
    assert len(places) > 3
    assert max(len(place.cssselect("p.paragraph")) for place in places) <= 20


async def test_about_says_what_the_words_mean(sample: Datasette) -> None:
    terms = [text(term) for term in (await page(sample, "/about")).cssselect("dl.words dt")]
    words = {"vendor", "policy", "document", "revision", "variants", "left out", "doubt", "archive", "corpus", "crawl"}
    assert words <= set(terms)
