"""A policy's crawl that is killed asks for and finds the same as one that was not, whatever it learns on the way."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from policy_crawls import PAGE, PROSE, FakeArchive, Killed, Stored, begin, captured, drive

from crawler.events import Concluded, Learned
from crawler.model import Policy
from crawler.policy_crawl import CaptureQuestion

pytestmark = pytest.mark.slow

URL = "https://shop.example/privacy"
POLICY = Policy("shop.example", "privacy policy", (URL,))
FIRST = datetime(2012, 1, 1, tzinfo=UTC)
MAINTENANCE = """<p>Our server hall gets a new roof this week. While the builders are up there, we are away.
Nothing of your basket gets lost, and we are looking forward to seeing you again soon.</p>"""
OFFERS = ("The best corks in town, says Ada", "Came in a day and whole, says Bo", "What a shop, says our Cleo")


def readers(at: int) -> str:
    return f"<p>So far {1200 + 31 * at} careful people have come down to this line.</p>"


def offer(at: int) -> str:
    return f"<p>{random.Random(at).choice(OFFERS)}</p>"


BESIDE: dict[str, Callable[[int], str]] = {
    "nothing": lambda at: "",
    "a counter": readers,
    "a counter, from some day on": lambda at: readers(at) if at > 20 else "",
    "offers that rotate": offer,
    "a counter and offers": lambda at: readers(at) + "<p>That is what we keep, why and for how long.</p>" + offer(at),
}
Stretches = list[tuple[str, int]]
STRETCHES = st.lists(
    st.tuples(st.sampled_from(["30", "60", "90", "30 or 60", "maintenance", "empty"]), st.integers(1, 20)),
    min_size=1,
    max_size=6,
)


def archive(stretches: Stretches, beside: str, gap: int) -> FakeArchive:
    """An archive with a capture each ``gap`` days, of what each stretch says for so many captures."""
    made = FakeArchive()
    for at, shown in enumerate(kind for kind, count in stretches for _ in range(count)):
        days = random.Random(at).choice(("30", "60")) if shown == "30 or 60" else shown
        text = "<h1>Privacy</h1>" + PROSE.format(*[days] * 12) + BESIDE[beside](at)
        body = PAGE.format({"maintenance": MAINTENANCE, "empty": ""}.get(shown, text)) + f"<!-- {at:04} -->"
        made.add(URL, f"{FIRST + timedelta(days=gap * at):%Y%m%d%H%M%S}", body.encode())
    return made


def asked(made: FakeArchive) -> list[str]:
    return sorted(captured(question) for question in made.requests if isinstance(question, CaptureQuestion))


@settings(deadline=None, max_examples=60)
@given(
    STRETCHES,
    st.sampled_from(sorted(BESIDE)),
    st.sampled_from([1, 7, 30]),
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 99)), min_size=1, max_size=4),
)
@example([("30", 20), ("60", 20)], "a counter", 7, [(16, 0), (3, 0)])
@example([("30 or 60", 20), ("90", 10)], "offers that rotate", 7, [(20, 5), (4, 0)])
@example([("30", 6), ("60", 18), ("30", 18), ("60", 1)], "offers that rotate", 1, [(1, 0), (17, 0)])
@example([("30", 12), ("maintenance", 1), ("60", 12)], "nothing", 7, [(6, 0), (3, 0)])
def test_it_goes_on_as_if_it_had_not_been(
    stretches: Stretches, beside: str, gap: int, kills: list[tuple[int, int]]
) -> None:
    whole, killed = Stored(), Stored()
    once, again = archive(stretches, beside, gap), archive(stretches, beside, gap)
    drive(begin(POLICY, whole), once, whole)
    for answers, pick in kills:
        drive(begin(POLICY, killed), again, killed, pick=pick, most=answers)
    drive(begin(POLICY, killed), again, killed)
    assert killed.outcomes == whole.outcomes
    assert killed.learned == whole.learned
    assert killed.unclaimed == whole.unclaimed
    assert asked(again) == asked(once)


@pytest.mark.parametrize(
    ("beside", "count"), [("a counter", 24), ("offers that rotate", 40), ("a counter and offers", 24)]
)
def test_so_it_does_when_it_is_killed_at_any_moment_before_it_learns_or_after(beside: str, count: int) -> None:
    stretches = [("30", count), ("60", count)]
    whole, once = Stored(), archive(stretches, beside, 7)
    drive(begin(POLICY, whole), once, whole)
    assert any(isinstance(event, Learned) for event in whole.events)
    for answers in range(1, len(once.requests)):
        killed, again = Stored(), archive(stretches, beside, 7)
        drive(begin(POLICY, killed), again, killed, most=answers)
        drive(begin(POLICY, killed), again, killed)
        assert (killed.outcomes, killed.learned, asked(again)) == (whole.outcomes, whole.learned, asked(once))


@pytest.mark.parametrize("stretches", [[("30", 20), ("60", 20)], [("30", 12), ("30 or 60", 20), ("30", 12)]])
def test_so_it_does_when_it_is_killed_between_two_portions_of_its_claims(monkeypatch, stretches: Stretches) -> None:
    monkeypatch.setattr("crawler.policy_crawl.AT_ONCE", 3)
    whole, once = Stored(), archive(stretches, "nothing", 7)
    drive(begin(POLICY, whole), once, whole)
    portions = [number for number, event in enumerate(whole.events) if isinstance(event, Concluded)]
    assert len(portions) > 8
    for events in portions:
        killed, again = Stored(), archive(stretches, "nothing", 7)
        with pytest.raises(Killed):
            drive(begin(POLICY, killed), again, killed, events=events)
        drive(begin(POLICY, killed), again, killed)
        assert (killed.outcomes, killed.unclaimed, asked(again)) == (whole.outcomes, whole.unclaimed, asked(once))
