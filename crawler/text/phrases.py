"""Phrases as data: TOML files of regular expressions by language, with examples of what they mean and what they do not.

A file has a table per phrase. Its languages ("any" for what needs none) hold a pattern or a list of them, any of which
may match; `is` and `is_not` are examples, which a test tries.
"""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

_LANGUAGES = ("any", "en", "de", "fr", "es", "it", "nl", "pt", "pl", "ja", "zh", "ko", "ru", "tr")


@dataclass(frozen=True)
class Phrase:
    """What a text may say, in the words of several languages."""

    patterns: tuple[str, ...]
    flags: int

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """All patterns as one, compiled when it is first asked for: those of all files take 20 ms."""
        return re.compile("|".join(self.patterns), self.flags)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first place in a text that says this."""
        return self.compiled.search(text)


def load_phrases(path: Path, flags: int = 0) -> dict[str, Phrase]:
    """Return the phrases of a file by their names. Raise ValueError for a file that is not as described above."""
    records = tomllib.loads(path.read_text("utf-8"))
    return {
        name: Phrase(patterns_of(record, {"what", "is", "is_not"}, f"{path.name}, {name}"), flags)
        for name, record in records.items()
    }


def patterns_of(record: dict[str, Any], others: Collection[str], where: str) -> tuple[str, ...]:
    """Return the patterns of a record in the order of the languages. Raise ValueError where it lacks patterns or
    examples, or has keys that are neither languages nor ``others``.
    """
    if unknown := record.keys() - {*_LANGUAGES, *others}:
        raise ValueError(f"{where}: unknown key {min(unknown)!r}, expected a language or one of {sorted(others)}")
    if not record.get("is") or not record.get("is_not"):
        raise ValueError(f"{where}: expected examples of what it is and what it is not")
    held = (record.get(language, []) for language in _LANGUAGES)
    patterns = tuple(pattern for each in held for pattern in ([each] if isinstance(each, str) else each))
    if not patterns:
        raise ValueError(f"{where}: expected a pattern in a language, or in 'any'")
    return patterns
