"""The parameters of a CDX query, checked: what they mean, before any capture is looked at.

The protocol is that of the Internet Archive's CDX server: https://github.com/internetarchive/wayback,
wayback-cdx-server/README.md and CDXServer.java. Parameters that it knows and this does not are ignored, as it does
with those it does not know; except where the answer would be a wrong one.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from urllib.parse import unquote_plus

from crawler.archive.urlkey import urlkey
from crawler.local_archive.captures import Capture

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
MATCH_TYPES = ("exact", "prefix", "host", "domain")

# A filter is a stranger's program. Without repeated groups, three repeats on a URL are the worst that is left, if
# there are few choices: each of them doubles the ways to try, and "a?a?a?…" has no other end.
_MAX_PATTERN = 200
_MAX_REPEATS = 3
_MAX_CHOICES = 12
_CHOICES_A_REPEAT = 3  # so many fewer beside each repeat
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_REPEAT = re.compile(r"[*+]|\{\d*,\d*\}")
_CHOICE = re.compile(r"\||(?<!\()\?")
_ESCAPED = re.compile(r"\\.", re.DOTALL)

# Lines of a block of the archive's compressed index, and blocks of a page.
_BLOCK_ROWS = 3000
_PAGE_BLOCKS = 50

Value = Callable[[Capture], str]

_VALUES: dict[str, Value] = {
    "urlkey": attrgetter("urlkey"),
    "timestamp": attrgetter("timestamp"),
    "original": attrgetter("url"),
    "mimetype": attrgetter("mimetype"),
    "statuscode": attrgetter("status"),
    "digest": attrgetter("digest"),
    "length": lambda capture: str(capture.length),
}


class BadQueryError(ValueError):
    """A parameter that cannot be answered; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Filter:
    """`[!]field:regex`: the whole field must match, or must not."""

    value: Value
    pattern: re.Pattern[str]
    negated: bool


@dataclass(frozen=True, slots=True)
class Position:
    """Between two captures: before the first one that is not less than (urlkey, mark), and `skip` further."""

    urlkey: str
    mark: str
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """A checked query."""

    first: str
    """The least urlkey that is asked for."""
    end: str
    """The least urlkey behind those that are asked for."""
    since: str
    until: str
    filters: tuple[Filter, ...]
    collapse: tuple[Callable[[Capture], str], ...]
    fields: tuple[str, ...]
    limit: int
    """0: no limit. Below 0: the last ones."""
    offset: int
    reverse: bool
    json: bool
    show_resume_key: bool
    resume: Position | None
    page: int | None
    page_rows: int
    show_num_pages: bool


def parse_query(parameters: Sequence[tuple[str, str]]) -> Query:
    """The query that decoded URL parameters ask. Raises BadQueryError."""
    given = dict(parameters)
    repeated = {name: [value for key, value in parameters if key == name] for name in ("filter", "collapse")}
    first, end = _range(given.get("url", ""), given.get("matchType"))
    sort = given.get("sort") or "regular"
    if sort not in ("regular", "reverse"):
        raise BadQueryError(f"sort={sort} is not supported. Expected regular or reverse.")
    return Query(
        first=first,
        end=end,
        since=_timestamp(given, "from", "0"),
        until=_timestamp(given, "to", "9"),
        filters=tuple(_filter(text) for text in repeated["filter"]),
        collapse=tuple(_collapse(text) for text in repeated["collapse"]),
        fields=_fields(given.get("fl", "")),
        limit=_integer(given, "limit", 0),
        offset=max(0, _integer(given, "offset", 0)),
        reverse=sort == "reverse",
        json=given.get("output") == "json",
        show_resume_key=_true(given, "showResumeKey"),
        resume=_position(given["resumeKey"]) if given.get("resumeKey") else None,
        page=max(0, _integer(given, "page", 0)) if given.get("page") else None,
        page_rows=_BLOCK_ROWS * max(1, _integer(given, "pageSize", _PAGE_BLOCKS)),
        show_num_pages=_true(given, "showNumPages"),
    )


def value_of(field: str) -> Value:
    """How to get a CDX field of a capture. Raises BadQueryError for a field that does not exist."""
    try:
        return _VALUES[field]
    except KeyError:
        raise BadQueryError(f"There is no field {field[:40]!r}. Expected one of {', '.join(FIELDS)}.") from None


