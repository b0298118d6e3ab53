"""The snapshots that may show a text, in order, and which of them are the same bytes."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter

from crawler.model import EMPTY_DIGEST, Key, Reason, Snapshot

Questions = dict[int, Reason]
"""The snapshots (ranks) to ask for, and why."""


class Track:
    """A policy's snapshots that may show a text, numbered by their place (rank) in its history.

    Archived errors do not show one. Archived redirects mostly lead to a capture that is listed itself (another
    scheme, ``www``), so only the outermost of those before the first and after the last page count: there a policy
    may have moved. With ``every`` all snapshots count, and those of ``known`` count in any case.
    """

    __slots__ = ("_groups", "snapshots")

    def __init__(self, snapshots: Iterable[Snapshot], *, every: bool = False, known: Container[Key] = ()) -> None:
        line = list(snapshots)
        for column in ("url", "timestamp", "captured"):  # the last one counts most; without 200,000 keys of three
            line.sort(key=attrgetter(column))
        chosen = range(len(line)) if every else _chosen(line, known)
        self.snapshots = [line[i] for i in chosen]
        self._groups = _groups(line, self.snapshots)

    def __len__(self) -> int:
        return len(self.snapshots)

    def rank(self, snapshot: Snapshot) -> int:
        """Return the rank of a snapshot. Raises ``KeyError`` if it has none."""
        rank = bisect_left(self.snapshots, _place(snapshot), key=_place)
        if rank == len(self) or _place(self.snapshots[rank]) != _place(snapshot):
            raise KeyError(_place(snapshot))
        return rank

    def key(self, rank: int) -> Key:
        """Return what identifies the snapshot of a rank."""
        return self.snapshots[rank].url, self.snapshots[rank].timestamp

    def ranks(self) -> dict[Key, int]:
        """Return the ranks by what identifies the snapshots: of 200,000 this takes 40 MB, so it is not kept."""
        return {self.key(rank): rank for rank in range(len(self))}

    def same_bytes(self, rank: int) -> list[int]:
        """Return the ranks of all captures of the same bytes, this one included."""
        return self._groups.get(self.snapshots[rank].digest) or [rank]

    def one_of_each(self, questions: Questions) -> Questions:
        """Return the questions without those about the same bytes as another one."""
        chosen: dict[int, int] = {}
        for rank in sorted(questions):
            chosen.setdefault(self.same_bytes(rank)[0], rank)
        return {rank: questions[rank] for rank in chosen.values()}

    def is_page(self, rank: int) -> bool:
        """Tell whether a snapshot is listed as a page, or as the repeat of one."""
        return self.snapshots[rank].status in {200, None}

    def densest(self, count: int, close: timedelta, *, distinct: bool) -> list[int] | None:
        """Return the ranks of ``count`` pages in a row that lie most closely together in time: at most ``close`` from
        one to the next, and if they have to be ``distinct``, all of different bytes. The earliest of several such; None
        if there are none.
        """
        pages = [rank for rank in range(len(self)) if self.is_page(rank)]
        best: tuple[timedelta, list[int]] | None = None
        for at in range(len(pages) - count + 1):
            ranks = pages[at : at + count]
            moments = [self.snapshots[rank].captured for rank in ranks]
            span = moments[-1] - moments[0]
            if (
                (best is None or span < best[0])
                and all(b - a <= close for a, b in pairwise(moments))
                and (not distinct or len({self.same_bytes(rank)[0] for rank in ranks}) == count)
            ):
                best = span, ranks
        return best[1] if best else None

    def lengths(self) -> list[int | None]:
        """Return the length of each record in bytes; a revisit record has that of the page it stands for, if listed."""
        lengths = [None if s.is_revisit or not s.length else s.length for s in self.snapshots]
        for ranks in self._groups.values():
            of_page = next((lengths[rank] for rank in ranks if lengths[rank] is not None), None)
            for rank in ranks:
                if lengths[rank] is None:
                    lengths[rank] = of_page
        return lengths


def _place(snapshot: Snapshot) -> tuple[datetime, str, str]:
    return snapshot.captured, snapshot.timestamp, snapshot.url


def _chosen(line: list[Snapshot], known: Container[Key]) -> list[int]:
    pages = [i for i, snapshot in enumerate(line) if snapshot.status in {200, None}]
    first, last = (pages[0], pages[-1]) if pages else (len(line), len(line))
    redirects = [i for i, s in enumerate(line) if s.status is not None and 300 <= s.status < 400]
    before = [i for i in redirects if i < first]
    after = [i for i in redirects if i > last]
    found = [i for i, s in enumerate(line) if s.status not in {200, None} and (s.url, s.timestamp) in known]
    return sorted([*pages, *{*before[:1], *before[-1:], *after[:1], *after[-1:], *found}])


def _groups(line: list[Snapshot], track: list[Snapshot]) -> dict[str, list[int]]:
    """Return the ranks of captures with the same bytes, by digest, where there are several.

    Redirects and errors count for themselves: their bytes are boilerplate, and where they lead is not in the digest. A
    revisit record has no status of its own and goes with the digest that it repeats, unless that is one of those.
    """
    other = {snapshot.digest for snapshot in line if snapshot.status not in {200, None}}
    told = [s.digest if s.status in {200, None} else "" for s in track]
    repeated = {digest for digest, count in Counter(told).items() if count > 1} - other - {"", "-", EMPTY_DIGEST}
    by_digest: dict[str, list[int]] = defaultdict(list)
    for rank, digest in enumerate(told):
        if digest in repeated:
            by_digest[digest].append(rank)
    return dict(by_digest)
