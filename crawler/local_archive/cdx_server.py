"""The answers of a CDX server: query parameters and captures in, rows out.

As the Internet Archive's server answers (`crawler.local_archive.cdx_query`), but for three of its faults: a collapse
goes on over the border of a page, `offset` counts rows of the answer, and a page that ends between two captures of
one second does not lose the second one.
"""

import json
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote_plus

from crawler.local_archive.captures import Capture
from crawler.local_archive.cdx_query import BadQueryError, Query, parse_query, value_of

# Seconds for one query; a million captures take about two.
MAX_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    content_type: str
    body: bytes


def answer(parameters: Sequence[tuple[str, str]], captures: Sequence[Capture]) -> Answer:
    """The answer to decoded URL parameters from captures sorted by (urlkey, timestamp)."""
    try:
        query = parse_query(parameters)
        return _answer(query, captures)
    except BadQueryError as error:
        return _text(400, f"org.archive.wayback.exception.BadQueryException: {error}\n")
    except TimeoutError:
        return _text(504, f"The query took more than {MAX_SECONDS:.0f} seconds. Narrow it by from, to or filter.\n")


def _answer(query: Query, captures: Sequence[Capture]) -> Answer:
    start = bisect_left(captures, query.first, key=_urlkey)
    stop = bisect_left(captures, query.end, lo=start, key=_urlkey)
    if query.show_num_pages:
        return _text(200, f"{-(-(stop - start) // query.page_rows) or 1}\n")
    indices = _matching(query, captures, start, stop)
    indices = islice(indices, query.offset, query.offset + query.limit if query.limit > 0 else None)
    chosen = deque(indices, maxlen=-query.limit if query.limit < 0 else None)
    resume_key = None
    if query.show_resume_key and 0 < query.limit == len(chosen):
        resume_key = _resume_key(captures, chosen[-1], query.reverse)
    values = [value_of(field) for field in query.fields]
    rows = [[value(captures[index]) for value in values] for index in chosen]
    return _json(query, rows, resume_key) if query.json else _plain(rows, resume_key)


def _matching(query: Query, captures: Sequence[Capture], start: int, stop: int) -> Iterator[int]:
    """The indices of the captures that the query asks for, in its order."""
    first, end = _window(query, captures, start, stop)
    # A collapse depends on the rows before it, also on those of earlier pages.
    scan_from, scan_to = (start, stop) if query.collapse else (first, end)
    matched: list[dict[str, bool]] = [{} for _ in query.filters]
    last: tuple[str, ...] | None = None
    deadline = time.monotonic() + MAX_SECONDS
    for index in reversed(range(scan_from, scan_to)) if query.reverse else range(scan_from, scan_to):
        if time.monotonic() > deadline:
            raise TimeoutError
        capture = captures[index]
        if not query.since <= capture.timestamp <= query.until:
            continue
        for condition, known in zip(query.filters, matched, strict=True):
            value = condition.value(capture)
            if value not in known:
                known[value] = condition.pattern.fullmatch(value) is not None
            if known[value] == condition.negated:
                break
        else:
            if query.collapse:
                current = tuple(value(capture) for value in query.collapse)
                if current == last:
                    continue
                last = current
            if first <= index < end:
                yield index


def _window(query: Query, captures: Sequence[Capture], start: int, stop: int) -> tuple[int, int]:
    if query.page is not None:
        start, stop = (
            min(stop, start + query.page * query.page_rows),
            min(stop, start + (query.page + 1) * query.page_rows),
        )
    if query.resume is None:
        return start, stop
    position = bisect_left(captures, (query.resume.urlkey, query.resume.mark), key=_place) + query.resume.skip
    return (start, min(stop, position)) if query.reverse else (max(start, position), stop)


def _resume_key(captures: Sequence[Capture], index: int, reverse: bool) -> str:
    """What stands for "go on behind this capture": its urlkey and its timestamp, the last character one higher."""
    capture = captures[index]
    group = bisect_left(captures, _place(capture), key=_place)
    behind = index if reverse else index + 1
    if group < behind < len(captures) and _place(captures[behind]) == _place(capture):
        mark = f"{capture.timestamp}~{behind - group}"
    elif reverse:
        mark = capture.timestamp
    else:
        mark = capture.timestamp[:-1] + chr(ord(capture.timestamp[-1]) + 1)
    return quote_plus(f"{capture.urlkey} {mark}")


def _json(query: Query, rows: list[list[str]], resume_key: str | None) -> Answer:
    table: list[Sequence[str]] = [query.fields, *rows] if rows else []
    if resume_key:
        table += [[], [resume_key]]
    body = "[" + ",\n".join(json.dumps(row) for row in table) + "]\n"
    return Answer(200, "application/json", body.encode())


def _plain(rows: list[list[str]], resume_key: str | None) -> Answer:
    lines = [" ".join(row) for row in rows]
    if resume_key:
        lines += ["", resume_key]
    return _text(200, "".join(f"{line}\n" for line in lines))


def _text(status: int, text: str) -> Answer:
    # A surrogate, from bytes that were no UTF-8, has no encoding.
    return Answer(status, "text/plain", text.encode("utf-8", "backslashreplace"))


def _urlkey(capture: Capture) -> str:
    return capture.urlkey


def _place(capture: Capture) -> tuple[str, str]:
    return capture.urlkey, capture.timestamp
