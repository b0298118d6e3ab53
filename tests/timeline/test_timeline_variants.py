"""Policies that servers serve in variants: their texts and bounds are found, their flips left alone, none claimed."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timeline_crawls import LEVELS, Crawl, Truth, claims_nothing_wrong, finished, key, snapshot

COUNT = 300
KINDS = {
    # part of the history: its variants, each with a share of the captures and a length
    "two": [(60, {"X": (1, 9000)}), (180, {"A": (0.5, 9100), "B": (0.5, 9108)}), (60, {"Y": (1, 9150)})],
    "three": [
        (50, {"X": (1, 9000)}),
        (200, {"A": (0.4, 9100), "B": (0.3, 9106), "C": (0.3, 9111)}),
        (50, {"Y": (1, 9020)}),
    ],
    "two, changed in the midst": [
        (40, {"X": (1, 9000)}),
        (100, {"A": (0.5, 9100), "B": (0.5, 9108)}),
        (110, {"A2": (0.5, 9130), "B2": (0.5, 9138)}),
        (50, {"Y": (1, 9160)}),
    ],
    "three, one of them changed in the midst": [
        (40, {"X": (1, 9000)}),
        (110, {"A": (0.4, 9100), "B": (0.3, 9106), "C": (0.3, 9111)}),
        (110, {"A2": (0.4, 9125), "B": (0.3, 9106), "C": (0.3, 9111)}),
        (40, {"Y": (1, 9160)}),
    ],
    "two, one rare": [(40, {"X": (1, 9000)}), (220, {"A": (0.95, 9100), "B": (0.05, 9109)}), (40, {"Y": (1, 9050)})],
    "three, one rare": [
        (40, {"X": (1, 9000)}),
        (220, {"A": (0.55, 9100), "B": (0.4, 9106), "C": (0.05, 9115)}),
        (40, {"Y": (1, 9050)}),
    ],
}


def variants(parts: list[tuple[int, dict[str, tuple[float, int]]]], seed: int, noise: int = 3) -> Truth:
    """A history of parts in which each capture shows one of some texts by chance."""
    chance = random.Random(seed)
    truth: Truth = {}
    for count, texts in parts:
        for _ in range(count):
            (text,) = chance.choices(list(texts), [share for share, _ in texts.values()])
            truth[snapshot(len(truth), texts[text][1] + chance.randint(-noise, noise))] = text
    return truth


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kind", KINDS)
def test_a_fifth_of_the_captures_shows_every_variant_and_the_bounds_of_their_turns(kind: str, seed: int) -> None:
    truth = variants(KINDS[kind], seed)
    crawl = Crawl(truth)
    requests = crawl.run()
    line = sorted(truth)
    fetched = [i for i, one in enumerate(line) if key(one) in crawl.texts]
    assert claims_nothing_wrong(crawl)
    assert set(crawl.texts.values()) == set(truth.values())
    assert requests <= COUNT // 5
    for bound in (KINDS[kind][0][0], COUNT - KINDS[kind][-1][0]):
        assert {bound - 1, bound} <= set(fetched)
    assert crawl.run() == 0


@settings(deadline=None)
@given(st.sampled_from(list(KINDS)), LEVELS, st.integers(0, 99), st.lists(st.integers(0, 30), max_size=6))
def test_variants_are_found_alike_in_one_run_and_in_several(
    kind: str, thoroughness: str, seed: int, kills: list[int]
) -> None:
    truth, order = variants(KINDS[kind], seed), random.Random(seed)
    whole, killed = Crawl(truth, thoroughness), Crawl(truth, thoroughness)
    whole.run()
    for answers in kills:
        killed.run(answers=answers, order=order)
    killed.run(order=order)
    assert finished(killed) == finished(whole)
    assert sorted(killed.fetched) == sorted(whole.fetched)
    assert killed.run() == 0


def test_captures_between_variants_are_told_by_their_length_only_if_that_leaves_no_other() -> None:
    far = Crawl(variants([(COUNT, {"A": (0.7, 9000), "B": (0.3, 7000)})], 1))
    far.run()
    assert claims_nothing_wrong(far)
    assert len(far.known) > COUNT * 0.95
    near = Crawl(variants([(COUNT, {"A": (0.7, 9000), "B": (0.3, 9008)})], 1))
    near.run()
    assert claims_nothing_wrong(near)
    assert len(near.unclaimed) > COUNT / 2


def test_variants_of_one_length_are_told_from_a_change_though_halving_finds_one_bound_in_any_mixture() -> None:
    taken_for_a_change = 0
    for seed in range(20):
        truth = variants(
            [(60, {"X": (1, 9100)}), (180, {"A": (0.5, 9100), "B": (0.5, 9100)}), (60, {"Y": (1, 9100)})], seed
        )
        crawl = Crawl(truth)
        assert crawl.run() <= COUNT // 5
        taken_for_a_change += not claims_nothing_wrong(crawl)
    assert taken_for_a_change <= 2
