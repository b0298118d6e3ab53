"""Doubts about snapshots: as captures say, and as others beside them show; a truncated text is no vendor's change."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from corpus_writing import (
    finish_policy,
    known,
    revisions_of,
    start_crawl,
    store_answer,
    store_conclusions,
    store_listing,
)

from crawler.events import Answered
from crawler.model import Conclusion, Document, Doubt, LeftOut, Policy, Snapshot
from pipelines.corpus import Corpus
from pipelines.corpus.conclusions import doubts
from pipelines.corpus.revisions import TRUNCATED, redraw
from pipelines.corpus.views import MUCH_SHORTER

URL = "https://shop.example/privacy"
POLICY = Policy("shop.example", "privacy policy", (URL,))
CUT = Doubt(TRUNCATED, "the record says WARC-Truncated: length")
MOJIBAKE = Doubt("mojibake", "12 of 300 words: Ã¤")
WHOLE = " ".join(f"We keep the {n} slips of an order for {n} years." for n in range(60))
LATER = WHOLE.replace("for 7 years", "for 8 years")
SHELL = "We keep the 1 slips of an order."


def snapshot(number: int, url: str = URL) -> Snapshot:
    captured = datetime(2001, 1, 2, tzinfo=UTC) + timedelta(days=30 * number)
    return Snapshot(url, f"{captured:%Y%m%d%H%M%S}", captured, "text/html", 200, f"D{number}", 1000)


def prose(text: str, reason: str = "not main content") -> LeftOut:
    return LeftOut(reason, len(text.split()), text, prose=True, digest=text)


def answer(number: int, body: str, *doubts: Doubt, left_out: Iterable[LeftOut] = (), url: str = URL) -> Answered:
    document = Document("T", body, f"hash of {body}", left_out=tuple(left_out), doubts=doubts)
    return Answered(POLICY, snapshot(number, url), "fetched", document=document)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus(tmp_path / "corpus.db") as opened:
        start_crawl(opened, {})
        urls = (URL, "http://www.shop.example/privacy", "https://old.example/")
        store_listing(opened, 1, POLICY, [snapshot(n, url) for url in urls for n in range(40)], 120, Counter())
        yield opened
        assert opened.db.execute("PRAGMA foreign_key_check").fetchall() == []


def tell(corpus: Corpus, *found: Answered) -> None:
    """Store answers, the last first, and finish."""
    for one in reversed(found):
        store_answer(corpus, 1, one)
    finish_policy(corpus, 1, POLICY, [])


def doubted(corpus: Corpus) -> list[tuple[str, str, str]]:
    rows = corpus.db.execute("SELECT timestamp, reason, detail FROM doubtful ORDER BY captured, reason")
    return [(row[0][:6], *row[1:]) for row in rows]


def month(number: int) -> str:
    return snapshot(number).timestamp[:6]


def bodies(corpus: Corpus) -> list[str]:
    return [revision.body for revision in revisions_of(corpus, POLICY)]


# -- of captures ------------------------------------------------------------------------------------------------------
def test_doubts_about_a_capture_are_kept_with_their_evidence(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE), answer(2, LATER, MOJIBAKE))
    assert doubted(corpus) == [(month(2), *MOJIBAKE)]
    (row,) = corpus.db.query("SELECT * FROM doubtful")
    assert (row["vendor"], row["type"], row["url"], row["state"]) == ("shop.example", "privacy policy", URL, "fetched")
    assert corpus.db.execute("SELECT document FROM revisions WHERE id = ?", [row["revision"]]).fetchone() == (
        f"hash of {LATER}",
    )
    marks = corpus.db.execute("SELECT doubts, outlier FROM changes ORDER BY first_captured").fetchall()
    assert marks == [(None, 0), ("mojibake", 0)]


def test_another_answer_has_its_own_doubts(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE, MOJIBAKE), answer(1, WHOLE, CUT))
    tell(corpus, answer(1, WHOLE))
    assert doubted(corpus) == []


def test_reading_again_renews_what_captures_say_and_nothing_else(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE, MOJIBAKE), answer(2, SHELL), answer(3, WHOLE))
    before = list(corpus.db.conn.iterdump())
    ids = dict(corpus.db.execute("SELECT timestamp, id FROM snapshots WHERE document IS NOT NULL").fetchall())
    first, shell, last = (ids[snapshot(n).timestamp] for n in (1, 2, 3))
    assert doubts.renew(corpus.db, 1, {first: (MOJIBAKE,), shell: (), last: ()}) == 0
    assert doubts.renew(corpus.db, 1, {shell: (), last: ()}) == 0
    assert doubts.derive(corpus.db, 1) == 0
    assert list(corpus.db.conn.iterdump()) == before
    assert doubts.renew(corpus.db, 1, {first: (), last: (MOJIBAKE,)}) == 2
    assert [row[:2] for row in doubted(corpus)] == [(month(2), MUCH_SHORTER), (month(3), "mojibake")]


# -- truncated captures -----------------------------------------------------------------------------------------------
def test_a_text_that_truncated_captures_alone_show_makes_no_revision(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE), answer(2, SHELL, CUT), answer(3, WHOLE), answer(4, LATER))
    assert bodies(corpus) == [WHOLE, LATER]
    assert [row[:2] for row in doubted(corpus)] == [(month(2), TRUNCATED)]
    assert corpus.db.execute("SELECT count(*) FROM documents").fetchone() == (3,)
    assert (
        corpus.db.execute("SELECT last_captured FROM revisions ORDER BY first_captured LIMIT 1").fetchone()[0][:7]
        == "2001-04"
    )


@pytest.mark.parametrize("number", [0, 9])
def test_it_makes_none_at_either_end_of_the_history_either(corpus: Corpus, number: int) -> None:
    tell(corpus, *sorted([answer(number, SHELL, CUT), answer(3, WHOLE)], key=lambda one: one.snapshot.captured))
    assert bodies(corpus) == [WHOLE]
    (row,) = corpus.db.query("SELECT * FROM histories")
    assert row["first_captured"] == row["last_captured"] == snapshot(3).captured.isoformat()


def test_what_is_concluded_from_a_truncated_capture_proves_nothing(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE), answer(3, SHELL, CUT), answer(5, SHELL, CUT), answer(8, WHOLE))
    cut = f"hash of {SHELL}"
    found = [Conclusion(snapshot(4), "inferred", cut, "length fits"), Conclusion(snapshot(6), "repeat", cut)]
    store_conclusions(corpus, POLICY, found)
    assert bodies(corpus) == [WHOLE]


def test_a_capture_that_is_whole_proves_the_text(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE), answer(2, SHELL, CUT), answer(3, SHELL))
    assert bodies(corpus) == [WHOLE, SHELL]


def test_where_there_is_no_other_text_the_truncated_ones_are_drawn_and_doubted(corpus: Corpus) -> None:
    tell(corpus, answer(1, SHELL, CUT), answer(2, LATER, CUT))
    assert bodies(corpus) == [SHELL, LATER]
    assert [row[0] for row in corpus.db.execute("SELECT doubts FROM changes")] == [TRUNCATED] * 2
    store_answer(corpus, 1, answer(3, WHOLE))
    assert bodies(corpus) == [WHOLE]


def test_an_imported_text_is_no_truncated_one(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE), answer(2, SHELL, CUT))
    corpus.db.execute(
        "INSERT INTO snapshots (policy, url, timestamp, captured, digest, state, document, origin)"
        " VALUES (1, ?, '20050101000000', '2005-01-01T00:00:00+00:00', '', 'fetched', ?, 'ota')",
        [URL, f"hash of {SHELL}"],
    )
    redraw(corpus.db, 1)
    assert bodies(corpus) == [WHOLE, SHELL]


def test_the_next_crawl_knows_a_truncated_capture_and_does_not_request_it_again(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE), answer(2, SHELL, CUT), answer(3, WHOLE))
    assert known(corpus, POLICY).texts[URL, snapshot(2).timestamp] == f"hash of {SHELL}"


def test_a_truncated_text_is_no_change_across_a_gap(corpus: Corpus) -> None:
    tell(corpus, answer(0, WHOLE), answer(15, SHELL, CUT), answer(30, WHOLE))
    (gap,) = corpus.db.query("SELECT * FROM gaps")
    assert (gap["days"], gap["changed"]) == (900, 0)


# -- texts much shorter than their neighbours -------------------------------------------------------------------------
OTHER = " ".join(f"Chair number {n} costs {n} crowns and 4 plus delivery." for n in range(60))
HALF = WHOLE[: len(WHOLE) // 2]
SHELL_2 = "We keep the 1 slips of an order for 1 years. Loading."


@pytest.mark.parametrize(
    ("texts", "short"),
    [
        ((WHOLE, SHELL, WHOLE), [1]),
        ((WHOLE, SHELL, LATER), [1]),  # the neighbours need not be the same
        ((WHOLE, SHELL, SHELL, WHOLE), [1, 2]),  # two captures of one shell
        ((WHOLE, SHELL, SHELL_2, LATER), [1, 2]),  # shells differ too
        ((WHOLE, SHELL, WHOLE, SHELL, WHOLE), [1, 3]),
        ((WHOLE, HALF, WHOLE), []),  # a part was dropped and put back
        ((WHOLE, SHELL), []),  # as far as is known, it became short
        ((SHELL, WHOLE), []),
        ((WHOLE, SHELL, OTHER), []),  # became another text by way of a short one
        ((SHELL, WHOLE, SHELL), []),  # a long one that came and went is no shell
        ((WHOLE, *(f"{SHELL} {n}" for n in range(7)), WHOLE), []),  # a short policy for a long time
    ],
)
def test_a_text_much_shorter_than_its_neighbours_that_comes_and_goes_is_doubted(
    corpus: Corpus, texts: tuple[str, ...], short: list[int]
) -> None:
    tell(corpus, *(answer(n, text) for n, text in enumerate(texts)))
    found = doubted(corpus)
    assert [row[:2] for row in found] == [(month(n), MUCH_SHORTER) for n in short]
    assert all("words; the texts before and after have 660 and 660" in detail for *_, detail in found)
    outliers = {
        row[0].replace("-", "")[:6] for row in corpus.db.execute("SELECT first_captured FROM changes WHERE outlier")
    }
    begins = {month(n) for n in short if texts[n] != texts[n - 1]}
    assert outliers == begins or (texts, outliers) == ((SHELL, WHOLE, SHELL), {month(1)})


def test_a_text_is_doubted_no_more_when_others_show_up(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE), answer(4, SHELL), answer(8, WHOLE))
    assert len(doubted(corpus)) == 1
    tell(corpus, answer(6, OTHER))
    assert doubted(corpus) == []


# -- prose that was left out ------------------------------------------------------------------------------------------
def test_another_prose_beside_the_same_text_is_a_doubt(corpus: Corpus) -> None:
    tell(
        corpus,
        answer(1, WHOLE, left_out=[prose("We sell nothing."), prose("Hello.")]),
        answer(2, WHOLE, left_out=[prose("We sell nothing."), prose("Hello.")]),
        answer(3, WHOLE, left_out=[prose("We sell it all."), prose("Hello.")]),
        answer(4, WHOLE, left_out=[prose("We sell it all."), prose("Hello.")]),
    )
    detail = "now: “We sell it all.” (not main content); before: “We sell nothing.” (not main content)"
    assert doubted(corpus) == [(month(3), doubts.PROSE_CHANGED, detail)]


def test_prose_that_goes_and_prose_that_comes_are_doubts_too(corpus: Corpus) -> None:
    tell(
        corpus,
        answer(1, WHOLE, left_out=[prose("We sell nothing.")]),
        answer(2, WHOLE),
        answer(3, WHOLE),
        answer(4, WHOLE, left_out=[prose("We sell it all.", "footer")]),
    )
    assert [row[0] for row in doubted(corpus)] == [month(2), month(4)]
    assert [row[2] for row in doubted(corpus)] == [
        "before: “We sell nothing.” (not main content)",
        "now: “We sell it all.” (footer)",
    ]


def news(number: int) -> LeftOut:
    return prose(f"News number {number} of our shop.", "widget")


def test_news_are_noise_and_what_changes_beside_them_is_not(corpus: Corpus) -> None:
    for n in range(12):
        said = prose("We sell nothing." if n < 7 else "We sell it all.", "widget")
        store_answer(corpus, 1, answer(n, WHOLE, left_out=[news(n), said]))
    finish_policy(corpus, 1, POLICY, [])
    ((when, _, detail),) = doubted(corpus)
    assert when == month(7)
    assert "News" not in detail
    assert "We sell it all." in detail


def test_several_news_that_stay_for_some_captures_are_noise(corpus: Corpus) -> None:
    for n in range(30):
        store_answer(corpus, 1, answer(n, WHOLE, left_out=[news(n), news(n + 1), news(n + 2), news(n + 3)]))
    finish_policy(corpus, 1, POLICY, [])
    assert doubted(corpus) == []


def test_too_much_prose_to_be_kept_is_noise(corpus: Corpus) -> None:
    for n in range(38):
        store_answer(corpus, 1, answer(n, WHOLE, left_out=[prose(f"{n // 4} {at}") for at in range(50)]))
    for _ in range(2):
        finish_policy(corpus, 1, POLICY, [])
        assert doubted(corpus) == []


def test_menus_are_no_doubt_and_another_reason_for_the_same_words_is_none(corpus: Corpus) -> None:
    tell(
        corpus,
        answer(1, WHOLE, left_out=[LeftOut("navigation", 2, "Home", prose=False, digest="1"), prose("Hello.")]),
        answer(
            2, WHOLE, left_out=[LeftOut("navigation", 2, "Shop", prose=False, digest="2"), prose("Hello.", "aside")]
        ),
        answer(3, WHOLE, left_out=[prose("Hello.", "aside")]),
    )
    assert doubted(corpus) == []


def test_what_stands_beside_another_text_is_no_change(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE, left_out=[prose("One.")]), answer(2, LATER, left_out=[prose("Two.")]))
    assert doubted(corpus) == []


def test_captures_of_one_address_are_compared(corpus: Corpus) -> None:
    old = "https://old.example/"
    tell(
        corpus,
        answer(1, WHOLE, left_out=[prose("Old frame.")], url=old),
        answer(2, WHOLE, left_out=[prose("New frame.")]),
        answer(3, WHOLE, left_out=[prose("Old frame.")], url=old),
        answer(4, WHOLE, left_out=[prose("New frame.")], url="http://www.shop.example/privacy"),
    )
    assert doubted(corpus) == []
    tell(corpus, answer(5, WHOLE, left_out=[prose("Other frame.")]))
    assert [row[0] for row in doubted(corpus)] == [month(5)]


def test_snapshots_of_which_it_is_not_known_are_not_compared(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE))
    corpus.db.execute("UPDATE snapshots SET words_left_out = NULL")  # read by an older version
    tell(corpus, answer(2, WHOLE, left_out=[prose("Hello.")]))
    assert doubted(corpus) == []


def test_a_capture_that_shows_another_text_by_now_is_not_compared(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE, left_out=[prose("One.")]), answer(2, WHOLE, left_out=[prose("Two.")]))
    tell(corpus, answer(2, LATER))
    assert doubted(corpus) == []


def test_a_detail_is_bounded(corpus: Corpus) -> None:
    tell(corpus, answer(1, WHOLE), answer(2, WHOLE, left_out=[prose(f"{n} " + "word " * 500) for n in range(150)]))
    ((_, _, detail),) = doubted(corpus)
    assert len(detail) < 1000
    assert detail.endswith(" and 147 more")