def _range(url: str, match_type: str | None) -> tuple[str, str]:
    if not url:
        raise BadQueryError("The url parameter is required.")
    if match_type and match_type not in MATCH_TYPES:
        raise BadQueryError(f"There is no matchType {match_type[:40]!r}. Expected one of {', '.join(MATCH_TYPES)}.")
    if match_type in (None, "", "domain") and url.startswith("*."):
        match_type, url = "domain", url[2:]
    elif match_type in (None, "", "prefix") and url.endswith("*"):
        match_type, url = "prefix", url[:-1]
    key = urlkey(url)
    if match_type == "prefix":
        if not url.endswith("/"):
            key = key.removesuffix("/")
        elif not key.endswith("/"):
            key += "/"
        return key, _after(key)
    host = key.partition(")")[0]
    if match_type == "host":
        return host + ")", _after(host + ")")
    if match_type == "domain":  # "host)…" and "host,sub)…": nothing that a key can hold sorts between ")" and ","
        return host + ")", _after(host + ",")
    return key, key + "\0"


def _after(prefix: str) -> str:
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _timestamp(given: dict[str, str], name: str, padding: str) -> str:
    digits = given.get(name, "")
    if digits and not (digits.isascii() and digits.isdigit()):
        raise BadQueryError(f"{name}={digits[:40]} is not a timestamp. Expected 1 to 14 digits, as in {name}=2018.")
    return digits[:14].ljust(14, padding)


def _filter(text: str) -> Filter:
    field, colon, pattern = text.removeprefix("!").partition(":")
    if not colon:
        raise BadQueryError(f"filter={text[:80]} is not understood. Expected [!]field:regex.")
    value = value_of(field)
    if _might_take_for_ever(pattern):
        raise BadQueryError(
            f"filter={text[:80]} might take for ever. Expected a regex of at most {_MAX_PATTERN} characters, with no"
            f" repeated group, at most {_MAX_REPEATS} of * and + and {{m,n}}, and at most {_MAX_CHOICES} of ? and |,"
            f" {_CHOICES_A_REPEAT} fewer for each of the others."
        )
    try:
        return Filter(value, re.compile(pattern), text.startswith("!"))
    except (re.error, OverflowError, RecursionError) as error:
        raise BadQueryError(f"filter={text[:80]} is not a regular expression ({error}).") from None


def _might_take_for_ever(pattern: str) -> bool:
    bare = _ESCAPED.sub("", pattern)
    repeats, choices = len(_REPEAT.findall(bare)), len(_CHOICE.findall(bare))
    return (
        len(pattern) > _MAX_PATTERN
        or bool(_REPEATED_GROUP.search(bare))
        or repeats > _MAX_REPEATS
        or choices > _MAX_CHOICES - _CHOICES_A_REPEAT * repeats
    )


def _collapse(text: str) -> Callable[[Capture], str]:
    field, colon, digits = text.partition(":")
    value = value_of(field)
    if not colon:
        return value
    if not (digits.isascii() and digits.isdigit() and int(digits[:9]) > 0):
        raise BadQueryError(f"collapse={text[:80]} is not understood. Expected field or field:N, N from 1.")
    length = int(digits[:9])
    return lambda capture: value(capture)[:length]


def _fields(text: str) -> tuple[str, ...]:
    fields = tuple(field.strip() for field in text.split(",") if field.strip()) or FIELDS
    for field in fields:
        value_of(field)
    return fields


def _integer(given: dict[str, str], name: str, default: int) -> int:
    text = given.get(name, "")
    if not text:
        return default
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        raise BadQueryError(f"{name}={text[:40]} is not a number.")
    return int(text)


def _true(given: dict[str, str], name: str) -> bool:
    return given.get(name, "").lower() in ("true", "1")


def _position(key: str) -> Position:
    # The archive gives the key out encoded. Who passes it on as it is has it decoded on the way, who encodes it once
    # more has not; a urlkey holds no space, so that the two can be told apart.
    text = key if " " in key else unquote_plus(key)
    at, _, mark = text.rpartition(" ")
    mark, _, skip = mark.partition("~")
    if not at or not mark or not (skip == "" or (skip.isascii() and skip.isdigit() and len(skip) < 10)):
        raise BadQueryError(f"resumeKey={key[:80]} is not a key that this server gave.")
    return Position(at, mark, int(skip or 0))
