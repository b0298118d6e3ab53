"""What is known of a domain: its home pages, the rows of its index, the addresses that may be a policy's, and looks at
its links.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from crawler.archive.domain_index import Row, host_key
from crawler.archive.urlkey import urlkey
from crawler.discovery import identity
from crawler.discovery.addresses import address_type
from crawler.discovery.addresses_seen import Address, distance, from_index, is_home, is_within
from crawler.discovery.candidates import Candidate, Evidence, FoundPolicy, Source
from crawler.discovery.links import PolicyLink
from crawler.model import Playback

LIKELY = 0.5
"""The score from which an address is read that nothing links to."""


@dataclass(slots=True)
class Site:
    """A domain. ``types`` are those that are wanted, in small letters, all if there are none; ``since`` and ``until``
    timestamps of 1 to 14 digits, inclusive. ``looks`` are the timestamps of pages whose links were seen.
    """

    domain: str
    types: Set[str] = frozenset()
    since: str = ""
    until: str = "99999999999999"
    home: list[Row] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    _addresses: dict[str, Address] = field(default_factory=dict)
    _indexed: dict[str, list[Row]] = field(default_factory=dict)

    # -- rows ---------------------------------------------------------------------------------------------------------
    @property
    def home_key(self) -> str:
        """The key of its home page."""
        return f"{host_key(self.domain)})/"

    def list_rows(self, rows: Sequence[Row]) -> None:
        """Note rows of its index."""
        for row in self._in_scope(rows):
            if (key := urlkey(row.url)) == self.home_key:
                self.home.append(row)
            else:
                self._indexed.setdefault(key, []).append(row)

    def end_index(self) -> None:
        """Note that its index is whole: the addresses whose words speak of a policy."""
        for key, rows in self._indexed.items():
            rows.sort(key=lambda row: row.timestamp)  # the index may have been asked for by years, the latest first
            if (address := from_index(key, rows, self.domain)) is not None:
                self._addresses[key] = address

    def list_months(self, url: str, rows: Sequence[Row]) -> None:
        """Note the captures of one address, also if there are none."""
        if urlkey(url) == self.home_key:
            self.home += self._in_scope(rows)
        else:
            self.address(url).list_rows(self._in_scope(rows))

    def _in_scope(self, rows: Sequence[Row]) -> list[Row]:
        return [row for row in rows if self.since <= row.timestamp <= self.until]

    @property
    def home_pages(self) -> list[str]:
        """The timestamps of captures of its home page that may be pages, in order."""
        return sorted(row.timestamp for row in self.home if row.is_page)

    @property
    def life(self) -> identity.Period | None:
        """The vendor's archived life: from its first home page to its last; without any, as its policies have it."""
        pages = self.home_pages or sorted(at for address in self._addresses.values() for at in address.pages)
        return (pages[0], pages[-1]) if pages else None

    @property
    def is_archived(self) -> bool:
        """Whether the archive has anything of it that was asked for."""
        return bool(self.home or self._indexed or any(address.rows for address in self._addresses.values()))

    # -- addresses ----------------------------------------------------------------------------------------------------
    def address(self, url: str) -> Address:
        """Return what is known of an address."""
        key = urlkey(url)
        if key not in self._addresses:
            self._addresses[key] = Address(key, url)
            if key in self._indexed:
                self._addresses[key].list_rows(self._indexed[key])
        return self._addresses[key]

    def wanted(self) -> Iterator[Address]:
        """Yield the addresses that may be a policy's of a type that is wanted."""
        for address in self._addresses.values():
            if address.type and (not self.types or address.type.lower() in self.types):
                yield address

    def see_links(self, page: Playback, links: Sequence[PolicyLink], *, of: Address | None) -> None:
        """Note the links of a page: of its home page, or ``of`` an address that may be a policy's.

        A link out of the domain counts if the page has none of its type within it, or is of that type itself: beside
        the vendor's own policies stand those of its suppliers. What a sister's page links to is the sister's.
        """
        if not is_within(page.url, self.domain):
            return
        if links or of is None:
            self.looks.append(page.timestamp)
        source: Source = "home page" if of is None else "link"
        own = {link.type for link in links if is_within(link.url, self.domain)} | {of.type if of else ""}
        for link in links:
            if is_within(link.url, self.domain) or link.type not in own:
                self.address(link.url).see(link, Evidence(source, page.url, page.timestamp, link.text))

    def see_move(self, address: Address, target: str, at: str) -> None:
        """Note where an address led on to: the policy's next address, unless it is a home page or anything else."""
        if is_home(target, self.domain) or not (is_within(target, self.domain) or address_type(target)):
            return
        link = PolicyLink(target, address.type or "", max(address.score, LIKELY), "")
        self.address(target).see(link, Evidence("redirect", address.url, at))

    def see_frames(self, address: Address, frames: Sequence[str], at: str) -> None:
        """Note the frames of an address that may hold the policy."""
        for frame in frames:
            link = PolicyLink(frame, address.type or "", address.score, "")
            self.address(frame).see(link, Evidence("link", address.url, at))

    # -- what was found -----------------------------------------------------------------------------------------------
    def policies(self) -> list[FoundPolicy]:
        """Return the policies that were found, each with its addresses in the order of time."""
        return identity.policies(self.domain, self.wanted(), self.life)

    def candidates(self) -> list[Candidate]:
        """Return the addresses that are policies, and those that may be: nothing that was read and is none."""
        told = [
            identity.candidate(self.domain, address)
            for address in self.wanted()
            if address.verified or (not any(address.readings.values()) and (address.pages or not address.rows))
        ]
        return sorted(told, key=lambda one: (one.type, one.language or "", one.first or "", one.url))

    def gaps(self) -> list[identity.Period]:
        """Return the times in which no address of a type is known of which some policy is, the longest first; without
        any policy, its whole life.
        """
        periods: dict[str, list[identity.Period]] = {}
        for address in self.wanted():
            if period := address.period():
                periods.setdefault(address.type or "", []).append(period)
        found = {gap for of_type in periods.values() or [[]] for gap in identity.gaps(of_type, self.life)}
        return sorted(found, key=lambda gap: (-distance(*gap), gap))
