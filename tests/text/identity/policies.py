"""Histories of made-up policies, and what is learned from them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from crawler.text.identity.learning import Shown
from crawler.text.identity.policy import PolicyIdentity

FIRST = datetime(2015, 1, 5, 12, tzinfo=UTC)


def learned(bodies: Sequence[str], *, days: float = 7, identity: PolicyIdentity | None = None) -> PolicyIdentity:
    """What captures of these texts, so many days apart, tell."""
    identity = identity or PolicyIdentity()
    hashes = [identity.content(body).hash for body in bodies]
    history = [Shown(FIRST + at * timedelta(days=days), document) for at, document in enumerate(hashes)]
    return identity.learned(history, dict(zip(hashes, bodies, strict=True)).get)


def documents(bodies: Sequence[str], identity: PolicyIdentity) -> list[str]:
    """The identities of texts, told apart as was learned."""
    return [identity.content(body).hash for body in bodies]
