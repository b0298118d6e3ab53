"""Batches hold every policy once, whole, and in numbers that let each machine have several."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from crawler.cluster.batches import Request, batches
from crawler.model import Policy

REQUEST = Request(("snapshots=all",), ("CONTACT=a@b.example",), "http://a.example", None, True, "us/1", "topic")


def policies(number: int) -> list[Policy]:
    return [Policy(f"v{n}.example", "privacy policy", (f"https://v{n}.example/p",)) for n in range(number)]


@given(st.integers(1, 400), st.integers(0, 40))
def test_every_policy_is_in_one_batch_and_each_machine_gets_some(number: int, machines: int) -> None:
    cut = list(batches(policies(number), machines, REQUEST))
    assert [policy for batch in cut for policy in batch.policies] == policies(number)
    assert max(len(batch.policies) for batch in cut) <= 50
    if machines > 1:
        assert len(cut) >= min(number, 2 * machines)


def test_what_a_machine_has_of_a_batch_serves_the_same_policies_asked_for_in_the_same_way_only() -> None:
    one, other = batches(policies(100), 1, REQUEST)
    assert one.key != other.key
    assert replace(one, number=7, request=replace(REQUEST, settings=(), topic="another")).key == one.key
    for asked in ({"arguments": ()}, {"archive": "http://b.example"}):
        assert replace(one, request=replace(REQUEST, **asked)).key != one.key


def test_a_batch_is_named_by_its_vendors() -> None:
    assert [batch.name for batch in batches(policies(51), 1, REQUEST)] == [
        "batch 1 (v0.example … v49.example)",
        "batch 2 (v50.example)",
    ]
