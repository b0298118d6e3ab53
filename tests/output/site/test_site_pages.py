"""The site: each page shows what it promises, leads on, and runs nothing that a corpus holds."""

import re
import shutil
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import lxml.etree
import lxml.html
import pytest
from datasette.app import Datasette
from serving import PROJECT, serve
from sqlite_utils import Database

from pipelines.corpus import Corpus
from pipelines.corpus.differences import measure
from pipelines.corpus.schema import migrations

POLICY = "/policies/harbourlight.example/privacy-policy"
REVISION = f"{POLICY}/20190211154003"
COMPARISON = f"{REVISION}/20200904114615"
ACROSS = f"{REVISION}/with/tallowbridge.example/privacy-policy/20181223094208"
NOISY = "/policies/shop.example/privacy-policy"
PAGES = [
    "/",
    "/policies",
    "/policies?starts=t",
    "/policies/tallowbridge.example",
    POLICY,
    f"{POLICY}?on=2019-05-01",
    REVISION,
    COMPARISON,
    f"{COMPARISON}?view=side",
    ACROSS,
    f"{ACROSS}?view=side",
    f"{REVISION}?q=photographs",
    "/changes",
    "/changes?since=2015-01-01&until=2024-01-01&type=privacy policy&words=5",
    "/policies?sort=changed&type=privacy policy",
    "/about",
    "/candidates",
    "/trends?q=photographs%0Adata&type=privacy policy",
    "/trends?show=length",
    "/trends?show=ease&language=en&by=quarter",
    "/trends/2019?q=photographs",
    "/search",
    '/search?q="personal data"&vendor=harbourlight.example&type=privacy policy&since=2010-01-01&until=2024-01-01',
]
FEEDS = ["/changes.atom", "/policies/tallowbridge.example/changes.atom", f"{POLICY}/changes.atom"]
ATOM = {"a": "http://www.w3.org/2005/Atom"}


async def page(datasette: Datasette, path: str) -> lxml.html.HtmlElement:
    """A page that must open, parsed."""
    response = await datasette.client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.text[:300])
    return lxml.html.document_fromstring(response.content)


def text(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_opens_is_strict_and_loads_nothing_from_elsewhere(sample: Datasette, path: str) -> None:
    response = await sample.client.get(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    tree = lxml.html.document_fromstring(response.content)
    assert tree.get("lang") == "en"
    assert len(tree.cssselect("h1")) == 1
    assert not tree.xpath("//*[@style] | //style | //script[not(@src)] | //img | //iframe")
    for loaded in tree.xpath("//link[@rel='stylesheet']/@href | //script/@src"):
        assert not urlsplit(loaded).netloc
        assert (await sample.client.get(loaded)).status_code == 200
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    fields = {field.get("id") for field in tree.cssselect("input:not([type=hidden]), select")}
    assert fields <= {label.get("for") for label in tree.cssselect("label")}


@pytest.mark.slow
async def test_every_link_of_the_site_leads_somewhere(sample: Datasette) -> None:
    seen, todo = set(), ["/"]
    while todo and len(seen) < 400:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        response = await sample.client.get(path)
        assert response.status_code in {200, 302}, path
        if "text/html" in response.headers.get("content-type", "") and not path.startswith("/corpus"):
            tree = lxml.html.document_fromstring(response.content)
            targets = {urlsplit(urljoin(path, link)) for link in tree.xpath("//a/@href")}
            todo += [t._replace(fragment="").geturl() for t in targets if not t.scheme]
    assert len(seen) > 100
    assert not todo or len(seen) == 400


async def test_two_clicks_lead_from_the_first_page_to_the_text_of_a_revision(sample: Datasette) -> None:
    home = await page(sample, "/")
    (row,) = [r for r in home.cssselect("table.list tr") if "harbourlight.example" in text(r)]
    policy = await page(sample, row.cssselect("a")[1].get("href"))
    revisions = policy.cssselect("ol.revisions h3 a")
    assert len(revisions) > 5
    assert all(re.search(r"\d{4}$", text(link)) for link in revisions)  # each says when
    assert text(revisions[-1]) == "First seen on 30 October 2004"
    to_read = policy.xpath("//ol[@class='revisions']//a[starts-with(., 'read the text')]/@href")
    assert len(to_read) == len(revisions)
    assert "Harbourlight Photo" in text((await page(sample, to_read[0])).cssselect("article")[0])


async def test_a_revision_says_what_changed_when_and_how_sure_that_is(sample: Datasette) -> None:
    (item,) = (await page(sample, POLICY)).cssselect("#r20160205000542")
    assert text(item).startswith("Changed between 20 February 2015 and 5 February 2016 +1 −1 words")
    assert "ninety" in text(item.cssselect("del")[0])
    assert "sixty" in text(item.cssselect("ins")[0])


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2019-06-01", "On 1 June 2019 it said this text, which was seen from 11 February 2019"),
        (
            "2018-12-01",
            "it said either this text, seen last on 7 May 2018, or the next, seen first on 11 February 2019",
        ),
        ("2025-01-01", "Probably this text"),
        ("2001-01-01", "nothing is known"),
        ("1 May", "is not a day"),
    ],
)
async def test_what_held_on_a_day_comes_with_its_certainty(sample: Datasette, day: str, said: str) -> None:
    tree = await page(sample, f"{POLICY}?on={day}")
    assert said in text(tree.cssselect("#answer")[0])


