"""What discovery finds: addresses that may be a policy's, each with the evidence, and policies with the addresses they
have lived at.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Source = Literal["home page", "index", "link", "redirect"]
"""Where an address was seen: a link on the vendor's home page, a row of the archive's index, a link on another page, or
the end of a redirect.
"""


class Evidence(NamedTuple):
    """What speaks for an address: where it was seen, when, and in which words.

    ``url`` is the page on which it was seen, ``timestamp`` (14 digits) the capture of that page, None where there is
    none. ``text`` is what the page says for it, the words of a link; empty where there are none.
    """

    source: Source
    url: str
    timestamp: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be that of a vendor's policy of a type; ``score`` (0 to 1) says how likely."""

    domain: str
    url: str
    type: str
    """As Open Terms Archive names it: "Privacy Policy"."""
    language: str | None = None
    """ISO 639-1."""
    score: float = 0.0
    first: str | None = None
    """The first moment (14 digits) at which the address is known to have lived as this policy; ``last`` the last."""
    last: str | None = None
    seen: tuple[Evidence, ...] = ()
    verified: bool = False
    """Whether a capture of it was read, and is a policy."""


@dataclass(frozen=True, slots=True)
class FoundPolicy:
    """One policy of a vendor, with the addresses that it has had in succession."""

    domain: str
    type: str
    language: str | None
    addresses: tuple[Candidate, ...]
    """In the order of time."""
    gaps: tuple[tuple[str, str], ...] = ()
    """Periods (14 digits each) of the vendor's archived life in which no address of it is known."""
