"""Joins what two corpora learned of a policy's texts: the same whichever comes first, and however often."""

from collections.abc import Sequence
from dataclasses import replace

from crawler.text.identity.learning import MOST_SPOTS
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.identity.rules import BLANK
from crawler.text.identity.volatile_spots import VolatileSpot


def joined(one: PolicyIdentity, other: PolicyIdentity) -> PolicyIdentity:
    """Return what either identity knows not to count. If one has all of it, its spots stay in their order."""
    spots = {_key(spot): spot for spot in one.places}
    for spot in other.places:
        known = spots.get(_key(spot))
        spots[_key(spot)] = spot if known is None else _both(known, spot)
    union = sorted(spots.values(), key=_order)[:MOST_SPOTS]
    whole = [identity.places for identity in (one, other) if {*identity.places} == {*union}]
    return PolicyIdentity(max([tuple(union), *whole], key=_orders))


def _key(spot: VolatileSpot) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return spot.before, spot.after


def _both(one: VolatileSpot, other: VolatileSpot) -> VolatileSpot:
    told = max(one, other, key=lambda spot: (spot.kind, *_learned_from(spot)))
    return replace(told, known=one.known | other.known, longest=max(one.longest, other.longest))


def _learned_from(spot: VolatileSpot) -> tuple[int, int, str, str]:
    seen = spot.learned_from
    return seen.changes, seen.pairs, seen.first, seen.last


def _order(spot: VolatileSpot) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """Return what to sort by: a spot beside which something is left blank may need the one that leaves it blank."""
    return sum(word == BLANK for word in spot.before + spot.after), spot.before, spot.after


def _orders(spots: Sequence[VolatileSpot]) -> list[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    return [_order(spot) for spot in spots]
