"""What a policy's crawl reads of what is stored: the one side of a corpus that it knows."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from crawler.model import Period, Playback, Policy, Snapshot
from crawler.text.identity.policy import PolicyIdentity
from crawler.timeline import Known
from crawler.timeline.listings import LastListing


class Memory(Protocol):
    """What is stored of a policy, by earlier crawls and, event by event, by this one."""

    def last_listing(self, policy: Policy, url: str) -> LastListing | None:
        """Return how far the listing of a URL is known."""

    def known(self, policy: Policy) -> Known:
        """Return what is known of the policy's snapshots."""

    def identity(self, policy: Policy) -> PolicyIdentity:
        """Return what was learned of the policy's texts."""

    def snapshots(self, policy: Policy, period: Period) -> Iterable[Snapshot]:
        """Return the snapshots of a period that the archive listed."""

    def lost(self, policy: Policy) -> list[tuple[Playback, str | None]]:
        """Return the captures whose bytes are lost, with their listed digests, if bytes are kept at all."""

    def bodies(self, policy: Policy) -> Mapping[str, str]:
        """Return the bodies of the policy's documents by content hash, read when they are looked up."""
