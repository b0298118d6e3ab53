"""A text that somebody else kept of a policy, checked: what every import format is read into."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler import timestamps
from crawler.text.limits import MAX_LINES, MAX_TITLE
from crawler.vendors import checks

ORIGIN = re.compile(r"[a-z][a-z0-9-]{0,39}")
MAX_BODY = 2 * 1024 * 1024
"""The most characters of a text: the largest page seen in the field has under 2 MB with its markup (2026-11). A text
takes some 25 times its size in memory while it is stored, and a small ZIP can hold a very large one.
"""
_MAX_URL = 10_000
_MAX_LINE = 10_000


class Refused(ValueError):  # noqa: N818
    """Why a text cannot be imported: short, and the same for all of its kind, so that they can be counted.

    ``where`` names the text: its file, line or version.
    """

    where = ""

    def at(self, where: str) -> "Refused":
        """Note which text it is; return the same object."""
        self.where = where
        return self


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a text was seen, and the origin of that snapshot.

    ``timestamp`` has 14 digits; ``captured`` is the time that they mean (ISO 8601, UTC); ``read_at`` is the address
    that the text was read from (TIMESTAMP/URL), if redirected.
    """

    url: str
    timestamp: str
    captured: str
    origin: str
    state: str = "fetched"
    read_at: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedText:
    """A text of a policy and the moments at which it was seen. Raises `Refused` if a corpus cannot hold it.

    With ``again`` it is another reading of what the same origin had at this moment: an upgrade of its extractor, not a
    change by the vendor.
    """

    vendor: str
    type: str
    title: str
    body: str
    extractor: str
    moments: tuple[Moment, ...]
    language: str | None = None
    route: str | None = None
    recall: float | None = None
    again: bool = False

    def __post_init__(self) -> None:
        for what, value, limit in (
            ("title", self.title, MAX_TITLE),
            ("body", self.body, MAX_BODY),
            ("extractor", self.extractor, _MAX_LINE),
            *(("URL", moment.url, _MAX_URL) for moment in self.moments),
        ):
            if len(value) > limit:
                raise Refused(f"{what} too long")
            try:
                value.encode()
            except UnicodeError:
                raise Refused(f"{what} is not Unicode text") from None
            if "\0" in value:
                raise Refused(f"{what} contains a NUL character")
        if self.body.count("\n") > MAX_LINES:
            raise Refused("body of too many lines")
        if not self.body.strip():
            raise Refused("empty text")


def vendor(name: str, services: dict[str, str]) -> str:
    """Return the domain of a vendor; ``services`` maps other names to domains. Raises `Refused`."""
    try:
        return checks.vendor(services.get(name, name))
    except checks.Wrong:
        raise Refused(f"the service {checks.shown(name)} is not a domain") from None


def policy_type(name: str) -> str:
    """Return a policy type as a corpus has it. Raises `Refused`."""
    try:
        return checks.policy_type(name)
    except checks.Wrong:
        raise Refused(f"{checks.shown(name)} is not a valid policy type") from None


def moment(timestamp: str, url: str, origin: str) -> Moment:
    """Return the moment that 14 digits (UTC) mean. Raises `Refused`."""
    captured = timestamps.moment(digits(timestamp))
    if captured is None:
        raise Refused("an impossible time")
    return Moment(web_url(url), timestamp, plausible(captured).isoformat(), origin)


def plausible(captured: datetime) -> datetime:
    """Return a moment if a text can have been captured then. Raises `Refused`."""
    if reason := timestamps.implausible(captured, timestamps.latest(datetime.now(UTC))):
        raise Refused(reason)
    return captured


def digits(timestamp: str) -> str:
    """Return a timestamp if it has 14 digits, which need not be a time in the calendar. Raises `Refused`."""
    if re.fullmatch(r"[0-9]{14}", timestamp) is None:
        raise Refused("no time")
    return timestamp


def web_url(url: str) -> str:
    """Return a URL if it is http(s) and of one page. Raises `Refused`."""
    if not url.lower().startswith(("http://", "https://")):
        raise Refused("not an http(s) URL")
    if checks.stands_for_many_pages(url):
        raise Refused("a URL with a * that stands for many pages")
    return url
