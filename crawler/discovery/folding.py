"""Texts made comparable: without letter case, accents, punctuation and, in scripts that need none, spaces."""

import re
import unicodedata
from itertools import filterfalse
from typing import Final, NamedTuple

# What decomposition leaves as it is, and what people write for it where they have no such key.
_LETTERS: Final[dict[int, str]] = {
    **{ord(letter): other for letter, other in zip("łøđıðىکیёґ’\u200c", "lodidيكيег' ", strict=True)},
    **{ord(letter): letters for letter, letters in {"æ": "ae", "œ": "oe", "þ": "th", "ة": "ه"}.items()},
    **{ord(unseen): "" for unseen in "ـ\u00ad\u200b\u2060\ufeff"},
}
_SPECIAL = re.compile(f"[{''.join(map(chr, _LETTERS))}]")
# Thai and its neighbours, Hangul, kana, Han: scripts without spaces, or (Korean) with spaces as one likes.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+")


class Folded(NamedTuple):
    """A text as its words, and as one string of their letters and digits."""

    words: tuple[str, ...]
    letters: str
    unspaced: bool = False
    """It has letters of a script without spaces, so its words are no words."""

    def start(self, position: int) -> int:
        """Return where in the letters a word begins."""
        return sum(map(len, self.words[:position]))


def fold_letters(text: str) -> str:
    """Return the text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    if _SPECIAL.search(decomposed):
        decomposed = decomposed.translate(_LETTERS)
    bare = "".join(filterfalse(unicodedata.combining, decomposed))
    return unicodedata.normalize("NFC", bare)


def fold(text: str) -> Folded:
    """Return the text as phrases are compared with."""
    folded = fold_letters(text)
    words = tuple(words_of(folded))
    return Folded(words, "".join(words), is_unspaced(folded))


def words_of(folded: str) -> list[str]:
    """Return the words of a text that was folded."""
    return _WORD.findall(folded)


def is_unspaced(folded: str) -> bool:
    """Tell whether a text that was folded has letters of a script without spaces."""
    return not folded.isascii() and _UNSPACED.search(folded) is not None
