"""When two texts of one policy are the same document: by the rules for all texts, and by what its snapshots show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.text.identity.content import Content, content, counted_blocks
from crawler.text.identity.learning import MOST_SPOTS, Shown, Stretch, learn, suspects
from crawler.text.identity.volatile_spots import VolatileSpot, blank
from crawler.text.sentences import Sentence, sentences


@dataclass(frozen=True, slots=True)
class PolicyIdentity:
    """What tells the texts of one policy apart: all that they say, but for the ``places`` that do not count."""

    places: tuple[VolatileSpot, ...] = ()

    def content(self, body: str) -> Content:
        """Return what counts of a Markdown body of this policy, and what does not."""
        said = content(body)
        if not self.places:
            return said
        words, found, _ = blank(said.words, self.places)
        return Content(words, (*said.disregarded, *found))

    def sentences(self, body: str) -> list[Sentence]:
        """Return the sentences of a Markdown body of this policy, in the order in which they count.

        What counts of them, one after the other, is what the hash of `content` is of.
        """
        blanked = blank(content(body).words, self.places)[2] if self.places else ()
        return sentences(counted_blocks(body), blanked)

    def learned(
        self, history: Sequence[Shown], body_of: Callable[[str], str | None], fruitless: set[Stretch] | None = None
    ) -> "PolicyIdentity":
        """Return this identity with what a policy's captures (in order) show besides; the same object if that is
        nothing new.

        ``body_of`` gives the body of a document (by its hash), if it is at hand. ``fruitless`` has the stretches that
        showed nothing; they are not looked at again, and more are added to it.
        """
        known = {(spot.before, spot.after): spot for spot in self.places}
        found = learn(
            history, lambda document: self._words(body_of(document)), set() if fruitless is None else fruitless
        )
        for spot in found:
            key = spot.before, spot.after
            if key in known:
                known[key] = _both(known[key], spot)
            elif len(known) < MOST_SPOTS:
                known[key] = spot
        return PolicyIdentity(tuple(known.values())) if found else self

    def suspects(self, bodies: Sequence[str]) -> bool:
        """Tell whether texts that differ make it worth while to look at captures that follow each other closely."""
        return suspects([self.content(body).words for body in bodies])

    def _words(self, body: str | None) -> tuple[str, ...] | None:
        return None if body is None else self.content(body).words


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
