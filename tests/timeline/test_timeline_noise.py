"""Where texts may differ by noise alone, the timeline looks at captures that follow each other closely."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timeline_crawls import key, snapshot

from crawler.timeline import Known, Timeline
from crawler.timeline.track import Track

CLOSE = timedelta(days=31)
MONTHLY = [snapshot(30 * number) for number in range(40)]
DAILY = [snapshot(605 + number / 2) for number in range(12)]
LINE = sorted([*MONTHLY, *DAILY])


def begun(line=LINE, **known) -> Timeline:
    """A timeline whose first round, the two ends, is answered, each with a text of its own."""
    timeline = Timeline(line, **known)
    for one in timeline.next():
        timeline.record_answer(one, f"text of {one.timestamp}")
    return timeline


def test_it_looks_at_the_captures_that_lie_most_closely_together():
    timeline = begun()
    assert timeline.sample(9, CLOSE, distinct=True)
    sampled = [one for one in timeline.next() if timeline.reason_for(one) == "noise suspected"]
    assert set(sampled) <= set(DAILY)
    assert len(sampled) >= 8  # the round may ask for one of them anyway


def test_what_the_round_asks_for_anyway_is_asked_for_once():
    timeline = begun()
    timeline.sample(9, CLOSE, distinct=True)
    timeline.sample(9, CLOSE, distinct=True)
    asked = timeline.next()
    assert len(asked) == len(set(asked))
    assert timeline.pending == len(asked)


def test_it_does_not_look_where_captures_lie_far_apart_or_everything_is_asked_for():
    assert not begun([snapshot(40 * number) for number in range(40)]).sample(9, CLOSE, distinct=True)
    assert not begun(LINE[:8]).sample(9, CLOSE, distinct=True)
    assert not Timeline(LINE, "all").sample(9, CLOSE, distinct=True)


def test_captures_of_the_same_bytes_are_asked_for_once():
    line = [snapshot(day, digest="ABC"[day % 3]) for day in range(12)]
    timeline = begun(line)
    assert not timeline.sample(9, CLOSE, distinct=True)
    assert timeline.sample(9, CLOSE, distinct=False)
    assert [timeline.reason_for(one) for one in timeline.next()] == ["noise suspected"]  # the ends show the others


def test_what_an_earlier_crawl_saw_is_not_asked_for_again():
    timeline = Timeline(LINE, known=Known({key(one): f"text of {one.timestamp}" for one in DAILY[:9]}))
    timeline.begin_round()  # has questions that the earlier crawl did not have, so it begins again with what that knows
    timeline.sample(9, CLOSE, distinct=True)
    assert not set(DAILY[:9]) & set(timeline.next())
    assert {one for one, _ in timeline.shown} >= set(DAILY[:9])


def test_with_one_name_for_all_texts_nothing_more_is_asked_for():
    timeline = begun()
    names = {document: "the one text" for _, document in timeline.shown}
    renamed = timeline.renamed(LINE, names)
    assert len(renamed.next()) <= 1  # a hint that a length gives, but no halving
    assert [document for _, document in renamed.shown] == ["the one text"] * 2


def test_what_was_known_stays_known_under_other_names():
    timeline = begun()
    for one in timeline.next():
        timeline.record_answer(one, None, "not the policy")
    texts = {key(one): f"text of {one.timestamp}" for one in LINE[1:9]}
    later = begun(known=Known(texts, dismissed={key(LINE[20])}))
    renamed = later.renamed(LINE, {texts[key(LINE[3])]: "renamed"})
    while asked := renamed.next():
        assert LINE[20] not in asked
        assert not {key(one) for one in asked} & texts.keys()
        for one in asked:
            renamed.record_answer(one, f"text of {one.timestamp}")
    assert {document for _, document in renamed.shown} >= {"renamed", *texts.values()} - {texts[key(LINE[3])]}


@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=40, unique=True),
    st.integers(2, 9),
    st.integers(1, 60),
    st.booleans(),
)
def test_the_densest_captures_are_those(days, count, close, distinct):
    line = sorted(snapshot(day, digest="same" if day % 7 == 0 else "") for day in days)
    track = Track(line)
    found = track.densest(count, timedelta(days=close), distinct=distinct)
    windows = [list(range(at, at + count)) for at in range(len(track) - count + 1)]
    good = [
        window
        for window in windows
        if all(line[b].captured - line[a].captured <= timedelta(days=close) for a, b in pairwise(window))
        and (not distinct or len({line[rank].digest for rank in window}) == count)
    ]
    spans = [line[window[-1]].captured - line[window[0]].captured for window in good]
    assert found == (good[spans.index(min(spans))] if good else None)


@pytest.mark.parametrize("answer", ["one text", None])
def test_a_sample_does_not_keep_a_timeline_from_ending(answer):
    timeline = begun()
    timeline.sample(9, CLOSE, distinct=True)
    while asked := timeline.next():
        for one in asked:
            timeline.record_answer(one, answer, None if answer else "not the policy")
    assert timeline.pending == 0
