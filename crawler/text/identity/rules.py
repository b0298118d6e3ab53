"""What is disregarded in any text, since the page and not the vendor says it: years of copyright, the present date,
how long ago a page was edited, counters, the ids and addresses of a request.

The rules are data: see `rules.toml` for what they are and how they are written. What no rule dares to judge may be
learned from a policy's own snapshots (`crawler.text.identity.learning`).
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from crawler.model import Disregarded
from crawler.text.phrases import patterns_of

BLANK = "\u2426"
"""Stands in a text where something is disregarded (Unicode's symbol for a substitute, which no policy has)."""

_FILE = Path(__file__).with_name("rules.toml")
_KEYS = {"what", "cues", "anywhere", "spelled_out", "is", "is_not"}
_SHORT = 300
"""Longest line (characters) in which a rule looks: footers and stamps are short, and so it stays quick."""
_DIGIT = re.compile(r"\d")
_REFERENCE = re.compile(r"\(\?&(\w+)\)")


@dataclass(frozen=True)
class Rule:
    """A rule of the file, its patterns complete."""

    what: str
    cues: tuple[str, ...]
    sources: tuple[str, ...]
    anywhere: bool
    spelled_out: bool

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The patterns, compiled when a line first has a cue of the rule: those of all rules take 40 ms."""
        return tuple(re.compile(source, re.IGNORECASE | re.VERBOSE) for source in self.sources)


def _pattern(held: str | dict[str, str]) -> str:
    """Return the pattern of a part: alternatives by language are joined."""
    return held if isinstance(held, str) else "|".join(held.values())


def _words(held: dict[str, str]) -> str:
    return "|".join(sorted(" ".join(held.values()).split(), key=len, reverse=True))


def _complete(pattern: str, parts: dict[str, str]) -> str:
    """Return a pattern with its parts in place of (?&name). Raise KeyError for an unknown name."""
    return _REFERENCE.sub(lambda found: f"(?:{_complete(parts[found[1]], parts)})", pattern)


def _rule(record: dict[str, Any], parts: dict[str, str]) -> Rule:
    where = f"{_FILE.name}, rule with the cues {record.get('cues')}"
    sources = tuple(_complete(pattern, parts) for pattern in patterns_of(record, _KEYS, where))
    if not all("(?P<value>" in source for source in sources):
        raise ValueError(f"{where}: expected a group 'value' in each pattern")
    if not record.get("cues") or any(cue != cue.lower() for cue in record["cues"]):
        raise ValueError(f"{where}: expected cues, in lower case")
    anywhere, spelled_out = record.get("anywhere", True), record.get("spelled_out", False)
    return Rule(record["what"], tuple(record["cues"]), sources, anywhere, spelled_out)


def _load() -> tuple[tuple[Rule, ...], dict[str, str]]:
    """Return the rules and parts of the file. Raise ValueError for a rule that is not as the file says."""
    held = tomllib.loads(_FILE.read_text("utf-8"))
    parts = {name: _words(words) for name, words in held["words"].items()}
    parts |= {name: _pattern(part) for name, part in held["parts"].items()}
    return tuple(_rule(record, parts) for record in held["rule"]), parts


RULES, _PARTS = _load()
CALENDAR = _complete("(?&calendar)", _PARTS)
"""The names of months and weekdays, for patterns that ignore case; those that are words too only before a number."""
UNITS = _PARTS["unit"]
"""Units of time, for patterns that ignore case."""

_CUES = tuple({cue: None for rule in RULES for cue in rule.cues})
_SPELLED_OUT = tuple(rule for rule in RULES if rule.spelled_out)
_SPELLED_OUT_CUES = tuple({cue: None for rule in _SPELLED_OUT for cue in rule.cues})


def disregard(line: str, *, in_item: bool) -> tuple[str, list[Disregarded]]:
    """Return a line of plain text with `BLANK` in place of what does not count, and what that is.

    ``in_item`` tells whether the line is of a list or table, or stands below one that leads up to it (":").
    """
    found: list[Disregarded] = []
    if not line or len(line) > _SHORT:
        return line, found
    rules, cues = (RULES, _CUES) if _DIGIT.search(line) else (_SPELLED_OUT, _SPELLED_OUT_CUES)
    folded = " ".join(line.lower().split())
    for cue in cues:  # most lines have none: to look takes less time than to try the rules
        if cue in folded:
            break
    else:
        return line, found
    for rule in rules:
        if (rule.anywhere or not in_item) and any(cue in folded for cue in rule.cues):
            line = blank(line, rule, found)
    return line, found


def blank(line: str, rule: Rule, found: list[Disregarded]) -> str:
    """Return a line with `BLANK` in place of what one rule disregards, which is added to ``found``."""
    for pattern in rule.patterns:
        while match := pattern.search(line):  # it ends: each time there are fewer digits or words
            found.append(Disregarded(rule.what, match["value"]))
            line = line[: match.start("value")] + BLANK + line[match.end("value") :]
    return line
