"""Which part of a page a declaration of Open Terms Archive selects, as a part of a vendors file.

Its selections are CSS selectors, ranges between two elements, or lists of these (its engine's v14,
src/archivist/extract). Where something has no counterpart, it is left out, with the reason.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crawler import css
from crawler.model import Part

Report = Callable[[str], None]
_STARTS, _ENDS = ("startBefore", "startAfter"), ("endBefore", "endAfter")
_MAX_SELECTORS = 200  # of a list: real ones have up to some 40 (2026-11)

SEVERAL = "several ranges, or ranges beside selectors (a part here has one range)"
REMOVED_RANGE = "a range to remove (here, only what a selector matches can be)"
FILTER = "filters, which are programs"


def part(page: dict[str, Any], report: Report) -> Part:
    """Return the part that a declaration of a page selects, without its period; report what has no counterpart."""
    selected = _select(page.get("select"), report)
    given = _listed(page.get("remove"))
    if len(given) > _MAX_SELECTORS:
        report(f"over {_MAX_SELECTORS} selectors")
        given = []
    removed = [selector for one in given for selector in _removed(one, report)]
    if page.get("filter"):
        report(FILTER)
    return replace(selected, remove=tuple(dict.fromkeys([*selected.remove, *removed])))


def _select(given: object, report: Report) -> Part:
    listed = _listed(given)
    ranges = [one for one in listed if isinstance(one, dict)]
    if len(listed) > _MAX_SELECTORS:
        report(f"over {_MAX_SELECTORS} selectors")
    elif ranges and len(listed) > 1:
        report(SEVERAL)
    elif ranges:
        return _range(ranges[0], report)
    else:
        good = [one for one in listed if _is_selector(one, report)]
        joined = ", ".join(map(str, good))
        if joined and _is_selector(joined, report):
            return Part(select=joined)
    return Part()


def _range(given: dict[str, Any], report: Report) -> Part:
    """Return a range. One that starts after an element starts at it, and leaves it out."""
    starts = [(name, given[name]) for name in _STARTS if given.get(name)]
    ends = [(name, given[name]) for name in _ENDS if given.get(name)]
    if len(starts) > 1 or len(ends) > 1 or not (starts or ends):
        report("a range without a start and an end, or with two")
        return Part()
    if not all(_is_selector(selector, report) for _, selector in (*starts, *ends)):
        return Part()
    start = starts[0][1] if starts else None
    removed = (start,) if start and starts[0][0] == "startAfter" else ()
    if ends and ends[0][0] == "endAfter":
        return Part(start=start, through=ends[0][1], remove=removed)
    return Part(start=start, end=ends[0][1] if ends else None, remove=removed)


def _removed(given: object, report: Report) -> list[str]:
    if isinstance(given, dict):
        report(REMOVED_RANGE)
        return []
    return [str(given)] if _is_selector(given, report) else []


def _listed(given: object) -> list[object]:
    if given is None or given == "":
        return []
    return given if isinstance(given, list) else [given]


def _is_selector(given: object, report: Report) -> bool:
    if not isinstance(given, str) or not given.strip():
        report("a selector that is no text")
        return False
    try:
        css.check(given)
    except css.SelectorError:
        report("a selector that does not work here")
        return False
    return True
