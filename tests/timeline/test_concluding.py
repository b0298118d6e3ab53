"""What follows from answers without asking is what a crawl that came to its end concluded from the same answers."""

from hypothesis import given
from hypothesis import strategies as st
from timeline_crawls import LEVELS, Crawl, Truth, key, snapshot

from crawler.model import Snapshot
from crawler.timeline.concluding import conclude

STRETCHES = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", "a or b", None]), st.integers(1, 25)), min_size=1, max_size=6
)


def truth(stretches: list[tuple[str | None, int]]) -> Truth:
    shown = [text for text, count in stretches for _ in range(count)]
    lengths = {"a": 1000, "b": 1100, "c": 1200, None: 500}
    found: Truth = {}
    for at, text in enumerate(shown):
        said = "ab"[at * at % 7 % 2] if text == "a or b" else text
        found[snapshot(10 * at, lengths[said], f"D{at // 2}" if at % 5 == 0 else "")] = said
    return found


def concluded(crawl: Crawl) -> dict[tuple[str, str], tuple[str, str | None]]:
    """What follows from what a crawl fetched."""
    fetched = {key(one): crawl.truth[one] for one in crawl.fetched}
    texts = {one: text for one, text in fetched.items() if text is not None}
    rejected = {one: "not the policy" for one, text in fetched.items() if text is None}
    found = conclude(sorted(crawl.truth), texts, rejected, (), suspects=lambda shown: ())
    return {key(one.snapshot): (one.state, one.document) for one in found}


@given(STRETCHES, LEVELS)
def test_a_crawl_that_came_to_its_end_concluded_the_same(stretches, thoroughness):
    crawl = Crawl(truth(stretches), thoroughness)
    crawl.run()
    found = concluded(crawl)
    inferred = {one: text for one, (state, text) in found.items() if state == "inferred"}
    unclaimed = {one for one, (state, _) in found.items() if state == "listed"}
    assert (inferred, unclaimed) == (crawl.inferred, crawl.unclaimed)


def told(line: list[Snapshot], *, infers: bool) -> dict[tuple[str, str], tuple[str, str | None]]:
    """What follows from the answers for the first and the last two: a text, a failure and the same text."""
    texts = {key(line[0]): "a", key(line[-1]): "a"}
    suspects = (lambda shown: ()) if infers else None
    found = conclude(line, texts, {}, {key(line[-2])}, suspects=suspects)
    return {key(one.snapshot): (one.state, one.document) for one in found}


def test_without_a_crawl_that_looked_for_changes_only_the_same_bytes_are_told():
    line = [snapshot(1, digest="D"), snapshot(2), snapshot(3, digest="D"), snapshot(4), snapshot(5)]
    repeat = {key(line[2]): ("repeat", "a")}
    assert told(line, infers=False) == repeat
    assert told(line, infers=True) == repeat | {key(line[1]): ("inferred", "a")}


def test_of_the_same_bytes_as_a_rejected_capture_none_is_the_policy_and_a_failed_one_stays_so():
    line = [snapshot(1, digest="D"), snapshot(2, digest="D"), snapshot(3, digest="D")]
    found = conclude(line, {}, {key(line[0]): "soft 404"}, {key(line[1])}, suspects=None)
    assert [(one.snapshot, one.state, one.reason) for one in found] == [(line[2], "rejected", "soft 404")]
