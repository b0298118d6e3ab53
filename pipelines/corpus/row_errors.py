"""Which errors of SQLite concern what a row holds or names: one policy is left out then, and the others go on."""

import sqlite3

from crawler.text.limits import MAX_CHARACTERS

MAX_VALUE = 4 * MAX_CHARACTERS + 1024 * 1024
"""Bytes of a value or a row that is read or written: more than the longest text has in the signs that take the most. A
larger value, which somebody else wrote, is an error of SQLite's wherever it is asked for, and is never in memory.
"""


def of_a_row(error: BaseException) -> str | None:
    """Return why an error concerns what a row holds or names, and not the whole file, as a clause; None if it does
    not.
    """
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_TOOBIG":
        return f"it holds a value of more than {MAX_VALUE:,} bytes, which Policytrail never writes"
    if name == "SQLITE_CORRUPT_VTAB":
        return "an index of its texts is damaged, which sqlite-utils rebuild-fts makes anew"
    if str(error).startswith("Could not decode to UTF-8"):  # of Python's module, which gives it no name
        return "it holds a text that is no UTF-8"
    is_of_a_row = isinstance(error, sqlite3.IntegrityError | sqlite3.DataError | sqlite3.InterfaceError)
    return str(error) if is_of_a_row and name != "SQLITE_CONSTRAINT_TRIGGER" else None
