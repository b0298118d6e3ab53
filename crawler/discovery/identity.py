"""Which addresses are one policy: those of one type and language that follow each other, or say the same at once."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import combinations
from urllib.parse import urlsplit

from crawler.discovery.addresses_seen import Address, distance
from crawler.discovery.candidates import Candidate, FoundPolicy
from crawler.discovery.sketch import similarity

GAP = timedelta(days=365)
"""How long a policy may be without a known address before that is a gap: most pages are captured more than once a year
(Princeton-Leuven: within a site's life, 30 % of the half-years have none).
"""

_TOGETHER = timedelta(days=365)  # how long two addresses must be there at once to be two policies, not a move
_COMPARED = timedelta(days=400)  # how far apart two readings may lie to be compared: a text changes once in a few years
_SAME = 0.5  # of what two texts say, if they are one in two forms; two policies of one vendor share sentences at most
_REGION = re.compile(r"[a-z]{2}[-_]([a-z]{2})", re.IGNORECASE)

Period = tuple[str, str]


def policies(domain: str, addresses: Iterable[Address], life: Period | None) -> list[FoundPolicy]:
    """Return the policies of a domain, of a type first the edition in the language of most of them; the addresses of
    each in the order of time.
    """
    groups: dict[tuple[str, str], list[Address]] = {}
    verified = [address for address in addresses if address.verified and address.type]
    own = _language(verified)
    for address in verified:
        assert address.verified is not None
        groups.setdefault((address.type or "", address.verified.language or own or ""), []).append(address)
    found = []
    for (type_, language), group in sorted(groups.items(), key=lambda one: (one[0][0], one[0][1] != own, one[0][1])):
        for place, edition in sorted(_editions(group).items()):
            members = sorted(_one_policy(edition), key=lambda member: (member.period() or ("", ""), member.key))
            periods = [period for member in members if (period := member.period())]
            spoken = f"{language}-{place.upper()}" if place and language else language or None
            told = tuple(candidate(domain, member) for member in members)
            found.append(FoundPolicy(domain, type_, spoken, told, tuple(gaps(periods, life))))
    return found


def candidate(domain: str, address: Address) -> Candidate:
    """Return an address as what is told of it."""
    said, period = address.verified, address.period()
    first, last = period or ((address.pages[0], address.pages[-1]) if address.pages else (None, None))
    return Candidate(
        domain,
        address.url,
        address.type or "",
        said.language if said else None,
        round(max(address.score, said.score) if said else address.score, 3),
        first,
        last,
        tuple(sorted(address.seen, key=lambda one: (one.timestamp or "", one.source, one.url))),
        said is not None,
    )


def gaps(periods: Sequence[Period], life: Period | None) -> list[Period]:
    """Return the periods of a life that is longer than `GAP` each, and that none of the others covers."""
    if life is None:
        return []
    found, reached = [], life[0]
    for first, last in sorted(periods):
        if first > reached and distance(first, reached) > GAP:
            found.append((reached, min(first, life[1])))
        reached = max(reached, last)
    if life[1] > reached and distance(life[1], reached) > GAP:
        found.append((reached, life[1]))
    return found


def region(url: str) -> str | None:
    """Return the region that a part of an address names beside a language: ``gb`` in ``/en-gb/privacy``."""
    for part in urlsplit(url).path.split("/")[:3]:
        if match := _REGION.fullmatch(part):
            return match[1].lower()
    return None


def overlap(one: Period | None, other: Period | None) -> timedelta:
    """Return how long two periods have in common."""
    if one is None or other is None:
        return timedelta(0)
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return distance(start, end) if start < end else timedelta(0)


def _language(verified: Sequence[Address]) -> str | None:
    """Return the language of most addresses, which those are taken to have whose own cannot be told."""
    spoken: Counter[str] = Counter()
    for address in verified:
        if address.verified and address.verified.language:
            spoken[address.verified.language] += 1 + address.is_linked * len(verified)  # its pages link to their own
    return spoken.most_common(1)[0][0] if spoken else None


def _editions(group: Sequence[Address]) -> dict[str, list[Address]]:
    """Return the addresses by region, with the empty name for none; as one if no two of them stood side by side with
    different texts: then a region in an address is where the page moved to.
    """
    by_region: dict[str, list[Address]] = {}
    for address in group:
        by_region.setdefault(region(address.url) or "", []).append(address)
    side_by_side = any(
        region(one.url) != region(other.url) and not _are_one(one, other) for one, other in combinations(group, 2)
    )
    return by_region if side_by_side else {"": list(group)}


def _are_one(one: Address, other: Address) -> bool:
    return overlap(one.period(), other.period()) <= _TOGETHER or _says_the_same(one, other)


def _one_policy(group: Sequence[Address]) -> list[Address]:
    """Return those of the addresses of one type and language that are one policy: the one that most speaks for, and
    what goes with it. Others stood beside it with another text.
    """
    members: list[Address] = []
    for address in sorted(group, key=_rank):
        if all(_go_together(address, member) for member in members):
            members.append(address)
    return members


def _rank(address: Address) -> tuple[bool, int, str]:
    return not address.is_linked, -len(address.pages), address.key


def _go_together(one: Address, other: Address) -> bool:
    if overlap(one.period(), other.period()) <= _TOGETHER:
        return True
    near = [distance(a, b) <= _COMPARED for a in one.verified_at for b in other.verified_at]
    return _says_the_same(one, other) if any(near) else True


def _says_the_same(one: Address, other: Address) -> bool:
    pairs = (
        (a, b)
        for when, a in one.readings.items()
        for then, b in other.readings.items()
        if a and b and distance(when, then) <= _COMPARED
    )
    return any(similarity(a.sketch, b.sketch) >= _SAME for a, b in pairs)
