"""The search strategy: texts that come and go are found by the listing's hints, at the price that the user chose."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from timeline_crawls import (
    HISTORIES,
    LEVELS,
    START,
    Crawl,
    Truth,
    claims_nothing_wrong,
    history,
    key,
    matches,
    snapshot,
    truth_of,
)

from crawler.model import Snapshot, Thoroughness
from crawler.timeline import Known, Timeline
from crawler.timeline.turns import periods


def test_a_text_that_came_and_went_is_found_by_its_length():
    truth = history(("A", 300, 9000), ("B", 1, 8000), ("A", 400, 9000), noise=10)
    crawl = Crawl(truth)
    assert crawl.run() <= 15
    assert matches(crawl)
    (found,) = (one for one, text in truth.items() if text == "B")
    assert crawl.why[found] == "length stands out"


def test_a_text_that_returns_many_times_is_not_followed_everywhere():
    stretches = [part for _ in range(40) for part in (("A", 9, 9000), ("B", 1, 7800))]
    crawl = Crawl(history(*stretches, ("A", 9, 9000), noise=8))
    assert crawl.run() <= 409 // 5
    assert claims_nothing_wrong(crawl)
    assert "texts take turns" in crawl.why.values()


def test_a_text_that_returns_through_redesigns_is_told_from_the_text_around_it():
    stretches = []
    for era in range(12):
        stretches += [
            part for _ in range(4) for part in ((f"A{era}", 25, 9000 + 500 * era), ("B", 1, 8000 + 500 * era))
        ]
    truth = history(*stretches, ("A11", 25, 14500), noise=5)
    crawl = Crawl(truth)
    crawl.run()
    assert claims_nothing_wrong(crawl)
    for text in {f"A{era}" for era in range(12)}:
        first = next(one for one in sorted(truth) if truth[one] == text)
        assert crawl.texts.get(key(first)) == text


def test_quick_does_not_follow_hints():
    crawl = Crawl(history(("A", 300, 9000), ("B", 1, 8000), ("A", 400, 9000)), "quick")
    assert crawl.run() == 2


def test_a_change_at_a_step_of_the_lengths_takes_two_requests_beside_ends_and_extremes():
    crawl = Crawl(history(("A", 700, 9000), ("B", 324, 12000), noise=20))
    assert crawl.run() <= 4 + 2 * 2  # at most the shortest and the longest capture of either text
    assert matches(crawl)
    assert set(crawl.why.values()) == {"end of the history", "step in length", "texts take turns"}


def test_a_redesign_of_the_page_around_one_text_costs_one_request():
    crawl = Crawl(history(("A", 100, 9000), ("A", 100, 12000), ("A", 100, 15000), noise=20))
    assert crawl.run() == 3
    assert matches(crawl)


def test_lengths_that_vary_widely_without_meaning_are_not_followed_for_ever():
    truth = history(("A", 2000, 50000), noise=20000)
    costs = {}
    levels: tuple[Thoroughness, ...] = ("quick", "careful", "exhaustive")
    for thoroughness in levels:
        costs[thoroughness] = Crawl(truth, thoroughness).run()
    assert costs["quick"] == 2
    assert costs["careful"] <= 0.03 * len(truth)
    assert costs["exhaustive"] <= 0.10 * len(truth)


def test_a_page_that_went_back_to_the_byte_is_looked_at_in_between():
    truth: Truth = {snapshot(0, digest="SAME"): "A", snapshot(1): "B", snapshot(2, digest="SAME"): "A"}
    crawl = Crawl(truth)
    crawl.run()
    assert matches(crawl)
    assert "same bytes around" in crawl.why.values()


def test_the_first_snapshot_after_a_long_silence_is_looked_at():
    truth: Truth = {snapshot(0): "A", snapshot(1): "A", snapshot(500): "B", snapshot(501): "A"}
    crawl = Crawl(truth)
    crawl.run()
    assert matches(crawl)
    assert "long silence" in crawl.why.values()


def test_a_long_stretch_is_looked_into_and_the_more_the_more_thorough():
    truth: Truth = {snapshot(30 * month): "A" for month in range(240)}
    looks = {}
    levels: tuple[Thoroughness, ...] = ("quick", "careful", "exhaustive")
    for thoroughness in levels:
        crawl = Crawl(truth, thoroughness)
        looks[thoroughness] = crawl.run()
    assert looks["quick"] == 2
    assert looks["quick"] < looks["careful"] < looks["exhaustive"] <= 80


def test_the_length_of_a_revisit_record_says_nothing():
    truth: Truth = {snapshot(day, 9000): "A" for day in range(0, 100, 2)}
    truth |= {snapshot(day + 1, 600, f"D{day}", revisit=True): "A" for day in range(0, 100, 2)}
    crawl = Crawl(truth)
    assert crawl.run() == 2
    assert matches(crawl)


def test_an_inference_says_how_its_length_fits():
    lengths = [9000, 9000, 5000, None, 9000, 9000, 9000, 9000]
    line = [snapshot(day, length, revisit=length is None) for day, length in enumerate(lengths)]
    timeline = Timeline(line, "changes", "quick")
    for one in timeline.next():
        timeline.record_answer(one, "A")
    assert not timeline.next()
    reasons = [c.reason for c in timeline.conclusions()]
    assert reasons == ["length fits", "length differs", "length unknown", *["length fits"] * 3]


def test_where_the_outer_snapshots_hold_no_text_its_ends_are_found_by_halving():
    crawl = Crawl(history((None, 400, 700), ("A", 200, 9000), (None, 400, 700)))
    assert crawl.run() <= 60
    assert matches(crawl)


def test_error_pages_that_stand_out_are_not_all_asked_for():
    chance = random.Random(4)
    truth: Truth = {}
    for day in range(1000):
        is_wall = chance.random() < 0.3
        truth[snapshot(day, 700 + chance.randint(0, 400) if is_wall else 9000)] = None if is_wall else "A"
    assert Crawl(truth).run() <= 30


def test_a_wall_of_error_pages_between_two_texts_is_not_asked_for_as_a_whole():
    crawl = Crawl(history(("A", 300, 9000), (None, 400, 700), ("B", 300, 9000)))
    assert crawl.run() <= 40
    assert matches(crawl)


def test_two_addresses_of_one_policy_do_not_hide_what_stands_out():
    truth: Truth = {}
    for day in range(200):
        length = 9000 if day % 2 else 12000
        one = snapshot(day, 8000 if day == 101 else length)
        truth[one._replace(url=f"https://{'old' if day % 2 else 'new'}.example/privacy")] = "B" if day == 101 else "A"
    crawl = Crawl(truth)
    crawl.run(sorted(truth, key=lambda one: one.captured))
    assert matches(crawl)


def test_a_policy_without_any_text_is_given_up():
    assert Crawl(history((None, 5000, 700))).run() <= 50


def test_the_cost_is_an_upper_bound_and_falls_to_nothing():
    truth = history(("A", 200, 9000), ("B", 200, 9500), ("A", 1, 9000), ("B", 200, 9500), noise=30)
    crawl = Crawl(truth)
    cost = Timeline(truth).cost
    assert cost.likely <= cost.at_most == len(truth)
    assert crawl.run() <= 2 * cost.likely
    again = Timeline(truth, known=Known(crawl.texts, crawl.inferred))
    assert not again.next()
    assert again.cost == (0, 0)
    assert Timeline(truth, "all").cost == (len(truth), len(truth))


@settings(deadline=None)
@given(HISTORIES, LEVELS)
def test_what_was_observed_is_never_overruled_and_nothing_lies_between_different_texts_but_variants(rows, thoroughness):
    crawl = Crawl(truth_of(rows), thoroughness)
    crawl.run()
    assert len(set(crawl.fetched)) == len(crawl.fetched)
    assert all(crawl.truth[one] == crawl.texts[key(one)] for one in crawl.fetched if key(one) in crawl.texts)
    line = sorted(crawl.truth)
    known = [i for i, one in enumerate(line) if key(one) in crawl.texts]
    found = periods([crawl.texts[key(line[i])] for i in known])
    taken = [turns._replace(first=known[turns.first], last=known[turns.last]) for turns in found]
    for left, right in pairwise(known):
        if crawl.truth[line[left]] != crawl.truth[line[right]]:
            inside = [key(one) in crawl.dismissed for one in line[left + 1 : right]]
            assert all(inside) or sum(inside) >= 8 or any(turns.first <= left < turns.last for turns in taken)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["even", "wild", "static"])
def test_two_hundred_thousand_snapshots_are_planned_in_time(kind):
    chance = random.Random(1)
    truth: Truth = {}
    for i in range(200_000):
        text = f"text {i // 20_000}"
        length = {"even": 9000 + i // 20_000 * 300, "wild": int(chance.gauss(50_000, 9000)), "static": 9000}[kind]
        moment = START + timedelta(minutes=40 * i)
        digest = text if kind == "static" else str(i)
        truth[Snapshot("https://shop.example/", f"{moment:%Y%m%d%H%M%S}", moment, "text/html", 200, digest, length)] = (
            text
        )
    timeline = Timeline(truth)
    asked = 0
    while given_out := timeline.next():
        asked += len(given_out)
        for one in given_out:
            timeline.record_answer(one, truth[one])
    assert asked <= 600
    assert sum(c.state in {"inferred", "repeat"} for c in timeline.conclusions()) == 200_000 - asked
