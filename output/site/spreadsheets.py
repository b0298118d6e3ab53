"""CSV that is safe to open in a spreadsheet: a cell that it would take for a formula gets an apostrophe before it.

What a corpus holds, strangers have written: `=HYPERLINK(…)` as a title runs when somebody opens the table.
"""

import re

_CELL = re.compile(rb'"([^"]*(?:""[^"]*)*)"|[^,"\r\n]+')
_FORMULA = re.compile(
    rb"[=+\-@\t\r\n]|\xef\xbc[\x8b\x8d\x9d\xa0]"
)  # the last are wide forms of =+-@, which Excel takes, too
_NUMBER = re.compile(rb"[+-]?[0-9.]+(e[+-]?[0-9]+)?", re.IGNORECASE)


def escaped(rows: bytes) -> bytes:
    """Return whole rows of CSV without cells that are formulas; numbers stay what they are."""
    return _CELL.sub(_cell, rows)


def _cell(found: re.Match[bytes]) -> bytes:
    cell = found[0]
    text = cell if found[1] is None else found[1]
    if not _FORMULA.match(text) or _NUMBER.fullmatch(text):
        return cell
    return b"\"'" + text + b'"' if found[1] is not None else b"'" + text
