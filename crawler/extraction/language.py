"""The language of a text."""

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crawler.text.markdown import without_targets

if TYPE_CHECKING:
    from crawler.extraction.language_model import Identifier

logger = logging.getLogger(__name__)

# On 269 policies the answer is the same from 2,000 characters on (2026-11); more only takes time (1.7 ms for 5,000
# characters, 11 ms for 20,000).
READ_AT_MOST: Final = 2000
LETTERS_AT_LEAST: Final = 40
# Of the model's probability, over all its languages. The 152 policies score 0.999 at 2,000 characters; wrong answers to
# their first 300 characters (menus, names) score below 0.2.
CONFIDENCE_AT_LEAST: Final = 0.5

_NO_LANGUAGE: Final = "zxx"  # ISO 639-2: no linguistic content; a class of the model's
_URL = re.compile(r"https?://\S{1,500}")


def language(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language, or None if the text is too short or too mixed to tell.

    Markdown is read as it is, without its link targets. The first call of all unpacks the model (half a second, and a
    file of 70 MB in the user's cache); without room for one, every answer is None.
    """
    return _language(_URL.sub("", without_targets(text[: 2 * READ_AT_MOST]))[:READ_AT_MOST])


@lru_cache(maxsize=256)  # most captures say what the one before said
def _language(prose: str) -> str | None:
    if sum(map(str.isalpha, prose)) < LETTERS_AT_LEAST:
        return None
    identifier = _identifier()
    if identifier is None:
        return None
    code, confidence = identifier.classify(prose)
    if code == _NO_LANGUAGE or confidence < CONFIDENCE_AT_LEAST:
        return None
    return str(code)


@lru_cache(maxsize=1)
def _identifier() -> "Identifier | None":
    """Return the model, for languages with a code of two letters (others take texts from them: pcm, wuu)."""
    from crawler.extraction import language_model  # noqa: PLC0415 - numpy, and most commands look at no text

    try:
        return language_model.load(lambda label: len(label) == 2 or label == _NO_LANGUAGE)
    except OSError as error:
        logger.warning("Documents get no language: its model could not be loaded (%s)", error)
        return None
