"""Which snapshots of a policy to ask for next, given its listing and what is known so far. Plain: no I/O, no clock.

A policy's texts change seldom, its captures are many. So the ends of the history are asked for first, then the
middle of every gap whose ends show different documents, until each change lies between two neighbours. Captures
with the same digest are the same bytes: one answer tells of all of them.

What a snapshot's place in the history says is a conclusion, never an observation: it is told apart (`inferred`),
and taken back when an answer refutes it.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import Literal, NamedTuple

from crawler.archive.cdx import EMPTY_DIGEST, Snapshot

Mode = Literal["changes", "all"]
Key = tuple[str, str]
"""A snapshot's address: its URL and timestamp."""


class Conclusion(NamedTuple):
    """What is known of a snapshot without asking for it, or (`listed`) no longer."""

    snapshot: Snapshot
    state: Literal["repeat", "inferred", "listed", "rejected"]
    document: str | None
    reason: str | None = None


class Timeline:
    """The history of one policy while it is being found out.

    ``texts`` are the documents (content hashes) of the snapshots that were fetched or are repeats, ``inferred``
    those of inferred ones, ``dismissed`` the snapshots that are known to hold no document. Ask `next` for
    snapshots, tell the answers with `learn`, keep what `conclusions` gives, until `next` gives nothing and nothing
    is under way (`pending`).
    """

    def __init__(
        self,
        snapshots: Iterable[Snapshot],
        mode: Mode = "changes",
        *,
        texts: Mapping[Key, str] | None = None,
        inferred: Mapping[Key, str] | None = None,
        dismissed: Collection[Key] = (),
    ) -> None:
        self._line = sorted(snapshots, key=lambda s: (s.captured, s.timestamp, s.url))
        self._mode = mode
        self._position = {(s.url, s.timestamp): i for i, s in enumerate(self._line)}
        self._peers = _peers(self._line)
        self._candidates = set(range(len(self._line))) if mode == "all" else _candidates(self._line)
        self._texts: dict[int, str] = {}
        self._known: list[int] = []  # the positions in _texts, in order
        self._dismissed: set[int] = set()
        self._inferred: dict[int, str] = {}
        self._asked: set[int] = set()
        self._todo: list[int] = []
        self._conclusions: list[Conclusion] = []
        self._start(texts or {}, inferred or {}, dismissed)

    def _start(self, texts: Mapping[Key, str], inferred: Mapping[Key, str], dismissed: Collection[Key]) -> None:
        for key in dismissed:
            if key in self._position:
                self._dismissed.add(self._position[key])
        for key, document in inferred.items():
            if key in self._position:
                self._inferred[self._position[key]] = document
        for key, document in texts.items():
            if key in self._position:
                self._settle(self._position[key], document)
        for position in sorted(self._texts):
            self._repeat(position)
        if self._mode == "all":
            self._todo = [i for i in range(len(self._line)) if self._is_open(i)]
        else:
            bounds = [-1, *self._known, len(self._line)]
            for left, right in pairwise(bounds):
                self._consider(left, right)

    @property
    def pending(self) -> int:
        """How many snapshots were given out by `next` and not answered yet."""
        return len(self._asked)

    @property
    def waiting(self) -> int:
        """How many snapshots `next` would give out now, at the most."""
        return len(self._todo)

    def next(self) -> list[Snapshot]:
        """The snapshots to ask for now; each is given out once."""
        todo, self._todo = self._todo, []
        given = []
        for i in todo:
            if self._is_open(i) and not any(peer in self._asked for peer in self._peers.get(self._line[i].digest, ())):
                self._asked.add(i)
                given.append(self._line[i])
        return given

    def conclusions(self) -> list[Conclusion]:
        """What became known without asking since the last call."""
        conclusions, self._conclusions = self._conclusions, []
        return conclusions

    def learn(self, snapshot: Snapshot, document: str | None, reason: str | None = None) -> None:
        """Take in the answer for a snapshot: its document's content hash, or None where it holds none.

        With ``reason`` the missing document is a fact about the captured bytes, so that captures with the same
        digest hold none either; without one the answer failed, and such captures may be asked instead.
        """
        position = self._position[snapshot.url, snapshot.timestamp]
        self._asked.discard(position)
        if document is not None:
            self._settle(position, document)
            changed = [position, *self._repeat(position)]
        else:
            self._dismiss(position)
            changed = [position, *(peer for peer in self._peers.get(snapshot.digest, ()) if self._is_open(peer))]
            if reason is not None:
                for peer in changed[1:]:
                    self._dismiss(peer)
                    self._conclusions.append(Conclusion(self._line[peer], "rejected", None, reason))
        if self._mode == "all":
            self._todo += changed[1:2]  # the next of the same bytes, where this one could not be had
            return
        for left, right in sorted(gap for i in changed for gap in self._gaps(i)):
            self._consider(left, right)

    # -- what is known ------------------------------------------------------------------------------------------------
    def _is_open(self, position: int) -> bool:
        return (
            position in self._candidates
            and position not in self._texts
            and position not in self._dismissed
            and position not in self._asked
        )

    def _settle(self, position: int, document: str) -> None:
        if position not in self._texts:
            insort(self._known, position)
        self._texts[position] = document
        self._dismissed.discard(position)
        self._inferred.pop(position, None)

    def _dismiss(self, position: int) -> None:
        self._dismissed.add(position)
        self._inferred.pop(position, None)

    def _repeat(self, position: int) -> list[int]:
        """Let every capture of the same bytes have the same document."""
        repeats = []
        for peer in self._peers.get(self._line[position].digest, ()):
            if peer not in self._texts and peer not in self._dismissed and peer not in self._asked:
                self._settle(peer, self._texts[position])
                self._conclusions.append(Conclusion(self._line[peer], "repeat", self._texts[position]))
                repeats.append(peer)
        return repeats

    # -- what to ask --------------------------------------------------------------------------------------------------
    def _gaps(self, position: int) -> set[tuple[int, int]]:
        """The gaps between known documents that touch a position."""
        at = bisect_left(self._known, position)
        left = self._known[at - 1] if at else -1
        after = at + 1 if at < len(self._known) and self._known[at] == position else at
        right = self._known[after] if after < len(self._known) else len(self._line)
        return {(left, position), (position, right)} if position in self._texts else {(left, right)}

    def _consider(self, left: int, right: int) -> None:
        """Decide about the gap between two neighbouring known positions (or an end of the history)."""
        if any(left < i < right for i in self._asked):
            return  # the answer that is under way decides first
        inside = [i for i in range(left + 1, right) if self._is_open(i)]
        if left < 0 or right >= len(self._line):
            self._todo += {*inside[:1], *inside[-1:]} if left < 0 and right >= len(self._line) else _outer(inside, left)
        elif self._texts[left] == self._texts[right]:
            for i in inside:
                if self._line[i].status in {200, None} and self._inferred.get(i) != self._texts[left]:
                    self._inferred[i] = self._texts[left]
                    self._conclusions.append(Conclusion(self._line[i], "inferred", self._texts[left]))
            return
        elif inside:
            self._todo.append(inside[len(inside) // 2])
        for i in inside:
            if self._inferred.pop(i, None) is not None:
                self._conclusions.append(Conclusion(self._line[i], "listed", None))


def _outer(inside: list[int], left: int) -> list[int]:
    """The open position at the end of the history: the first one, or the last."""
    return inside[:1] if left < 0 else inside[-1:]


def _peers(line: list[Snapshot]) -> dict[str, list[int]]:
    """The positions of captures with the same bytes, by digest, where there are several.

    Redirects and errors count for themselves: their bytes are boilerplate, and where they lead is not in the digest. A
    revisit record has no status of its own and goes with the digest that it repeats, unless that is one of those.
    """
    by_digest: dict[str, list[int]] = defaultdict(list)
    other = set()
    for i, snapshot in enumerate(line):
        if snapshot.status in {200, None}:
            by_digest[snapshot.digest].append(i)
        else:
            other.add(snapshot.digest)
    return {
        digest: positions
        for digest, positions in by_digest.items()
        if len(positions) > 1 and digest not in other and digest not in {"", "-", EMPTY_DIGEST}
    }


def _candidates(line: list[Snapshot]) -> set[int]:
    """The positions that may hold a text, as far as the listing tells.

    Archived errors do not. Archived redirects mostly lead to a capture that is listed itself (another scheme,
    ``www``), so only the outermost of those before the first and after the last page are followed: there a policy
    may have moved.
    """
    pages = [i for i, snapshot in enumerate(line) if snapshot.status in {200, None}]
    first, last = (pages[0], pages[-1]) if pages else (len(line), len(line))
    redirects = [i for i, s in enumerate(line) if s.status is not None and 300 <= s.status < 400]
    before = [i for i in redirects if i < first]
    after = [i for i in redirects if i > last]
    return {*pages, *before[:1], *before[-1:], *after[:1], *after[-1:]}
