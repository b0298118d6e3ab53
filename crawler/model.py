"""The project's vocabulary as types: what is tracked, what the archive lists, what a text is, what is concluded."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple
from unicodedata import normalize

from crawler.timestamps import digits

# -- what is tracked --------------------------------------------------------------------------------------------------
DEFAULT_TYPE = "privacy policy"


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a page that is the policy, and the period for which that holds. Without any field: the whole page.

    The selectors are CSS. The period is of the archive's days (UTC): ``since`` is its first day, ``until`` the first
    day after it; None leaves that side open. So one part's ``until`` is the next one's ``since``.
    """

    select: str | None = None
    """The elements that hold the policy."""
    remove: tuple[str, ...] = ()
    """Elements within it that are not part of the policy."""
    start: str | None = None
    """The element where the policy begins (`from` in a vendors file)."""
    end: str | None = None
    """The element before which it ends (`to` in a vendors file)."""
    through: str | None = None
    """The element with which it ends; in place of `end`."""
    since: date | None = None
    until: date | None = None

    @property
    def chosen_by(self) -> str | None:
        """The first selector that chooses it from the page; None if it is the page, or the page without something."""
        return self.select or self.start or self.end or self.through

    def is_valid_at(self, timestamp: str) -> bool:
        """Tell whether a capture of this time (14 digits) is in the period.

        Digits are compared, not dates: the archive holds timestamps that no calendar has (month 00, day 00).
        """
        day = timestamp[:8]
        return (self.since is None or digits(self.since) <= day) and (self.until is None or day < digits(self.until))


@dataclass(frozen=True, slots=True)
class Policy:
    """One tracked document of a vendor."""

    vendor: str
    """A domain in lower case and in its ASCII form."""
    type: str
    urls: tuple[str, ...]
    """The addresses it has lived at, in the order of the vendors file."""
    parts: tuple[Part, ...] = ()
    """At most one without a period, and that one last: it holds where no dated one does. The periods do not overlap."""

    @property
    def name(self) -> str:
        """The name of the policy in messages: "x-cart.com privacy policy"."""
        return f"{self.vendor} {self.type}"

    def part_at(self, timestamp: str) -> Part:
        """Return the part that holds for a page captured at this time (14 digits); an empty one where none does."""
        return next((part for part in self.parts if part.is_valid_at(timestamp)), Part())


def folded_type(type: str) -> str:  # noqa: A002 - likewise
    """Return the one form of a policy type: "Privacy Policy" and "privacy policy" are the same."""
    return normalize("NFC", type.lower())


def type_slug(type: str) -> str:  # noqa: A002 - the word for it everywhere, as in Policy
    """Return the folder name of a policy type: "Privacy policy" gives "privacy-policy"."""
    return "-".join(type.lower().split())


# -- what the archive has ---------------------------------------------------------------------------------------------
REVISIT = "warc/revisit"
"""The MIME type of a revisit record: the archive kept only a note that the bytes were those of an earlier capture."""
LEGIBLE = ("fetched", "repeat", "inferred")
"""The states of snapshots of which a text is known."""


@dataclass(frozen=True, slots=True)
class Playback:
    """The address of a capture inside an archive: a 14-digit timestamp (UTC) and the URL that was captured."""

    timestamp: str
    url: str


Key = tuple[str, str]
"""A snapshot's URL and timestamp, which identify it."""

EMPTY_DIGEST = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
"""The digest of an empty body (SHA-1, base32). Captures that share it need not have the same text."""


class Snapshot(NamedTuple):
    """One capture of a policy's URL, as the listing describes it. A named tuple since a URL may have 200,000.

    ``timestamp`` is the archive's own 14 digits, its address whatever they say; ``captured`` the moment they mean
    (UTC). ``status`` is None where the listing has ``-``: revisit records and rows of old tools. ``length`` is that
    of the compressed record, in bytes.
    """

    url: str
    timestamp: str
    captured: datetime
    mimetype: str
    status: int | None
    digest: str
    length: int | None

    @property
    def is_revisit(self) -> bool:
        """Whether the archive kept only a note that the bytes were those of an earlier capture of this digest."""
        return self.mimetype == REVISIT


