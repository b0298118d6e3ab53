"""A text in doubt, another page in place of the policy perhaps, is no end that tells what lies between two of it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timeline_crawls import HISTORIES, Crawl, Truth, finished, key, snapshot, truth_of


def line(texts: str, days: int = 14) -> Truth:
    """A history of texts, X one in doubt, whose lengths the listing does not say."""
    return {snapshot(days * at, None): text for at, text in enumerate(texts)}


def crawled(texts: str, doubted: str = "X") -> tuple[Crawl, str]:
    """A finished crawl, and what it knows of each snapshot; a dot stands for nothing."""
    crawl = Crawl(line(texts), doubted=doubted)
    crawl.run()
    return crawl, "".join(crawl.known.get(key(one), ".") for one in sorted(crawl.truth))


A, B = "A" * 20, "B" * 20
HIDDEN = [
    A + "X" + A[:9] + B[:9] + "X" + B,
    A + "X" + B[:5] + "X" + "C" * 20,
    "X" + A + B + "X",
    "XX" + A + "X" + B + "XX",
]


@pytest.mark.parametrize("texts", HIDDEN)
def test_what_lies_between_two_captures_of_it_is_found(texts: str) -> None:
    known = crawled(texts)[1]
    assert [found for found, text in zip(known, texts, strict=True) if text != "X"] == list(texts.replace("X", ""))


@pytest.mark.parametrize(
    "texts", [A + "X" + B, A + "XXX" + B, A + "X", "X" + A, A[:10] + "X" + A[:10], A[:2] + "X" + B]
)
def test_the_captures_beside_it_are_requested_so_a_change_behind_it_is_located(texts: str) -> None:
    crawl, known = crawled(texts)
    if "X" not in known:  # between two captures of one text nothing told of it
        assert set(known) == {"A"}
        return
    assert known == texts
    fetched = set(crawl.fetched)
    ranks = sorted(crawl.truth)
    first, last = texts.index("X"), texts.rindex("X")
    for at in (first - 1, first, last, last + 1):
        assert not 0 <= at < len(ranks) or ranks[at] in fetched


@pytest.mark.parametrize("count", [20, 100, 400])
def test_one_that_lasts_takes_a_few_requests_more(count: int) -> None:
    texts = A + "X" * count + B
    crawl, known = crawled(texts)
    assert known == texts
    assert len(crawl.fetched) <= len(crawled(texts, "")[0].fetched) + 6


def test_a_text_may_come_in_doubt_when_all_was_settled() -> None:
    crawl = Crawl(line(HIDDEN[2]))
    crawl.run()
    crawl.doubted = "X"
    crawl.run()
    assert len({one.timestamp for one in crawl.fetched}) == len(crawl.fetched)
    assert "".join(crawl.known[key(one)] for one in sorted(crawl.truth)) == HIDDEN[2]


@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_count(rows: list[tuple[str | None, int | None, int]], order: random.Random):
    truth = truth_of(rows)
    first, second = Crawl(truth, doubted="C"), Crawl(truth, doubted="C")
    first.run()
    second.run(order=order)
    assert finished(first) == finished(second)


@given(HISTORIES, st.integers(0, 30))
def test_a_crawl_that_is_killed_finds_the_same(rows: list[tuple[str | None, int | None, int]], answers: int) -> None:
    truth = truth_of(rows)
    whole, killed = Crawl(truth, doubted="C"), Crawl(truth, doubted="C")
    whole.run()
    killed.run(answers=answers)
    killed.run()
    assert finished(whole) == finished(killed)
