"""The WARC files of another corpus, brought into ``WARC_DIR``: each whole, once, and in nobody's place.

A file keeps its name. Where another file has it, as two machines may begin a crawl in the same second, a part of the
SHA-256 of what it holds is added to it. So a file that is there is not copied again.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from crawler.whole_files import whole_file
from pipelines.corpus import Corpus

_OURS = "policytrail-*.warc.gz"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
_CHUNK = 1 << 20
_ENDS = (".warc.gz", ".warc")


class Brought:
    """The files of a corpus that are in ``WARC_DIR``: ``names`` there by the names that they have in the corpus,
    ``copied`` of them now; ``missing`` are those that are nowhere to be found.
    """

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.copied = 0
        self.missing: list[str] = []


def bring(source: Corpus, folders: Sequence[Path], warc: Path | None) -> Brought:
    """Bring the WARC files of a corpus into a folder, from the first of some folders that has each. Raises `OSError`.

    A corpus of an older version does not say which files are its own: then all that crawls wrote there are.
    """
    brought = Brought()
    if warc is None:
        return brought
    named = [row[0] for row in source.db.execute("SELECT DISTINCT file FROM kept WHERE file <> '' ORDER BY file")]
    unnamed = source.db.execute(
        "SELECT 1 FROM policies p WHERE NOT EXISTS (SELECT 1 FROM kept k WHERE k.policy = p.id) AND EXISTS"
        " (SELECT 1 FROM snapshots s WHERE s.policy = p.id AND s.state = 'fetched' AND s.origin IS NULL) LIMIT 1"
    ).fetchone()
    names = {*named, *(path.name for folder in folders for path in folder.glob(_OURS) if unnamed)}
    for name in sorted(filter(_is_name, names)):
        found = next((path for folder in folders if (path := folder / name).is_file()), None)
        if found is not None:
            brought.names[name], is_new = _bring(found, warc)
            brought.copied += is_new
        elif (warc / name).is_file():  # brought by an earlier merge
            brought.names[name] = name
    brought.missing = [str(name) for name in named if name not in brought.names]
    return brought


def _is_name(name: object) -> bool:
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def _bring(path: Path, warc: Path) -> tuple[str, bool]:
    """Bring a file; return its name there, and whether it is new."""
    if not (warc / path.name).exists():
        _put(path, warc / path.name)
        return path.name, True
    if _begins_with(warc / path.name, path):
        return path.name, False
    if _begins_with(path, warc / path.name):  # a crawl has written on since
        _put(path, warc / path.name, replace=True)
        return path.name, True
    stem, end = next(((path.name.removesuffix(end), end) for end in _ENDS if path.name.endswith(end)), (path.name, ""))
    name = f"{stem}-{_digest(path)[:16]}{end}"
    if (warc / name).exists():
        return name, False
    _put(path, warc / name)
    return name, True


def _put(path: Path, place: Path, *, replace: bool = False) -> None:
    """Put a file in its place, whole: as a second name of the same bytes where the file system can, else as a copy."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if not replace:
        try:
            os.link(path, place)
        except OSError:
            pass
        else:
            return
    with path.open("rb") as read, whole_file(place) as file:
        shutil.copyfileobj(read, file, _CHUNK)
    shutil.copystat(path, place)


def _begins_with(path: Path, beginning: Path) -> bool:
    """Tell whether a file begins with all that another one holds."""
    ours, theirs = path.stat(), beginning.stat()
    if (ours.st_dev, ours.st_ino) == (theirs.st_dev, theirs.st_ino):
        return True
    if ours.st_size < theirs.st_size:
        return False
    if (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns):
        return True
    with path.open("rb") as one, beginning.open("rb") as other:
        while chunk := other.read(_CHUNK):
            if one.read(len(chunk)) != chunk:
                return False
    return True


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