async def test_a_timeline_is_drawn_to_scale(sample: Datasette) -> None:
    picture = (await page(sample, POLICY)).cssselect("figure.timeline svg")[0]
    bars = picture.cssselect("rect.bar")
    assert len(bars) == len((await page(sample, POLICY)).cssselect("ol.revisions > li"))
    places = [(float(bar.get("x")[:-1]), float(bar.get("width")[:-1])) for bar in bars]
    assert places == sorted(places)
    assert places[0][0] == pytest.approx(
        100 * (303 + 10 / 24) / (21 * 365.25), abs=0.05
    )  # 30 October of the first of 21 years
    assert picture.cssselect("a[href*='/web/'] rect.tick.legible")


async def test_a_revision_shows_its_text_and_where_it_is_from(sample: Datasette) -> None:
    tree = await page(sample, REVISION)
    headings = [element.tag for element in tree.cssselect("article")[0].iter("h2", "h3", "h4", "h5", "h6")]
    assert headings[0] == "h2"
    assert len(headings) > 3
    assert tree.cssselect("article")[0].get("lang") == "en"
    assert tree.cssselect("article table")
    facts = tree.cssselect("aside")[0]
    assert "11 February 2019, 15:40 UTC" in text(facts)
    assert "sha256:" in text(facts)
    told = {text(term): text(term.getnext()) for term in facts.cssselect("dt")}
    assert told["How it is known"] == "Read from this capture."
    assert told["Language"] == "English"
    assert re.match(r"\d+ % of the page's words outside navigation and dialogs", told["Share of the page"])
    assert re.match(r"Policytrail's extractor \d+ with trafilatura [\d.]+, .* and \w+ [\d.]+,", told["Read by"])
    to_read, raw = [link.get("href") for link in facts.cssselect("dl a")[:2]]
    assert to_read == "https://web.archive.org/web/20190211154003/https://www.harbourlight.example/privacy.html"
    assert raw == "https://web.archive.org/web/20190211154003id_/https%3A//www.harbourlight.example/privacy.html"
    document = await sample.client.get(f"{REVISION}.md")
    assert document.headers["content-type"] == "text/markdown; charset=utf-8"
    assert document.text.startswith("> *The following text is extracted")


@pytest.mark.parametrize(
    ("path", "target"),
    [
        (f"{POLICY}/2019", REVISION),
        (f"{POLICY}/20200101", REVISION),
        (f"{POLICY}/2020-01-01.md", f"{REVISION}.md"),
        (f"{POLICY}/20200101/20200904114615", COMPARISON),
        (f"{POLICY}/compare?before=20190211154003&after=20200904114615", COMPARISON),
        (f"{POLICY}/compare", POLICY),
        (f"{REVISION}/with?vendor=tallowbridge.example&type=privacy policy&on=2019-01-01", ACROSS),
        (f"{REVISION}/with/tallowbridge.example/privacy-policy/2018", ACROSS),
    ],
)
async def test_addresses_of_other_times_lead_to_the_permanent_one(sample: Datasette, path: str, target: str) -> None:
    response = await sample.client.get(path)
    assert (response.status_code, response.headers["location"]) == (302, target)


