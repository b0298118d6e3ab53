"""The addresses of a vendor that may be a policy's, and what is known of each: captures, links to it, what it said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from crawler.archive.domain_index import Row
from crawler.discovery.addresses import address_type
from crawler.discovery.candidates import Evidence
from crawler.discovery.links import PolicyLink
from crawler.discovery.questions import Said
from crawler.timestamps import nearest_moment
from crawler.vendors import checks

_LINKED = ("home page", "link", "redirect")
_HOME_PATHS = {"", "/", "/index.html", "/index.htm", "/index.php", "/default.aspx", "/default.asp", "/home"}


@dataclass(slots=True, eq=False)
class Address:
    """An address that may be a policy's. ``rows`` are its captures, one a month, if the archive was asked for them
    (``listed``); ``readings`` what captures of it said, by timestamp, None where there was no page.
    """

    key: str
    url: str
    type: str | None = None
    score: float = 0.0
    listed: bool = False
    rows: list[Row] = field(default_factory=list)
    seen: list[Evidence] = field(default_factory=list)
    readings: dict[str, Said | None] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # timestamps of captures that were asked for, redirects included

    @property
    def is_linked(self) -> bool:
        """Whether a page of the vendor's leads to it, rather than its words alone."""
        return any(one.source in _LINKED for one in self.seen)

    @property
    def pages(self) -> list[str]:
        """The timestamps of captures that may be pages, in order."""
        return [row.timestamp for row in self.rows if row.is_page]

    @property
    def verified(self) -> Said | None:
        """What the latest capture says that was read and is a policy; None if there is none."""
        read = [(at, said) for at, said in self.readings.items() if said is not None and said.is_policy]
        return max(read)[1] if read else None

    @property
    def verified_at(self) -> list[str]:
        """The timestamps at which it was read and is a policy, in order."""
        return sorted(at for at, said in self.readings.items() if said is not None and said.is_policy)

    @property
    def refuted_at(self) -> list[str]:
        """The timestamps at which it was asked for and is no policy, in order."""
        return sorted(at for at, said in self.readings.items() if said is None or not said.is_policy)

    def period(self) -> tuple[str, str] | None:
        """Return the first and the last moment at which it is known to have lived as this policy.

        What is captured before and after a reading is taken for the policy, unless a later reading shows none: what
        lies between the two is not known.
        """
        good = self.verified_at
        if not good:
            return None
        links = [one.timestamp for one in self.seen if one.timestamp and one.source in ("home page", "link")]
        before = [at for at in self.refuted_at if at < good[0]]
        after = [at for at in self.refuted_at if at > good[-1]]
        led = [one for one in self.seen if one.source != "index"]
        known = sorted({*self.pages, *links, *good})
        if led and all(one.source == "redirect" and _site(one.url) != _site(self.url) for one in led):
            since = min(one.timestamp or "" for one in led)  # before that, it was another vendor's
            known = [at for at in known if at >= since] or [good[-1]]
        if before:
            known = [at for at in known if at >= good[0] or (at in links and at > before[-1])]
        if after:
            known = [at for at in known if at <= good[-1] or (at in links and at < after[0])]
        return known[0], known[-1]

    def see(self, link: PolicyLink, evidence: Evidence) -> None:
        """Note a link to it. The type is that of the link that says most."""
        if not self.is_linked or link.score > self.score:
            self.type, self.score = link.type, link.score
        if evidence not in self.seen:
            self.seen.append(evidence)

    def list_rows(self, rows: Iterable[Row]) -> None:
        """Note its captures."""
        self.listed = True
        self.rows = sorted({*self.rows, *rows}, key=lambda row: (row.timestamp, row.url))
        if pages := [row.url for row in self.rows if row.is_page]:
            self.url = next(filter(_is_fit, reversed(dict.fromkeys(pages))), pages[-1])


def _is_fit(url: str) -> bool:
    """Tell whether a vendors file can have a URL: of two with one key, one may have a user's name in it."""
    try:
        return bool(checks.url(url))
    except checks.Wrong:
        return False


def from_index(key: str, rows: Sequence[Row], domain: str) -> Address | None:
    """Return an address of an index whose words speak of a policy."""
    said = address_type(rows[-1].url) or address_type(_with_host_in_path(rows[-1].url, domain))
    if said is None:
        return None
    address = Address(key, rows[-1].url, *said)
    address.list_rows(rows)
    address.seen.append(Evidence("index", address.url, (address.pages or [rows[0].timestamp])[0]))
    return address


def _with_host_in_path(url: str, domain: str) -> str:
    """Return a URL of a host below a domain with that host's name as a part of its path: what ``privacy.shop.example``
    says is what ``shop.example/privacy`` says.
    """
    parts = urlsplit(url)
    labels = (parts.hostname or "").removesuffix(domain.removeprefix("www.")).split(".")
    return f"http://{domain}/{'/'.join(label for label in labels if label not in ('', 'www'))}{parts.path}"


def is_home(url: str, domain: str) -> bool:
    """Tell whether a URL is that of a home page: a domain's, or another vendor's."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower().removeprefix("www.")
    except ValueError:
        return False
    is_of_a_part = host != domain.removeprefix("www.") and is_within(url, domain)  # privacy.shop.example
    return parts.path.lower() in _HOME_PATHS and not parts.query and not is_of_a_part


def is_within(url: str, domain: str) -> bool:
    """Tell whether a URL's host is a domain's."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return False
    bare = domain.removeprefix("www.")
    return host == bare or host.endswith(f".{bare}")


def distance(one: str, other: str) -> timedelta:
    """Return how far two timestamps lie apart."""
    return abs(nearest_moment(one) - nearest_moment(other))


def nearest(timestamps: Iterable[str], wanted: str) -> str | None:
    """Return the timestamp that is nearest to another one, the earlier of two."""
    return min(timestamps, key=lambda at: (distance(at, wanted), at), default=None)


def _site(url: str) -> str:
    try:
        return ".".join((urlsplit(url).hostname or "").split(".")[-2:])
    except ValueError:
        return ""
