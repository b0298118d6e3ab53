"""The CDX server of a local archive: query parameters and captures in, rows out.

The protocol is that of the Internet Archive's server (https://github.com/internetarchive/wayback,
wayback-cdx-server/README.md and CDXServer.java), as far as the project's spiders use it: `url`, `matchType`, `from`,
`to`, `filter`, `fl`, `limit`, `collapse` by `urlkey` and by digits of `timestamp`, `showResumeKey`, `resumeKey` and
`output=json`. It ignores other parameters, as that server does, but refuses those without which the answer would be a
wrong one. Unlike that server, it does not lose the second of two captures of one second if a page ends between them.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice
from operator import attrgetter
from urllib.parse import quote_plus, unquote_plus

from crawler.archive.urlkey import urlkey
from crawler.local_archive.captures import ArchivedRecord, place

Value = Callable[[ArchivedRecord], str]

FIELDS: dict[str, Value] = {
    "urlkey": attrgetter("urlkey"),
    "timestamp": attrgetter("timestamp"),
    "original": attrgetter("url"),
    "mimetype": attrgetter("mimetype"),
    "statuscode": attrgetter("status"),
    "digest": attrgetter("digest"),
    "length": lambda record: str(record.length),
}
"""The columns of an answer, in order, and how to get them from a record."""

MATCH_TYPES = ("exact", "prefix", "domain")
_REFUSED = ("sort", "closest", "offset", "page", "showNumPages")

# Without repeated groups, three repeats on a URL are the slowest pattern that is left, if there are few choices: each
# choice doubles the ways to try, and "a?a?a?…" takes for ever.
_MAX_PATTERN = 200
_MAX_WORDS = 8_000  # characters of a pattern with its choices of words, which are tried once at each place
_MAX_REPEATS = 3
_MAX_CHOICES = 12
_CHOICES_PER_REPEAT = 3  # how many fewer choices each repeat leaves
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_REPEAT = re.compile(r"[*+]|\{\d*,\d*\}")
_CHOICE = re.compile(r"\||(?<!\()\?")
_WORDS = re.compile(r"\((?:\?:)?[^()\[\]{}*+?.^$]*\)(?![*+?{])")
_ESCAPED = re.compile(r"\\.", re.DOTALL)


class BadQueryError(ValueError):
    """A query that this server cannot answer; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class CdxAnswer:
    """An HTTP answer of the CDX server."""

    status: int
    content_type: str
    body: bytes


def answer(parameters: Sequence[tuple[str, str]], records: Sequence[ArchivedRecord]) -> CdxAnswer:
    """Return the answer to decoded URL parameters, from records sorted by (urlkey, timestamp)."""
    try:
        table = _table(parameters, records)
    except BadQueryError as error:
        said = f"org.archive.wayback.exception.BadQueryException: {error}\n"
        # A surrogate, from bytes that were no UTF-8, has no encoding.
        return CdxAnswer(400, "text/plain", said.encode("utf-8", "backslashreplace"))
    body = "[" + ",\n".join(map(json.dumps, table)) + "]\n"
    return CdxAnswer(200, "application/json", body.encode())


def _table(parameters: Sequence[tuple[str, str]], records: Sequence[ArchivedRecord]) -> list[list[str]]:
    """Return the rows of an answer: a header and captures if there are any, a resume key if there may be more."""
    given = dict(parameters)
    for name in _REFUSED:
        if given.get(name):
            raise BadQueryError(f"{name} is not supported.")
    collapse = [_collapsed(text) for name, text in parameters if name == "collapse" and text]
    if given.get("output") != "json":
        raise BadQueryError("Text is not supported. Expected output=json.")
    first, end = _range(given.get("url", ""), given.get("matchType") or "exact")
    since, until = _digits(given, "from", "0"), _digits(given, "to", "9")
    conditions = [_condition(text) for name, text in parameters if name == "filter"]
    fields = [field.strip() for field in given.get("fl", "").split(",") if field.strip()] or list(FIELDS)
    values = [_value(field) for field in fields]
    limit = _limit(given.get("limit", ""))
    start = bisect_left(records, first, key=attrgetter("urlkey"))
    stop = bisect_left(records, end, lo=start, key=attrgetter("urlkey"))
    if given.get("resumeKey"):
        start = max(start, _resumed(given["resumeKey"], records))
    matching = (
        index
        for index in range(start, stop)
        if since <= records[index].timestamp <= until and all(condition(records[index]) for condition in conditions)
    )
    if collapse:  # the first of those that follow each other, of what passes the filters
        matching = (
            next(same) for _, same in groupby(matching, key=lambda index: [value(records[index]) for value in collapse])
        )
    chosen = list(islice(matching, limit))
    table = [fields, *([value(records[index]) for value in values] for index in chosen)] if chosen else []
    if given.get("showResumeKey", "").lower() == "true" and len(chosen) == limit:
        table += [[], [_resume_key(records, chosen[-1])]]
    return table