@pytest.mark.parametrize(
    "path",
    [
        *("/policies/nobody.example", "/policies/nobody.example/x", f"{POLICY}/1999", f"{POLICY}/x"),
        *(f"{POLICY}/1999/2019", "/policies/nobody.example/changes.atom", f"{POLICY}x/changes.atom"),
        *("/revisions/999999", f"{REVISION}.pdf", f"{REVISION}/with", f"{REVISION}/with?vendor=nobody.example"),
        *(f"{REVISION}/with/nobody.example/x/2019", f"{REVISION}/with/tallowbridge.example/privacy-policy/1999"),
    ],
)
async def test_what_is_not_there_is_said_so(sample: Datasette, path: str) -> None:
    response = await sample.client.get(path)
    assert response.status_code == 404
    assert "Not here" in response.text


async def test_a_corpus_of_another_version_says_what_to_do(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "corpus.db")) as db:
        migrations.apply(db, stop_before="0011_left_out")
    response = await serve(tmp_path / "corpus.db").client.get("/")
    assert response.status_code == 503
    assert "The next crawl brings it up to date" in response.text


async def test_a_file_of_any_name_is_shown_and_datasette_alone_says_how(sample_corpus: Path, tmp_path: Path) -> None:
    shutil.copy(sample_corpus, tmp_path / "other.db")
    assert (await serve(tmp_path / "other.db").client.get("/")).status_code == 200
    alone = Datasette([str(tmp_path / "other.db")], template_dir=str(PROJECT / "output" / "site" / "templates"))
    response = await alone.client.get("/")
    assert response.status_code == 503
    assert "no corpus here" in response.text
    assert "policytrail serve FILE" in response.text


async def test_a_comparison_shows_words_and_folds_the_rest(sample: Datasette) -> None:
    inline = await page(sample, COMPARISON)
    assert [text(e) for e in inline.cssselect(".comparison del")][:1] == ["21 May 2018"]
    assert [text(e) for e in inline.cssselect(".comparison ins")][:1] == ["3 September 2020"]
    assert "unchanged paragraphs" in text(inline.cssselect("details.fold summary")[0])
    side = await page(sample, f"{COMPARISON}?view=side")
    pairs = [[text(cell) for cell in pair.cssselect("p")] for pair in side.cssselect(".pair:not(.heads)")]
    assert ["Last updated: 21 May 2018.", "Last updated: 3 September 2020."] in pairs


async def test_the_search_tells_first_and_last_appearance(sample: Datasette) -> None:
    tree = await page(sample, '/search?q="EU–US Privacy Shield"')
    (found,) = tree.cssselect("ol.found > li")
    assert text(found.cssselect("mark")[0]) == "EU–US Privacy Shield"
    revisions = len((await page(sample, POLICY)).cssselect("ol.revisions > li"))
    said = f"In 1 of {revisions} revisions. First appearance: between 7 May 2018 and 11 February 2019."
    assert said in text(found)
    assert "gone between 29 August and 4 September 2020" in text(found)


@pytest.mark.parametrize(
    ("query", "policies"),
    [
        ("q=photographs", 1),
        ("q=photographs&vendor=tallowbridge.example", 0),
        ("q=photographs&vendor=HARBOURLIGHT.example", 1),
        ("q=Datenschutz&type=privacy policy", 1),
        ("q=個人情報", 1),
        ('q=個人情報 "第三者への提供"&vendor=tsukinami.example', 1),
        ("q=個人情報&vendor=harbourlight.example", 0),
        ("q=photographs&until=2004-01-01", 0),
        ("q=photographs&since=2024-12-01&until=2030-01-01", 1),
    ],
)
async def test_a_search_is_narrowed(sample: Datasette, query: str, policies: int) -> None:
    assert len((await page(sample, f"/search?{query}")).cssselect("ol.found > li")) == policies


@pytest.mark.parametrize("q", ['"', "*", "a*", "NEAR(a b)", "body:x", "-x", "^x", "(", "\x00", "AND", "x" * 3000, "🦀"])
async def test_no_search_breaks(sample: Datasette, q: str) -> None:
    await page_of_search(sample, q)


async def page_of_search(datasette: Datasette, q: str) -> None:
    response = await datasette.client.get("/search", params={"q": q, "since": q, "page": q, "vendor": q, "type": q})
    assert response.status_code == 200


