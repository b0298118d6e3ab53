"""What is said of a day, a year and a gap names the captures that are in doubt: another page stood there."""

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import lxml.html
import pytest
from corpus_writing import finish_crawl, finish_policy, start_crawl, store_answer, store_listing
from datasette.app import Datasette
from serving import serve

from crawler.events import Answered
from crawler.model import Document, Doubt, Policy, Snapshot
from pipelines.corpus import Corpus

POLICY = Policy("shop.example", "privacy policy", ())
OLD = " ".join(f"Rule {n} lets clerk{n} store record{n} until summer{n} ends." for n in range(60))
NEW = OLD.replace("summer7 ", "autumn7 ")
DOWN = "We are carrying out maintenance. Please come back shortly."
HISTORY = {
    "20200101": OLD,
    "20200201": OLD,
    "20200601": DOWN,
    "20200603": DOWN,
    "20201001": NEW,
    "20201101": NEW,
    "20201105": DOWN,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    path = tmp_path_factory.mktemp("site") / "corpus.db"
    moments = [datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC, hour=12) for day in HISTORY]
    snapshots = [
        Snapshot("https://shop.example/privacy", f"{m:%Y%m%d%H%M%S}", m, "text/html", 200, f"D{m}", 1) for m in moments
    ]
    with Corpus(path) as corpus:
        crawl = start_crawl(corpus, {})
        store_listing(corpus, crawl, POLICY, snapshots, len(snapshots), Counter())
        for snapshot, text in zip(snapshots, HISTORY.values(), strict=True):
            garbled = (Doubt("mojibake", "9 of 300 words"),) if text == NEW else ()
            document = Document("Down" if text == DOWN else "Privacy", text, f"hash of {text}", doubts=garbled)
            store_answer(corpus, crawl, Answered(POLICY, snapshot, "fetched", document=document))
        finish_policy(corpus, crawl, POLICY, [])
        finish_crawl(corpus, crawl, "complete")
    return serve(path)


async def asked(site: Datasette, path: str) -> list[dict[str, Any]]:
    answer = (await site.client.get(f"/corpus/{path}&_shape=array")).json()
    assert isinstance(answer, list), answer
    return answer


BETWEEN = "2 captures since it was last seen, before the next text, are in doubt: another page"
ON_DAY, SINCE = (
    "all captures of this day are in doubt: another page",
    "Since then, one capture is in doubt: another page.",
)
ON_PAGE = "Each capture of this day is in doubt: another page."
DAYS = [
    ("2020-01-15", None, None),
    ("2020-01-01", None, None),
    ("2020-03-01", BETWEEN, "Between the two texts, 2 captures are in doubt: another page."),
    ("2020-06-01", ON_DAY, ON_PAGE),
    ("2020-10-15", "captures that show this text are in doubt: mojibake", None),
    ("2020-11-05", ON_DAY, ON_PAGE),
    ("2021-01-01", "1 capture since it was last seen is in doubt: another page", SINCE),
]


@pytest.mark.parametrize(("day", "in_sql", "on_page"), DAYS)
async def test_what_a_policy_said_on_a_day_names_the_doubt(site, day, in_sql, on_page):
    [row] = await asked(site, f"policy_on.json?vendor=shop.example&type=privacy+policy&date={day}")
    assert row["doubt"] == in_sql
    page = (await site.client.get(f"/policies/shop.example/privacy-policy?on={day}")).text
    answer = " ".join(lxml.html.document_fromstring(page).get_element_by_id("answer").text_content().split())
    assert (on_page in answer) if on_page else ("in doubt" not in answer)


async def test_a_year_counts_the_captures_in_doubt(site):
    [row] = await asked(site, "coverage.json?year=2020")
    assert (row["snapshots"], row["legible"], row["doubtful"]) == (7, 7, 5)


async def test_another_page_ends_no_gap_and_is_named_in_it(site):
    [row] = await asked(site, "gaps.json?_sort=days")
    assert (row["last_before"][:10], row["first_after"][:10]) == ("2020-02-01", "2020-10-01")
    assert (row["snapshots"], row["doubtful"], row["doubts"], row["changed"]) == (2, 2, "another page", 1)


async def test_all_conclusions_stand_in_one_view_in_words(site, noisy, turning):
    found = {}
    for of in (site, noisy, turning):
        for row in await asked(of, "conclusions.json?_size=max"):
            found[row["conclusion"]] = row["in_words"]
    assert {"another page", "mojibake", "served in turns", "changes at every capture"} <= found.keys()
    assert "it shares 0% with the text before" in found["another page"]
    assert found["served in turns"] == "The policy is served in turns: 2 texts, seen 3, 3 times."
    assert re.search(r"does not count .* pairs of captures", found["changes at every capture"])
