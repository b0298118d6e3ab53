"""A period in which texts take turns is one item of a policy, and one entry wherever changes are listed."""

import re
import shutil
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import lxml.etree
import lxml.html
import pytest
from datasette.app import Datasette
from serving import serve
from turning import SEVENTY_NINE_RETURNS, write

from output.changes import between, plain
from output.site.history import policies_of, revisions_of
from output.site.overview import latest_changes
from output.site.timeline import DayRow, draw, scale_of
from pipelines.corpus import Corpus

ATOM = {"a": "http://www.w3.org/2005/Atom"}
BODIES = {
    name: f"We keep your orders for {years} years. We answer letters within {weeks} weeks. We sell nothing."
    for name, years, weeks in (("A", "ten", "two"), ("B", "five", "two"), ("C", "five", "nine"), ("X", "six", "six"))
}
POLICY = "/policies/1.example/privacy-policy"


def served(folder: Path, *histories: str) -> Datasette:
    folder.mkdir(exist_ok=True)
    return serve(write(folder / "corpus.db", *histories, bodies=BODIES))


async def page(datasette: Datasette, path: str) -> lxml.html.HtmlElement:
    response = await datasette.client.get(path)
    assert response.status_code == 200, (path, response.text[:300])
    return lxml.html.document_fromstring(response.content)


async def entries(datasette: Datasette, path: str = "/changes.atom") -> list[lxml.etree._Element]:
    feed = lxml.etree.fromstring((await datasette.client.get(path)).content)
    return feed.xpath("//a:entry", namespaces=ATOM)


async def since(datasette: Datasette, day: str = "2020-01-01") -> list[dict[str, object]]:
    answer = await datasette.client.get(f"/corpus/changes_since.json?since={day}&_shape=array")
    assert answer.status_code == 200, answer.text
    return answer.json()


def value(entry: lxml.etree._Element, name: str) -> str:
    return str(entry.xpath(f"string(a:{name})", namespaces=ATOM))