@pytest.mark.parametrize("path", FEEDS)
async def test_feeds_are_atom_and_lead_to_comparisons(sample: Datasette, path: str) -> None:
    response = await sample.client.get(path)
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = lxml.etree.fromstring(response.content)
    entries = feed.findall("a:entry", ATOM)
    assert entries
    for element in (feed, *entries):
        assert all(element.findtext(f"a:{name}", namespaces=ATOM) for name in ("id", "title", "updated"))
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in entries]
    assert len(ids) == len(set(ids))
    link = entries[0].find("a:link", ATOM).get("href")
    assert link.startswith("http://localhost/policies/")
    assert (await sample.client.get(urlsplit(link).path)).status_code == 200
    updated = [entry.findtext("a:updated", namespaces=ATOM) for entry in entries]
    assert updated == sorted(updated, reverse=True)


async def test_what_may_be_no_change_by_the_vendor_is_marked(sample_corpus: Path, tmp_path: Path) -> None:
    """The text of 2019 becomes that of another page, and the one after it is read by a newer extractor."""
    shutil.copy(sample_corpus, tmp_path / "corpus.db")
    with Corpus(tmp_path / "corpus.db") as corpus, corpus.db.atomic():
        policy, other, newer = corpus.db.execute(
            "SELECT a.policy, a.document, b.document FROM changes a JOIN changes b ON b.first_captured = a.replaced_by"
            " AND b.policy = a.policy WHERE a.first_captured LIKE '2019-02-11T15:40:03%'"
        ).fetchone()
        # As before and after it, so that these are alike.
        corpus.db.execute(
            "UPDATE documents SET body = (SELECT d.body FROM changes c JOIN documents d ON d.hash = c.document"
            " WHERE c.policy = ? AND c.replaced_by LIKE '2019-02-11%') || 'One more.', extractor = 'policytrail/99'"
            " WHERE hash = ?",
            [policy, newer],
        )
        corpus.db.execute("UPDATE documents SET body = 'Our shop sells frames.' WHERE hash = ?", [other])
        corpus.db.execute("DELETE FROM differences")
        measure(corpus.db, policy)
    changed = serve(tmp_path / "corpus.db")
    unlike, newer_extractor = (
        "nlike its neighbours: perhaps another page was captured",
        "ay be due to a newer extractor",
    )
    policy_page = await page(changed, POLICY)
    marked = {
        item.get("id"): text(item.cssselect(".doubt")[0]) for item in policy_page.xpath("//li[.//*[@class='doubt']]")
    }
    assert marked["r20190211154003"] == f"U{unlike}."
    assert marked["r20200904114615"] == f"M{newer_extractor}."
    assert len(marked) == 3  # to and from the newer extractor, and the other page
    assert unlike in text(policy_page.cssselect("figure.timeline")[0])
    assert unlike in text((await page(changed, REVISION)).cssselect(".doubt")[0])
    doubts = [text(doubt) for doubt in (await page(changed, COMPARISON)).cssselect(".doubt")]
    assert doubts == [f"M{newer_extractor}.", f"The earlier text is u{unlike}."]
    feed = lxml.etree.fromstring((await changed.client.get(FEEDS[-1])).content)
    titles = [entry.findtext("a:title", namespaces=ATOM) for entry in feed.findall("a:entry", ATOM)]
    assert sum(unlike in title for title in titles) == 1
    assert sum(newer_extractor in title for title in titles) == 2
    assert newer_extractor in "".join(content.text for content in feed.iterfind(".//a:content", ATOM))
    assert not (await page(changed, "/policies/tallowbridge.example")).cssselect(".doubt")


DOUBTFUL = "/policies/drawer.example/privacy-policy"


async def test_a_revision_says_what_its_page_shows_besides_running_text_first(doubtful: Datasette) -> None:
    tree = await page(doubtful, f"{DOUBTFUL}/20100102030405")
    section = tree.xpath("//section[h2[@id = 'left-out']]")[0]
    summary = text(section.cssselect("p")[0])
    assert re.match(r"132 of 832 words on the page of 2 January 2010 are not in the text above", summary)
    assert ": navigation 120, footer 12." in summary
    assert "does not count navigation and dialogs" in summary
    assert "90 % of the page's words outside navigation and dialogs" in text(tree.cssselect("aside")[0])
    assert text(section.cssselect("details > summary")[0]) == "The first 50 blocks, running text first"
    rows = [[text(cell) for cell in row.cssselect("td")] for row in section.cssselect("tbody tr")]
    assert rows[0] == [
        *("footer (running text)", "12", "Beside this, we keep our address book."),
        "2 January 2010 raw to 2 January 2011",
    ]
    assert rows[1][2:] == ["Beside this, we sell our address book.", "2 January 2012 raw to 2 January 2015"]
    assert rows[2] == ["navigation", "2", "Link 0", "2 January 2010 raw"]
    (more,) = section.xpath(".//a[contains(., 'more')]/@href")
    assert (await doubtful.client.get(more)).status_code == 200


