"""The pages of trends: the chart and its figures, the policies behind each point, and what is asked of them wrongly."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import lxml.html
import pytest
from datasette.app import Datasette
from serving import HOSTILE
from test_site_pages import page, text

from output.site.addresses import Addresses
from output.site.pages import trends
from output.site.responses import NotFound, PageRequest, PageResponse
from output.site.trend_chart import Value, draw

PHRASES = 'photographs\n"personal data"\n個人情報'


def address(**query: str) -> str:
    return f"/trends?{urlencode(query)}"


@pytest.fixture
def conn(sample_corpus: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{sample_corpus}?mode=ro", uri=True)) as conn:
        yield conn


def asking(**query: str) -> PageRequest:
    urls = SimpleNamespace(path=lambda path: path)
    return PageRequest({}, query, Addresses(urls), "https://archive.example", "http://localhost")


async def test_a_chart_has_a_point_for_each_phrase_and_year_and_the_table_has_its_figures(sample: Datasette) -> None:
    tree = await page(sample, address(q=PHRASES))
    (chart,) = tree.cssselect("figure.trend > svg")
    assert "photographs" in chart.get("aria-label")
    rows = tree.cssselect("table.trends tbody tr")
    years = [row.cssselect("th")[0].text_content() for row in rows]
    assert years == sorted(years, reverse=True)
    marks = chart.cssselect("a .mark")
    assert len(marks) == 3 * len(rows)
    assert {mark.get("class") for mark in marks} == {"mark s1", "mark s2", "mark s3"}
    assert len({mark.get("d") for mark in marks}) == 3  # told apart without colours
    assert len(chart.cssselect("rect.seen")) == len(rows)
    for point in chart.cssselect("a"):
        told = point.get("aria-label")
        year, saying, seen, phrase = re.fullmatch(
            r"(\d{4}): (\d+) of (\d+) policies \(.* %\) say (.*?)(?:; few)?", told
        ).groups()  # type: ignore[union-attr]
        cells = [text(cell) for cell in rows[years.index(year)].cssselect("td")]
        assert cells[0].split()[0] == seen
        assert cells[1 + PHRASES.split("\n").index(phrase)].split()[0] == saying
        assert point.cssselect("title")[0].text == told


async def test_each_point_leads_to_its_policies_and_each_of_these_to_the_passage(sample: Datasette) -> None:
    tree = await page(sample, address(q=PHRASES))
    found = 0
    for link in tree.cssselect("table.trends tbody td a")[::3]:
        behind = await page(sample, link.get("href"))
        wanted = int(link.text_content())
        items = behind.cssselect("ol.found > li h2 a")
        assert len(items) == wanted
        if "q=" not in link.get("href"):
            continue
        found += wanted
        for item in items[:1]:
            passage = await page(sample, item.get("href").partition("#")[0])
            assert passage.cssselect("mark#hit-1")
        assert len(behind.cssselect("p.snippet mark")) >= wanted
    assert found


async def test_length_and_ease_have_the_median_and_the_middle_half(sample: Datasette) -> None:
    for show, head in (("length", "Length over time"), ("ease", "Reading ease over time")):
        tree = await page(sample, address(show=show))
        assert text(tree.cssselect("h1")[0]) == head
        rows = [[text(cell) for cell in row.cssselect("td")] for row in tree.cssselect("table.trends tbody tr")]
        for _, low, middle, high in rows:
            assert float(low) <= float(middle) <= float(high)
        assert len(tree.cssselect("figure.trend line.middle")) == len(rows) > 5
        assert re.search(r"Measured are all \d+ policies\.", text(tree.cssselect("main")[0]))
    assert "Flesch Reading Ease" in text(tree.cssselect("main")[0])


async def test_languages_that_cannot_be_measured_are_told(sample: Datasette) -> None:
    assert "in Japanese, which puts no spaces" in text(
        (await page(sample, address(show="length"))).cssselect("main")[0]
    )
    told = text((await page(sample, address(show="ease", language="ja"))).cssselect("main")[0])
    assert "in Japanese, which has no formula" in told
    assert "None of these texts can be measured." in told


async def test_filters_and_quarters_are_kept_by_links(sample: Datasette) -> None:
    tree = await page(sample, address(q="data", type="privacy policy", by="quarter", language="en"))
    assert [option.get("value") or option.text for option in tree.cssselect("option[selected]")] == [
        *("privacy policy", "en", "quarter")
    ]
    link = tree.cssselect("table.trends tbody td a")[0].get("href")
    assert re.fullmatch(r"/trends/\d{4}-Q[1-4]\?type=privacy\+policy&language=en&by=quarter", link)
    assert (await page(sample, link)).cssselect("ol.found h2")


async def test_the_site_and_a_search_lead_there(sample: Datasette) -> None:
    tree = await page(sample, '/search?q="personal data"&type=privacy policy')
    assert "/trends" in [link.get("href") for link in tree.cssselect("header nav a")]
    (link,) = tree.xpath("//main//a[starts-with(@href, '/trends')]")
    trend = await page(sample, link.get("href"))
    assert text(trend.cssselect("textarea")[0]) == '"personal data"'
    assert trend.cssselect("figure.trend")
    (data,) = trend.xpath("//main//a[starts-with(@href, '/corpus/trend')]")
    assert (await page(sample, data.get("href"))).cssselect("table tbody tr")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"q": "!!!"}, "“!!!” has no word to look for."),
        ({"q": "x" * 501}, "A phrase has at most 500 characters: longer ones were not looked for."),
        ({"q": "y" * 8192}, "A phrase has at most 500 characters: longer ones were not looked for."),
        ({"q": "\n".join("abcdef")}, "A chart shows at most 5 phrases: those after the first 5 are left out."),
        ({"q": "data", "type": "zzz"}, "No such policy has been seen."),
        ({"q": "data", "vendor": "nobody.example"}, "No such policy has been seen."),
        ({"show": "length", "vendor": "nobody.example"}, "No such policy has been seen."),
    ],
)
async def test_a_question_that_cannot_be_answered_gets_a_sentence(
    sample: Datasette, query: dict[str, str], sentence: str
) -> None:
    assert sentence in text((await page(sample, address(**query))).cssselect("main")[0])


@pytest.mark.parametrize(
    "path", ["/trends/2019-Q1", "/trends/x", "/trends/2019?by=quarter", "/trends/2019?q=!!!", "/trends/0001"]
)
async def test_what_is_no_point_gets_a_sentence(sample: Datasette, path: str) -> None:
    response = await sample.client.get(path)
    assert response.status_code == 404
    assert "is no point of a chart" in response.text


@pytest.mark.parametrize(
    "phrase", [HOSTILE, '"', "'", '" OR "', "a AND (", "<script>attack()</script>", "\x00\x1b[31m"]
)
async def test_nothing_that_is_asked_runs(sample: Datasette, hostile: Datasette, phrase: str) -> None:
    for site in (sample, hostile):
        for path in (
            address(q=phrase, vendor=phrase, type=phrase, language=phrase, by=phrase, show=phrase),
            address(q=f"{phrase}\nsecret phrase"),
            address(show="length", language=phrase),
            f"/trends/2011?q={quote('secret ' + phrase)}",
            f"/trends/{quote(phrase, safe='')}?q=x",
        ):
            response = await site.client.get(path)
            assert response.status_code in {200, 404}, path
            tree = lxml.html.document_fromstring(response.content)
            assert not tree.xpath("//script[not(@src)] | //img | //iframe | //*[@onerror or @onload]")


async def test_policies_of_an_attacker_are_shown_as_text(hostile: Datasette) -> None:
    tree = await page(hostile, "/trends/2011?q=secret phrase")
    assert HOSTILE in tree.cssselect("ol.found h2")[0].text_content()
    assert not tree.xpath("//script[not(@src)] | //img | //a[starts-with(@href, 'javascript')]")


async def test_an_empty_corpus_and_a_page_without_a_question_say_what_to_do(sample: Datasette) -> None:
    tree = await page(sample, "/trends")
    (example,) = tree.xpath("//main//p/a[starts-with(@href, '/trends')]")
    assert (await page(sample, example.get("href"))).cssselect("figure.trend")


def test_what_takes_too_long_is_answered_of_a_sample_or_refused(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trends, "_ONE_IN", 2)
    asked: list[int] = []
    count = trends.count

    def slow(conn: sqlite3.Connection, scope: trends.Scope, phrases: list[str]) -> object:
        asked.append(scope.one_in)
        if scope.one_in == 1:
            raise sqlite3.OperationalError("interrupted")
        return count(conn, scope, phrases)

    monkeypatch.setattr(trends, "count", slow)
    answer = trends.trends(conn, asking(q="data"))
    assert isinstance(answer, PageResponse)
    assert answer.context["found"].scope.one_in == 2  # type: ignore[attr-defined]
    assert asked == [1, 2]
    monkeypatch.setattr(trends, "_ONE_IN", 1)
    answer = trends.trends(conn, asking(q="data"))
    assert isinstance(answer, PageResponse)
    assert answer.context["found"] is None


async def test_a_sample_is_called_one(sample: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trends, "_TEXTS", 30)
    told = text((await page(sample, address(show="length", vendor="", type="", by="quarter"))).cssselect("main")[0])
    assert re.search(r"Measured are \d+ of \d+ policies, always the same ones", told)


def test_a_chart_without_neighbours_or_with_gaps_draws_no_line_through_what_is_unknown() -> None:
    values = [Value(year, 20, 0.5, is_few=False) for year in (2001, 2002, 2005)]
    chart = draw([("x", values)], {2001: 20, 2002: 20, 2005: 20}, "year", unit="share")
    ((a, b),) = chart.lines[0].segments
    assert (a.of.period, b.of.period) == (2001, 2002)
    assert [bar.period for bar in chart.bars] == [2001, 2002, 2005]
    one = draw([("x", values[:1])], {2001: 20}, "year", unit="score")
    assert len(one.grid) > 1
    assert 0 < one.lines[0].values[0].x < 100
    for grid in (chart.grid, one.grid):
        assert len({line.y for line in grid}) == len(grid)


ASKED = {
    "phrases": (trends.trends, {}, {"q": PHRASES}),
    "filtered": (
        trends.trends,
        {},
        {"q": "data\npersonal", "type": "privacy policy", "language": "en", "by": "quarter"},
    ),
    "vendor": (trends.trends, {}, {"q": "data", "vendor": "tallowbridge.example"}),
    "signs": (trends.trends, {}, {"q": "情報 Cookie"}),
    "length": (trends.trends, {}, {"show": "length"}),
    "ease": (trends.trends, {}, {"show": "ease", "language": "en"}),
    "behind": (trends.behind, {"period": "2019"}, {"q": "photographs"}),
    "seen": (trends.behind, {"period": "2019"}, {}),
}


@pytest.mark.parametrize("name", ASKED)
def test_no_page_reads_through_bodies_or_snapshots(conn: sqlite3.Connection, name: str) -> None:
    build, parts, query = ASKED[name]
    statements: list[str] = []
    conn.set_trace_callback(statements.append)
    urls = SimpleNamespace(path=lambda path: path)
    answer = build(conn, PageRequest(parts, query, Addresses(urls), "https://archive.example", "http://localhost"))
    conn.set_trace_callback(None)
    assert not isinstance(answer, NotFound)
    selects = {
        s
        for s in statements
        if re.match(r"\s*(SELECT|WITH)", s) and not re.search(r"documents_(fts|signs)_(?!terms)", s)
    }
    assert selects
    for statement in selects:
        plan = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {statement}")]
        tables = [step for step in plan if re.match(r"SCAN (d|documents|w|s|snapshots|o|doubts)\b", step)]
        assert not [step for step in tables if "USING COVERING INDEX" not in step], statement
