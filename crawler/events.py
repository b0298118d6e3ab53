"""What the crawl of a policy finds out, event by event, in the order in which the item pipelines store it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from crawler.model import Conclusion, Document, Playback, Policy, Reason, Snapshot
from crawler.text.identity.content import Content
from crawler.text.identity.policy import PolicyIdentity
from crawler.timeline.thoroughness import Cost


@dataclass(frozen=True, slots=True)
class Listed:
    """The listing of one URL: its snapshots, and an account of the rows received and refused (by reason).

    ``reach`` is what the query asked for: the whole listing, what is new in it, or a period.
    """

    policy: Policy
    url: str
    snapshots: tuple[Snapshot, ...]
    received: int
    refused: Counter[str] = field(default_factory=Counter)
    reach: Literal["whole", "new", "period"] = "whole"


@dataclass(frozen=True, slots=True)
class ListingFailed:
    """The archive gave no listing of a URL; ``why`` is a clause for the user."""

    policy: Policy
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class UrlExcluded:
    """The archive excludes a URL, which is an answer."""

    policy: Policy
    url: str


@dataclass(frozen=True, slots=True)
class NothingArchived:
    """The archive has no capture of a URL; ``why`` is a clause for the user, with near addresses that it has."""

    policy: Policy
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class Planned:
    """All URLs of a policy are listed: how many snapshots there are, and how many captures the crawl will request."""

    policy: Policy
    snapshots: int
    cost: Cost


@dataclass(frozen=True, slots=True)
class Received:
    """A capture as received: its address, archived status and headers, and the decoded body.

    ``digest`` is the listing's, where the address is the snapshot's own and not the target of a redirect;
    ``truncated`` the record's ``WARC-Truncated``, if the archive tells it. ``kept_in`` is the file that has the bytes,
    empty if they could not be kept, and None where bytes are not to be kept.
    """

    policy: Policy
    playback: Playback
    status: int
    headers: Mapping[str, str]
    body: bytes
    digest: str | None = None
    truncated: str | None = None
    kept_in: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The outcome of one snapshot that was requested.

    ``reason`` is short, for grouping; ``detail`` is the evidence for it. ``read_at`` is the address (TIMESTAMP/URL)
    where the text was read, if archived redirects led there. ``requested_for`` is why the snapshot was requested.
    """

    policy: Policy
    snapshot: Snapshot
    state: Literal["fetched", "rejected", "failed"]
    reason: str | None = None
    detail: str | None = None
    document: Document | None = None
    read_at: str | None = None
    requested_for: Reason | None = None


@dataclass(frozen=True, slots=True)
class Concluded:
    """What became known of snapshots without requesting them."""

    policy: Policy
    conclusions: tuple[Conclusion, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What of the policy's texts does not count, as its snapshots show: its new identity.

    ``renamed`` maps the hash of each document whose identity changed to what its text says now.
    """

    policy: Policy
    identity: PolicyIdentity
    renamed: Mapping[str, Content]


class Summary(NamedTuple):
    """How far a policy is known: its snapshots, how many are in some states, and its revisions."""

    listed: int
    fetched: int
    rejected: int
    failed: int
    revisions: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The crawl is done with a policy; ``errors`` names what it could not do. Storing it adds the ``summary``, how many
    revisions are ``new``, and whether the policy has ``changed``: its first crawl finds no news.
    """

    policy: Policy
    errors: tuple[str, ...] = ()
    summary: Summary | None = None
    new: int = 0
    changed: bool = False


Event = (
    Listed
    | ListingFailed
    | UrlExcluded
    | NothingArchived
    | Planned
    | Received
    | Answered
    | Concluded
    | Learned
    | Finished
)
