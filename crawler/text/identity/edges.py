"""Blocks beside the policy, at the edges of its text, learned not to count: found again by the lines around them.

A box of teasers, quotes or offers holds other lines at nearly every capture; a banner comes and goes. In a box lines do
not count only in the form that was seen: headings, items and captions, at most one more than before, and sentences no
more and no fewer. A banner's lines are the very ones that came and went. All else there counts, and is the vendor's.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from crawler.model import Disregarded
from crawler.text.identity.volatile_spots import END, START, VolatileSpot
from crawler.text.sentences import CountedBlock

BOX: Final = "changes beside the policy"
BANNER: Final = "comes and goes beside the policy"
MOST_LINES = 40
"""Lines at an edge; more are rather a list that belongs to the policy."""
MOST_WORDS = 60
"""Words of a line there; more are no teaser."""
_PROSE = 8
"""Fewest words of a sentence that is told from a teaser or a caption."""
_LONG = 20
"""So many words are prose, however they end; but a question is none, as teasers often are."""
_STOP = re.compile(r"[.!?:;…。！？][\"”’»)\]]*$")
_CODES = {"heading": "h", "item": "i", "row": "r"}


class Line(NamedTuple):
    """A line as it counts, without the spaces that do not, and of which form it is: a letter."""

    text: str
    form: str

    @property
    def is_prose(self) -> bool:
        """Tell whether it says something, rather than to name something."""
        return self.form == "s"


def lines(blocks: Sequence[CountedBlock]) -> tuple[Line, ...]:
    """Return the lines of a body; those of which nothing counts are empty."""
    return tuple(_line(block) for block in blocks)


def _line(block: CountedBlock) -> Line:
    words = block.counted.split()
    code = _CODES.get(block.block.kind, "t")
    last = _STOP.search(block.counted.rstrip())
    says = len(words) >= _PROSE and (last or len(words) >= _LONG) and not (last and last[0][0] in "?？")
    return Line(" ".join(words), "s" if code in "ti" and says else code)


def is_edge(place: VolatileSpot) -> bool:
    """Tell whether a place is of lines at an edge, not of words in a text."""
    return place.kind in {BOX, BANNER}


def without_edges(
    blocks: tuple[CountedBlock, ...], places: Sequence[VolatileSpot]
) -> tuple[tuple[CountedBlock, ...], list[Disregarded]]:
    """Return the blocks of a body, nothing of which counts where such a place says so, and what stood there."""
    found: list[Disregarded] = []
    kept = list(blocks)
    for place in places:
        said = lines(kept)
        for at in _free(said, place):
            if said[at].text:
                found.append(Disregarded(place.kind, said[at].text))
                empty = kept[at].block._replace(kind="text", level=0, text="")
                kept[at] = CountedBlock(empty, "", "")
    return tuple(kept), found


def _free(said: Sequence[Line], place: VolatileSpot) -> Sequence[int]:
    """Return which lines do not count at a place."""
    if place.kind == BANNER:
        near = range(len(said))[: place.longest] if place.before == START else range(len(said))[-place.longest :]
        return [at for at in near if said[at].text in place.known]
    between = _between(said, place)
    inside = [at for at in between if said[at].text]
    form = "".join(said[at].form for at in inside)
    box = _in_form(form, place.known)
    if box < len(form) and (not between[0] or said[between[0] - 1].is_prose):
        return ()  # only below a title it is sure where a box begins
    return inside[:box] if all(len(said[at].text.split()) <= MOST_WORDS for at in inside[:box]) else ()


def _in_form(form: str, known: frozenset[str]) -> int:
    """Return how many lines have a form that was seen; what stands below a box in another form is beside it."""
    if is_known(form, known):
        return len(form)
    letters = set().union(*known) - {"s"}
    ends = (at for at in range(len(form) - 1, 0, -1) if form[at] not in letters and is_known(form[:at], known))
    return next(ends, 0)


def _between(said: Sequence[Line], place: VolatileSpot) -> range:
    """Return which lines stand between the two of a box, given by their words or by signs for the ends of the text."""
    texts = [line.text for line in said]
    before, after = " ".join(place.before), " ".join(place.after)
    if before == START[0]:
        return range(texts.index(after)) if after in texts else range(0)
    if before not in texts:
        return range(0)
    below = _last(texts, before) + 1
    if after == END[0]:
        return range(below, len(texts))
    if after not in texts:  # the vendor may have changed it: below its title a box has as many lines as always, or none
        sizes = {len(form) for form in place.known if form}
        return range(below, min(below + sizes.pop(), len(texts))) if len(sizes) == 1 else range(0)
    for end in (at for at in reversed(range(len(texts))) if texts[at] == after):
        if before in texts[:end]:
            return range(_last(texts[:end], before) + 1, end)
    return range(0)


def _last(texts: Sequence[str], text: str) -> int:
    return len(texts) - 1 - texts[::-1].index(text)


def is_known(form: str, known: frozenset[str]) -> bool:
    """Tell whether lines have a form that was seen; without sentences, there may be fewer or one more of a kind."""
    if form in known:
        return True
    if not form or "s" in form:
        return False
    return any("s" not in one and len(form) <= len(one) + 1 and _collapsed(one) == _collapsed(form) for one in known)


def _collapsed(form: str) -> str:
    return re.sub(r"(.)\1+", r"\1", form)
