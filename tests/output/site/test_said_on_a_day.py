"""On a day on which a text became another, a policy's page says either, with the hours."""

from collections import Counter
from datetime import UTC, datetime

import lxml.html
import pytest
from corpus_writing import finish_policy, start_crawl, store_answer, store_listing
from datasette.app import Datasette
from serving import serve

from crawler.events import Answered
from crawler.model import Document, Policy, Snapshot
from pipelines.corpus import Corpus

POLICY = Policy("shop.example", "privacy policy", ())
CAPTURES = ((1, 8, "a"), (31, 10, "a"), (31, 14, "b"), (31, 20, "c"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    with Corpus(path) as made:
        crawl = start_crawl(made)
        moments = [datetime(2019, 5, day, hour, tzinfo=UTC) for day, hour, _ in CAPTURES]
        snapshots = [
            Snapshot("https://shop.example/", f"{at:%Y%m%d%H%M%S}", at, "text/html", 200, f"D{at}", 1) for at in moments
        ]
        store_listing(made, crawl, POLICY, snapshots, len(snapshots), Counter())
        for snapshot, (*_, name) in zip(snapshots, CAPTURES, strict=True):
            document = Document("Privacy", f"We keep the {name} slips of all orders.", name)
            store_answer(made, crawl, Answered(POLICY, snapshot, "fetched", document=document))
        finish_policy(made, crawl, POLICY, [])
    return serve(path)


async def test_either_text_may_have_held_on_a_day_on_which_it_changed(site: Datasette) -> None:
    response = await site.client.get("/policies/shop.example/privacy-policy?on=2019-05-31")
    (answer,) = lxml.html.fromstring(response.text).cssselect("#answer")
    assert " ".join(answer.text_content().split()) == (
        "On 31 May 2019 it said either this text, seen last on 31 May 2019, 10:00 UTC,"
        " or the next, seen first on 31 May 2019, 14:00 UTC, or the next, seen first on 31 May 2019, 20:00 UTC."
        " The change came at some time in between; see how they differ."
    )
    assert [link.get("href").rpartition("privacy-policy/")[2] for link in answer.cssselect("a")] == [
        "20190501080000",
        "20190531140000",
        "20190531200000",
        "20190501080000/20190531200000",
    ]


async def test_before_a_day_of_changes_one_text_held(site: Datasette) -> None:
    response = await site.client.get("/policies/shop.example/privacy-policy?on=2019-05-30")
    (answer,) = lxml.html.fromstring(response.text).cssselect("#answer")
    assert "On 30 May 2019 it said this text" in " ".join(answer.text_content().split())
