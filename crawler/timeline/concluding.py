"""What follows for a policy's snapshots from the answers that are known, without asking for more: as a crawl that has
nothing left to ask concludes. It depends on the answers alone, not on who got them or when.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from crawler.model import BY_LENGTH, VARIANT_UNKNOWN, Conclusion, Key, Snapshot
from crawler.timeline.history import History
from crawler.timeline.inference import infer
from crawler.timeline.search import Search
from crawler.timeline.thoroughness import LEVELS
from crawler.timeline.track import Track


def conclude(
    snapshots: Iterable[Snapshot],
    texts: Mapping[Key, str],
    rejected: Mapping[Key, str],
    failed: Collection[Key],
    *,
    suspects: Callable[[Iterable[str]], Collection[str]] | None,
) -> Iterator[Conclusion]:
    """Yield what follows for the snapshots of a policy that have no answer of their own.

    ``texts`` are the documents of those that were fetched, ``rejected`` the reasons of those that hold none, ``failed``
    those without an answer. ``suspects`` tells which documents of a history, in order, may be another page. Without
    it only captures of the same bytes are told of.
    """
    track = Track(snapshots, known=texts)
    ranks = track.ranks()
    known = {ranks[key]: document for key, document in texts.items() if key in ranks}
    told: dict[int, str] = {ranks[key]: reason for key, reason in rejected.items() if key in ranks}
    unanswered = {ranks[key] for key in failed if key in ranks}
    for rank, document in sorted(known.items()):
        for peer in track.same_bytes(rank):
            if peer not in known and peer not in told:
                known[peer] = document
                yield Conclusion(track.snapshots[peer], "repeat", document)
    for rank, reason in sorted(told.items()):
        for peer in track.same_bytes(rank):
            if peer not in known and peer not in told and peer not in unanswered:
                told[peer] = reason
                yield Conclusion(track.snapshots[peer], "rejected", None, reason)
    if suspects is not None:
        yield from _between(track, known, told, unanswered - known.keys(), suspects)


def _between(
    track: Track,
    known: Mapping[int, str],
    told: Collection[int],
    unanswered: Collection[int],
    suspects: Callable[[Iterable[str]], Collection[str]],
) -> Iterator[Conclusion]:
    history = History(len(track))
    history.settle(known)
    history.dismiss(told, textless=True)
    history.dismiss(unanswered, textless=False)
    history.doubted.update(suspects([known[rank] for rank in history.known]))
    search = Search(track, history, LEVELS["careful"])  # how hard to look does not matter: nothing is asked for
    search.update([*known, *told, *unanswered])
    search.variants.update()
    found = infer(track, history, search.variants)
    for rank, document in sorted((found.between | found.by_length).items()):
        basis = BY_LENGTH if rank in found.by_length else search.hints.basis(document, rank)
        yield Conclusion(track.snapshots[rank], "inferred", document, basis)
    for rank in sorted(found.unclaimed):
        yield Conclusion(track.snapshots[rank], "listed", None, VARIANT_UNKNOWN)
