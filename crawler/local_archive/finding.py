"""The archive files at a path: the file itself, or those in a folder with its sub-folders; and what is not read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from crawler.errors import ArchiveFilesError
from crawler.local_archive.files import ArchiveFile, Copies, legible
from crawler.local_archive.forms import ZIP, NotReadError, form_of
from crawler.local_archive.wacz import zipped_files

SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".arc.zst", ".wacz")
MAX_ENTRIES = 100_000
"""Files and folders to look at below a folder: more is a mistaken path, like a home or a system's root."""

_COMPANIONS = (
    *(".cdx", ".cdxj", ".cdx.gz", ".cdxj.gz", ".idx", ".loc", ".summary", ".json", ".jsonl", ".jsonl.gz", ".yaml"),
    *(".yml", ".toml", ".xml", ".txt", ".md", ".html", ".css", ".js", ".log", ".log.gz", ".md5", ".sha1", ".sha256"),
)
"""What tools write beside archive files: indexes, page lists, metadata, checksums, logs (and macOS, by other names)."""


@dataclass(slots=True)
class FoundFiles:
    """What is at a path: the files with records, how many files are not read by path and reason, and companions."""

    files: list[ArchiveFile] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    companions: int = 0
    copies: Copies = field(default_factory=Copies)


def find_files(path: Path) -> FoundFiles:
    """Find the archive files at a path: the file itself, whatever its name, or those in a folder and its sub-folders.

    Raises `ArchiveFilesError` if there is nothing, or too much, to look at.
    """
    found = FoundFiles()
    try:
        is_folder = path.is_dir()
        if not is_folder and not path.is_file():
            problem = "is not a regular file" if path.exists() else "does not exist"
            raise ArchiveFilesError(f"{path} {problem}. Expected an archive file ({_names()}) or a folder of them.")
    except OSError as error:
        raise ArchiveFilesError(f"{path} cannot be read ({error.strerror}).") from error
    if not is_folder:
        _add(found, path)
        return found
    for file in _walk(path, found):
        name = file.name.lower()
        if name.endswith(_COMPANIONS) or name.startswith("._") or name == ".ds_store":
            found.companions += 1
        elif not name.endswith(SUFFIXES):
            found.unread[
                f"{legible(file)}: its name ends in none of {_names()}; if it holds records, unpack or rename it"
            ] += 1
        elif not file.is_file():
            found.unread[f"{legible(file)}: it is not a regular file"] += 1
        else:
            _add(found, file)
    if not found.files and not found.unread:
        raise ArchiveFilesError(f"The folder {path} holds no archive file: no name ends in {_names()}.")
    return found


def _names() -> str:
    return ", ".join(SUFFIXES)


def _walk(top: Path, found: FoundFiles) -> Iterator[Path]:
    """Yield everything below a folder that is no folder, each thing once, however links lead to it."""
    seen: set[tuple[int, int]] = set()
    folders, looked_at = [top], 0
    while folders:
        folder = folders.pop()
        try:
            if _is_new(folder, seen):
                entries = sorted(islice(folder.iterdir(), MAX_ENTRIES + 1))
            else:
                continue
        except OSError as error:
            if folder == top:
                raise ArchiveFilesError(f"{top} cannot be read ({error.strerror}).") from error
            found.unread[f"{legible(folder)}: the folder cannot be read ({error.strerror})"] += 1
            continue
        below = []
        looked_at += len(entries)
        if looked_at > MAX_ENTRIES:
            most = f"more than {MAX_ENTRIES:,} files and folders"
            raise ArchiveFilesError(f"{top} holds {most}. Give the folder that holds the archive files.")
        for entry in entries:
            try:
                if entry.is_dir():
                    below.append(entry)
                elif _is_new(entry, seen):
                    yield entry
            except OSError as error:
                found.unread[f"{legible(entry)}: it cannot be read ({error.strerror})"] += 1
        folders += reversed(below)


def _is_new(path: Path, seen: set[tuple[int, int]]) -> bool:
    status = path.stat()
    key = (status.st_dev, status.st_ino)
    is_new = key not in seen
    seen.add(key)
    return is_new


def _add(found: FoundFiles, path: Path) -> None:
    """Add a file, or those in it if it is a WACZ; or note why it is not read."""
    try:
        with path.open("rb") as stream:
            if stream.read(2) != ZIP:
                found.files.append(ArchiveFile(legible(path), path, form_of(stream)))
                return
        files, unread = zipped_files(path, SUFFIXES, found.copies)
    except NotReadError as error:
        found.unread[f"{legible(path)}: {error}"] += 1
    except OSError as error:
        found.unread[f"{legible(path)}: it cannot be read ({error.strerror})"] += 1
    else:
        found.files += files
        found.unread += unread
