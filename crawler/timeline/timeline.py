"""One policy's history while a crawl explores it: what to ask for, what the answers mean, what follows from them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from itertools import chain, islice

from crawler.model import Conclusion, Mode, Reason, Snapshot, Thoroughness
from crawler.timeline.history import History
from crawler.timeline.known import Known
from crawler.timeline.search import Search
from crawler.timeline.standing import Standing
from crawler.timeline.thoroughness import LEVELS, Cost
from crawler.timeline.track import Questions, Track

_NOTHING = Known()


class Timeline:
    """The history of one policy while a crawl explores it.

    Ask `next` for snapshots, tell the answers with `record_answer`, keep what `conclusions` gives, until `next` gives
    nothing and nothing is under way (`pending`).

    It goes in rounds: `next` gives the questions of a round, and nothing more until all of them are answered. So
    what is asked for does not depend on the order of the answers. Every run begins with the first round again, as if
    nothing were known, and what is known is taken for the answers to the same questions. So a run that was killed goes
    on as if it had not been, one without news asks nothing, and one of a listing that has grown comes to what a first
    run would. There, as soon as a question has no answer from earlier crawls, it begins again, so that what they know
    spares whatever questions it can (`History.cheapest_between`). Then it goes through the rounds once more with all
    that it knows, until nothing is asked any more, and at last from the first one on, as the next run will: that one
    asks nothing then, and sees nothing on its way that this one did not.

    Whoever acts on what is `shown` does so between two rounds (`is_between_rounds`) and goes from one to the next with
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
        self._thoroughness = thoroughness
        self._level = LEVELS[thoroughness]
        ranks = self._track.ranks() if any(known) else {}
        self._standing = Standing(self._track, known, ranks)
        self._remembered: dict[int, str | None] = {ranks[key]: None for key in known.dismissed if key in ranks}
        self._failed: set[int] = set()  # of those dismissed, in this run
        self._planned: Questions | None = None  # between rounds, those of the coming one
        self._todo: list[int] = []
        self._asked: set[int] = set()
        self._answered: set[int] = set()  # in this round
        self._why: dict[int, Reason] = {}
        self._fresh: list[int] = []  # known since inferences were last withdrawn
        self._conclusions, self._claims = list[Conclusion](), chain[Conclusion]()  # the latter are made when taken
        self._remember({ranks[key]: document for key, document in known.texts.items() if key in ranks})
        new = {peer for key in known.new if key in ranks for peer in self._track.same_bytes(ranks[key])}
        self._before = self._remembered.keys() - new  # known before this crawl
        self._from_the_first = self._before  # known before the last pass that began with nothing at hand
        self._earlier: set[int] = set()  # known before this pass through the rounds
        self._history = History(len(self._track))
        self._search: Search | None = None
        if mode == "all":
            self._ask_everything()
        else:
            self._begin(set())

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
        key = self._track.key
        seen = self._remembered | dict.fromkeys(self._history.dismissed) | self._history.documents
        texts = {key(rank): names.get(text, text) for rank, text in seen.items() if text is not None}
        inferred = {key(rank): names.get(text, text) for rank, text in self._standing.inferred.items()}
        dismissed = [key(rank) for rank, text in seen.items() if text is None]
        mode: Mode = "changes" if self._search else "all"
        unclaimed = [key(rank) for rank in self._standing.unclaimed]
        new = [key(rank) for rank in seen.keys() - self._before]
        return Timeline(snapshots, mode, self._thoroughness, Known(texts, inferred, dismissed, unclaimed, new))

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
        self._planned |= self._track.one_of_each(dict.fromkeys(new, "noise suspected"))
        return bool(new)

    def begin_round(self) -> None:
        """Ask what the coming round needs to know. What is known already is taken for the answer; if that answers all,
        the next round is planned. Nothing is between two rounds that earlier crawls answer: they saw what these show.
        """
        while self._planned is not None:
            were_answered = self._planned.keys() <= self._earlier
            self._go_through_round()
            if not were_answered or not (self._planned or self._earlier & self._remembered.keys()):
                return
            if self._planned and not self._planned.keys() <= self._earlier:
                return

    def _go_through_round(self) -> None:
        planned, self._planned = self._planned, None
        if planned is None or self._search is None:
            return
        if self._from_the_first and not self._earlier and not planned.keys() <= self._from_the_first:
            self._begin_again(self._from_the_first)
            return
        self._answered = set()
        if planned:
            new = {rank: why for rank, why in planned.items() if rank not in self._remembered}
            self._recall(planned)
            if new:
                self._ask(new)
                self._take_back()
                return
        elif rest := self._earlier & self._remembered.keys():  # of the same listing, or of another one
            self._recall(rest)
        elif self._earlier and (self._history.documents.keys() | self._history.dismissed) - self._earlier:
            self._begin_again({*self._history.documents, *self._history.dismissed})
            return
        elif self._remembered:  # asked for before something was learned
            self._recall(list(self._remembered))
        elif self._earlier and (known := {*self._history.documents, *self._history.dismissed}) > self._from_the_first:
            self._from_the_first = known
            self._begin_again(set())
            return
        else:
            self._claims = chain(self._claims, self._standing.renew(self._history, self._search))
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
        return self._why[self._track.rank(snapshot)]

    def conclusions(self, most: int | None = None) -> list[Conclusion]:
        """Return what became known without asking since the last call; no more than ``most`` of the claims."""
        conclusions, self._conclusions = [*self._conclusions, *islice(self._claims, most)], []
        return conclusions

    def record_answer(self, snapshot: Snapshot, document: str | None, reason: str | None = None) -> None:
        """Record the answer for a snapshot: its document's content hash, or None where it holds none.

        With ``reason`` the missing document is a fact about the captured bytes, so that captures with the same
        digest hold none either; without one the answer failed, and such captures may be asked instead.
        """
        rank = self._track.rank(snapshot)
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
        self._fresh += (rank, *repeats)
        self._take(dict.fromkeys((rank, *repeats), document))

    def _dismiss(self, rank: int, reason: str | None) -> None:
        if reason is None:
            self._failed.add(rank)
        same = filter(self._history.is_open, self._track.same_bytes(rank)) if reason is not None else ()
        peers = [peer for peer in same if peer not in self._remembered and peer != rank]
        self._conclusions += (Conclusion(self._track.snapshots[peer], "rejected", None, reason) for peer in peers)
        self._take(dict.fromkeys((rank, *peers)))

    def _take(self, answers: Mapping[int, str | None]) -> None:
        self._history.settle({rank: document for rank, document in answers.items() if document is not None})
        none = {rank for rank, document in answers.items() if document is None}
        self._history.dismiss(sorted(none - self._failed), textless=True)
        self._history.dismiss(sorted(none & self._failed), textless=False)
        self._answered.update(answers)
        self._standing.answer(answers)

    # -- what is known from earlier runs ------------------------------------------------------------------------------
    def _remember(self, texts: Mapping[int, str]) -> None:
        self._remembered |= texts
        self._fresh += texts
        for rank, document in texts.items():
            for peer in self._track.same_bytes(rank):
                if peer not in self._remembered:
                    self._remembered[peer] = document
                    self._conclusions.append(Conclusion(self._track.snapshots[peer], "repeat", document))

    def _recall(self, ranks: Iterable[int]) -> None:
        """Take what is remembered as the answers to questions about these ranks."""
        peers = {peer for rank in ranks for peer in (rank, *self._track.same_bytes(rank))}
        self._take({peer: self._remembered.pop(peer) for peer in peers if peer in self._remembered})

    def _begin(self, earlier: set[int]) -> None:
        """Go through the rounds from the first one on, with the answers of some ranks at hand."""
        doubted = self._history.doubted
        self._earlier = earlier
        self._history = History(len(self._track))
        self._history.doubted = doubted
        self._history.hold({rank: self._remembered[rank] for rank in earlier})
        self._search = search = Search(self._track, self._history, self._level)
        self._planned = self._plan(search)

    def _begin_again(self, earlier: set[int]) -> None:
        """Go through the rounds again, with the answers of some ranks at hand."""
        self._remembered |= dict.fromkeys(self._history.dismissed) | self._history.documents
        self._begin(earlier)

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
        return self._track.one_of_each(search.plan())

    def _ask(self, questions: Questions) -> None:
        self._todo += questions
        self._asked |= questions.keys()
        self._why |= questions

    def _take_back(self) -> None:
        """Withdraw what an earlier run inferred, where what is known now refutes it."""
        if self._standing.inferred:
            texts = {rank: text for rank, text in self._remembered.items() if text is not None}
            self._conclusions += self._standing.take_back(texts | self._history.documents, self._fresh)
        self._fresh = []
