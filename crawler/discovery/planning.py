"""What to ask next about a domain: the cheapest of what is not known yet.

First its latest home page, then a capture of each address that may be a policy's. Only for times in which no address of
a policy is known: where its last address led on to, and what the home page linked to then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from crawler.archive.domain_index import Row
from crawler.discovery.addresses_seen import Address, distance, nearest
from crawler.discovery.site import LIKELY, Site

_HOME_PAGES = 5  # that are looked at in one life
_UNLINKED = 8  # addresses that their words alone speak for, and that are read
_YEARS = timedelta(days=4 * 365)  # that are looked into once more, where a first look left them open
_READINGS = 4  # of one address
_MANY_WORDS = 150  # a page with so many is one; soft errors and parked domains have fewer


@dataclass(frozen=True, slots=True)
class Look:
    """See what the home page linked to at the time of a capture."""

    row: Row


@dataclass(frozen=True, slots=True)
class List:
    """See when an address was captured, which the index does not tell: it has no words, or the index is cut."""

    address: Address


@dataclass(frozen=True, slots=True)
class ReadAt:
    """Read an address as it was at the time of a capture."""

    address: Address
    row: Row


@dataclass(frozen=True, slots=True)
class Follow:
    """See where an address led on to."""

    address: Address
    row: Row


Step = Look | List | ReadAt | Follow


def next_steps(site: Site, done: Sequence[Step]) -> list[Step]:
    """Return the next steps, given those that were done; none if the policies are as well known as can be."""
    for plan in (_latest_home, _addresses, _moves, _gaps):
        steps = [step for step in plan(site, done) if step not in done]
        if steps:
            return steps
    return []


def _latest_home(site: Site, done: Sequence[Step]) -> Iterator[Step]:
    if not done and site.home:
        yield Look(max(site.home, key=lambda row: (row.is_page, row.timestamp)))


def _addresses(site: Site, done: Sequence[Step]) -> Iterator[Step]:
    """Read a capture of each address that may be a policy's, and another one where that was none."""
    unlinked = {step.address.key for step in done if isinstance(step, ReadAt) and not step.address.is_linked}
    for address in sorted(site.wanted(), key=lambda one: (not one.is_linked, -one.score, -len(one.rows), one.key)):
        if not address.listed:
            yield List(address)
        elif address.is_linked and address.rows and not address.pages:
            yield Follow(address, address.rows[-1])
        elif (at := _to_read(address)) is not None:
            if not address.is_linked and address.key not in unlinked:
                if len(unlinked) >= _UNLINKED or address.score < LIKELY or _is_variant(address, site):
                    continue
                unlinked.add(address.key)
            yield ReadAt(address, next(row for row in address.rows if row.timestamp == at))


def _is_variant(address: Address, site: Site) -> bool:
    """Tell whether an address that nothing links to is another form of one that is known for all of its time: the same
    page with a query, for print, or in the folder of a product.
    """
    first, last = address.pages[0], address.pages[-1]
    for other in site.wanted():
        if other is not address and other.type == address.type and _name(other.url) == _name(address.url):
            period = other.period()
            if period and period[0] <= first and last <= period[1]:
                return True
    return False


def _name(url: str) -> str:
    """Return what a page is called: the last part of its path, without an extension."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2].partition(".")[0].lower()


def _to_read(address: Address) -> str | None:
    """Return the capture of an address to read next: the latest, which tells whether it lives to the end; earlier ones
    where that is none, and one between the two if they leave years in doubt.
    """
    left = [at for at in address.pages if at not in address.asked]
    if not left or any(at not in address.readings for at in address.asked):
        return None
    if good := address.verified_at:
        after = [at for at in address.refuted_at if at > good[-1]]
        doubtful = [at for at in left if after and good[-1] < at < after[0]]
        if len(address.asked) < _READINGS and doubtful and distance(good[-1], after[0]) > _YEARS:
            return doubtful[len(doubtful) // 2]
        return None
    tried = len(address.asked)
    if tried == 0:
        return left[-1]
    if not address.is_linked and any(said and said.words >= _MANY_WORDS for said in address.readings.values()):
        return None  # a page, and no policy
    linked = [one.timestamp for one in address.seen if one.timestamp and one.source != "index"]
    if tried == 1 and linked:
        return nearest(left, linked[0])
    return left[len(left) // 3] if tried < 2 + address.is_linked else None


def _moves(site: Site, done: Sequence[Step]) -> Iterator[Step]:
    """See where an address led on to, if no address of the policy is known for the time after it."""
    followed = {step.address.key for step in done if isinstance(step, Follow)}
    for address in site.wanted():
        period = address.period()
        if period is None or address.key in followed:
            continue
        led = [row for row in address.rows if not row.is_page and row.timestamp > period[1]]
        if led and not _is_covered(site, address, led[0].timestamp):
            yield Follow(address, led[0])


def _is_covered(site: Site, address: Address, at: str) -> bool:
    others = (one.period() for one in site.wanted() if one.type == address.type and one is not address)
    return any(period[0] <= at <= period[1] for period in others if period)


def _gaps(site: Site, done: Sequence[Step]) -> Iterator[Step]:
    """Look at a home page in the middle of the longest time in which no address of a policy is known."""
    looked = {step.row.timestamp for step in done if isinstance(step, Look)}
    if len(looked) >= _HOME_PAGES:
        return
    for first, last in site.gaps():
        looks = sorted(at for at in site.looks if first <= at <= last)
        parts = [part for part in pairwise([first, *looks, last]) if not looks or distance(*part) > _YEARS]
        for start, end in sorted(parts, key=lambda part: (-distance(*part), part)):
            homes = [row for row in site.home if row.is_page and start < row.timestamp < end]
            homes = [row for row in sorted(homes, key=lambda row: row.timestamp) if row.timestamp not in looked]
            if homes:
                yield Look(homes[len(homes) // 2])
                return