def _range(url: str, match_type: str) -> tuple[str, str]:
    """Return the least urlkey that a query asks for, and the least urlkey behind those that it asks for."""
    if not url:
        raise BadQueryError("The url parameter is required.")
    if match_type not in MATCH_TYPES:
        raise BadQueryError(f"There is no matchType {match_type[:40]!r}. Expected one of {', '.join(MATCH_TYPES)}.")
    key = urlkey(url)
    if match_type == "prefix":
        key = key.removesuffix("/") + ("/" if url.endswith("/") else "")
        return key, _after(key)
    if match_type == "domain":  # "host)…" and "host,sub)…": nothing that a key can hold sorts between ")" and ","
        host = key.partition(")")[0]
        return host + ")", _after(host + ",")
    return key, key + "\0"


def _after(prefix: str) -> str:
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _collapsed(text: str) -> Value:
    """Return what must be the same in rows that collapse into one."""
    if text == "urlkey":
        return FIELDS["urlkey"]
    if found := re.fullmatch(r"timestamp:([0-9]{1,2})", text):
        digits = int(found[1])
        return lambda record: record.timestamp[:digits]
    raise BadQueryError("collapse is not supported, but for collapse=urlkey and collapse=timestamp:N.")


def _digits(given: dict[str, str], name: str, padding: str) -> str:
    digits = given.get(name, "")
    if digits and not (digits.isascii() and digits.isdigit()):
        raise BadQueryError(f"{name}={digits[:40]} is not a timestamp. Expected 1 to 14 digits, as in {name}=2018.")
    return digits[:14].ljust(14, padding)


def _limit(text: str) -> int | None:
    if text and not re.fullmatch(r"[0-9]{1,9}", text):
        raise BadQueryError(f"limit={text[:40]} is not a number of rows.")
    return int(text or 0) or None


def _value(field: str) -> Value:
    try:
        return FIELDS[field]
    except KeyError:
        raise BadQueryError(f"There is no field {field[:40]!r}. Expected one of {', '.join(FIELDS)}.") from None


def _condition(text: str) -> Callable[[ArchivedRecord], bool]:
    """Return what tells whether a record passes a filter, `[!]field:regex`: the whole field must match, or must not."""
    field, colon, expression = text.removeprefix("!").partition(":")
    if not colon:
        raise BadQueryError(f"filter={text[:80]} is not understood. Expected [!]field:regex.")
    value, wanted = _value(field), not text.startswith("!")
    if _might_take_for_ever(expression):
        raise BadQueryError(
            f"filter={text[:80]} might take for ever. Expected a regex of at most {_MAX_PATTERN} characters, with no"
            f" repeated group, at most {_MAX_REPEATS} of * and + and {{m,n}}, and at most {_MAX_CHOICES} of ? and |,"
            f" {_CHOICES_PER_REPEAT} fewer for each of the others."
        )
    try:
        pattern = re.compile(expression)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadQueryError(f"filter={text[:80]} is not a regular expression ({error}).") from None
    matches = cache(pattern.fullmatch)  # a listing repeats most values
    return lambda record: (matches(value(record)) is not None) == wanted


def _might_take_for_ever(pattern: str) -> bool:
    bare = _WORDS.sub("", _ESCAPED.sub("", pattern))
    repeats, choices = len(_REPEAT.findall(bare)), len(_CHOICE.findall(bare))
    return (
        len(bare) > _MAX_PATTERN
        or len(pattern) > _MAX_WORDS
        or bool(_REPEATED_GROUP.search(bare))
        or repeats > _MAX_REPEATS
        or choices > _MAX_CHOICES - _CHOICES_PER_REPEAT * repeats
    )


def _resume_key(records: Sequence[ArchivedRecord], index: int) -> str:
    """Return the key of the page behind a record: its urlkey, its timestamp, and how many captures of both to skip."""
    record = records[index]
    skip = index + 1 - bisect_left(records, place(record), key=place)
    return quote_plus(f"{record.urlkey} {record.timestamp}~{skip}")


def _resumed(key: str, records: Sequence[ArchivedRecord]) -> int:
    """Return the index to go on from. Some clients encode the key once more; a urlkey holds no space, which tells."""
    found = re.fullmatch(r"(\S+) (\d{14})~(\d{1,9})", key if " " in key else unquote_plus(key), re.ASCII)
    if found is None:
        raise BadQueryError(f"resumeKey={key[:80]} is not a key that this server gave.")
    return bisect_left(records, (found[1], found[2]), key=place) + int(found[3])
