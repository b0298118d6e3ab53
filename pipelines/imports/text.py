"""A text that somebody else kept of a policy, checked: what every format is read into."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.vendors import checks

ORIGIN = re.compile(r"[a-z][a-z0-9-]{0,39}")
STATES = ("fetched", "repeat", "inferred")
MAX_BODY = 32 * 1024 * 1024
"""Characters of a text: as many bytes as the crawl takes of a page."""
_MAX_URL = 10_000
_MAX_LINE = 10_000


class Refused(ValueError):  # noqa: N818
    """A text cannot be taken; the message is short and the same for all of its kind, to be counted."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a text was seen, and whose word that is."""

    url: str
    timestamp: str
    captured: str
    origin: str
    state: str = "fetched"
    read_at: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a policy and the moments at which it was seen. Raises `Refused` where a corpus could not hold it.

    With ``again`` it is another reading of what the same origin had at this moment: an upgrade of its extractor, and no
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
            ("title", self.title, _MAX_LINE),
            ("body", self.body, MAX_BODY),
            ("extractor", self.extractor, _MAX_LINE),
            *(("URL", moment.url, _MAX_URL) for moment in self.moments),
        ):
            if len(value) > limit:
                raise Refused(f"{what} too long")
            try:
                value.encode()
            except UnicodeError:
                raise Refused(f"{what} is no Unicode text") from None
            if "\0" in value:
                raise Refused(f"{what} holds what no text does")
        if not self.body.strip():
            raise Refused("empty text")


def vendor(name: str, services: dict[str, str]) -> str:
    """The domain of a vendor, which may be called otherwise elsewhere. Raises `Refused`."""
    try:
        return checks.vendor(services.get(name, name))
    except checks.Wrong:
        raise Refused(f"the service {checks.shown(name)} is no domain") from None


def policy_type(name: str) -> str:
    """The type of a policy. Raises `Refused`."""
    try:
        return checks.policy_type(name)
    except checks.Wrong:
        raise Refused(f"the type {checks.shown(name)} cannot be one") from None


def moment(timestamp: str, url: str, origin: str) -> Moment:
    """A moment out of 14 digits, UTC. Raises `Refused`."""
    if re.fullmatch(r"[0-9]{14}", timestamp) is None:
        raise Refused("no time")
    try:
        captured = datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise Refused("an impossible time") from None
    return Moment(web(url), timestamp, captured.isoformat(), origin)


def web(url: str) -> str:
    """An address of the web. Raises `Refused`."""
    if not url.lower().startswith(("http://", "https://")):
        raise Refused("no address of the web")
    return url
