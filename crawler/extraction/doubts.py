"""Why a text may not be what the vendor wrote: mojibake, bytes that were decoded twice or in the wrong charset."""

import re
from typing import Final

from crawler.model import Doubt

MOJIBAKE: Final = "mojibake"

# A character or two that a mail program lost are the vendor's; a page in another charset has one in every sentence.
_LOST_AT_LEAST: Final = 3
_CHARACTERS_PER_LOST: Final = 2000

# The second and later bytes of a character of UTF-8, as other charsets show them.
_IN_1252: Final = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_IN_1251: Final = "\xa0ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџЎўЈ¤Ґ¦§Ё©Є«¬\xad®Ї°±Ііґµ¶·ё№є»јЅѕї"
# Those that follow no letter in a text; quotes, dashes and spaces do ("CAFÉ”", "qualité »").
_IN_NO_TEXT: Final = "\x80-\x9f¡-ª¬-¶¸-º¼-¿€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜š›œžŸ"
_TWICE: Final = re.compile(
    rf"â[€\x80][{_IN_1252}]|â‚¬|ï»¿|ï¿½"  # quotes and dashes, the euro, a byte order mark, a character already lost
    rf"|Ã[{_IN_NO_TEXT}]|(?<=[a-z])Ã\xa0|Â[©®°§·£¡¿«»\xa0](?![A-Z])"
    rf"|(?<=[a-z])[ÄÅ][{_IN_1252}]|[ÄÅ][{_IN_NO_TEXT}…™](?=[a-z])"  # Polish, Czech, Turkish …
    rf"|(?:[ÎÏÐÑ×ØÙÚÛ][{_IN_1252}]){{3,}}"  # Greek, Cyrillic, Hebrew, Arabic
    rf"|(?:[à-ï][{_IN_1252}]{{2}}){{2,}}"  # the scripts of Asia
    rf"|(?:[РС][{_IN_1251}]){{3,}}"  # Cyrillic, read as windows-1251
    r"|(?:[縺繧][^縺繧]{1,2}){2,}|锟斤拷",  # Japanese, read as Shift_JIS; lost characters, read as GBK
)
# Where that can begin: looking for these first takes a tenth of the time.
_LEAD: Final = re.compile("[à-ïÂÃÄÅÎÏÐÑ×ØÙÚÛРС縺繧锟](?=[^\x00-\x7f])")
# One place among letters that are right is a slip of the vendor's own: a page misread has them everywhere.
_PLACES_AT_LEAST: Final = 2
_SHARE_AT_LEAST: Final = 0.1  # of all characters beyond ASCII
_AROUND: Final = 30


def doubts(text: str) -> tuple[Doubt, ...]:
    """Return what in a body speaks against its having been published so."""
    if text.isascii():
        return ()
    lost = text.count("\ufffd")
    if lost >= _LOST_AT_LEAST and lost * _CHARACTERS_PER_LOST >= len(text):
        shown = _excerpt(text, text.index("\ufffd"))
        return (Doubt(MOJIBAKE, f'{lost} characters are lost (U+FFFD), the first in "{shown}".'),)
    places: list[re.Match[str]] = []
    for lead in _LEAD.finditer(text):
        if (not places or lead.start() >= places[-1].end()) and (found := _TWICE.match(text, lead.start())):
            places.append(found)
    wrong = sum(len(place[0]) for place in places)
    if places and (len(places) >= _PLACES_AT_LEAST or wrong >= _SHARE_AT_LEAST * _beyond_ascii(text)):
        shown = _excerpt(text, places[0].start())
        return (
            Doubt(
                MOJIBAKE,
                f'{wrong} characters look like text read in another charset than its own, the first in "{shown}".',
            ),
        )
    return ()


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _excerpt(text: str, at: int) -> str:
    return " ".join(text[max(0, at - _AROUND) : at + _AROUND].split())
