"""The corpus in Datasette: every page opens, says what it shows, and leads on."""

import json
import re
import shutil
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import lxml.html
import pytest
from datasette.app import Datasette
from serving import HOSTILE, PROJECT, forget_plugins, serve

from pipelines.corpus import Corpus
from pipelines.corpus.views import VIEWS

TRUTH = json.loads((PROJECT / "tests" / "sample" / "truth.json").read_text("utf-8"))["policies"]
TABLES = [
    "policies",
    "snapshots",
    "documents",
    "revisions",
    "crawls",
    "crawl_counts",
    "crawl_policies",
    "differences",
    "yearly",
    "noise",
    "disregarded",
    "left_out",
    "doubts",
    "variants",
    "variant_texts",
    "candidates",
]
OF_NOISE = {"noise", "disregarded", "disregarded_in"}
"""What is asked of the corpus of what does not count: the sample's has little of it."""
OF_DOUBTS = {"left_out", "doubts", "doubtful", "conclusions"}
OF_TURNS = {"variants", "variant_texts", "served_in_turns"}
QUERIES = {
    "policy_on": "vendor=tallowbridge.example&type=privacy+policy&date=2019-05-01",
    "phrase_search": "phrase=personal+data",
    "phrase_history": "phrase=personal+data",
    "changes_since": "since=2020-01-01",
    "disregarded_in": "vendor=Shop.example",
}


async def page(datasette: Datasette, path: str) -> lxml.html.HtmlElement:
    """A page that must open, parsed."""
    response = await datasette.client.get(path)
    assert response.status_code == 200, (path, response.text[:500])
    return lxml.html.document_fromstring(response.text)


