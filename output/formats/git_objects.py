"""The history of somebody else's git repository, read without running git.

Only refs and objects are read, by dulwich, and each object is checked against its id. Nothing else in such a repository
is looked at: its configuration and hooks name programs to run, its alternates and replacements other objects. What an
object takes in memory is known before it is inflated: a pack of a megabyte can hold gigabytes.
"""

import hashlib
import re
import stat
import traceback
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from dulwich.object_store import BaseObjectStore, DiskObjectStore
from dulwich.objects import Blob, Commit, ObjectID, ShaFile, Tree, parse_tree
from dulwich.pack import Pack
from dulwich.refs import HEADREF, DiskRefsContainer

from crawler.errors import FormatError

_HEAD = re.compile(rb"tree ([0-9a-f]{40})\n(?:parent ([0-9a-f]{40})\n)?")
_ID = re.compile(rb"[0-9a-f]{40}")
_DELTA_CACHE = 16 * 1024 * 1024
_OFS_DELTA, _REF_DELTA = 6, 7  # gitformat-pack(5)

Entries = dict[bytes, tuple[int, ObjectID]]
"""A tree's entries: mode and id by name."""


class FileVersion(NamedTuple):
    """A file in a folder at the root, as a commit left it: FOLDER/NAME, the blob's id, and the commit's two halves."""

    header: bytes
    message: bytes
    folder: bytes
    name: bytes
    blob: ObjectID


class _Objects(DiskObjectStore):
    """The objects in one folder and no others."""

    @property
    def alternates(self) -> list[BaseObjectStore]:
        return []

    def get_midx(self) -> None:  # it names packs by paths; their own indexes say the same
        return None


class CommitHistory:
    """The commits from a repository's HEAD back, along first parents. Use `commit_history` to open one."""

    def __init__(self, path: Path, limit: int) -> None:
        """``limit`` is the most bytes that an object may have."""
        self.path = path
        self.limit = limit
        folder, common = _git_folders(path)
        self._head = DiskRefsContainer(common, worktree_path=folder).follow(HEADREF)[1]
        self._objects = common / "objects"
        self._store = _Objects(
            self._objects, loose_object_size_limit=limit + 64, delta_base_cache_limit=_DELTA_CACHE
        )  # a loose object has a header besides

    def close(self) -> None:
        """Close the packs."""
        self._store.close()

    def file_versions(self) -> Iterator[FileVersion]:
        """Yield the files that each commit added or changed, the oldest commit first. Raises `FormatError`."""
        root: Entries = {}
        for commit in self._commits():
            header, _, message = self._get(commit, Commit).partition(b"\n\n")
            tree, _ = self._links(header, commit)
            before, root = root, self._entries(tree)
            for folder, (mode, sha) in root.items():
                if not stat.S_ISDIR(mode) or before.get(folder) == (mode, sha):
                    continue
                old_mode, old = before.get(folder, (0, sha))
                files = self._entries(old) if stat.S_ISDIR(old_mode) else {}
                for name, (file_mode, blob) in self._entries(sha).items():
                    if stat.S_ISREG(file_mode) and files.get(name, (0, b""))[1] != blob:
                        yield FileVersion(header, message, folder, name, blob)

    def files_at_head(self, folder: bytes) -> Iterator[tuple[bytes, ObjectID]]:
        """Yield the names and blobs of the files in a folder at the root, as HEAD has them. Raises `FormatError`."""
        if self._head is None or not _ID.fullmatch(self._head):
            raise FormatError(f"{self.path}: HEAD leads to no commit; expected a git repository with SHA-1 ids.")
        tree, _ = self._links(self._get(self._head, Commit), self._head)
        mode, sha = self._entries(tree).get(folder, (0, tree))
        for name, (file_mode, blob) in self._entries(sha).items() if stat.S_ISDIR(mode) else ():
            if stat.S_ISREG(file_mode):
                yield name, blob

    def blob(self, sha: ObjectID) -> bytes | None:
        """Return the contents of a file; None if they exceed the limit. Raises `FormatError`."""
        return None if self._is_too_large(sha) else self._get(sha, Blob)

    def _commits(self) -> list[ObjectID]:
        """Return the commits, the oldest first."""
        commits: list[ObjectID] = []
        following = self._head
        if following is None or not _ID.fullmatch(following):
            raise FormatError(f"{self.path}: HEAD leads to no commit; expected a git repository with SHA-1 ids.")
        while following:
            commits.append(following)
            _, following = self._links(self._get(following, Commit), following)
        return commits[::-1]

    def _links(self, commit: bytes, sha: ObjectID) -> tuple[ObjectID, ObjectID | None]:
        """Return the tree and the first parent of a commit."""
        match = _HEAD.match(commit)
        if match is None:
            raise FormatError(f"{self.path}: the commit {sha.decode()} names no tree; fetch the repository again.")
        return ObjectID(match[1]), ObjectID(match[2]) if match[2] else None

    def _entries(self, sha: ObjectID) -> Entries:
        return {name: (mode, ObjectID(entry)) for name, mode, entry in parse_tree(self._get(sha, Tree), 20)}

    def _get(self, sha: ObjectID, kind: type[ShaFile]) -> bytes:
        """Return the contents of an object. Raises `FormatError`."""
        if self._is_too_large(sha):
            raise FormatError(f"{self.path}: the object {sha.decode()} has over {self.limit:,} bytes.")
        try:
            type_number, data = self._store.get_raw(sha)
        except KeyError as error:
            raise FormatError(
                f"{self.path}: an object is missing ({sha.decode()}); fetch the whole of the repository."
            ) from error
        if type_number != kind.type_num or object_id(kind, data) != sha:
            raise FormatError(f"{self.path}: the object {sha.decode()} is damaged; fetch the repository again.")
        return data

    def _is_too_large(self, sha: ObjectID) -> bool:
        """Tell whether an object has more bytes than the limit, or needs many more: it may be a chain of deltas."""
        for pack in self._store.packs:
            if sha not in pack:
                continue
            stored = 0
            with (self._objects / "pack" / pack.data.filename).open("rb") as file:
                for size, result in _sizes_in_pack(pack, pack.index.object_offset(sha), file):
                    stored += size
                    if result > self.limit or stored > 2 * self.limit:
                        return True
        try:
            with (self._objects / sha[:2].decode() / sha[2:].decode()).open("rb") as file:
                head = zlib.decompressobj().decompress(file.read(256), 32)
        except FileNotFoundError:
            return False
        return int(head.partition(b"\0")[0].split()[1]) > self.limit


