"""What two corpora learned of a policy's texts becomes one: whichever comes first, in any groups, however often."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.text.identity import joining
from crawler.text.identity.joining import joined
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.identity.rules import BLANK
from crawler.text.identity.volatile_spots import LearnedFrom, VolatileSpot

WORDS = st.lists(st.sampled_from(["so", "far", "people", BLANK]), min_size=1, max_size=2).map(tuple)
SPOTS = st.builds(
    VolatileSpot,
    before=WORDS,
    after=WORDS,
    kind=st.sampled_from(["changes at every capture", "takes turns"]),
    known=st.frozensets(st.sampled_from(["1", "2", "3"]), min_size=1),
    longest=st.integers(1, 3),
    learned_from=st.builds(LearnedFrom, st.integers(5, 7), st.integers(7, 9), st.just("2012"), st.just("2013")),
)
IDENTITIES = st.lists(SPOTS, max_size=4, unique_by=lambda spot: (spot.before, spot.after)).map(
    lambda spots: PolicyIdentity(tuple(spots))
)


@given(IDENTITIES, IDENTITIES, IDENTITIES)
def test_the_order_the_groups_and_the_number_do_not_matter(one, other, third):
    assert joined(one, other) == joined(other, one)
    assert joined(one, joined(one, other)) == joined(one, other) == joined(joined(one, other), other)
    assert joined(joined(one, other), third) == joined(one, joined(other, third))


@given(IDENTITIES)
def test_what_one_corpus_learned_stays_in_its_order(one):
    assert joined(one, PolicyIdentity()) == joined(one, one) == one


def spot(before: str, *known: str) -> VolatileSpot:
    seen = LearnedFrom(6, 7, "2012", "2013")
    return VolatileSpot((before,), ("people",), "takes turns", frozenset(known), 1, seen)


def test_what_may_stand_at_one_spot_is_what_either_saw_there():
    both = joined(PolicyIdentity((spot("so", "1", "2", "3"),)), PolicyIdentity((spot("so", "3", "4", "5"),)))
    assert [one.known for one in both.places] == [frozenset("12345")]


def test_no_more_spots_are_kept_than_a_policy_may_have(monkeypatch):
    monkeypatch.setattr(joining, "MOST_SPOTS", 2)
    one, other = PolicyIdentity((spot("c", "1"), spot("a", "1"))), PolicyIdentity((spot("b", "1"),))
    assert joined(one, other) == joined(other, one) == PolicyIdentity((spot("a", "1"), spot("b", "1")))
