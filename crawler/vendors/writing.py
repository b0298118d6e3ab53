"""Writes policies as a vendors file, which `load` reads as they were."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from crawler.model import Part, Policy

INDENT = "    "
_MAX_COMMENT = 200  # characters: as much as discovery keeps of a link's text


def as_toml(policies: Iterable[Policy], notes: Mapping[str, str] | None = None) -> str:
    """Return the text of a vendors file in TOML. ``notes`` are comments on URLs."""
    return "\n".join("\n".join(_record(policy, notes or {})) + "\n" for policy in policies)


def comment(note: str) -> str:
    """Return a note by whomever as it can stand in a comment: on one line, short, with nothing invisible."""
    visible = "".join(c if c.isprintable() else " " * c.isspace() for c in re.sub(r"\s", " ", note[: 4 * _MAX_COMMENT]))
    line = " ".join(visible.split())
    return line if len(line) <= _MAX_COMMENT else f"{line[: _MAX_COMMENT - 1]}…"


def part_as_toml(part: Part) -> str:
    """Return a part that has a period as a table, to stand below its record."""
    return "\n".join(["[[policy.part]]", *_part(part)]) + "\n"


def _record(policy: Policy, notes: Mapping[str, str]) -> Iterator[str]:
    yield "[[policy]]"
    yield f"vendor = {_text(policy.vendor)}"
    yield f"type = {_text(policy.type)}"
    if any(notes.get(url) for url in policy.urls):
        yield "urls = ["
        for url in policy.urls:
            note = comment(notes.get(url, ""))
            yield f"{INDENT}{_text(url)},{'  # ' * bool(note)}{note}"
        yield "]"
    else:
        yield f"urls = {_texts(policy.urls)}"
    undated = [part for part in policy.parts if part.since is None and part.until is None]
    for part in undated:  # before the tables: what stands below a table belongs to it
        yield from _part(part)
    for part in policy.parts:
        if part not in undated:
            yield "[[policy.part]]"
            yield from _part(part)


def _part(part: Part) -> Iterator[str]:
    for key, day in (("since", part.since), ("until", part.until)):
        if day is not None:
            yield f"{key} = {day.isoformat()}"
    of_range = ("from", part.start), ("to", part.end), ("through", part.through)
    for key, selector in (("select", part.select), *of_range):
        if selector is not None:
            yield f"{key} = {_text(selector)}"
    if part.remove:
        yield f"remove = {_texts(part.remove)}"


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _text(text: str) -> str:
    """Return a string as TOML writes it: as JSON does, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
