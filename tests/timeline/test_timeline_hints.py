"""Hints at texts that came and went between two snapshots that agree: what is suspicious, and when it is not."""

from hypothesis import given, settings
from hypothesis import strategies as st
from timeline_crawls import snapshot

from crawler.model import Snapshot, Thoroughness
from crawler.timeline.hints import Hints
from crawler.timeline.history import History
from crawler.timeline.levels import Levels
from crawler.timeline.thoroughness import LEVELS
from crawler.timeline.track import Track
from crawler.timeline.variants import Variants


class Line:
    """A line of snapshots whose first and last show the text A."""

    def __init__(self, snapshots: list[Snapshot], level: Thoroughness = "careful") -> None:
        self.track = Track(snapshots)
        self.history = History(len(self.track))
        levels = Levels(self.track)
        variants = Variants(self.track, self.history, levels)
        self.hints = Hints(self.track, self.history, levels, LEVELS[level], variants=variants)
        self.answer({0: "A", len(self.track) - 1: "A"})

    def answer(self, texts: dict[int, str | None]) -> None:
        """Take in answers, as a search does; None: there is no text."""
        self.history.settle({rank: text for rank, text in texts.items() if text is not None})
        self.history.dismiss([rank for rank, text in texts.items() if text is None], textless=True)
        self.hints.see(sorted(texts))
        for left, right in self.history.gaps():
            if self.history.agree(left, right):
                self.hints.cover(left, right)


def lengths(*stretches: tuple[int, int]) -> list[Snapshot]:
    """A snapshot a day: how many, and of about which length."""
    sizes = [length + day % 2 for count, length in stretches for day in range(count)]
    return [snapshot(day, size) for day, size in enumerate(sizes)]


BUMP = lengths((20, 5000), (4, 9000), (20, 5000))
IN_BUMP = range(20, 24)


def test_of_a_run_that_stands_out_one_snapshot_is_asked_for():
    ((rank, reason),) = Line(BUMP).hints.plan().items()
    assert rank in IN_BUMP
    assert reason == "length stands out"


def test_a_run_that_shows_the_text_around_it_is_explained():
    line = Line(BUMP)
    line.answer(dict.fromkeys(line.hints.plan(), "A"))
    assert line.hints.plan() == {}


def test_where_a_length_turned_out_to_be_another_text_its_other_runs_are_asked_for():
    line = Line(lengths((20, 5000), (4, 9000), (20, 5000), (4, 9000), (20, 5000)))
    ((found, _),) = line.hints.plan().items()
    first = 20 if found in IN_BUMP else 44
    line.answer({rank: "B" if first <= rank < first + 4 else "A" for rank in range(first - 1, first + 5)})
    ((other, reason),) = line.hints.plan().items()
    assert reason == "length of another text"
    assert {found in IN_BUMP, other in IN_BUMP} == {True, False}


def test_an_even_line_and_a_quick_look_hold_no_suspicion():
    assert Line(lengths((40, 5000))).hints.plan() == {}
    assert Line(BUMP, "quick").hints.plan() == {}


def test_between_captures_of_the_same_bytes_the_middle_is_asked_for():
    line = [snapshot(0, digest="A"), *(snapshot(day) for day in range(1, 9)), snapshot(9, digest="A")]
    ((rank, reason),) = Line(line).hints.plan().items()
    assert 0 < rank < 9
    assert reason == "same bytes around"


def test_the_first_snapshot_after_a_long_silence_is_asked_for_and_then_the_middle_of_a_long_stretch():
    line = Line([snapshot(day) for day in (0, 10, 500, 510, 520, 1000, 1200)])
    assert line.hints.plan() == {2: "long silence"}
    line.answer({2: "A"})
    assert line.hints.plan() == {5: "long silence"}
    stretch = Line([snapshot(day) for day in range(0, 1200, 100)])
    ((_, reason),) = stretch.hints.plan().items()
    assert reason == "long stretch"


def test_the_basis_of_an_inference_is_how_its_length_fits():
    line = Line([*BUMP, snapshot(len(BUMP), None), snapshot(len(BUMP) + 1, 5000)])
    assert [line.hints.basis("A", rank) for rank in (5, 21, len(BUMP))] == [
        "length fits",
        "length differs",
        "length unknown",
    ]


SIZES = st.lists(st.sampled_from([5000, 5001, 7000, 9000, 9001]), min_size=2, max_size=40)


@settings(deadline=None)
@given(SIZES, st.sampled_from(["quick", "careful", "exhaustive"]), st.lists(st.sampled_from(["A", "B", None])))
def test_hints_come_to_an_end_and_ask_only_for_what_is_open(
    sizes: list[int], level: Thoroughness, answers: list[str | None]
):
    line = Line([snapshot(day, size) for day, size in enumerate(sizes)], level)
    for _ in range(len(sizes) + 1):
        questions = line.hints.plan()
        assert all(line.history.is_open(rank) for rank in questions)
        if not questions:
            return
        line.answer({rank: answers[rank % len(answers)] if answers else "A" for rank in questions})
    raise AssertionError("there was always another question")
