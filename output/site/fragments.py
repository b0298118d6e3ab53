"""Links to a sentence: the part of an address that has a browser find words on a page and mark them.

The form is the text fragments' (https://wicg.github.io/scroll-to-text-fragment/): ``#:~:text=WORDS`` or
``#:~:text=FIRST WORDS,LAST WORDS``.
"""

import re
from urllib.parse import quote

from crawler.text.markdown import NUMBER

_WHOLE = 12
"""Words up to which a sentence is named by all of them; of a longer one, its ends are enough."""
_ENDS = 5
_CUT = re.compile(r"~~|\|")
"""Signs that stand for what is no text on a page: words that are struck out, and borders of cells."""


def text_fragment(sentence: str) -> str:
    """Return what leads to a sentence on the page at an address that it is added to; empty if it has no words."""
    pieces = _CUT.split(NUMBER.sub("", sentence, count=1) if NUMBER.match(sentence) else sentence)
    words = max(pieces, key=len).split()
    if not words:
        return ""
    runs = [words] if len(words) <= _WHOLE else [words[:_ENDS], words[-_ENDS:]]
    return "#:~:text=" + ",".join(quote(" ".join(run), safe="").replace("-", "%2D") for run in runs)
