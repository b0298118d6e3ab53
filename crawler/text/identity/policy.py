"""When two texts of one policy are the same document: by the rules for all texts, and by what its snapshots show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from sys import intern

from crawler.text.identity.content import KEPT_AT_MOST, Content, content, counted_blocks
from crawler.text.identity.edges import Line, is_edge, lines, without_edges
from crawler.text.identity.learning import MOST_SPOTS, Shown, Stretch, is_stamped, learn, may_rotate, suspects, windows
from crawler.text.identity.learning_edges import learn_edges, suspects_edges
from crawler.text.identity.volatile_spots import VolatileSpot, blank
from crawler.text.markdown import without_marks
from crawler.text.sentences import CountedBlock, Sentence, joined, sentences, whole_blocks


@dataclass(frozen=True, slots=True)
class PolicyIdentity:
    """What tells the texts of one policy apart: all that they say, but for the ``places`` that do not count."""

    places: tuple[VolatileSpot, ...] = ()

    def content(self, body: str) -> Content:
        """Return what counts of a Markdown body of this policy, and what does not."""
        if not self.places:
            return content(body)
        said = self._beside(body)[1]
        words, found, _ = blank(said.words, self._spots)
        return Content(words, (*said.disregarded, *found))

    def sentences(self, body: str) -> list[Sentence]:
        """Return the sentences of a Markdown body of this policy, in the order in which they count.

        What counts of them, one after the other, is what the hash of `content` is of.
        """
        return _sentences(self, body) if len(body) > KEPT_AT_MOST else [*_kept_sentences(self, body)]

    def blocks(self, body: str) -> list[Sentence]:
        """Return the blocks of a Markdown body as `sentences` has them, each as one sentence: it takes a tenth."""
        if self._spots:
            return [joined([*of_block]) for _, of_block in groupby(self.sentences(body), attrgetter("block"))]
        return whole_blocks(self._beside(body)[0])

    def learned(
        self, history: Sequence[Shown], body_of: Callable[[str], str | None], fruitless: set[Stretch] | None = None
    ) -> "PolicyIdentity":
        """Return this identity with what a policy's captures (in order) show besides; the same object if that is
        nothing new.

        ``body_of`` gives the body of a document (by its hash), if it is at hand. ``fruitless`` has the stretches that
        showed nothing; they are not looked at again, and more are added to it.
        """
        known = {(spot.before, spot.after): spot for spot in self.places}
        tried: set[Stretch] = set() if fruitless is None else fruitless

        def words_of(document: str) -> tuple[str, ...] | None:
            body = body_of(document)
            return None if body is None else self._words(body)

        def lines_of(document: str) -> tuple[Line, ...] | None:
            body = body_of(document)
            return None if body is None else self._lines(body)

        found = learn(history, words_of, tried)
        if not found:  # what words explain takes no lines
            found = learn_edges(windows(history), lines_of, is_stamped, tried)
        for spot in found:
            key = spot.before, spot.after
            if key in known:
                known[key] = _both(known[key], spot)
            elif len(known) < MOST_SPOTS:
                known[key] = spot
        return PolicyIdentity(tuple(known.values())) if found else self

    def suspects(self, bodies: Sequence[str]) -> bool:
        """Tell whether texts that differ make it worth while to look at captures that follow each other closely."""
        return suspects([*map(self._words, bodies)]) or suspects_edges([*map(self._lines, bodies)])

    def may_rotate(self, bodies: Sequence[str]) -> bool:
        """Tell whether texts that take turns may be one text with something beside it that rotates."""
        return may_rotate([*map(self._words, bodies)])

    @property
    def _spots(self) -> tuple[VolatileSpot, ...]:
        return tuple(place for place in self.places if not is_edge(place))

    def _beside(self, body: str) -> tuple[tuple[CountedBlock, ...], Content]:
        """Return the blocks and the content of a body without what stands beside the policy."""
        blocks, said = counted_blocks(body)
        edges = [place for place in self.places if is_edge(place)]
        kept, found = without_edges(blocks, edges) if edges else (blocks, [])
        if not found:
            return blocks, said
        words = without_marks("\n".join(block.counted for block in kept)).split()
        return kept, Content(tuple(words), (*said.disregarded, *found))

    def _lines(self, body: str) -> tuple[Line, ...]:
        return _kept(self, body).lines if len(body) <= KEPT_AT_MOST else _said(self._beside(body)[0])

    def _words(self, body: str) -> tuple[str, ...]:
        if len(body) > KEPT_AT_MOST:
            return self.content(body).words
        return tuple(map(intern, _kept(self, body).words.split()))


class _Kept:
    """What counts of a body, as far as somebody asked for it."""

    def __init__(self, identity: PolicyIdentity, body: str) -> None:
        self._identity, self._body = identity, body

    @cached_property
    def words(self) -> str:
        return " ".join(self._identity.content(self._body).words)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return _said(self._identity._beside(self._body)[0])


# Learning lays up to 48 texts side by side (`learning.windows`), and most of them again when the next ones came: more
# than `content` keeps, which takes 14 bytes for each character where these take 2 (2026-11).
_kept = lru_cache(maxsize=64)(_Kept)


@lru_cache(maxsize=2)  # each text is compared with the one before it and the one after it
def _kept_sentences(identity: PolicyIdentity, body: str) -> list[Sentence]:
    return _sentences(identity, body)


def _sentences(identity: PolicyIdentity, body: str) -> list[Sentence]:
    blocks, said = identity._beside(body)
    return sentences(blocks, blank(said.words, identity._spots)[2] if identity._spots else ())


def _said(blocks: Sequence[CountedBlock]) -> tuple[Line, ...]:
    return tuple(line for line in lines(blocks) if line.text)


def relearn(
    identity: PolicyIdentity, shown: Sequence[Shown], bodies: Mapping[str, str], fruitless: set[Stretch]
) -> tuple[PolicyIdentity, dict[str, Content]]:
    """Learn from what the snapshots of a policy show, until they show nothing new.

    ``shown`` are its snapshots in order, ``bodies`` the bodies of all its documents by hash, ``fruitless`` the
    stretches that showed nothing before. Returns the new identity (the same object if nothing was learned) and, by
    hash, the content of each document that has another hash under it.
    """
    now = identity
    names: dict[str, Content] = {}
    history: Sequence[Shown] = shown
    of_name: dict[str, str] = {}

    def body_of(name: str) -> str | None:
        return bodies.get(of_name.get(name, name))

    while (more := now.learned(history, body_of, fruitless)) != now:
        now = more
        names = {document: said for document, body in bodies.items() if (said := now.content(body)).hash != document}
        history = [s._replace(document=names[s.document].hash) if s.document in names else s for s in shown]
        of_name = {said.hash: document for document, said in names.items()}
    return now, names


def _both(old: VolatileSpot, new: VolatileSpot) -> VolatileSpot:
    return replace(new, known=old.known | new.known, longest=max(old.longest, new.longest))
