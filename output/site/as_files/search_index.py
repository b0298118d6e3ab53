"""The index that the search of a site in files reads: a browser loads the few pieces that a question needs.

    terms/N.json      terms whose CRC-32 has these last bits: {TERM: [POLICY, …]}
    policies/N.json   a policy: where its pages are, and its revisions in order, each with its name, first and last day

A term is a word, two words that follow each other in a line, or ``vendor:NAME`` and ``type:NAME``; of languages that
put no spaces between words, each sign is a word. So a phrase is found by its pairs of words, and a piece of Chinese by
its pairs of signs. Policies are numbered; each number is written as the distance from the one before. A number alone
stands for all revisions of the policy, ``[NUMBER, FROM, TO, …]`` for those at these places.

Measured on 1,000 texts (2026-11): see docs/how-to/publish.md.
"""

import json
import re
import sqlite3
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote
from zlib import crc32

from crawler.model import type_slug
from crawler.text.markdown import visible_text
from output.site.as_files.addresses import folder_of
from output.site.history import PolicyRow, revisions_of
from output.site.matching import SIGNS
from pipelines.corpus.documents import body_of

_PARTS = 1024
"""Files in which what is found waits until all is found."""
_MAX_WAITING = 32 * 1024 * 1024
"""Characters that wait in memory."""
_MAX_TERMS = 500_000
"""Terms of a policy that are held at once: an ordinary text has some 3,000."""
_SHARD = 24 * 1024
"""Characters of a file of terms, about: what a browser loads for a word."""
_MAX_TERM = 40
"""Characters of a word that count."""
_ASCII = re.compile("[a-z0-9]+")
_ANY = re.compile(f"[{SIGNS}]|(?:(?![{SIGNS}])[^\\W_])+")
_ACCENTS = re.compile("[\u0300-\u036f]")


class SearchIndex:
    """An index being made in a folder. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: defaultdict[int, list[str]] = defaultdict(list)
        self._size = 0
        self._spilt = 0
        self._temporary = tempfile.TemporaryDirectory()
        for name in ("terms", "policies"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._temporary.cleanup()

    def add(self, number: int, conn: sqlite3.Connection, identifier: int, vendor: str, type_: str) -> None:
        """Add a policy under a number; numbers rise, and so the search shows them."""
        revisions = revisions_of(conn, PolicyRow(identifier, vendor, type_), changes=False)
        at: defaultdict[str, int] = defaultdict(int)
        for place, revision in enumerate(revisions):
            at[revision.document] |= 1 << place
        lines: defaultdict[str, int] = defaultdict(int)
        whole = (1 << len(revisions)) - 1
        found = defaultdict(int, {f"vendor:{_name(vendor)}": whole, f"type:{_name(type_)}": whole})
        for document, places in at.items():
            for line in set(visible_text(body_of(conn, document)).splitlines()):
                lines[line] |= places
            if sum(map(len, lines)) > _MAX_WAITING:
                self._find(lines, found, number, whole)
        self._find(lines, found, number, whole)
        self._note(found, number, whole)
        said = {
            "vendor": vendor,
            "type": type_,
            "path": "/".join(quote(name, safe="") for name in folder_of("policies", vendor, type_slug(type_))) + "/",
            "revisions": [
                [folder_of(one.name)[0], one.first_captured[:10], one.last_captured[:10]] for one in revisions
            ],
        }
        _write(self._folder / "policies" / f"{number}.json", said)

    def finish(self) -> int:
        """Write the terms, and return in how many files."""
        shards = 1
        while shards < 64 * _PARTS and shards * _SHARD < self._spilt + self._size:
            shards *= 2
        for first in range(min(shards, _PARTS)):
            parts = range(first, _PARTS, shards) if shards < _PARTS else (first,)
            pieces: defaultdict[int, dict[str, list[Any]]] = defaultdict(dict)
            for term, postings in self._terms(parts).items():
                pieces[crc32(term.encode()) % shards][term] = postings
            for shard in range(first, shards, min(shards, _PARTS)):
                _write(self._folder / "terms" / f"{shard}.json", dict(sorted(pieces[shard].items())))
        return shards

    def _find(self, lines: "defaultdict[str, int]", found: "defaultdict[str, int]", number: int, whole: int) -> None:
        """Find the terms of lines, each with the places of the revisions that have it, and forget the lines."""
        for line, places in lines.items():
            words = terms_of(line)
            for term in {*words, *map(" ".join, pairwise(words))}:
                found[term] |= places
            if len(found) > _MAX_TERMS:
                self._note(found, number, whole)
        lines.clear()

    def _note(self, found: "defaultdict[str, int]", number: int, whole: int) -> None:
        for term, places in found.items():
            noted = f"{term}\t{number}\t{'' if places == whole else f'{places:x}'}\n"
            self._waiting[crc32(term.encode()) % _PARTS].append(noted)
            self._size += len(noted)
        found.clear()
        if self._size > _MAX_WAITING:
            for part, notes in self._waiting.items():
                with Path(self._temporary.name, str(part)).open("a", encoding="utf-8", newline="\n") as file:
                    file.writelines(notes)
            self._waiting.clear()
            self._spilt, self._size = self._spilt + self._size, 0

    def _terms(self, parts: "range | tuple[int, ...]") -> dict[str, list[Any]]:
        """Return the terms of some parts with where they stand, as the files have it."""
        standing: defaultdict[str, dict[int, int | None]] = defaultdict(dict)
        for part in parts:
            for noted in self._noted(part):
                term, number, places = noted.rstrip("\n").split("\t")
                here, at = standing[term], int(number)
                if not places or here.get(at, 0) is None:
                    here[at] = None
                else:
                    here[at] = (here.get(at) or 0) | int(places, 16)
        return {term: _postings(here) for term, here in standing.items()}

    def _noted(self, part: int) -> Iterator[str]:
        spilt = Path(self._temporary.name, str(part))
        if spilt.exists():
            with spilt.open(encoding="utf-8", newline="\n") as file:
                yield from file
        yield from self._waiting[part]


def terms_of(line: str) -> list[str]:
    """Return the words of a line in order, as the index and `search.js` have them."""
    if line.isascii():
        words = _ASCII.findall(line.lower())
    else:
        bare = _ACCENTS.sub("", unicodedata.normalize("NFD", line))
        words = _ANY.findall(unicodedata.normalize("NFC", bare).lower())
    return [word[:_MAX_TERM] for word in words]


def _postings(standing: dict[int, int | None]) -> list[Any]:
    postings: list[Any] = []
    last = 0
    for number, places in standing.items():
        postings.append(number - last if places is None else [number - last, *_stretches(places)])
        last = number
    return postings


def _stretches(places: int) -> Iterator[int]:
    """Yield the first and the last place of each stretch of set bits."""
    place = 0
    while places:
        gap = (places & -places).bit_length() - 1
        place, places = place + gap, places >> gap
        length = (~places & (places + 1)).bit_length() - 1
        yield place
        yield place + length - 1
        place, places = place + length, places >> length


def _name(text: str) -> str:
    """Return the name of a vendor or type as a term has it."""
    return " ".join(text.lower().encode("utf-8", "replace").decode().split())


def _write(path: Path, value: object) -> None:
    path.write_bytes(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
