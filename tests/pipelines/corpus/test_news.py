"""A revision is new when it is first drawn, and stays as old as it is whatever moves or renames it."""

import time
from datetime import date
from pathlib import Path

import pytest

from crawler.errors import CorpusError
from crawler.model import Part, Policy
from crawler.rate_limit.shared_state import SharedState
from output import new_changes
from pipelines.corpus import Corpus, crawls, news, parts
from pipelines.corpus.revisions import redraw

POLICY = Policy("shop.example", "privacy policy", ())


@pytest.fixture
def corpus(tmp_path: Path):
    with Corpus(tmp_path / "corpus.db") as made:
        made.policy_id(POLICY)
        yield made


def show(corpus: Corpus, **shown: str) -> None:
    """Snapshots of years (y2001="text"), after which the revisions are drawn, some time after the last ones were."""
    time.sleep(0.005)
    for year, document in shown.items():
        corpus.db["documents"].insert({"hash": document, "title": "", "body": document}, ignore=True)
        row = {"policy": 1, "url": "https://shop.example/", "timestamp": f"{year[1:]}0102030405", "state": "fetched"}
        row |= {"captured": f"{year[1:]}-01-02T03:04:05+00:00", "document": document}
        corpus.db["snapshots"].insert(row, pk="id", replace=True)
    redraw(corpus.db, 1)


def found(corpus: Corpus) -> dict[str, str]:
    rows = corpus.db.execute("SELECT substr(first_captured, 1, 4), found FROM revisions ORDER BY 1").fetchall()
    return dict(rows)


def new(corpus: Corpus, **looked: str) -> list[str]:
    """The years of what is new."""
    seen = {name.replace("everybody", "").replace("shop", "shop.example"): at for name, at in looked.items()}
    years = dict(corpus.db.execute("SELECT id, substr(first_captured, 1, 4) FROM revisions"))
    return [years[revision] for revision in news.found_since(corpus.db, seen, None)]


def test_without_a_look_all_but_the_first_text_is_new(corpus):
    show(corpus, y2001="a", y2003="b", y2005="c")
    assert new(corpus) == ["2003", "2005"]


def test_after_a_look_only_what_was_found_since_is_new_wherever_it_lies(corpus):
    show(corpus, y2001="a", y2005="b")
    looked = news.latest(corpus.db)
    assert new(corpus, everybody=looked) == []
    show(corpus, y2003="x", y2007="c")
    assert new(corpus, everybody=looked) == ["2003", "2007"]
    assert new(corpus, everybody=news.latest(corpus.db)) == []
    assert new(corpus, shop=looked, everybody="") == ["2003", "2007"]
    assert new(corpus, other=looked) == ["2003", "2005", "2007"]


def test_a_beginning_that_moves_makes_nothing_new(corpus):
    show(corpus, y2001="a", y2007="b")
    looked, before = news.latest(corpus.db), found(corpus)
    show(corpus, y2004="b")
    assert found(corpus) == {"2001": before["2001"], "2004": before["2007"]}
    assert new(corpus, everybody=looked) == []


def test_another_name_for_a_text_makes_nothing_new(corpus):
    show(corpus, y2001="a", y2004="b")
    looked = news.latest(corpus.db)
    corpus.db["documents"].insert({"hash": "b2", "title": "", "body": "b"})
    corpus.db.execute("UPDATE snapshots SET document = 'b2' WHERE document = 'b'")
    redraw(corpus.db, 1)
    assert new(corpus, everybody=looked) == []


def test_what_a_newer_reading_tells_apart_is_no_news(corpus):
    show(corpus, y2001="a", y2004="b")
    looked = news.latest(corpus.db)
    time.sleep(0.005)
    began = news.now()
    show(corpus, y2006="c")
    news.not_news(corpus.db, 1, began)
    assert new(corpus, everybody=looked) == []
    assert new(corpus) == ["2004", "2006"]


def test_a_crawl_counts_what_it_found(corpus):
    began = news.now()
    show(corpus, y2001="a", y2004="b")
    assert news.number(corpus.db, 1, began) == 2
    time.sleep(0.005)
    began = news.now()
    assert news.number(corpus.db, 1, began) == 0
    show(corpus, y2006="c")
    assert news.number(corpus.db, 1, began) == 1


PARTS = (
    Part(select="main", remove=(".banner", "nav")),
    Part(start="h1", end="h2", since=date(2019, 5, 1)),
    Part(),
)


@pytest.mark.parametrize("given", [(), PARTS[:1], PARTS])
def test_the_parts_of_a_policy_are_kept_as_they_are(corpus, given):
    assert parts.stored_parts(corpus.db, 1) is None
    parts.store_parts(corpus.db, 1, given)
    assert parts.stored_parts(corpus.db, 1) == given


def test_where_nothing_can_be_written_a_corpus_can_be_read(corpus, monkeypatch):
    show(corpus, y2001="a", y2004="b")
    corpus.db.conn.commit()
    monkeypatch.setattr("os.access", lambda *_: False)
    with Corpus.reading(corpus.path) as read:
        assert new(read) == ["2004"]
        with pytest.raises(Exception, match="readonly"):
            read.db.execute("DELETE FROM revisions")


def test_one_of_an_older_version_is_read_only_where_it_can_be_brought_up_to_date(corpus, monkeypatch):
    corpus.db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '0015%'")
    corpus.db.conn.commit()
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(CorpusError, match="Copy it, and set CORPUS_DB to the copy"):
        Corpus.reading(corpus.path)


def test_what_was_found_while_a_clock_was_ahead_is_not_new_for_years(corpus):
    show(corpus, y2001="a", y2005="b")
    corpus.db.execute("UPDATE revisions SET found = '2099-01-01T00:00:00.000+00:00'")
    crawl = crawls.start(corpus.db, {})
    assert crawls.number_of_new(corpus.db, crawl, 1) == 0
    looked = news.latest(corpus.db)
    show(corpus, y2007="c")
    assert new(corpus, everybody=looked) == ["2007"]
    assert crawls.number_of_new(corpus.db, crawl, 1) == 1


def test_a_look_in_the_future_hides_nothing(tmp_path):
    state = SharedState(tmp_path)
    new_changes.remember(state, tmp_path / "corpus.db", None, "2099-01-01T00:00:00.000+00:00")
    assert new_changes.looked(state, tmp_path / "corpus.db") == {}
