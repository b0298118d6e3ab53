"""The views answer the questions that readers put to a corpus, and are true whatever wrote the tables."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from corpus_writing import start_crawl, store_answer, store_listing

from crawler.events import Answered
from crawler.model import Document, Policy, Snapshot
from pipelines.corpus import Corpus
from pipelines.corpus.views import VIEWS, create_views

URL = "https://shop.example/privacy"
POLICY = Policy("shop.example", "privacy policy", (URL,))
EMPTY = Policy("empty.example", "terms", ("https://empty.example/terms",))
BEGIN = datetime(2018, 1, 1, tzinfo=UTC)


def snapshot(days: int) -> Snapshot:
    captured = BEGIN + timedelta(days=days)
    return Snapshot(URL, f"{captured:%Y%m%d%H%M%S}", captured, "text/html", 200, f"D{days}", 1000)


@pytest.fixture
def corpus(tmp_path):
    """Days after 1 January 2018: A at 0 and 10, B at 400, A again at 410; between them a failure and the like."""
    with Corpus(tmp_path / "corpus.db") as opened:
        crawl = start_crawl(opened, {})
        store_listing(opened, crawl, POLICY, [snapshot(d) for d in (0, 10, 50, 60, 70, 400, 410)], 7, Counter())
        store_listing(opened, crawl, EMPTY, [], 0, Counter())
        for days, name in ((0, "A"), (10, "A"), (400, "B"), (410, "A")):
            document = Document(f"Title {name}", f"Body {name}", f"hash {name}")
            store_answer(opened, crawl, Answered(POLICY, snapshot(days), "fetched", document=document))
        store_answer(opened, crawl, Answered(POLICY, snapshot(50), "rejected", "challenge"))
        store_answer(opened, crawl, Answered(POLICY, snapshot(60), "failed", "no answer"))
        yield opened


def rows(corpus: Corpus, sql: str) -> list[dict]:
    return list(corpus.db.query(sql))


def test_a_policy_has_a_name_to_be_shown_by(corpus):
    named = rows(corpus, "SELECT name FROM policies ORDER BY name")
    assert [row["name"] for row in named] == ["empty.example terms", "shop.example privacy policy"]


def test_histories_say_how_much_of_each_policy_is_known(corpus):
    empty, known = rows(corpus, "SELECT * FROM histories ORDER BY vendor")
    assert (empty["revisions"], empty["snapshots"], empty["first_captured"]) == (0, 0, None)
    assert (known["revisions"], known["snapshots"]) == (3, 7)
    assert (known["first_captured"][:10], known["last_captured"][:10]) == ("2018-01-01", "2019-02-15")
    assert known["last_changed"][:10] == "2019-02-15"


def test_changes_say_when_each_text_held_and_what_is_known_around_it(corpus):
    first, second, third = rows(corpus, "SELECT * FROM changes WHERE vendor = 'shop.example' ORDER BY first_captured")
    assert [row["title"] for row in (first, second, third)] == ["Title A", "Title B", "Title A"]
    assert (first["changed_after"], third["replaced_by"]) == (None, None)
    assert first["last_captured"] == second["changed_after"]
    assert first["replaced_by"] == second["first_captured"]
    assert first["document"] == third["document"] != second["document"]


def test_coverage_counts_each_year_of_captures(corpus):
    known = ("year", "snapshots", "legible", "rejected", "failed", "unread")
    years = [tuple(row[name] for name in known) for row in rows(corpus, "SELECT * FROM coverage ORDER BY year")]
    assert years == [("2018", 5, 2, 1, 1, 1), ("2019", 2, 2, 0, 0, 0)]


def test_gaps_are_the_times_of_which_nothing_is_known_and_say_whether_the_text_changed(corpus):
    (gap,) = rows(corpus, "SELECT * FROM gaps")
    assert gap["days"] == 390
    assert gap["snapshots"] == 3  # captured, and not legible
    assert gap["changed"] == 1


def test_the_views_can_be_made_again(corpus):
    before = {name: list(corpus.db[name].rows) for name in VIEWS}
    create_views(corpus.db)
    assert {name: list(corpus.db[name].rows) for name in VIEWS} == before
