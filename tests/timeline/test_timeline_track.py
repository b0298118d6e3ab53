"""A track holds the snapshots that may show a text, in order, and knows which are the same bytes."""

import random

from hypothesis import given
from hypothesis import strategies as st
from timeline_crawls import key, snapshot

from crawler.model import EMPTY_DIGEST, Snapshot
from crawler.timeline.track import Track


def listed(*statuses: int | None) -> list[Snapshot]:
    return [snapshot(day)._replace(status=status) for day, status in enumerate(statuses)]


def days(track: Track) -> list[int]:
    return [int(one.digest[1:]) for one in track.snapshots]


def test_archived_errors_do_not_count():
    assert days(Track(listed(200, 404, 500, None, 200))) == [0, 3, 4]


def test_of_redirects_the_outermost_before_and_after_the_pages_count():
    assert days(Track(listed(301, 302, 301, 200, 302, 200, 301, 302, 301))) == [0, 2, 3, 5, 6, 8]


def test_redirects_without_any_page_count_at_their_ends():
    assert days(Track(listed(404, 301, 302, 301))) == [1, 3]


def test_what_is_known_counts_whatever_its_status():
    line = listed(200, 404, 301, 200)
    assert days(Track(line, known={key(line[1])})) == [0, 1, 3]


def test_all_count_where_all_are_wanted():
    assert days(Track(listed(301, 404, 200, None), every=True)) == [0, 1, 2, 3]


@given(st.lists(st.sampled_from([200, 301, 404, None]), max_size=12), st.randoms())
def test_ranks_follow_time_whatever_the_order_of_the_listing(statuses: list[int | None], chance: random.Random):
    line = listed(*statuses)
    shuffled = chance.sample(line, len(line))
    track = Track(shuffled)
    assert track.snapshots == Track(line).snapshots == sorted(track.snapshots, key=lambda one: one.captured)
    assert [track.rank(one) for one in track.snapshots] == list(range(len(track)))
    assert [track.ranks()[key(one)] for one in track.snapshots] == list(range(len(track)))


def test_pages_and_revisits_with_one_digest_are_the_same_bytes():
    track = Track([snapshot(0, digest="A"), snapshot(1), snapshot(2, digest="A", revisit=True)])
    assert track.same_bytes(0) == track.same_bytes(2) == [0, 2]
    assert track.same_bytes(1) == [1]


def test_digests_that_say_nothing_are_shared_by_none():
    for digest in (EMPTY_DIGEST, "-"):
        assert Track([snapshot(0, digest=digest), snapshot(1, digest=digest)]).same_bytes(0) == [0]
    redirects = [one._replace(digest="A") for one in listed(301, 200, None, 301)]
    assert [Track(redirects).same_bytes(rank) for rank in range(4)] == [[0], [1], [2], [3]]


def test_a_revisit_is_as_long_as_the_page_that_it_repeats():
    line = [snapshot(0, 700, "A", revisit=True), snapshot(1, 5000, "A"), snapshot(2, 600, "B", revisit=True)]
    assert Track([*line, snapshot(3, 0), snapshot(4, None)]).lengths() == [5000, 5000, None, None, None]


def test_what_is_no_page_is_told():
    track = Track(listed(301, 200, None), every=True)
    assert [track.is_page(rank) for rank in range(3)] == [False, True, True]
