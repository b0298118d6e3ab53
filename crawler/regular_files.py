"""Files that a user names, opened for reading: only regular ones, since a pipe or a device may never end, or never
begin.
"""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def check_regular(path: Path) -> None:
    """Raise `OSError` if there is no regular file at a path (links are followed)."""
    _check(path.stat().st_mode, path)


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading, without ever waiting for a writer. Raises `OSError`."""
    check_regular(path)  # to open a device may do something
    file = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb")
    try:
        _check(os.fstat(file.fileno()).st_mode, path)
    except OSError:
        file.close()
        raise
    return file


def _check(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "something else")
        raise OSError(errno.EINVAL, f"it is no regular file, but {kind}", str(path))
