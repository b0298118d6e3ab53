"""Whether a folder that an export would replace holds only what an export of its kind wrote."""

import re
from pathlib import Path

from crawler.errors import FormatError


def check(path: Path, ours: re.Pattern[str], what: str) -> None:
    """Raise `FormatError` if anything at the path would be lost: whatever has another relative path than ``ours``.

    ``what`` is what the export writes, with its article.
    """
    if not path.exists():
        return
    for file in path.rglob("*") if path.is_dir() else [path]:
        if (file.is_symlink() or not file.is_dir()) and not ours.fullmatch(file.relative_to(path).as_posix()):
            raise FormatError(
                f"{path}: holds something other than {what} ({file}), which would be lost;"
                " choose another folder with --output."
            )