# -- what a capture says ----------------------------------------------------------------------------------------------
class Disregarded(NamedTuple):
    """Words of a body that do not count for its hash: ``what`` they are, in words to group by, and the words."""

    what: str
    text: str


class LeftOut(NamedTuple):
    """A block of a page that its document leaves out: the ``reason``, its size in ``words``, and how its text begins.

    ``prose`` tells whether it reads as running text: there a vendor may have written something that counts. ``digest``
    identifies the whole text, so that a change of it shows even where the beginning stays.
    """

    reason: str
    words: int
    text: str
    prose: bool
    digest: str


class Doubt(NamedTuple):
    """Why a capture's text may not be the vendor's doing: a short ``reason`` to group by, and the evidence for it."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Document:
    """One distinct text: the page's title and the policy's body (Markdown), identified by its content hash.

    ``route`` tells how the body was found in the page, ``recall`` the share of the page's words outside navigation and
    dialogs that it holds (0 to 1), ``disregarded`` what of the body does not count for the hash, ``language`` its
    ISO 639-1 code, ``extractor`` the versions of what read it, ``words`` how many words of the page it holds.
    ``left_out`` and ``doubts`` are of the capture that it was read from.
    """

    title: str
    body: str
    hash: str
    route: str | None = None
    recall: float | None = None
    disregarded: tuple[Disregarded, ...] = ()
    language: str | None = None
    extractor: str | None = None
    words: int | None = None
    left_out: tuple[LeftOut, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a capture holds no document: a short ``reason`` to group by, and the evidence for it."""

    reason: str
    detail: str


# -- what follows -----------------------------------------------------------------------------------------------------
Mode = Literal["changes", "all"]
"""Whether a crawl fetches the snapshots that it takes to find the changes, or all of them."""

Thoroughness = Literal["quick", "careful", "exhaustive"]
"""``quick`` finds every text between snapshots that differ; ``careful`` also follows the strongest hints at texts that
came and went between snapshots that agree; ``exhaustive`` follows every hint that stands out of the noise, and looks
into long stretches without any.
"""


class Period(NamedTuple):
    """A period that the user asks for: timestamps of 4 to 8 digits, both inclusive; None leaves a side open."""

    since: str | None = None
    until: str | None = None


class Scope(NamedTuple):
    """Which snapshots of a policy the user asks for, and how hard to look for texts that came and went."""

    period: Period = Period()
    mode: Mode = "changes"
    thoroughness: Thoroughness = "careful"


Reason = Literal[
    "every snapshot",  # all were wanted
    "end of the history",  # the first or the last; another one where those hold no text
    "halving",  # between two snapshots with different texts
    "step in length",  # the same, next to the step of the lengths that outweighs all others there
    "length stands out",  # between two with one text, which was never seen at this length
    "length of another text",  # the same, and snapshots of this length there turned out to show another one
    "same bytes around",  # between captures of the same bytes: the page was changed, and changed back
    "long silence",  # the first after a long time without any, between two with one text
    "noise suspected",  # one of some that follow each other closely: does the page say something else each time?
    "long stretch",  # between two with one text that lie far apart in time
    "texts take turns",  # one of some among variants: is there another text?
]
"""Why a snapshot was asked for."""

Basis = Literal[
    "length fits",  # the text is known at this length
    "length differs",  # it is not: it stands on the text before and after alone
    "length unknown",
    "length of one variant",  # texts take turns around it, and of these only one is known at this length
]
"""How the listed length of a snapshot fits the document that is inferred for it."""

BY_LENGTH: Basis = "length of one variant"
VARIANT_UNKNOWN = "variant unknown"
"""Why nothing is concluded of a snapshot: texts take turns around it."""


class Conclusion(NamedTuple):
    """What is known of a snapshot without asking for it, or (`listed`) no longer.

    ``reason`` is the `Basis` of an inferred one, and of a rejected one what its bytes are. A listed one is "variant
    unknown" where texts take turns around it.
    """

    snapshot: Snapshot
    state: Literal["repeat", "inferred", "listed", "rejected"]
    document: str | None
    reason: str | None = None
