"""What a machine gets to crawl at a time: whole policies, and how they are asked for."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from crawler.model import Policy
from crawler.vendors.writing import as_toml

_MOST = 50
"""Policies of a batch. At the archive's rates they take two to five minutes (docs/scale.md), against which the start of
a process and the way of some megabytes count for little, and a machine that dies costs no more than that.
"""

_EACH = 4
"""Batches that each machine is to get at least, so that none waits long for the last one of another."""

RESOURCE = "crawl"
"""The resource that a worker offers which may crawl: one each, since rates are per machine."""


@dataclass(frozen=True, slots=True)
class Request:
    """How a crawl is asked for, on whichever machine."""

    arguments: tuple[str, ...]
    """The spider's (``NAME=VALUE``), without those that say which policies."""
    settings: tuple[str, ...]
    """Settings (``NAME=VALUE``), without those that name places of one machine."""
    archive: str
    """``ARCHIVE_URL``."""
    state: str | None
    """``STATE_DIR``, if it was given; else each machine's own."""
    keeps_bytes: bool
    extractor: str
    """Whose reading is wanted: a corpus that several versions make is compared with care only."""
    topic: str
    """Under which Dask carries the log to whoever handed the crawl out."""
    through: str | None = None
    """The fsspec address through which files travel; None: through Dask."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some policies to crawl."""

    number: int
    policies: tuple[Policy, ...]
    request: Request

    @property
    def name(self) -> str:
        """Its name in messages: "batch 12 (a.example … k.example)"."""
        first, last = self.policies[0].vendor, self.policies[-1].vendor
        return f"batch {self.number} ({first if first == last else f'{first} … {last}'})"

    @property
    def key(self) -> str:
        """Where a machine keeps its work on it: a crawl of the same policies goes on from there."""
        text = "\0".join([as_toml(self.policies), self.request.archive, *self.request.arguments])
        return hashlib.sha256(text.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the crawl of a batch went on a machine, and what it has there."""

    status: int
    """The exit status of ``scrapy crawl``."""
    said: str
    """Its last line, if that is not 0."""
    again: bool
    """Whether another machine should try: the crawl ended before its end, for a reason that is not of its policies."""
    machine: str
    address: str
    """The worker's, in Dask."""
    folder: str
    files: tuple[tuple[str, int], ...]
    """What is to come back: the corpus, and files of bytes; each with its size."""


def batches(policies: Sequence[Policy], machines: int, request: Request) -> Iterator[Batch]:
    """Yield the batches of a crawl."""
    size = _MOST if machines < 2 else min(_MOST, ceil(len(policies) / (machines * _EACH)))
    for number, start in enumerate(range(0, len(policies), size), 1):
        yield Batch(number, tuple(policies[start : start + size]), request)
