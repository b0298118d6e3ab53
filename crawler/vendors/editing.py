"""Writes what is new in the records of a vendors file into its text: the rest stays, byte for byte."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from crawler.errors import VendorsFileError
from crawler.model import Part, Policy
from crawler.vendors.file import load_toml
from crawler.vendors.writing import INDENT, as_toml, comment, part_as_toml

_HEADER = re.compile(r"""^[ \t]*\[\[[ \t]*(?:policy|"policy"|'policy')[ \t]*\]\]""", re.MULTILINE)
_INDENTED = re.compile(r"\n([ \t]+)[\"']")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WHOLE_PAGE = "the whole page: the policy had other addresses then"


@dataclass(slots=True, eq=False)
class Record:
    """A policy of a vendors file as it is to be."""

    policy: Policy
    """What the file has of it; of a new one, without URLs."""
    at: int | None
    """Its place among the records of the file; None for a new one."""
    urls: list[str] = field(default_factory=list)
    """URLs to add."""
    notes: dict[str, str] = field(default_factory=dict)
    """By URL, the comment on it."""
    part: Part | None = None
    """A part with a period to add."""

    @property
    def result(self) -> Policy:
        """The policy as the file is to have it."""
        parts = self.policy.parts if self.part is None else (self.part, *self.policy.parts)
        return replace(self.policy, urls=(*self.policy.urls, *self.urls), parts=parts)


def edited(text: str, records: Sequence[Record], path: Path) -> str:
    """Return a text with what is new in its records, in their order; the path is named in messages.

    Only what stands in a record that grows is parsed: to parse all of a large file takes minutes (7.6 s for 20,000
    records, tomlkit 0.15.2, measured 2026-11). Raises `VendorsFileError` if the result is not read as it is meant.
    """
    result = _edited(text, records, path)
    read = load_toml(result, path)
    for policy, record in zip(read, records, strict=False):
        if policy != record.result:
            raise _cannot(path, record)
    if len(read) != len(records):
        raise _cannot(path, records[-1])
    return result


def _edited(text: str, records: Sequence[Record], path: Path) -> str:
    bounds = [found.start() for found in _HEADER.finditer(text)]
    if len(bounds) != sum(record.at is not None for record in records):
        raise VendorsFileError(
            f"{path}: its policies are not written as [[policy]] tables, each below a line of its own; write them so,"
            " and policies can be added."
        )
    pieces = [text[start:end] for start, end in pairwise([*bounds, len(text)])]
    last = max((number for number, record in enumerate(records) if record.at is not None), default=-1)
    written = [text[: bounds[0]] if bounds else text]
    for number, record in enumerate(records):
        if record.at is not None:
            piece = pieces[record.at]
            written.append(_grown(piece, record, path) if record.urls else piece)
        elif number > last:
            written[-1] = _ended(written[-1])
            written.append(f"{_gap(written[-1])}{as_toml([record.result], record.notes)}")
        else:  # what stands above the next record is about that
            written[-1], above_next = _split(written[-1])
            written.append(f"\n{as_toml([record.result], record.notes)}{above_next}")
    return "".join(written)


def _grown(piece: str, record: Record, path: Path) -> str:
    """Return a record's text with more URLs, and its new part below."""
    try:
        document = tomlkit.parse(piece)
        urls = document["policy"][0]["urls"]
        assert isinstance(urls, Array)
        indented = _INDENTED.search(urls.as_string())
        for url in record.urls:
            urls.add_line(url, indent=indented[1] if indented else INDENT, comment=comment(record.notes[url]) or None)
        text = tomlkit.dumps(document)
    except (TOMLKitError, LookupError, TypeError, ValueError, AssertionError, RecursionError) as error:
        raise _cannot(path, record) from error
    if record.part is None:
        return text
    body, below = _split(text)
    table = part_as_toml(record.part).replace("]]\n", f"]]  # {_WHOLE_PAGE}\n", 1)
    return f"{_ended(body)}\n{table}{below}"


def _split(piece: str) -> tuple[str, str]:
    """Return a text up to its last line that is neither empty nor a comment, and the rest."""
    lines = _LINE.findall(piece)
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return "".join(lines[:end]), "".join(lines[end:])


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _gap(text: str) -> str:
    return "" if not text or text.endswith("\n\n") else "\n"


def _cannot(path: Path, record: Record) -> VendorsFileError:
    return VendorsFileError(
        f"{path}: the {record.policy.name} cannot be added to as it is written; nothing was changed. Write its record"
        " plainly, with urls as a list in brackets."
    )