def text(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("name", [*TABLES, *VIEWS])
async def test_every_table_and_view_opens_and_says_what_it_is(  # noqa: PLR0917 - fixtures
    sample: Datasette, noisy: Datasette, doubtful: Datasette, turning: Datasette, discovered: Datasette, name: str
) -> None:
    special = dict.fromkeys(OF_NOISE, noisy) | dict.fromkeys(OF_DOUBTS, doubtful) | dict.fromkeys(OF_TURNS, turning)
    special["candidates"] = discovered
    datasette = special.get(name, sample)
    tree = await page(datasette, f"/corpus/{name}")
    assert text(tree.find_class("metadata-description")[0])
    assert tree.cssselect("table.rows-and-columns tbody tr")
    assert (await datasette.client.get(f"/corpus/{name}.json?_shape=array")).json()


@pytest.mark.parametrize("name", QUERIES)
async def test_every_question_opens_unasked_and_has_an_answer(sample: Datasette, noisy: Datasette, name: str) -> None:
    datasette = noisy if name in OF_NOISE else sample
    assert text((await page(datasette, f"/corpus/{name}")).find_class("metadata-description")[0])
    tree = await page(datasette, f"/corpus/{name}?{QUERIES[name]}")
    assert tree.cssselect("table.rows-and-columns tbody tr")


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("value", ["", '"', '" OR title:x', "'; --", "%", "🦀 " * 300])
async def test_no_question_breaks_on_what_is_asked(sample: Datasette, name: str, value: str) -> None:
    params = dict.fromkeys(("vendor", "type", "date", "phrase", "since"), value)
    response = await sample.client.get(f"/corpus/{name}.json", params=params)
    assert response.status_code == 200, response.text


async def test_every_table_view_and_column_is_described(sample: Datasette) -> None:
    database = sample.get_database("corpus")
    described = sample.metadata("databases")["corpus"]["tables"]
    for name in [*TABLES, *VIEWS]:
        columns = set(await database.table_columns(name))
        assert set(described[name]["columns"]) == columns - {"id"}, name
        assert set(described[name].get("facets", [])) <= columns, name


async def test_technical_tables_are_hidden(sample: Datasette) -> None:
    visible = {
        table["name"] for table in (await sample.client.get("/corpus.json")).json()["tables"] if not table["hidden"]
    }
    assert visible == set(TABLES)


async def test_revisions_are_listed_with_dates_and_lead_to_their_texts(sample: Datasette) -> None:
    revisions = await page(sample, "/corpus/changes?vendor__exact=harbourlight.example")
    rows = revisions.cssselect("table.rows-and-columns tbody tr")
    assert len(rows) > 5
    assert "2004-10-30T10:34:41" in text(rows[-1])
    (link,) = rows[0].cssselect("td.col-document a")
    document = await page(sample, urljoin("/", link.get("href")))
    assert "Harbourlight Photo" in text(document.cssselect("td.col-body")[0])


async def test_rows_are_named_for_people(sample: Datasette) -> None:
    rows = (await page(sample, "/corpus/revisions")).cssselect("table.rows-and-columns tbody tr")
    visible = text(rows[0])
    assert ".example " in visible
    assert "policy" in visible
    assert "T" in text(rows[0].cssselect("td.col-first_snapshot")[0])


async def test_tables_offer_facets(sample: Datasette) -> None:
    snapshots = text((await page(sample, "/corpus/snapshots")).find_class("facet-results")[0])
    assert "inferred" in snapshots
    assert "length fits" in snapshots
    documents = text((await page(sample, "/corpus/documents")).find_class("facet-results")[0])
    assert "trafilatura" in documents
    assert "ja" in documents.split()
    assert "privacy policy" in text((await page(sample, "/corpus/changes")).find_class("facet-results")[0])


async def test_the_search_says_where_a_phrase_stands_and_when(sample: Datasette) -> None:
    found = (await sample.client.get("/corpus/phrase_search.json?phrase=photographs&_shape=array")).json()
    assert found
    assert all("⟦" in row["snippet"] for row in found)
    history = (await sample.client.get("/corpus/phrase_history.json?phrase=photographs&_shape=array")).json()
    assert history[0]["first_appearance"].startswith("2004-10-30")


async def test_what_was_disregarded_is_summed_up_by_kind(noisy: Datasette) -> None:
    answer = (await noisy.client.get("/corpus/disregarded_in.json?vendor=shop.example&_shape=array")).json()
    assert [(row["what"], row["texts"], row["documents"]) for row in answer] == [
        ("changes at every capture", 10, 1),
        ("order of a list", 3, 1),
        ("copyright year", 2, 1),
    ]
    assert [answer[2][name][:10] for name in ("first_captured", "last_captured")] == ["2015-11-30", "2016-01-04"]
    assert answer[2]["one_of_them"] == "2009-2015"
    facets = text((await page(noisy, "/corpus/disregarded")).find_class("facet-results")[0])
    assert "changes at every capture 10" in facets


async def test_doubts_are_listed_with_policy_address_and_evidence_and_lead_on(doubtful: Datasette) -> None:
    rows = (await doubtful.client.get("/corpus/doubtful.json?_shape=array&_sort=captured")).json()
    assert [(row["timestamp"][:4], row["reason"]) for row in rows] == [
        ("2012", "prose left out changed"),
        ("2013", "much shorter than its neighbours"),
        ("2014", "truncated capture"),
        ("2016", "mojibake"),
    ]
    assert {row["url"] for row in rows} == {"https://drawer.example/privacy"}
    assert [row["revision"] is None for row in rows] == [False, False, True, False]
    tree = await page(doubtful, "/corpus/doubtful")
    assert "mojibake" in text(tree.find_class("facet-results")[0])
    for column in ("revision", "snapshot", "document", "policy"):
        for link in tree.cssselect(f"td.col-{column} a"):
            assert (await doubtful.client.get(link.get("href"))).status_code in {200, 302}
    table = (await page(doubtful, "/corpus/doubts")).cssselect("table.rows-and-columns tbody tr")
    assert "drawer.example privacy policy" in text(table[0])
    changes = (await doubtful.client.get("/corpus/changes.json?_shape=array&_sort=first_captured")).json()
    assert [(row["doubts"], row["outlier"]) for row in changes] == [
        ("prose left out changed", 0),
        ("much shorter than its neighbours", 1),
        (None, 0),
        ("mojibake", 0),
    ]


async def test_the_signs_in_the_words_around_a_place_are_explained(sample: Datasette) -> None:
    about = text((await page(sample, "/corpus/noise")).find_class("metadata-description")[0])
    assert all(sign in about for sign in "\u2402\u2403\u2426\u241f")


CHANGED = "either this or the {}: changed at some time between {} and {}"


def held_on() -> dict[str, list[str]]:
    """Days of the sample's truth: in the longest times with one text and with a change, after all, before all."""
    truth = next(p for p in TRUTH if (p["vendor"], p["type"]) == ("harbourlight.example", "privacy policy"))
    seen = [(date.fromisoformat(row[0][:8]), row[3]) for row in truth["snapshots"] if row[3]]
    widest: dict[bool, tuple[date, date]] = {}
    for (a, before), (b, after) in pairwise(seen):
        widest[before == after] = max(widest.get(before == after, (a, a)), (a, b), key=lambda ends: ends[1] - ends[0])
    middle = {same: (a + (b - a) / 2).isoformat() for same, (a, b) in widest.items()}
    return {
        middle[True]: ["yes: seen before and after"],
        middle[False]: [CHANGED.format(other, *widest[False]) for other in ("next text", "text before")],
        (seen[-1][0] + timedelta(days=1)).isoformat(): ["unknown: not seen since"],
        (seen[0][0] - timedelta(days=1)).isoformat(): [],
    }


@pytest.mark.parametrize(("day", "held"), held_on().items())
async def test_a_policy_on_a_date_comes_with_its_certainty(sample: Datasette, day: str, held: list[str]) -> None:
    question = f"/corpus/policy_on.json?vendor=harbourlight.example&type=privacy+policy&date={day}&_shape=array"
    answer = (await sample.client.get(question)).json()
    assert [re.sub(r" \d\d:\d\d", "", row["held"]) for row in answer] == held


async def test_the_configuration_directory_opens_as_it_is(sample_corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "output"
    shutil.copytree(PROJECT / "output" / "site", folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(sample_corpus, folder / "corpus.db")
    forget_plugins()
    datasette = Datasette(config_dir=folder)
    assert "Policytrail" in text(await page(datasette, "/"))
    served = serve(sample_corpus)
    names = ("sql_time_limit_ms", "max_csv_mb", "suggest_facets")
    assert [datasette.setting(name) for name in names] == [3000, 20, False]
    assert [served.setting(name) for name in names] == [3000, 20, False]  # as the command has them
    assert "color-scheme" in (await datasette.client.get("/static/site.css")).text
    assert text((await page(datasette, "/corpus/changes")).find_class("metadata-description")[0])


OWN = [
    "/corpus",
    "/corpus/changes",
    "/corpus/snapshots?_facet=url&status=200",
    "/corpus/snapshots/1",
    "/corpus/documents?_search=data",
    "/corpus/policy_on?vendor=harbourlight.example&type=privacy+policy&date=2019-05-01",
    "/corpus/policy_on",
    "/corpus?sql=select+*+from+changes",
]


@pytest.mark.parametrize("path", [*OWN, "/corpus/nothing", "/corpus?sql=selct"])
async def test_datasettes_pages_wear_the_layout_of_the_site_and_have_no_script_within(
    sample: Datasette, path: str
) -> None:
    response = await sample.client.get(path)
    tree = lxml.html.document_fromstring(response.text)
    assert tree.get("lang") == "en"
    assert [text(link) for link in tree.cssselect("header nav a")] == [
        *("What is new", "Policies", "Search", "Trends", "Data", "About")
    ]
    assert len(tree.cssselect("main h1")) == 1
    assert not tree.xpath("//script[not(@src)] | //style | //*[@style]")
    assert not [name for element in tree.iter(lxml.etree.Element) for name in element.attrib if name.startswith("on")]
    for loaded in tree.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src"):
        assert (await sample.client.get(loaded)).status_code == 200


async def test_notes_about_columns_are_folded(sample: Datasette) -> None:
    for path in ("/corpus/changes", "/corpus/snapshots/1"):
        (notes,) = (await page(sample, path)).cssselect("dl.column-descriptions")
        assert notes.getparent().tag == "details"
        assert notes.getparent().get("open") is None


@pytest.mark.parametrize("path", ["/corpus/changes", "/corpus/snapshots", "/corpus/snapshots/1", "/corpus/doubtful"])
async def test_rows_lead_to_the_capture_to_read_and_raw(sample: Datasette, doubtful: Datasette, path: str) -> None:
    tree = await page(doubtful if path.endswith("doubtful") else sample, path)
    cells = tree.cssselect("td.col-timestamp")
    assert cells
    for cell in cells:
        to_read, raw = cell.xpath("./a/@href")
        timestamp = text(cell)[:14]
        assert re.match(rf"https://web\.archive\.org/web/{timestamp}/https?://", to_read)
        assert re.match(rf"https://web\.archive\.org/web/{timestamp}id_/https?%3A//", raw)


async def test_answers_lead_to_the_capture_and_snippets_are_plain_text(sample: Datasette) -> None:
    for question in ("phrase_search?phrase=photographs", "changes_since?since=2015-01-01"):
        tree = await page(sample, f"/corpus/{question}")
        assert all(len(cell.xpath("./a")) == 2 for cell in tree.cssselect("td.col-timestamp"))
        assert tree.cssselect("td.col-timestamp")
    snippets = (await page(sample, "/corpus/phrase_search?phrase=photographs")).cssselect("td.col-snippet")
    assert all(text(snippet.cssselect("mark")[0]).lower() == "photographs" for snippet in snippets)
    assert not set("".join(map(text, snippets))) & set("[]*⟦⟧")


async def test_an_empty_corpus_says_what_to_do(tmp_path: Path) -> None:
    Corpus(tmp_path / "corpus.db").close()
    assert "scrapy crawl policies" in text(await page(serve(tmp_path / "corpus.db"), "/"))


@pytest.mark.parametrize("path", ["/corpus", *(f"/corpus/{name}" for name in [*TABLES, *VIEWS])])
async def test_nothing_in_a_corpus_becomes_markup(hostile: Datasette, path: str) -> None:
    tree = await page(hostile, path)
    without = {"", "/gaps", "/revisions", "/yearly", *(f"/{name}" for name in OF_TURNS)}
    assert HOSTILE[:10] in text(tree) or path in {f"/corpus{name}" for name in without}
    assert not [script for script in tree.iter("script") if "attack" in (script.text or "")]
    for element in tree.iter(lxml.etree.Element):
        assert not [name for name in element.attrib if name.startswith("on") and "attack" in element.get(name)]
        assert not element.get("href", "").strip().lower().startswith(("javascript:", "data:"))


async def test_the_corpus_page_says_what_everything_is(sample: Datasette) -> None:
    tree = await page(sample, "/corpus")
    visible = text(tree)
    for about in sample.metadata("databases")["corpus"]["queries"].values():
        assert about["title"] in visible
        assert " ".join(about["description"].split()) in visible
    for name in [*TABLES, *VIEWS]:
        assert tree.xpath(f"//code[. = '{name}']")
    assert "_sqlite_migrations" not in visible
