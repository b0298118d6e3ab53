"""Under which headings the blocks of a text stand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from crawler.text.markdown import verbatim
from crawler.text.sentences import Sentence

Path = tuple[str, ...]
"""Headings from the outermost to the innermost."""

_LONGEST = 150
"""Characters of a heading that name a place; some pages mark whole paragraphs as headings."""


def paths(sentences: Sequence[Sentence]) -> Mapping[int, Path]:
    """Return the headings above each block of a text, by the block's number, without the title of the text."""
    found: dict[int, Path] = {}
    above: list[tuple[int, str]] = []
    blocks = [(block, [*parts]) for block, parts in groupby(sentences, key=attrgetter("block"))]
    levels = Counter(parts[0].level for _, parts in blocks if parts[0].kind == "heading")
    titled = False  # whether a heading came before
    for block, parts in blocks:
        if parts[0].kind == "heading":
            level = parts[0].level
            while above and above[-1][0] >= level:
                above.pop()
            found[block] = tuple(text for _, text in above)
            is_title = not titled and levels[level] == 1 and level == min(levels)
            titled = True
            if not is_title:
                text = "".join(part.plain + part.gap for part in parts).partition("\n")[0]
                above.append((level, _cut(verbatim(text).strip())))
        else:
            found[block] = tuple(text for _, text in above)
    return found


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rpartition(" ")[0] or text[:_LONGEST]
