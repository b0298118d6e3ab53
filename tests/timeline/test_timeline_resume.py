"""Crawls in several runs: neither the order of answers nor a kill, a failure or a later listing spoils the result."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timeline_crawls import HISTORIES, LEVELS, Crawl, finished, history, key, matches, truth_of


@settings(deadline=None)
@given(HISTORIES, LEVELS, st.randoms(use_true_random=False))
def test_the_order_of_answers_changes_nothing(rows, thoroughness, order):
    in_order, shuffled = Crawl(truth_of(rows), thoroughness), Crawl(truth_of(rows), thoroughness)
    in_order.run()
    shuffled.run(order=order)
    assert finished(shuffled) == finished(in_order)
    assert set(shuffled.fetched) == set(in_order.fetched)


@settings(deadline=None)
@given(HISTORIES, LEVELS, st.lists(st.integers(0, 12), max_size=8), st.randoms(use_true_random=False))
def test_a_crawl_killed_at_any_moments_ends_as_if_it_had_not_been(rows, thoroughness, kills, order):
    whole, killed = Crawl(truth_of(rows), thoroughness), Crawl(truth_of(rows), thoroughness)
    whole.run()
    for answers in kills:
        killed.run(answers=answers, order=order)
    killed.run(order=order)
    assert finished(killed) == finished(whole)
    assert sorted(killed.fetched) == sorted(whole.fetched)
    assert killed.run() == 0


@settings(deadline=None)
@given(HISTORIES, LEVELS, st.data())
def test_new_snapshots_are_taken_in_and_a_further_run_asks_for_nothing(rows, thoroughness, data):
    crawl = Crawl(truth_of(rows), thoroughness)
    line = sorted(crawl.truth)
    late = data.draw(st.sets(st.sampled_from(line)))
    crawl.run([one for one in line if one not in late])
    crawl.run()
    assert len(set(crawl.fetched)) == len(crawl.fetched)
    assert crawl.run() == 0


@settings(deadline=None)
@given(HISTORIES, st.data())
def test_a_more_thorough_run_goes_on_from_a_less_thorough_one(rows, data):
    crawl = Crawl(truth_of(rows), "quick")
    crawl.run()
    crawl.thoroughness = "exhaustive"
    crawl.run()
    assert len(set(crawl.fetched)) == len(crawl.fetched)
    assert crawl.run() == 0


@pytest.mark.parametrize("seed", range(5))
def test_a_late_addition_costs_little(seed):
    chance = random.Random(seed)
    truth = history(*((f"T{i}", 50, 9000 + 40 * i) for i in range(8)), noise=10, seed=seed)
    line = sorted(truth)
    late = chance.sample(line[1:-1], 3)
    crawl = Crawl(truth)
    crawl.run([one for one in line if one not in late])
    assert crawl.run() <= 6
    assert matches(crawl)


def test_a_long_noisy_crawl_killed_often_asks_for_nothing_twice():
    stretches = [(f"T{i // 3}" if i % 3 else "blink", 20 if i % 3 else 1, 9000 + 60 * i) for i in range(40)]
    truth = history(*stretches, noise=25, seed=2)
    whole, killed = Crawl(truth), Crawl(truth)
    whole.run()
    order = random.Random(7)
    for _ in range(30):
        killed.run(answers=order.randrange(8), order=order)
    killed.run(order=order)
    assert finished(killed) == finished(whole)
    assert sorted(killed.fetched) == sorted(whole.fetched)


def test_new_snapshots_at_the_end_cost_one_request_where_nothing_changed():
    truth = history(("A", 200, 9000), ("B", 200, 9800), noise=30)
    line = sorted(truth)
    crawl = Crawl(truth)
    crawl.run(line[:-20])
    assert crawl.run() == 1
    assert matches(crawl)


def test_a_snapshot_that_fails_is_gone_around_and_asked_again_where_it_is_needed():
    truth = history(("A", 30, 9000), ("B", 30, 9000))
    line = sorted(truth)
    crawl = Crawl(truth)
    crawl.fails = {line[29], line[30], line[0]}
    crawl.run()
    assert crawl.known[key(line[28])] == "A"
    crawl.fails = set()
    assert crawl.run() == 3
    assert matches(crawl)


@pytest.mark.parametrize("noise", [0, 30])
def test_where_nothing_changed_each_run_with_news_asks_for_the_newest_snapshot(noise):
    truth = history(("A", 360, 9000), noise=noise)
    line = sorted(truth)
    crawl = Crawl(truth)
    crawl.run(line[:30])
    for end in range(60, 361, 30):
        assert crawl.run(line[:end]) >= 1
        assert line[end - 1] in crawl.fetched
        assert crawl.run(line[:end]) == 0
    once = Crawl(truth)
    once.run()
    assert len(crawl.fetched) <= 1.5 * len(once.fetched) + 12
    assert matches(crawl)
