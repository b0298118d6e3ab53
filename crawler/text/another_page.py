"""How much two texts have in common, to tell another page (maintenance, an error, a dialog alone) from the policy."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby, islice
from typing import NamedTuple

from crawler.text.identity.policy import PolicyIdentity
from crawler.text.markdown import read_lines

SHARED = 0.1
"""Two texts share so much of their phrases at most. Two texts of one policy that servers send in turn share 22 to 25 %;
of a few pairs, texts that were written anew share 5 to 40 %, translations up to 4 % (seen on real histories, 2026-11).
"""
SHORT = 0.25
"""What has less than this share of the policy's words is no whole policy, ..."""
_OF_THE_SITE = 0.5
"""... so up to half of its phrases may be from around the policy: a footer that both pages have."""
_WORDS_OF_POLICY = 0.5
"""A short text with so many of its long words in the policy may be an early policy, or what is left of one."""
_LONG_WORD = 5
_FEWEST_WORDS = 3
_SAME_LINES = 0.6
"""A text with more than this share of its letters in lines of the other one has more than half of its phrases there."""
_WORDS_TO_TELL = 30
"""From a text of fewer words, one that the vendor changed cannot be told from another page."""
_NOTICE = 120
"""Of a text with fewer words, that nothing else is known of says little: `rejection` takes as many for a notice."""
_HALF = 0.5
"""A text with more of the policy's letters is not short, whatever its words."""
_PHRASE = 3
"""Words in a phrase. Where a script puts no spaces between words, it is characters: of ideographs, and of others."""
_IDEOGRAPHS, _LETTERS = 5, 10
_READ_AT_MOST = 512 * 1024
"""Characters whose phrases are looked at; no policy that is known has more (2026-11), and each may take 200 bytes."""
_UNIT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|[^\W_]+")


class Looks(NamedTuple):
    """What a text says, of what counts in it."""

    words: int
    phrases: frozenset[tuple[str, ...]]
    long_words: frozenset[str]
    headings: frozenset[str]

    def is_short(self, other: "Looks") -> bool:
        """Tell whether it is too short to be the other text as a whole."""
        return self.words < SHORT * other.words

    def shares(self, other: "Looks") -> tuple[float, float]:
        """Return how much of the phrases of each the other one has."""
        common = len(self.phrases & other.phrases)
        return common / max(len(self.phrases), 1), common / max(len(other.phrases), 1)

    def is_unlike(self, policy: "Looks", shares: tuple[float, float]) -> bool:
        """Tell whether it has next to nothing in common with a text that is no rest beside it, by what they share."""
        if policy.words < _WORDS_TO_TELL or policy.is_short(self):
            return False
        own, others = shares
        return others < SHARED and own < (_OF_THE_SITE if self.is_short(policy) else SHARED)

    def has_nothing_of(self, policy: "Looks") -> bool:
        """Tell whether it has nothing of a policy: its length, headings, words."""
        common = len(self.long_words & policy.long_words)
        return (
            self.is_short(policy)
            and not self.headings & policy.headings
            and (len(self.long_words) < _FEWEST_WORDS or common < _WORDS_OF_POLICY * len(self.long_words))
        )


def looks(title: str, body: str, identity: PolicyIdentity) -> Looks:
    """Return what is compared of a text."""
    text = " ".join(identity.content(body).words).casefold()
    units = _UNIT.findall(text[:_READ_AT_MOST])
    words = len(units) if len(text) <= _READ_AT_MOST else _UNIT.subn("", text)[1]
    headings = {block.text.casefold() for block in read_lines(body) if block.kind == "heading"} | {title.casefold()}
    size = _size(units)
    phrases = frozenset(tuple(units[at : at + size]) for at in range(max(len(units) - size + 1, 1)))
    long_words = frozenset(unit for unit in units if len(unit) >= _LONG_WORD)
    return Looks(words, phrases, long_words, frozenset(headings - {""}))


class Suspects:
    """The short texts of a policy, by their hashes, that are unlike the texts before and after them, as far as its
    history is known, or stand there alone: some will turn out to be another page.
    """

    def __init__(self) -> None:
        self.documents: set[str] = set()
        self._judged: dict[tuple[str, str], bool] = {}

    def look(self, shown: Iterable[str], bodies: Mapping[str, str], identity: PolicyIdentity) -> set[str]:
        """Return what is new among them in a history: documents in order, by their hashes."""
        runs = [document for document, _ in groupby(shown)]
        new = set()
        if (
            len(runs) == 1
            and runs[0] not in self.documents
            and (body := bodies.get(runs[0])) is not None
            and sum(1 for _ in islice(_UNIT.finditer(body), _NOTICE)) < _NOTICE
        ):
            new.add(runs[0])
        for at, document in enumerate(runs):
            beside = {*runs[max(at - 1, 0) : at], *runs[at + 1 : at + 2]}
            if beside and document not in self.documents:
                for other in beside:
                    if (document, other) not in self._judged:
                        self._judged[document, other] = _is_suspect(document, other, bodies, identity)
                if all(self._judged[document, other] for other in beside):
                    new.add(document)
        self.documents |= new
        return new


def _is_suspect(document: str, other: str, bodies: Mapping[str, str], identity: PolicyIdentity) -> bool:
    body, policy = bodies.get(document), bodies.get(other)
    if body is None or policy is None:
        return False
    if len(body) > _HALF * len(policy) or have_lines_in_common(body, policy):
        return False
    one, whole = looks("", body, identity), looks("", policy, identity)
    return one.is_short(whole) and one.is_unlike(whole, one.shares(whole))


def have_lines_in_common(one: str, other: str) -> bool:
    """Tell at once that a body is another one with some changes, as nearly all are: phrases take time."""
    own, others = set(one.splitlines()), set(other.splitlines())
    return sum(map(len, own & others)) > _SAME_LINES * sum(map(len, own))


def _size(units: list[str]) -> int:
    """Return of how many units a phrase is, by the script that most of a text is in."""
    kinds = Counter(
        _PHRASE if len(unit) > 1 or unit < "\u0e00" else _IDEOGRAPHS if unit >= "\u3040" else _LETTERS for unit in units
    )
    return kinds.most_common(1)[0][0] if kinds else _PHRASE
