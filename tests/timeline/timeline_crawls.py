"""Crawls of invented histories, as the tests of the timeline need them: without a spider, a corpus or an archive."""

import random
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from crawler.model import REVISIT, Key, Snapshot, Thoroughness
from crawler.timeline import Known, Timeline

START = datetime(2010, 1, 1, tzinfo=UTC)
Truth = dict[Snapshot, str | None]


def snapshot(day: float, length: int | None = 1000, digest: str = "", *, revisit: bool = False) -> Snapshot:
    captured = START + timedelta(days=day)
    return Snapshot(
        "https://shop.example/privacy",
        f"{captured:%Y%m%d%H%M%S}",
        captured,
        REVISIT if revisit else "text/html",
        None if revisit else 200,
        digest or f"D{day}",
        length,
    )


def key(one: Snapshot) -> Key:
    return one.url, one.timestamp


class Crawl:
    """What a crawl, or several, came to know; ``answers`` limits how many it receives before it is killed."""

    def __init__(self, truth: Truth, thoroughness: Thoroughness = "careful", doubted: Collection[str] = ()) -> None:
        self.truth = truth
        self.thoroughness: Thoroughness = thoroughness
        self.doubted = doubted
        self.fetched: list[Snapshot] = []
        self.texts: dict[Key, str] = {}
        self.inferred: dict[Key, str] = {}
        self.dismissed: set[Key] = set()
        self.unclaimed: set[Key] = set()
        self.new: set[Key] = set()  # answered since a run last came to its end
        self.why: dict[Snapshot, str] = {}
        self.fails: set[Snapshot] = set()

    def run(self, line: list[Snapshot] | None = None, answers: int = 10**9, order: random.Random | None = None) -> int:
        """Go on with the crawl; gives how many requests that took."""
        line = sorted(self.truth) if line is None else line
        known = Known(dict(self.texts), dict(self.inferred), set(self.dismissed), set(self.unclaimed), set(self.new))
        timeline = Timeline(line, "changes", self.thoroughness, known)
        timeline.doubt(self.doubted)
        before = len(self.fetched)
        waiting: list[Snapshot] = []
        while True:
            waiting += timeline.next()
            self.keep(timeline)
            if not waiting:
                assert timeline.pending == 0
                self.new.clear()
                return len(self.fetched) - before
            if answers <= 0:
                return len(self.fetched) - before
            answers -= 1
            one = waiting.pop(order.randrange(len(waiting)) if order else 0)
            self.why[one] = timeline.reason_for(one)
            self.inferred.pop(key(one), None)
            self.unclaimed.discard(key(one))
            self.fetched.append(one)
            self.new.add(key(one))
            text = self.truth[one]
            if one in self.fails:
                timeline.record_answer(one, None)
            elif text is None:
                self.dismissed.add(key(one))
                timeline.record_answer(one, None, "not the policy")
            else:
                self.texts[key(one)] = text
                timeline.record_answer(one, text)

    def keep(self, timeline: Timeline) -> None:
        for snapshot, state, document, reason in timeline.conclusions():
            self.inferred.pop(key(snapshot), None)
            self.unclaimed.discard(key(snapshot))
            if state == "inferred":
                self.inferred[key(snapshot)] = document or ""
            elif state == "repeat":
                self.texts[key(snapshot)] = document or ""
            elif state == "rejected":
                self.dismissed.add(key(snapshot))
            elif reason is not None:
                self.unclaimed.add(key(snapshot))

    @property
    def known(self) -> dict[Key, str]:
        return self.texts | self.inferred


def history(*stretches: tuple[str | None, int, int], noise: int = 0, seed: int = 0) -> Truth:
    """A history of stretches (text, snapshots, length), a snapshot a day."""
    chance = random.Random(seed)
    truth: Truth = {}
    for text, count, length in stretches:
        for _ in range(count):
            truth[snapshot(len(truth), length + chance.randint(-noise, noise))] = text
    return truth


def matches(crawl: Crawl) -> bool:
    return crawl.known == {key(one): text for one, text in crawl.truth.items() if text is not None}


def claims_nothing_wrong(crawl: Crawl) -> bool:
    return all(crawl.truth[one] in {None, crawl.known.get(key(one), crawl.truth[one])} for one in crawl.truth)


TEXTS = st.sampled_from(["A", "B", "C", None])
LENGTHS = st.sampled_from([5000, 5010, 6000, 7000, 7005, None])
HISTORIES = st.lists(st.tuples(TEXTS, LENGTHS, st.integers(0, 30)), min_size=1, max_size=60)
LEVELS = st.sampled_from(["quick", "careful", "exhaustive"])


def truth_of(rows: list[tuple[str | None, int | None, int]]) -> Truth:
    """A history in which few digests are shared, and then with their text, and some time passes."""
    truth: Truth = {}
    day = 0
    for text, length, days in rows:
        day += days * days + 1
        truth[snapshot(day, length, f"{text}{length}" if days == 7 and text else "")] = text
    return truth


def finished(crawl: Crawl) -> tuple[dict[Key, str], dict[Key, str], set[Key], set[Key]]:
    return crawl.texts, crawl.inferred, crawl.dismissed, crawl.unclaimed
