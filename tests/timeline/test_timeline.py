"""The timeline: what it asks for, what it concludes, and that what it concludes is true."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.model import EMPTY_DIGEST, REVISIT, Conclusion, Snapshot
from crawler.timeline import Known, Timeline

START = datetime(2010, 1, 1, tzinfo=UTC)


def snapshot(
    day: int, digest: str = "", status: int | None = 200, url: str = "https://shop.example/privacy"
) -> Snapshot:
    captured = START + timedelta(days=day)
    mimetype = REVISIT if status is None else "text/html"
    return Snapshot(url, f"{captured:%Y%m%d%H%M%S}", captured, mimetype, status, digest or f"D{day}", 1000)


def explore(
    timeline: Timeline, texts: dict[Snapshot, str | None], one_by_one: bool = False
) -> dict[Snapshot, str | None]:
    """Answer every question of a timeline from ``texts``; gives what it knows at the end: observed and concluded."""
    known: dict[Snapshot, str | None] = {}
    waiting: list[Snapshot] = []
    while True:
        waiting += timeline.next()
        for conclusion in timeline.conclusions():
            known[conclusion.snapshot] = conclusion.document
        if not waiting:
            assert timeline.pending == 0
            return known
        for _ in range(1 if one_by_one else len(waiting)):
            asked = waiting.pop()
            known[asked] = texts[asked]
            timeline.record_answer(asked, texts[asked], None if texts[asked] else "not the policy")


def asked_of(timeline: Timeline, texts: dict[Snapshot, str | None]) -> set[Snapshot]:
    """The snapshots that a timeline asks for."""
    asked: set[Snapshot] = set()
    while given_out := timeline.next():
        asked.update(given_out)
        for one in given_out:
            timeline.record_answer(one, texts[one], None if texts[one] else "not the policy")
    return asked


def test_a_text_that_never_changed_costs_two_requests():
    line = [snapshot(day) for day in range(500)]
    timeline = Timeline(line)
    assert asked_of(timeline, dict.fromkeys(line, "A")) == {line[0], line[-1]}
    assert timeline.conclusions() == [Conclusion(s, "inferred", "A", "length fits") for s in line[1:-1]]


def test_claims_taken_some_at_a_time_are_all_of_them():
    line = [snapshot(day) for day in range(500)]
    timeline = Timeline(line)
    assert asked_of(timeline, dict.fromkeys(line, "A")) == {line[0], line[-1]}
    taken = [*timeline.conclusions(2), *timeline.conclusions(2)]
    assert len(taken) == 4
    assert [*taken, *timeline.conclusions()] == [Conclusion(s, "inferred", "A", "length fits") for s in line[1:-1]]


def test_one_change_is_found_by_halving():
    line = [snapshot(day) for day in range(1024)]
    texts: dict[Snapshot, str | None] = {s: "A" if i < 700 else "B" for i, s in enumerate(line)}
    timeline = Timeline(line)
    asked = asked_of(timeline, texts)
    assert {line[699], line[700]} <= asked
    reasons = Counter(timeline.reason_for(one) for one in asked)
    assert reasons["end of the history"] + reasons["halving"] <= 12
    # Both texts have captures of one length only: a few more show that they do not take turns.
    assert reasons.total() <= 28


@given(st.lists(st.integers(0, 400), max_size=6, unique=True), st.booleans())
def test_texts_that_never_return_are_found_where_they_begin(changes, one_by_one):
    line = [snapshot(day) for day in range(401)]
    texts: dict[Snapshot, str | None] = {s: f"text {sum(c <= i for c in changes)}" for i, s in enumerate(line)}
    assert explore(Timeline(line), texts, one_by_one) == texts


@given(st.lists(st.sampled_from(["A", "B", None]), min_size=1, max_size=40), st.booleans())
def test_every_question_ends_and_what_was_observed_is_never_overruled(history, one_by_one):
    line = [snapshot(day) for day in range(len(history))]
    texts = dict(zip(line, history, strict=True))
    timeline = Timeline(line)
    asked = asked_of(Timeline(line), texts)
    known = explore(timeline, texts, one_by_one)
    assert all(known[s] == texts[s] for s in asked & known.keys())


@given(st.lists(st.sampled_from(["A", "B", None]), min_size=1, max_size=40))
def test_all_asks_for_every_snapshot(history):
    line = [snapshot(day) for day in range(len(history))]
    assert asked_of(Timeline(line, "all"), dict(zip(line, history, strict=True))) == set(line)


def test_captures_with_one_digest_are_one_question():
    line = [snapshot(0, "SAME"), snapshot(1), snapshot(2, "SAME"), snapshot(3, "SAME", None)]
    timeline = Timeline(line, "all")
    assert timeline.next() == line[:2]
    timeline.record_answer(line[0], "A")
    assert timeline.conclusions() == [Conclusion(line[2], "repeat", "A"), Conclusion(line[3], "repeat", "A")]


def test_a_digest_that_failed_is_asked_for_at_another_capture():
    line = [snapshot(0, "SAME"), snapshot(1, "SAME")]
    for mode in ("all", "changes"):
        timeline = Timeline(line, mode)
        (first,) = timeline.next()
        timeline.record_answer(first, None)
        (second,) = timeline.next()
        assert {first, second} == set(line)


def test_bytes_that_are_not_the_policy_are_so_at_every_capture():
    line = [snapshot(0, "SAME"), snapshot(1, "SAME")]
    timeline = Timeline(line, "all")
    timeline.record_answer(timeline.next()[0], None, "challenge page")
    assert timeline.conclusions() == [Conclusion(line[1], "rejected", None, "challenge page")]
    assert timeline.next() == []


def test_redirects_errors_and_empty_bodies_are_no_repeats_of_one_another():
    line = [snapshot(0, "R", 301), snapshot(1, "R", 301), snapshot(2, EMPTY_DIGEST), snapshot(3, EMPTY_DIGEST)]
    assert Timeline(line, "all").next() == line


def test_archived_errors_are_not_asked_for_and_of_redirects_only_the_outermost():
    line = [snapshot(day, status=301) for day in range(5)]
    line += [snapshot(5), snapshot(6, status=404), snapshot(7, status=302), snapshot(8)]
    line += [snapshot(day, status=301) for day in range(9, 14)]
    texts: dict[Snapshot, str | None] = {s: None if s.status != 200 else "A" for s in line}
    asked = asked_of(Timeline(line), texts)
    assert asked == {line[0], line[4], line[5], line[8], line[9], line[13]}


def test_what_is_known_is_not_asked_again():
    line = [snapshot(day) for day in range(100)]
    texts: dict[Snapshot, str | None] = {s: "A" if i < 40 else "B" for i, s in enumerate(line)}
    known = explore(Timeline(line), texts)
    asked = asked_of(Timeline(line), texts)
    seen = {(s.url, s.timestamp): texts[s] or "" for s in asked}
    inferred = {(s.url, s.timestamp): d or "" for s, d in known.items() if s not in asked}
    again = Timeline(line, known=Known(seen, inferred))
    assert again.next() == []
    assert again.conclusions() == []


def test_a_new_snapshot_at_the_end_costs_one_request():
    line = [snapshot(day) for day in range(100)]
    known = {(s.url, s.timestamp): "A" for s in (line[0], line[-1])}
    timeline = Timeline([*line, snapshot(100)], known=Known(known))
    assert timeline.next() == [snapshot(100)]


def test_a_conclusion_that_is_refuted_is_taken_back():
    line = [snapshot(day) for day in range(9)]
    inferred = {(s.url, s.timestamp): "A" for s in line[1:8] if s != line[4]}
    ends = {(s.url, s.timestamp): "A" for s in (line[0], line[8])}
    timeline = Timeline(line, known=Known(ends | {(line[4].url, line[4].timestamp): "B"}, inferred))
    asked = timeline.next()
    taken_back = {c.snapshot for c in timeline.conclusions() if c.state == "listed"}
    assert taken_back == {s for s in line[1:8] if s != line[4]}
    for one in asked:
        timeline.record_answer(one, "A")
    assert explore(timeline, {s: "B" if s == line[4] else "A" for s in line}).keys() | set(asked) >= {line[3], line[5]}


def test_an_empty_listing_asks_for_nothing():
    assert Timeline([]).next() == []