def object_id(kind: type[ShaFile], data: bytes) -> ObjectID:
    """Return the id of an object, in hex."""
    head = b"%s %d\0" % (kind.type_name, len(data))
    return ObjectID(hashlib.sha1(head + data, usedforsecurity=False).hexdigest().encode())


@contextmanager
def commit_history(path: Path, limit: int) -> Iterator[CommitHistory]:
    """Open the history of a repository: its working tree, or its git folder.

    Objects of over ``limit`` bytes are not read. Raises `FormatError`, also for whatever goes wrong in the block.
    """
    opened = None
    try:
        opened = CommitHistory(path, limit)
        yield opened
    except FormatError:
        raise
    except Exception as error:  # dulwich meets damage with whatever its parsers raise: AssertionError, zlib.error, …
        traceback.clear_frames(error.__traceback__)  # they hold views of packs, which could not be closed
        raise FormatError(
            f"{path}: cannot be read as a git repository ({type(error).__name__}: {error}); fetch it again."
        ) from error
    finally:
        if opened is not None:
            opened.close()


def _git_folders(path: Path) -> tuple[Path, Path]:
    """Return the folder that has HEAD, and the one that has the objects: another one for a linked working tree."""
    folder = path / ".git" if (path / ".git").exists() else path
    if folder.is_file():
        folder = path / folder.read_text("utf-8").removeprefix("gitdir:").strip()
    link = folder / "commondir"
    return folder, folder / link.read_text("utf-8").strip() if link.is_file() else folder


def _sizes_in_pack(pack: Pack, offset: int, file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Yield what a pack says of an object and of each that it is a delta of: its bytes inflated, and its contents'."""
    seen: set[int] = set()
    while offset > 0 and offset not in seen:
        seen.add(offset)
        file.seek(offset)
        data = file.read(256)
        kind = data[0] >> 4 & 7
        rest, at = _number(data, 1) if data[0] & 0x80 else (0, 1)
        size = rest << 4 | data[0] & 15
        if kind == _OFS_DELTA:
            back = data[at] & 0x7F
            while data[at] & 0x80:
                at += 1
                back = (back + 1) << 7 | data[at] & 0x7F
            base, at = offset - back, at + 1
        elif kind == _REF_DELTA:
            base, at = pack.index.object_offset(ObjectID(data[at : at + 20].hex().encode())), at + 20
        else:
            yield size, size
            return
        delta = zlib.decompressobj().decompress(data[at:], 32)
        yield size, _number(delta, _number(delta, 0)[1])[0]
        offset = base


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Read a number of 7 bits a byte, the lowest first; return it and where it ends."""
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return value, at
