"""What is claimed of snapshots that were not asked for: by earlier runs, and by this one in their place."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping

from crawler.model import BY_LENGTH, VARIANT_UNKNOWN, Conclusion, Key
from crawler.timeline.history import History
from crawler.timeline.inference import infer
from crawler.timeline.known import Known
from crawler.timeline.search import Search
from crawler.timeline.track import Track

AT_ONCE = 20_000
"""Claims to take at once: each has 100 bytes until it is stored, and a policy may have 200,000."""


class Standing:
    """The documents that are ``inferred`` for snapshots (ranks), and those ``unclaimed`` among variants."""

    def __init__(self, track: Track, known: Known, ranks: Mapping[Key, int]) -> None:
        self._track = track
        self.inferred = {ranks[key]: document for key, document in known.inferred.items() if key in ranks}
        self.unclaimed = {ranks[key] for key in known.unclaimed if key in ranks}

    def answer(self, ranks: Iterable[int]) -> None:
        """Record that something is known of snapshots."""
        for rank in ranks:
            self.inferred.pop(rank, None)
            self.unclaimed.discard(rank)

    def take_back(self, texts: Mapping[int, str], fresh: Collection[int]) -> list[Conclusion]:
        """Withdraw what is inferred beside ``fresh`` ones of all known texts, and refuted by them."""
        if not self.inferred or not fresh:
            return []
        known, inferred = sorted(texts), sorted(self.inferred)
        refuted: list[int] = []
        for rank in fresh:
            at = bisect_left(known, rank)
            before, after = known[at - 1] if at else -1, known[at + 1] if at + 1 < len(known) else len(self._track)
            for left, right in ((before, rank), (rank, after)):
                if texts.get(left) != texts.get(right):
                    refuted += inferred[bisect_right(inferred, left) : bisect_left(inferred, right)]
        gone = [rank for rank in refuted if self.inferred.pop(rank, None) is not None]
        return [Conclusion(self._track.snapshots[rank], "listed", None) for rank in gone]

    def renew(self, history: History, search: Search) -> Iterator[Conclusion]:
        """Claim what follows from all that is known; return what is new in that, made as it is taken (see `AT_ONCE`).
        Take it before anything else is recorded.
        """
        inferred, unclaimed = self.inferred, self.unclaimed
        between, by_length, self.unclaimed = infer(self._track, history, search.variants)
        between.update(by_length)  # in place: there may be 200,000
        self.inferred = between
        of = self._track.snapshots
        gone = sorted((inferred.keys() | unclaimed) - self.inferred.keys() - self.unclaimed)
        new = sorted(self.unclaimed - unclaimed)

        def conclusions() -> Iterator[Conclusion]:
            yield from (Conclusion(of[rank], "listed", None) for rank in gone)
            yield from (Conclusion(of[rank], "listed", None, VARIANT_UNKNOWN) for rank in new)
            for rank, document in self.inferred.items():
                if inferred.get(rank) != document:
                    basis = BY_LENGTH if rank in by_length else search.hints.basis(document, rank)
                    yield Conclusion(of[rank], "inferred", document, basis)

        return conclusions()
