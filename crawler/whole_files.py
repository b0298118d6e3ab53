"""Files and folders that are there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crawler.regular_files import check_regular


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes its place once it is complete, and disappears if writing it fails.

    Parent folders are made. Raises `OSError`, also if there is something else than a regular file at the path: a pipe
    or a device, which the file would take the place of.
    """
    if path.exists():
        check_regular(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Make a folder to fill that replaces an older one once it is complete, and disappears if filling it fails.

    Parent folders are made. Raises `OSError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".", suffix=".tmp") as temporary:
        made, old = Path(temporary, "made"), Path(temporary, "old")
        made.mkdir()
        yield made
        if path.exists():
            path.rename(old)
        made.rename(path)
