"""The bodies that were read last are at hand, and take no more room than they may."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.recent import RecentBodies


def test_what_was_read_is_at_hand():
    bodies = RecentBodies()
    bodies.put("hash", "We keep nothing.")
    assert bodies.get("hash") == "We keep nothing."
    assert bodies.get("another") is None


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.text(max_size=12))))
def test_they_take_no_more_room_than_they_may_and_the_oldest_go_first(puts):
    bodies = RecentBodies(room=20)
    for document, body in puts:
        bodies.put(document, body)
    kept = {document: body for document in "abcdef" if (body := bodies.get(document)) is not None}
    assert sum(map(len, kept.values())) <= 20
    latest = dict(puts)
    assert all(latest[document] == body for document, body in kept.items())
    if puts:
        assert puts[-1][0] in kept
