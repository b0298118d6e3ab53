"""What a crawl finds out, as the items that the spider gives to the pipelines."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from crawler.model import Conclusion, Disregarded, Document, Playback, Policy, Snapshot
from crawler.text.identity.policy import PolicyIdentity


@dataclass(frozen=True, slots=True)
class Listed:
    """What the archive lists for one URL of a policy: the snapshots, and an account of the rows that were received.

    ``reach`` says what was asked for: the whole listing, what is new in it, or that of a period.
    """

    policy: Policy
    url: str
    snapshots: tuple[Snapshot, ...]
    received: int
    refused: Counter[str] = field(default_factory=Counter)
    reach: Literal["whole", "new", "period"] = "whole"


@dataclass(frozen=True, slots=True)
class Received:
    """A capture as it was received, on the way to a snapshot's text: its address, archived status, headers and bytes.

    ``digest`` is the listing's where the address is the snapshot's own. The body is decoded.
    """

    policy: Policy
    playback: Playback
    status: int
    headers: Mapping[str, str]
    body: bytes
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What the archive's answer for one snapshot is worth.

    ``read_at`` is the address (TIMESTAMP/URL) at which the text was read where that is not the snapshot's own: the
    archived server had redirected its visitor. ``reason`` is short, for grouping; ``detail`` the evidence for it.
    """

    policy: Policy
    snapshot: Snapshot
    state: Literal["fetched", "rejected", "failed"]
    reason: str | None = None
    detail: str | None = None
    document: Document | None = None
    read_at: str | None = None


@dataclass(frozen=True, slots=True)
class Concluded:
    """What became known of snapshots without asking for them."""

    policy: Policy
    conclusions: tuple[Conclusion, ...]


class Renamed(NamedTuple):
    """The identity that a document has now: its content hash, and what does not count for it."""

    hash: str
    disregarded: tuple[Disregarded, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What a policy's snapshots told of its texts: ``identity`` says what does not count. Documents that have another
    identity now are ``renamed``, by the hash that they had.
    """

    policy: Policy
    identity: PolicyIdentity
    renamed: Mapping[str, Renamed]


class Summary(NamedTuple):
    """How far a policy is known: how many snapshots it has, how many are in some states, and how many revisions."""

    listed: int
    fetched: int
    rejected: int
    failed: int
    revisions: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A policy is done in this crawl; ``errors`` says what of it could not be done. Once stored, it bears a
    ``summary``.
    """

    policy: Policy
    errors: tuple[str, ...] = ()
    summary: Summary | None = None


Item = Listed | Received | Answered | Concluded | Learned | Finished
