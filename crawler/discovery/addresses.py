"""What the words of an address say alone."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from crawler.discovery.words import Kind, known_words

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_EXTENSION = re.compile(
    r"\.(?:s?html?|php\d?|aspx?|jsp|jspx|cfm|do|action|pdf|txt|page|sml|xhtml|cms|mspx|go)$", re.IGNORECASE
)
_EXTENSIONS = re.compile(_EXTENSION.pattern, re.IGNORECASE | re.MULTILINE)
_PARTS = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?")
_WORD = re.compile(r"[^\W_]+")
_DATE = re.compile(r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])\b")
_PIECES: Final[list[str]] = tomllib.loads(Path(__file__).with_name("paths.toml").read_text("utf-8"))["pieces"]
_LONGEST: Final = 400
_LOCALE: Final = 2  # letters of a language or a country
_MOST: Final = 0.6
_ALL: Final = 0.99  # a share that is all but rounding


@dataclass(frozen=True, slots=True)
class AddressReading:
    """What an address says of what is there."""

    type: str | None
    kind: Kind | None
    share: float
    """The share of the part of the address that names the policy which its name is."""
    last: bool
    """It is the last part of the path."""
    folder: bool
    """A part before the last one names a policy: "/legal/…"."""
    against: int
    dated: bool
    words: int
    """Words of the last part of the path."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part of an address says."""

    words: int
    plain: bool
    """It says nothing of what is there."""
    against: int
    type: str | None = None
    kind: Kind = Kind.BESIDE
    share: float = 0.0


def naming(addresses: Iterable[str]) -> set[str]:
    """Return those of some addresses that name a policy: for which `read` finds a type. Few of a page's do."""
    parts = {address: _parts(address) for address in dict.fromkeys(addresses)}
    named = _naming({part for of_address in parts.values() for part in of_address})
    return {address for address, of_address in parts.items() if not named.isdisjoint(of_address)}


def _parts(address: str) -> list[str]:
    host, path, query = _split(address)
    parts = path.split("/")
    if len(host) > 2:
        parts.append(host[0])
    if query:
        parts += [pair.partition("=")[2] for pair in query.split("&")]
    return parts


def _naming(parts: set[str]) -> set[str]:
    """Return those of some parts of addresses that name a policy."""
    plain = [part for part in parts if part.isascii() and "%" not in part and "\n" not in part]
    folded = _CAMEL.sub(" ", _EXTENSIONS.sub("", "\n".join(plain))).lower()
    likely = set(compress(plain, known_words().likely_in_addresses(folded)))
    return {part for part in likely.union(parts.difference(plain)) if _part(part).type is not None}


def _split(address: str) -> tuple[list[str], str, str]:
    """Return the labels of an address's host, its path and its query."""
    parts = _PARTS.match(address)
    assert parts is not None  # anything matches
    return (parts[1] or "").split("."), parts[2][:_LONGEST], (parts[3] or "")[:_LONGEST]


@lru_cache(maxsize=4096)
def read(address: str) -> AddressReading:
    """Return what an address, absolute or relative, says of what is there."""
    host, path, query = _split(address)
    first = [_part(host[0])] if len(host) > 2 else []
    folders = [*first, *(_part(segment) for segment in path.split("/") if segment)]
    end = len(folders) - 1
    while end > len(first) and folders[end].plain:
        end -= 1
    queries = [_part(pair.partition("=")[2]) for pair in query.split("&")] if query else []
    best: tuple[tuple[float, ...], _Part, bool] | None = None
    folder = False
    for position, part in enumerate([*folders, *queries]):
        if part.type is not None:
            last = position >= max(end, len(first))
            folder = folder or (part.share > _ALL and not last)
            rank = (part.share > _ALL and last, part.share > _MOST, last, part.kind, part.share, position)
            if best is None or rank > best[0]:
                best = (rank, part, last)
    against = sum(part.against for part in folders[len(first) :]) + sum(part.against for part in queries)
    dated = _DATE.search(path) is not None
    words = folders[-1].words if folders else 0
    if best is None:
        return AddressReading(None, None, 0.0, False, folder, against, dated, words)
    return AddressReading(best[1].type, best[1].kind, best[1].share, best[2], folder, against, dated, words)


@lru_cache(maxsize=8192)
def _part(text: str) -> _Part:
    known = known_words()
    plain = _EXTENSION.sub("", unquote(text) if "%" in text else text)
    words = _WORD.findall(_CAMEL.sub(" ", plain))
    silent = [word for word in words if word.isdigit() or len(word) <= _LOCALE or word.lower() in known.plain]
    against = sum(word.lower() in known.against for word in words)
    reading = known.read_address(" ".join(words))
    named = reading.named
    if named is None:
        return _Part(len(words), len(silent) == len(words), against)
    share = min(1.0, (named.end - named.start + sum(map(len, silent))) / reading.letters)
    return _Part(len(words), False, against, named.type, named.kind, max(share, reading.share))


def address_type(url: str) -> tuple[str, float] | None:
    """Return the type of policy that an address names, with how sure that is from 0 to 1; None if it names none."""
    reading = read(url)
    if reading.type is None or reading.kind is None:
        return None
    sure = reading.share * (0.95 if reading.kind >= Kind.ADDRESS else 0.8)
    if not reading.last:
        sure *= 0.6
    sure *= 0.3**reading.against * (0.4 if reading.dated else 1.0)
    return (reading.type, round(sure, 3)) if sure >= 0.3 else None


PATH_WORDS: Final = "|".join(quote(piece).lower() for piece in _PIECES)
"""The words of policies' addresses as a regular expression, a choice of plain words to be found in the path of a CDX
``urlkey``: ``filter=urlkey:[^)]*\\).*(?:PATH_WORDS).*``.
"""
