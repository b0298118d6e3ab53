"""When two texts of one policy are the same document: by the rules for all texts, and by what its snapshots tell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.text.identity.content import Content, content
from crawler.text.identity.learning import MOST_PLACES, Shown, Stretch, learn, suspects
from crawler.text.identity.places import Place, blank


@dataclass(frozen=True, slots=True)
class PolicyIdentity:
    """What tells the texts of one policy apart: all that they say, but for the ``places`` that do not count."""

    places: tuple[Place, ...] = ()

    def content(self, body: str) -> Content:
        """What counts of a Markdown body of this policy, and what does not."""
        said = content(body)
        if not self.places:
            return said
        words, found = blank(said.words, self.places)
        return Content(words, (*said.disregarded, *found))

    def learned(
        self, history: Sequence[Shown], body_of: Callable[[str], str | None], in_vain: set[Stretch] | None = None
    ) -> "PolicyIdentity":
        """This, with what a policy's captures (in order) tell besides; ``body_of`` gives a document's body, if it is
        at hand. The same object where that is nothing new. ``in_vain`` remembers what told of nothing.
        """
        known = {(place.before, place.after): place for place in self.places}
        found = learn(history, lambda document: self._words(body_of(document)), set() if in_vain is None else in_vain)
        for place in found:
            key = place.before, place.after
            if key in known:
                known[key] = _both(known[key], place)
            elif len(known) < MOST_PLACES:
                known[key] = place
        return PolicyIdentity(tuple(known.values())) if found else self

    def suspects(self, bodies: Sequence[str]) -> bool:
        """Whether texts that differ make it worth while to look at captures that follow each other closely."""
        return suspects([self.content(body).words for body in bodies])

    def _words(self, body: str | None) -> tuple[str, ...] | None:
        return None if body is None else self.content(body).words


def _both(old: Place, new: Place) -> Place:
    return replace(new, known=old.known | new.known, longest=max(old.longest, new.longest))


def relearn(
    identity: PolicyIdentity, history: Sequence[Shown], bodies: Mapping[str, str], fruitless: set[Stretch]
) -> tuple[PolicyIdentity, dict[str, Content]]:
    """Learn from what a policy's captures show (in order); ``bodies`` are those of all its documents, by hash.

    Returns the new identity (the same object if nothing new was learned) and, by hash, the content of each document
    that has another hash under it.
    """
    learned = identity.learned(history, bodies.get, fruitless)
    if learned == identity:
        return identity, {}
    contents = {document: learned.content(bodies[document]) for document in bodies}
    return learned, {document: content for document, content in contents.items() if content.hash != document}