async def test_a_page_without_any_rest_and_one_read_by_an_older_version_say_so(
    doubtful: Datasette, doubtful_corpus: Path, tmp_path: Path
) -> None:
    last = f"{DOUBTFUL}/20160102030405"
    assert "Nothing: the text above has all" in text(
        (await page(doubtful, last)).xpath("//section[h2/@id='left-out']")[0]
    )
    shutil.copy(doubtful_corpus, tmp_path / "corpus.db")
    with Corpus(tmp_path / "corpus.db") as corpus, corpus.db.atomic():
        corpus.db.execute("UPDATE snapshots SET words_left_out = NULL")
    older = await page(serve(tmp_path / "corpus.db"), last)
    assert "scrapy reextract" in text(older.xpath("//section[h2/@id='left-out']")[0])


async def test_doubts_about_captures_are_told_with_the_evidence(doubtful: Datasette) -> None:
    tree = await page(doubtful, DOUBTFUL)
    marked = {item.get("id"): text(item.cssselect(".doubt")[0]) for item in tree.xpath("//li[.//*[@class='doubt']]")}
    assert marked == {
        "r20100102030405": "What the page says outside of this text changed while it held.",
        "r20130102030405": ("Much shorter than the texts around it: perhaps the page was captured without its text."),
        "r20150102030405": "Begins perhaps earlier: one capture in between showed another page or a part of it.",
        "r20160102030405": "Some of its characters are garbled.",
    }
    listed = [text(item) for item in tree.cssselect("#doubts li")]
    assert len(listed) == 4
    assert "now: “Beside this, we sell our address book.” (footer)" in listed[0]
    assert "much shorter than its neighbours – 5 words; the texts before and after have 842 and 842." in listed[1]
    assert "– WARC-Truncated: length; its text is not taken as a revision." in listed[2]
    assert "Ã¤" in listed[3]
    links = tree.cssselect("#doubts li a")
    assert links[0].get("href").endswith("/web/20120102030405/https://drawer.example/privacy")
    assert links[1].get("href").endswith("/web/20120102030405id_/https%3A//drawer.example/privacy")
    shell = await page(doubtful, f"{DOUBTFUL}/20130102030405")
    assert [text(item)[:14] for item in shell.cssselect("#doubts li")] == ["2 January 2013"]
    after = await page(doubtful, f"{DOUBTFUL}/20130102030405/20150102030405")
    assert any("The earlier text is much shorter" in text(one) for one in after.cssselect(".doubt"))
    feed = (await doubtful.client.get(f"{DOUBTFUL}/changes.atom")).text
    assert "some of its characters are garbled" in feed


async def test_a_revision_says_what_did_not_count_in_its_text(noisy: Datasette) -> None:
    tree = await page(noisy, f"{NOISY}/20151130120000")
    (heading,) = tree.cssselect("#uncounted")
    facts = heading.xpath("following-sibling::dl[1]")[0]
    assert [text(term) for term in facts.cssselect("dt")] == [
        *("Changes at every capture", "Copyright year", "Order of a list")
    ]
    said = [text(fact) for fact in facts.cssselect("dd")]
    assert said[0] == "“1200”, 30 November 2015 raw"
    assert said[5] == "and 5 more"
    assert said[6:] == [
        *("“2009-2015”, 30 November 2015 raw", "“2009-2016”, 4 January 2016 raw"),
        *("“Ada Ltd, Bo GmbH, Cleo Inc”, 30 November 2015 raw", "“Bo GmbH, Cleo Inc, Ada Ltd”, 28 December 2015 raw"),
        "“Cleo Inc, Ada Ltd, Bo GmbH”, 25 January 2016 raw",
    ]
    sources = facts.xpath(".//a/@href")
    assert sources[1] == "https://web.archive.org/web/20151130120000id_/https%3A//shop.example/privacy"
    rows = (await page(noisy, sources[10])).cssselect("table.rows-and-columns tbody tr")
    assert len(rows) == 10


