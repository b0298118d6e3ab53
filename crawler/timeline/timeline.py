"""One policy's history while a crawl explores it: what to ask for, what the answers mean, what follows from them."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from crawler.model import BY_LENGTH, VARIANT_UNKNOWN, Conclusion, Mode, Reason, Snapshot, Thoroughness
from crawler.timeline.history import History
from crawler.timeline.inference import infer
from crawler.timeline.known import Known
from crawler.timeline.search import Search
from crawler.timeline.thoroughness import LEVELS, Cost
from crawler.timeline.track import Questions, Track

_NOTHING = Known()


class Timeline:
    """The history of one policy while a crawl explores it.

    Ask `next` for snapshots, tell the answers with `record_answer`, keep what `conclusions` gives, until `next` gives
    nothing and nothing is under way (`pending`).

    It goes in rounds: `next` gives the questions of a round, and nothing more until all of them are answered. So
    what is asked for does not depend on the order of the answers. A run that was killed goes on as if it had not been:
    it begins with the first round again, and what is known is taken for the answers to the same questions. Whoever acts
    on what is `shown` does so between two rounds (`is_between_rounds`) and goes from one to the next with
    `begin_round`; so it acts at the same moments, on the same grounds, in a run that was killed.
    """

    def __init__(
        self,
        snapshots: Iterable[Snapshot],
        mode: Mode = "changes",
        thoroughness: Thoroughness = "careful",
        known: Known = _NOTHING,
    ) -> None:
        self._track = Track(snapshots, every=mode == "all", known=known.texts)
        self._history = History(len(self._track))
        self._thoroughness = thoroughness
        self._level = LEVELS[thoroughness]
        ranks = self._track.ranks
        self._inferred = {ranks[key]: document for key, document in known.inferred.items() if key in ranks}
        self._unclaimed = {ranks[key] for key in known.unclaimed if key in ranks}
        self._search = (
            Search(self._track, self._history, self._level, dict(self._inferred)) if mode == "changes" else None
        )
        self._remembered: dict[int, str | None] = {ranks[key]: None for key in known.dismissed if key in ranks}
        self._was_finished = bool(self._inferred or self._unclaimed)  # an earlier run: that is concluded at the end
        self._planned: Questions | None = None  # between rounds, those of the coming one
        self._todo: list[int] = []
        self._asked: set[int] = set()
        self._answered: set[int] = set()  # in this round
        self._why: dict[int, Reason] = {}
        self._conclusions: list[Conclusion] = []
        self._remember({ranks[key]: document for key, document in known.texts.items() if key in ranks})
        if self._search is None:
            self._ask_everything()
        else:
            self._planned = self._plan(self._search)

    @property
    def pending(self) -> int:
        """How many snapshots `next` gave out that have no answer yet."""
        return len(self._asked) - len(self._todo)

    @property
    def is_between_rounds(self) -> bool:
        """Whether nothing of the coming round is asked for or answered yet."""
        return self._planned is not None

    @property
    def cost(self) -> Cost:
        """How many snapshots will be asked for from now on: at most, and on histories like those measured."""
        unknown = (r for r in range(len(self._track)) if self._history.is_open(r) and r not in self._remembered)
        at_most = len({self._track.same_bytes(rank)[0] for rank in unknown})
        coming = len(self._asked or self._planned or ())
        if self._search is None or not coming:
            return Cost(at_most if coming else 0, at_most if coming else 0)
        everything = len({self._track.same_bytes(rank)[0] for rank in range(len(self._track))})
        likely = round(self._level.usual * everything**0.5) - (everything - at_most)
        return Cost(at_most, min(at_most, max(likely, coming)))

    @property
    def shown(self) -> list[tuple[Snapshot, str]]:
        """The snapshots whose documents were seen up to this round, fetched ones and repeats, in order."""
        return [(self._track.snapshots[rank], self._history.documents[rank]) for rank in self._history.known]

    def renamed(self, snapshots: Iterable[Snapshot], names: Mapping[str, str]) -> "Timeline":
        """Return a timeline that knows what this one does after some documents got other hashes: texts that were told
        apart may be one now, so it starts anew. Call it between rounds; ``snapshots`` are those that this one has.
        """
        keys = {rank: key for key, rank in self._track.ranks.items()}
        seen = self._remembered | dict.fromkeys(self._history.dismissed) | self._history.documents
        texts = {keys[rank]: names.get(text, text) for rank, text in seen.items() if text is not None}
        inferred = {keys[rank]: names.get(text, text) for rank, text in self._inferred.items()}
        dismissed = [keys[rank] for rank, text in seen.items() if text is None]
        mode: Mode = "changes" if self._search else "all"
        unclaimed = [keys[rank] for rank in self._unclaimed]
        return Timeline(snapshots, mode, self._thoroughness, Known(texts, inferred, dismissed, unclaimed))

    def doubt(self, documents: Collection[str]) -> None:
        """Take documents, by their hashes, for ones that may be another page in place of the policy: what lies between
        two snapshots that show one may be the policy all the same. Call it between rounds.
        """
        self._history.doubted.update(documents)
        if self._search is not None:
            self._search.doubt()
            self._planned = self._planned or self._plan(self._search)

    def sample(self, count: int, close: timedelta, *, distinct: bool) -> bool:
        """Ask in the coming round for the ``count`` pages that follow each other most closely, if no two neighbours of
        them are more than ``close`` apart, and no two of ``distinct`` ones are the same bytes; return whether that asks
        for anything more. Call it between rounds.
        """
        if self._search is None or self._planned is None:
            return False
        densest = self._track.densest(count, close, distinct=distinct) or []
        seen = {*self._history.documents, *self._history.dismissed, *self._planned}
        known = {self._track.same_bytes(rank)[0] for rank in seen}
        new = [rank for rank in densest if self._track.same_bytes(rank)[0] not in known]
        self._planned |= self._one_each(dict.fromkeys(new, "noise suspected"))
        return bool(new)

    def begin_round(self) -> None:
        """Ask what the coming round needs to know. What is known already is taken for the answer; if that answers all,
        the next round is planned.
        """
        planned, self._planned = self._planned, None
        if planned is None or self._search is None:
            return
        self._answered = set()
        new = {rank: why for rank, why in planned.items() if rank not in self._remembered}
        answers = {peer for rank in planned for peer in self._track.same_bytes(rank)}
        # Other questions led to the rest of what is known. If an earlier run came to its end, they were about another
        # listing, or of another thoroughness: what they told spares questions now. Otherwise they were asked before
        # something was learned. After a kill nothing tells which those were, so they wait for the end in any case.
        if self._remembered.keys() - answers and (not planned or (new and self._was_finished)):
            self._recall_rest(self._search)
        elif not planned:
            self._conclude(self._search)
            return
        else:
            self._recall(planned)
            if new:
                self._ask(new)
                self._take_back(self._search)
                return
            self._search.update(self._answered)
        self._planned = self._plan(self._search)

    def next(self) -> list[Snapshot]:
        """Return the snapshots to ask for now, each once."""
        while self.is_between_rounds:
            self.begin_round()
        todo, self._todo = self._todo, []
        return [self._track.snapshots[rank] for rank in todo]

    def reason_for(self, snapshot: Snapshot) -> Reason:
        """Return why a snapshot was asked for. Raises ``KeyError`` if it was not."""
        return self._why[self._track.ranks[snapshot.url, snapshot.timestamp]]

    def conclusions(self) -> list[Conclusion]:
        """Return what became known without asking since the last call."""
        conclusions, self._conclusions = self._conclusions, []
        return conclusions

    def record_answer(self, snapshot: Snapshot, document: str | None, reason: str | None = None) -> None:
        """Record the answer for a snapshot: its document's content hash, or None where it holds none.

        With ``reason`` the missing document is a fact about the captured bytes, so that captures with the same
        digest hold none either; without one the answer failed, and such captures may be asked instead.
        """
        rank = self._track.ranks[snapshot.url, snapshot.timestamp]
        self._asked.discard(rank)
        if document is not None:
            self._settle(rank, document)
        else:
            self._dismiss(rank, reason)
        if self._search is None:
            another = next(filter(self._history.is_open, self._track.same_bytes(rank)), None)
            if another is not None:  # of the same bytes, where this one could not be fetched
                self._ask({another: "every snapshot"})
            elif not self._asked:
                self._planned = {}
        elif not self._asked:
            self._search.update(self._answered)
            self._planned = self._plan(self._search)

    # -- answers ------------------------------------------------------------------------------------------------------
    def _settle(self, rank: int, document: str) -> None:
        """Let every capture of the same bytes have this document, those that could not be fetched among them."""
        repeats = [
            peer
            for peer in self._track.same_bytes(rank)
            if peer not in self._history.documents and peer not in self._remembered and peer != rank
        ]
        self._conclusions += (Conclusion(self._track.snapshots[peer], "repeat", document) for peer in repeats)
        self._take(dict.fromkeys((rank, *repeats), document))

    def _dismiss(self, rank: int, reason: str | None) -> None:
        same = filter(self._history.is_open, self._track.same_bytes(rank)) if reason is not None else ()
        peers = [peer for peer in same if peer not in self._remembered and peer != rank]
        self._conclusions += (Conclusion(self._track.snapshots[peer], "rejected", None, reason) for peer in peers)
        self._take(dict.fromkeys((rank, *peers)), textless=reason is not None)

    def _take(self, answers: Mapping[int, str | None], *, textless: bool = True) -> None:
        self._history.settle({rank: document for rank, document in answers.items() if document is not None})
        self._history.dismiss([rank for rank, text in answers.items() if text is None], textless=textless)
        self._answered.update(answers)
        for rank in answers:
            self._inferred.pop(rank, None)
            self._unclaimed.discard(rank)

    # -- what is known from earlier runs ------------------------------------------------------------------------------
    def _remember(self, texts: Mapping[int, str]) -> None:
        self._remembered |= texts
        for rank, document in texts.items():
            for peer in self._track.same_bytes(rank):
                if peer not in self._remembered:
                    self._remembered[peer] = document
                    self._conclusions.append(Conclusion(self._track.snapshots[peer], "repeat", document))

    def _recall(self, ranks: Iterable[int]) -> None:
        """Take what is remembered as the answers to questions about these ranks."""
        peers = {peer for rank in ranks for peer in (rank, *self._track.same_bytes(rank))}
        self._take({peer: self._remembered.pop(peer) for peer in peers if peer in self._remembered})

    def _recall_rest(self, search: Search) -> None:
        """Record all else that is remembered."""
        self._recall(list(self._remembered))
        search.update(self._answered)
        if self._was_finished:
            known = self._history.known
            fruitless = sum(
                self._history.agree(before, rank)
                and self._history.agree(rank, after)
                and self._track.same_bytes(rank)[0] == rank
                for before, rank, after in zip(known, known[1:], known[2:], strict=False)
            )
            search.hints.resume(fruitless)

    # -- questions ----------------------------------------------------------------------------------------------------
    def _ask_everything(self) -> None:
        self._recall(list(self._remembered))
        ranks = filter(self._history.is_open, range(len(self._track)))
        first = {self._track.same_bytes(rank)[0]: rank for rank in reversed(list(ranks))}
        if first:
            self._ask(dict.fromkeys(sorted(first.values()), "every snapshot"))
        else:
            self._planned = {}

    def _plan(self, search: Search) -> Questions:
        return self._one_each(search.plan())

    def _one_each(self, questions: Questions) -> Questions:
        """Return the questions without those about the same bytes as another one."""
        bytes_asked = set()
        chosen: Questions = {}
        for rank, why in sorted(questions.items()):
            first = self._track.same_bytes(rank)[0]
            if first not in bytes_asked:
                bytes_asked.add(first)
                chosen[rank] = why
        return chosen

    def _ask(self, questions: Questions) -> None:
        self._todo += questions
        self._asked |= questions.keys()
        self._why |= questions

    # -- what follows -------------------------------------------------------------------------------------------------
    def _take_back(self, search: Search) -> None:
        """Withdraw what an earlier run inferred where the ends of a gap no longer agree."""
        if not self._inferred:
            return
        inferred = sorted(self._inferred)
        for left, right in sorted(search.unsettled.items()):
            for rank in inferred[bisect_right(inferred, left) : bisect_left(inferred, right)]:
                del self._inferred[rank]
                self._conclusions.append(Conclusion(self._track.snapshots[rank], "listed", None))

    def _conclude(self, search: Search) -> None:
        """Conclude what is new in that which follows for the other snapshots."""
        inferred, unclaimed = self._inferred, self._unclaimed
        between, by_length, self._unclaimed = infer(self._track, self._history, search.variants)
        self._inferred = between | by_length
        of = self._track.snapshots
        for rank in sorted((inferred.keys() | unclaimed) - self._inferred.keys() - self._unclaimed):
            self._conclusions.append(Conclusion(of[rank], "listed", None))
        for rank in sorted(self._unclaimed - unclaimed):
            self._conclusions.append(Conclusion(of[rank], "listed", None, VARIANT_UNKNOWN))
        for rank, document in self._inferred.items():
            if inferred.get(rank) != document:
                basis = BY_LENGTH if rank in by_length else search.hints.basis(document, rank)
                self._conclusions.append(Conclusion(of[rank], "inferred", document, basis))
