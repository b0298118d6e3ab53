"""Runs over invented archives that grow find as much as one crawl of the whole, though not the same.

Here texts of one length come and go, two take turns at random, and noise stands beside them. What a crawl sees of that
is in part luck: which captures it asks for depends on where the listing ends. Runs that ended elsewhere saw others; to
ask for those of one crawl too would take up to 2.7 times its requests (real captures, monthly). So both are measured
against what the captures show. Of 200 histories (2026-11), one crawl found 420 texts and told 5,298 captures rightly,
208 wrongly and 52 not at all, with 3,734 requests; runs found 425 and told 5,447, 214 and 8, with 4,308.
"""

import random
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_crawls import FakeArchive, Stored, begin, drive
from test_killed_policy_crawls import BESIDE, MAINTENANCE, POLICY, STRETCHES, Stretches, archive, asked

pytestmark = pytest.mark.slow

HISTORIES = 200
MOST = 1.5
"""Runs ask for so many times the captures that one crawl asks for, at most."""


def shown(body: str) -> str | None:
    """What a page, or a text of it, says of the policy; None for nothing."""
    days = re.search(r"order for (\d+) days", body)
    return days[1] if days else "maintenance" if MAINTENANCE[3:40] in body else None


def crawl(made: FakeArchive, ends: list[int]) -> Stored:
    """Crawl when the archive has so many captures, time and again, and at last when it has all."""
    memory = Stored()
    for end in [*ends, len(made.captures)]:
        now = FakeArchive(dict([*made.captures.items()][:end]), requests=made.requests)
        drive(begin(POLICY, memory), now, memory)
    return memory


def judged(made: FakeArchive, memory: Stored) -> Counter[str]:
    """How many captures are told rightly, wrongly, or not at all though they show a text, and how many texts were
    found. Among variants nothing may be told.
    """
    of_text = {document: shown(body) for document, body in memory.texts.items()}
    found: Counter[str] = Counter(texts=len({of_text[d] for _, d in memory.outcomes.values() if d is not None}))
    for key, (_, _, body) in made.captures.items():
        state, document = memory.outcomes.get(key, ("listed", None))
        if document is not None:
            found["right" if of_text[document] == shown(body.decode()) else "wrong"] += 1
        elif state != "rejected" and key not in memory.unclaimed:
            found["open"] += shown(body.decode()) is not None
    return found


@settings(deadline=None, max_examples=40)
@given(STRETCHES, st.sampled_from(sorted(BESIDE)), st.sampled_from([1, 7, 30]), st.lists(st.floats(0, 1), max_size=8))
def test_no_more_stays_open_than_after_one_crawl(
    stretches: Stretches, beside: str, gap: int, parts: list[float]
) -> None:
    once, scheduled = archive(stretches, beside, gap), archive(stretches, beside, gap)
    ends = sorted(round(part * len(once.captures)) for part in parts)
    assert judged(scheduled, crawl(scheduled, ends))["open"] <= judged(once, crawl(once, []))["open"]


def test_over_many_histories_runs_find_as_many_texts_and_tell_as_much_rightly():
    of_one, of_runs, requests = Counter[str](), Counter[str](), [0, 0]
    for seed in range(HISTORIES):
        chance = random.Random(seed)
        kinds = ("30", "60", "90", "30 or 60", "maintenance", "empty")
        stretches = [(chance.choice(kinds), chance.randint(1, 20)) for _ in range(chance.randint(1, 6))]
        beside, gap = chance.choice(sorted(BESIDE)), chance.choice([1, 7, 30])
        once, scheduled = archive(stretches, beside, gap), archive(stretches, beside, gap)
        ends = sorted(chance.randint(0, len(once.captures)) for _ in range(chance.randint(1, 11)))
        of_one += judged(once, crawl(once, []))
        of_runs += judged(scheduled, crawl(scheduled, ends))
        requests = [requests[0] + len(asked(once)), requests[1] + len(asked(scheduled))]
    assert of_runs["texts"] >= of_one["texts"]
    assert of_runs["right"] >= of_one["right"]
    assert of_runs["wrong"] <= 1.05 * of_one["wrong"]
    assert requests[1] <= MOST * requests[0]