async def test_a_policy_says_where_its_text_does_not_count_and_how_that_is_known(noisy: Datasette) -> None:
    (told,) = (await page(noisy, NOISY)).cssselect("details.uncounted")
    assert text(told.cssselect("summary")[0]).startswith("In 1 spot the text changes from capture to capture")
    (place,) = [text(item) for item in told.cssselect("li")]
    assert place == (
        "“reach us. So far […] careful people have come”: it changed 9 times in 10 captures in a row,"
        " from 30 November 2015 to 1 February 2016."
    )
    (link,) = told.xpath(".//a/@href")
    assert len((await page(noisy, link)).cssselect("table.rows-and-columns tbody tr")) == 1


async def test_nothing_is_said_of_noise_where_there_is_none(sample: Datasette) -> None:
    assert not (await page(sample, POLICY)).cssselect(".uncounted")
    assert not (await page(sample, REVISION)).cssselect("#uncounted")


async def test_pages_lead_to_their_feeds_and_tables_to_the_pages(sample: Datasette) -> None:
    for path, feed in zip(("/", "/policies/tallowbridge.example", POLICY), FEEDS, strict=True):
        assert (await page(sample, path)).xpath("//link[@type='application/atom+xml']/@href") == [feed]
    cell = (await page(sample, "/corpus/changes")).cssselect("td.col-revision a")[0].get("href")
    assert (await sample.client.get(cell)).headers["location"].startswith("/policies/")


async def test_nothing_in_a_corpus_runs_on_the_site(hostile: Datasette) -> None:
    seen, todo = set(), ["/", "/search?q=secret", "/changes.atom"]
    while todo:
        path = todo.pop()
        if path in seen or path.startswith("/corpus"):
            continue
        seen.add(path)
        response = await hostile.client.get(path)
        assert response.status_code in {200, 302}, path
        kind = response.headers.get("content-type", "")
        if "atom" in kind:
            feed = lxml.etree.fromstring(response.content)
            for content in feed.iterfind(".//a:content", ATOM):
                check(lxml.html.fragment_fromstring(content.text, create_parent=True))
        elif "html" in kind:
            tree = lxml.html.document_fromstring(response.content)
            check(tree)
            targets = {urlsplit(urljoin(path, link)) for link in tree.xpath("//a/@href | //link/@href")}
            todo += [t._replace(fragment="").geturl() for t in targets if not t.scheme]
        elif "location" in response.headers:
            todo.append(response.headers["location"])
    assert any(path.count("/") == 5 for path in seen)
    assert any(path.endswith(".md") for path in seen)


def check(tree: lxml.html.HtmlElement) -> None:
    """Nothing in a page is from the corpus but text and links to the web."""
    assert not tree.xpath(
        "//script[not(@src='/static/site.js')] | //img | //iframe | //style | //svg[@onload] | //object"
    )
    for element in tree.iter(lxml.etree.Element):
        assert not [name for name in element.attrib if name.lower().startswith("on")]
        for name in ("href", "src", "action"):
            address = element.get(name, "").strip().lower()
            assert urlsplit(address).scheme in {"", "http", "https", "mailto"}, address


@pytest.mark.parametrize("path", ["/", "/policies/harbourlight.example", POLICY])
async def test_lists_of_changes_say_of_how_many_sentences_they_tell(sample: Datasette, path: str) -> None:
    tree = await page(sample, path)
    told = [text(account) for account in tree.cssselect("p.told")]
    assert told
    assert all(re.fullmatch(r"\d+ of \d+ changed sentences(; the rest)?|no changed sentence", one) for one in told)
    for account in tree.cssselect("p.told"):
        listed, count = map(int, re.findall(r"\d+", text(account))[:2])
        assert listed <= count
        rest = [link.get("href") for link in account.cssselect("a")]
        assert all(re.search(r"/\d{14}/\d{14}$", link) for link in rest)
        assert bool(rest) == (listed < count)
    assert "Your photographs" in [text(heading) for heading in tree.cssselect(".sentences .under")]


async def test_a_comparison_says_how_many_sentences_changed_and_under_which_headings(sample: Datasette) -> None:
    last = (await page(sample, POLICY)).cssselect("ol.revisions > li h3 a")[0].get("href")
    tree = await page(sample, last)
    assert re.fullmatch(r"\d+ changed sentences: \d+ new, .*with other dates only\.", text(tree.cssselect("p.told")[0]))
    assert "Your photographs" in [text(heading) for heading in tree.cssselect(".place .under")]