def text(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def told(corpus: Path) -> list[str]:
    with Corpus(corpus) as opened:
        return [plain(change) for change in between(opened.db, "2020", None, "https://archive.example")]


async def test_seventy_nine_returns_of_three_texts_are_one_item_of_the_policy(tmp_path: Path) -> None:
    datasette = served(tmp_path, f"X{SEVENTY_NINE_RETURNS}")
    items = (await page(datasette, POLICY)).cssselect("ol.revisions > li")
    assert len(items) == 2
    item = items[0]
    assert text(item.cssselect("h3")[0]) == "Served in three variants from 2 January 2020 to 23 March 2020"
    variants = item.cssselect("ol.variants > li")
    assert [re.findall(r"(\d+) snapshots", text(variant)) for variant in variants] == [["28"], ["27"], ["27"]]
    assert [text(words) for words in variants[1].cssselect("del, ins")] == ["ten", "five"]
    assert [text(words) for words in variants[2].cssselect("del, ins")] == ["two", "nine"]
    links = [link.get("href") for link in item.cssselect("ol.variants a")]
    assert links == [
        f"{POLICY}/20200102000000",
        f"{POLICY}/20200103000000",
        f"{POLICY}/20200102000000/20200103000000",
        f"{POLICY}/20200104000000",
        f"{POLICY}/20200103000000/20200104000000",
    ]
    for link in links:
        await page(datasette, link)
    assert "first of them replaced another text between 1 and 2 January 2020" in text(item)


async def test_the_revisions_of_a_period_can_be_looked_through(tmp_path: Path) -> None:
    (details,) = (await page(served(tmp_path, SEVENTY_NINE_RETURNS), POLICY)).cssselect("details.turns")
    assert details.get("open") is None
    assert text(details.cssselect("summary")[0]) == "Its 82 revisions"
    turns = details.cssselect("li")
    assert len(turns) == 82
    assert text(turns[0]).startswith("Variant 1, seen on 22 March 2020 · +2 −2 words · what differs")
    assert turns[0].cssselect("a")[1].get("href") == f"{POLICY}/20200321000000/20200322000000"
    assert text(turns[-1]) == "Variant 1, seen on 1 January 2020 · first seen: 1 January 2020, 00:00 UTC raw"


async def test_a_page_shows_no_more_turns_than_a_browser_likes_and_leads_to_the_others(tmp_path: Path) -> None:
    datasette = served(tmp_path, "AB" * 150)
    turns = (await page(datasette, POLICY)).cssselect("details.turns li")
    assert len(turns) == 201
    assert text(turns[-1]) == "and 100 more"
    (link,) = turns[-1].cssselect("a")
    assert urlsplit(link.get("href")).query == "variant__exact=1"
    assert "300 rows" in text(await page(datasette, link.get("href")))


async def test_every_outlet_has_one_entry_a_period_that_tells_what_differs_over_all_its_texts(tmp_path: Path) -> None:
    datasette = served(tmp_path, SEVENTY_NINE_RETURNS)
    for path in ("/", "/policies/1.example"):
        (item,) = (await page(datasette, path)).cssselect("ol.changes > li")
        assert "privacy policy, served in three variants from 1 January 2020 to 22 March 2020" in text(item)
        assert [text(words) for words in item.cssselect("del, ins")] == ["two", "nine", "ten", "five"]
        assert "changed between" not in text(item)
    for path in ("/changes.atom", "/policies/1.example/changes.atom", f"{POLICY}/changes.atom"):
        (entry,) = await entries(datasette, path)
        assert value(entry, "title") == "1.example serves its privacy policy in three variants"
        content = value(entry, "content")
        assert "Served in three variants from 1 January 2020 to 22 March 2020, they differ in:" in content
        assert all(f"<{mark}>{word}" in content for mark, word in (("del", "ten"), ("ins", "five"), ("ins", "nine")))
    (row,) = await since(datasette)
    assert row["what"] == "served in 3 variants from 2020-01-01 to 2020-03-22"
    (change,) = told(tmp_path / "corpus.db")
    assert (
        "1.example privacy policy served in three variants from 2020-01-01 to 2020-03-22, they differ in:\n" in change
    )
    assert change.count("  - We ") == change.count("  + We ") == 2
    assert "Variant 3 (C): seen 27 times, from 2020-01-03 to 2020-03-21; beside variant 2, +1 −1 words.\n" in change
    assert "within nine weeks" in change
    assert "for ten years" in change


async def test_the_change_with_which_a_period_begins_is_told_in_its_entry(tmp_path: Path) -> None:
    datasette = served(tmp_path, "XABABA")
    (item,) = (await page(datasette, "/")).cssselect("ol.changes > li")
    assert "The first of them replaced another text between 1 and 2 January 2020" in text(item)
    assert [text(words) for words in item.cssselect("del, ins")] == ["ten", "five", "six", "ten", "six", "two"]
    (entry,) = await entries(datasette)
    assert "The first of them replaced another text between 1 and 2 January 2020: +2 −2 words." in value(
        entry, "content"
    )
    (change,) = told(tmp_path / "corpus.db")
    assert "changed between 2020-01-01 and 2020-01-02, +2 −2 words; served in two variants from" in change
    assert change.count("  - We ") == 3


@pytest.mark.parametrize("history", ["XABA", "ABA", "ABAB", "ABACA"])
async def test_a_text_that_the_vendor_takes_back_is_told_as_changes(tmp_path: Path, history: str) -> None:
    datasette = served(tmp_path, history)
    changes = len(history) - 1
    items = (await page(datasette, POLICY)).cssselect("ol.revisions > li")
    assert [text(item.cssselect("h3")[0]).split()[0] for item in items] == [*["Changed"] * changes, "First"]
    assert len((await page(datasette, "/")).cssselect("ol.changes > li")) == changes
    assert [" changed its " in value(entry, "title") for entry in await entries(datasette)] == [True] * changes
    assert [row["what"] for row in await since(datasette)] == ["changed"] * changes
    assert [" changed between " in change for change in told(tmp_path / "corpus.db")] == [True] * changes


async def test_a_flip_makes_no_entry_new_and_a_further_text_makes_one_that_rises(tmp_path: Path) -> None:
    known, *later = [
        (await entries(served(tmp_path, history, "AC")))
        for history in ("ABABA", "ABABAB", "ABABABABABABA", "ABABABABABABACBA")
    ]
    ids = [[(value(entry, "id"), value(entry, "updated")) for entry in of_one] for of_one in (known, *later)]
    assert ids[0] == ids[1] == ids[2]
    assert len(ids[0]) == len(ids[3]) == 2
    (new,) = set(ids[3]) - set(ids[0])
    assert new == ids[3][0]
    assert new[1] == "2020-01-14T00:00:00+00:00"
    assert "from 1 January 2020 to 16 January 2020" in value(later[-1][0], "content")
    (row,) = await since(serve(tmp_path / "corpus.db"), "2020-01-05")
    assert str(row["first_captured"]).startswith("2020-01-14")


async def test_a_change_that_all_variants_take_is_told_once(tmp_path: Path) -> None:
    datasette = served(tmp_path, "ABABABCXCXCXCX")
    assert len((await page(datasette, POLICY)).cssselect("ol.revisions > li")) == 2
    items = (await page(datasette, "/")).cssselect("ol.changes > li")
    assert [text(item.cssselect("h3")[0]) for item in items] == [
        "1.example: privacy policy, served in two variants from 7 January 2020 to 14 January 2020",
        "1.example: privacy policy, served in two variants from 1 January 2020 to 6 January 2020",
    ]
    assert len(await entries(datasette)) == len(await since(datasette)) == len(told(tmp_path / "corpus.db")) == 2


async def test_a_variant_that_stays_is_not_new_when_the_vendor_changes_the_other(tmp_path: Path) -> None:
    datasette = served(tmp_path, "ABABABCCBCBCBC")
    (entry, _) = await entries(datasette)
    assert value(entry, "updated").startswith("2020-01-07")
    assert value(entry, "id") == value((await entries(served(tmp_path / "before", "ABABABC")))[0], "id")
    row, _ = await since(serve(tmp_path / "corpus.db"))
    assert (row["document"], str(row["first_captured"])[:10]) == ("C", "2020-01-07")
    assert value(entry, "title") == "1.example changed its privacy policy (+2 −2 words), served in two variants"
    item = (await page(datasette, "/")).cssselect("ol.changes > li")[0]
    assert item.cssselect("h3 a")[0].get("href") == f"{POLICY}/20200105000000/20200107000000"
    assert "privacy policy, changed between 6 and 7 January 2020, served in two variants from 7" in text(item)
    assert [text(words) for words in item.cssselect("del, ins")] == ["ten", "five", "two", "nine", "nine", "two"]


async def test_that_a_variant_is_unlike_the_others_is_no_doubt(tmp_path: Path) -> None:
    bodies = {"A": "We keep your orders for ten years here.", "B": "Nobody would sell anything to strangers, ever."}
    write(tmp_path / "corpus.db", "ABABA", "ABA", bodies=bodies)
    found = [value(entry, "title") for entry in await entries(serve(tmp_path / "corpus.db"))]
    assert ["unlike its neighbours" in title for title in found if title.startswith("1.")] == [False]
    assert ["unlike its neighbours" in title for title in found if title.startswith("2.")] == [False, True]


async def test_what_all_variants_took_is_told_without_what_they_differ_in(tmp_path: Path) -> None:
    bodies = {
        name: f"Last updated in {year}. Write to the {where} office, and we answer soon."
        for name, year, where in (
            ("A", 2019, "Berlin"),
            ("B", 2019, "Paris"),
            ("C", 2020, "Berlin"),
            ("D", 2020, "Paris"),
        )
    }
    datasette = serve(write(tmp_path / "corpus.db", "ABABABCDCDCD", bodies=bodies))
    item = (await page(datasette, "/")).cssselect("ol.changes > li")[0]
    assert [text(words) for words in item.cssselect("del, ins")] == ["Berlin", "Paris", "2019", "2020"]
    assert f"{POLICY}/20200105000000/20200107000000" in item.xpath(".//a/@href")
    item = (await page(datasette, POLICY)).cssselect("ol.revisions > li")[0]
    assert [text(words) for words in item.cssselect("del, ins")] == ["Berlin", "Paris", "2019", "2020"]
    assert "The first of them replaced another text between 6 and 7 January 2020: +1 −1 words" in text(item)
    change = told(tmp_path / "corpus.db")[1]
    assert "changed between 2020-01-06 and 2020-01-07, +1 −1 words; served in two variants" in change


async def test_between_two_turns_a_policy_had_either_text_and_did_not_change(tmp_path: Path) -> None:
    datasette = served(tmp_path, "AB.ABA")
    answer = text((await page(datasette, f"{POLICY}?on=2020-01-03")).cssselect("#answer")[0])
    assert "On 3 January 2020 it said either this text or that: both were served in turns" in answer
    assert "change came" not in answer


async def test_the_pages_of_texts_that_take_turns_say_so(tmp_path: Path) -> None:
    datasette = served(tmp_path, "XABABAC")
    lead = text((await page(datasette, f"{POLICY}/20200102000000")).cssselect(".lead")[0])
    assert "It takes turns with others as variants" in lead
    lead = text((await page(datasette, f"{POLICY}/20200102000000/20200103000000")).cssselect(".lead")[0])
    assert "The two take turns as variants" in lead
    assert "It changed" not in lead
    for path in ("20200101000000", "20200101000000/20200102000000", "20200106000000/20200107000000"):
        assert "variants" not in text((await page(datasette, f"{POLICY}/{path}")).cssselect(".lead")[0])


async def test_periods_are_drawn_below_the_bars_of_a_timeline(tmp_path: Path) -> None:
    datasette = served(tmp_path, "XABABABC", "XA")
    (span,) = (await page(datasette, POLICY)).cssselect("rect.turns")
    assert text(span) == "Served in 2 variants from 2 January 2020 to 7 January 2020"
    assert not (await page(datasette, "/policies/2.example")).cssselect("rect.turns, i.turns")
    with Corpus(tmp_path / "corpus.db") as corpus:
        revisions = revisions_of(corpus.db.conn, policies_of(corpus.db.conn, "1.example")[0])
        days = [DayRow("2020-01-01", "fetched"), DayRow("2020-01-08", "fetched")]
        scale = scale_of(days)
        assert scale is not None
        (drawn,) = draw(scale, revisions, days).spans
    assert (drawn.x, drawn.width, drawn.texts) == (0.27, 1.37, 2)


def test_a_corpus_whose_periods_are_not_drawn_anew_yet_is_shown(tmp_path: Path) -> None:
    write(tmp_path / "corpus.db", "ABABA", bodies=BODIES)
    with Corpus(tmp_path / "corpus.db") as corpus, closing(corpus.db.conn):
        corpus.db.execute("UPDATE revisions SET first_captured = '2019-12-31T00:00:00+00:00' WHERE id = 1")
        assert [change.turns is not None for change in latest_changes(corpus.db.conn, 9)] == [True]
        found = revisions_of(corpus.db.conn, policies_of(corpus.db.conn, "1.example")[0])
        assert [revision.variant for revision in found] == [None, 1, 1, 1, 1]


async def test_the_rows_of_periods_lead_on(tmp_path: Path) -> None:
    datasette = served(tmp_path, "ABABA")
    rows = await page(datasette, "/corpus/served_in_turns")
    links = {link.get("href") for link in rows.cssselect("td.col-variant a, td.col-compared_with a")}
    assert links == {"/corpus/variants/1", "/corpus/documents/A"}
    for link in links:
        await page(datasette, link)
    shutil.rmtree(tmp_path)
