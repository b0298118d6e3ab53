"""What the discovery of a domain's policies asks the archive, and what an answer says."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from crawler.archive.domain_index import Row
from crawler.discovery.links import PolicyLink
from crawler.model import Playback

READING = 2
"""The version of this reading, and of the links and the classifier that it uses. Captures that another one read are
asked for again.
"""


# -- questions --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class IndexQuestion:
    """Request a page of the index of a domain, of its whole life or of years: its home page, and what has a policy's
    words in its address.
    """

    domain: str
    resume_key: str | None = None
    years: tuple[str, str | None] | None = None
    """The first and the last; None for the years up to now."""

    @property
    def key(self) -> str:
        """What identifies the question among all of its domain."""
        years = f"{self.years[0]}-{self.years[1] or ''} " if self.years else ""
        return f"index {years}{self.resume_key or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class MonthsQuestion:
    """Request the months in which one URL was captured, which the index of the domain does not tell."""

    url: str

    @property
    def key(self) -> str:
        """What identifies the question among all of its domain."""
        return f"months {self.url}"


@dataclass(frozen=True, slots=True)
class CaptureQuestion:
    """Request a capture. ``reads``: what its text says is to be read too, and not its links alone."""

    playback: Playback
    reads: bool = True

    @property
    def key(self) -> str:
        """What identifies the question among all of its domain."""
        return f"{'page' if self.reads else 'links'} {self.playback.timestamp}/{self.playback.url}"


Question = IndexQuestion | MonthsQuestion | CaptureQuestion


# -- answers ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of an index, and the key of its next page. ``excluded``: the archive does not list it."""

    rows: tuple[Row, ...]
    resume_key: str | None = None
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Led:
    """The archive leads on to another capture: where the captured server did so (``archived``), or since it is near."""

    target: Playback
    archived: bool


class Said(NamedTuple):
    """What the text of a page says: whether it is a policy, its language, its words, and a sketch to compare it by."""

    is_policy: bool
    type: str | None
    score: float
    language: str | None
    words: int
    sketch: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A page: its links to policies, the addresses of its frames, and what its text says, if that was asked for."""

    links: tuple[PolicyLink, ...] = ()
    frames: tuple[str, ...] = ()
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is no page: an archived error, or nothing at all."""

    why: str


Answer = Rows | Led | Read | Nothing


def as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as JSON has it."""
    return {"is": type(answer).__name__, **asdict(answer)}


def from_json(stored: dict[str, Any]) -> Answer:
    """Return the answer that `as_json` wrote. Raises `ValueError`, `TypeError` or `KeyError` for anything else."""
    given = dict(stored)
    match given.pop("is"):
        case "Rows":
            return Rows(**{**given, "rows": tuple(Row(*row) for row in given["rows"])})
        case "Led":
            return Led(Playback(**given["target"]), given["archived"])
        case "Read":
            links = tuple(PolicyLink(**link) for link in given["links"])
            said = Said(*given["said"]) if given["said"] else None
            return Read(links, tuple(given["frames"]), said and said._replace(sketch=tuple(said.sketch)))
        case "Nothing":
            return Nothing(**given)
    raise ValueError("this is no answer")
