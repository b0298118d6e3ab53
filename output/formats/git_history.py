"""A git repository with a linear history that follows from the corpus: the same corpus gives the same commits.

It is bare, with one branch, ``main``. A commit's id follows from its contents and its parent's id, so a later export
keeps the commits that are there already, up to the first that differs, and writes what comes after it anew. Objects go
into packs that are put in place whole, and the branch moves last: a repository whose export was stopped is as before.
"""

import hashlib
import os
import tempfile
from bisect import insort
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from dulwich.config import ConfigFile
from dulwich.file import FileLocked
from dulwich.object_format import SHA1
from dulwich.object_store import DiskObjectStore
from dulwich.objects import Blob, Tree
from dulwich.objects import Commit as CommitObject
from dulwich.pack import OFS_DELTA, create_delta, write_pack_header, write_pack_index, write_pack_object
from dulwich.refs import DiskRefsContainer, Ref

from crawler import program
from crawler.errors import FormatError
from crawler.whole_files import whole_file, whole_folder
from output.formats.git_objects import object_id

_BRANCH = Ref(b"refs/heads/main")
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[policytrail]\n\texport = {}\n"
"""The last section is what our repositories are known by."""
_COMMITTER = "Policytrail <>"
_MAX_PACK = 50_000
"""Objects in a pack, four per commit: what is remembered of them while it is written takes some 15 MB."""
_MAX_DEPTH = 50
"""Of deltas upon deltas, as git has it."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: which file (FOLDER/NAME) becomes what, by whom, and when (seconds since 1970).

    Texts hold no control characters but the message's line ends; the author holds no angle brackets.
    """

    path: str
    data: bytes
    author: str
    when: int
    message: str

    def contents(self, tree: bytes, parent: bytes | None) -> bytes:
        """Return the commit as git stores it; ``tree`` and ``parent`` are ids in hex."""
        when = max(self.when, 0)
        parents = b"parent %s\n" % parent if parent else b""
        said = f"author {self.author} <> {when} +0000\ncommitter {_COMMITTER} {when} +0000\n\n{self.message}"
        return b"tree %s\n%s%s" % (tree, parents, said.encode("utf-8", "replace"))


class _Folder:
    """A tree of git that grows and changes, one entry at a time."""

    def __init__(self, mode: bytes) -> None:
        """``mode`` is that of its entries: 40000 for folders, 100644 for files."""
        self._mode = mode
        self._names: list[bytes] = []
        self._entries: dict[bytes, bytes] = {}

    def put(self, name: bytes, sha: bytes) -> bytes:
        """Set an entry (its id in hex) and return the tree as git stores it."""
        key = name + b"/" if self._mode == b"40000" else name  # the order of git
        if key not in self._entries:
            insort(self._names, key)
        self._entries[key] = b"%s %s\0%s" % (self._mode, name, bytes.fromhex(sha.decode()))
        return b"".join([self._entries[name] for name in self._names])


class _Pack:
    """A pack that is being written. Trees at the root, which differ in one entry, are written as deltas."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        handle, name = tempfile.mkstemp(dir=folder, prefix="tmp_pack_")  # git removes such files if a process dies
        self._path = Path(name)
        self._file = os.fdopen(handle, "w+b")
        self._entries: dict[bytes, tuple[int, int]] = {}
        self._base = (b"", b"", 0)
        write_pack_header(self._file.write, 0)

    @property
    def is_full(self) -> bool:
        return len(self._entries) >= _MAX_PACK

    def add_root(self, sha: bytes, data: bytes) -> None:
        """Write the tree at the root that is not in the pack yet."""
        if sha in self._entries:
            return
        base_sha, base, depth = self._base
        if base_sha in self._entries and depth < _MAX_DEPTH:
            offset = self._entries[base_sha][0]
            self.add(Tree.type_num, sha, b"".join(create_delta(base, data)), offset)
            self._base = (sha, data, depth + 1)
        else:
            self.add(Tree.type_num, sha, data)
            self._base = (sha, data, 0)

    def add(self, kind: int, sha: bytes, data: bytes, base: int | None = None) -> None:
        """Write an object that is not in the pack yet; ``data`` is a delta where ``base`` is the offset of another."""
        if sha in self._entries:
            return
        at = self._file.tell()
        if base is None:
            crc = write_pack_object(self._file.write, kind, [data], SHA1)
        else:
            crc = write_pack_object(self._file.write, OFS_DELTA, (at - base, [data]), SHA1)
        self._entries[sha] = at, crc

    def finish(self) -> None:
        """Put the pack in place, with its index; an empty one is removed."""
        if not self._entries:
            self.discard()
            return
        self._file.seek(0)
        write_pack_header(self._file.write, len(self._entries))
        self._file.seek(0)
        digest = hashlib.file_digest(self._file, lambda: hashlib.sha1(usedforsecurity=False)).digest()
        self._file.write(digest)
        self._file.close()
        self._path.chmod(0o444)
        target = self._folder / f"pack-{digest.hex()}"
        self._path.replace(target.with_suffix(".pack"))
        entries = sorted((bytes.fromhex(sha.decode()), at, crc) for sha, (at, crc) in self._entries.items())
        with whole_file(target.with_suffix(".idx")) as file:
            write_pack_index(file, entries, digest)

    def discard(self) -> None:
        """Remove what was written, if it was not put in place."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def write(path: Path, kind: str, commits: Iterator[Commit]) -> int:
    """Make or continue a repository of this kind; return its number of commits. Raises `FormatError`."""
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        with whole_folder(path) as folder:
            DiskObjectStore.init(folder / "objects")
            (folder / "refs" / "heads").mkdir(parents=True)
            (folder / "HEAD").write_bytes(b"ref: %s\n" % _BRANCH)
            (folder / "config").write_text(_CONFIG.format(kind), "utf-8")
            return _write(folder, commits)
    if not _is_ours(path, kind):
        raise FormatError(
            f"{path}: this is not a git repository that {program.name()} export {kind} made;"
            " choose another place with --output."
        )
    try:
        return _write(path, commits)
    except FileLocked as error:
        lock = os.fsdecode(error.lockfilename)
        raise FormatError(f"{path}: another process is writing to it; wait for it to end, or remove {lock}.") from error


def _is_ours(path: Path, kind: str) -> bool:
    try:
        with (path / "config").open("rb") as file:
            found = ConfigFile.from_file(file, expand_includes=False).get((b"policytrail",), b"export")
    except (OSError, ValueError, KeyError):
        return False
    return (path / "HEAD").is_file() and found == kind.encode()


def _is_whole(store: DiskObjectStore, path: Path) -> bool:
    """Check that the packs can be read. Raises `FormatError`."""
    try:
        return all(len(pack) for pack in store.packs)
    except Exception as error:  # dulwich meets damage with whatever its parsers raise
        raise FormatError(
            f"{path}: cannot be read as a git repository ({type(error).__name__}: {error}); remove it and export again."
        ) from error


def _write(path: Path, commits: Iterator[Commit]) -> int:
    refs = DiskRefsContainer(path)
    root, folders = _Folder(b"40000"), dict[str, _Folder]()
    count, head = 0, None
    pack = _Pack(path / "objects" / "pack")
    try:
        with closing(DiskObjectStore(path / "objects")) as store:
            is_known = _BRANCH in refs and _is_whole(store, path)
            for count, commit in enumerate(commits, 1):  # noqa: B007 - the last one counts
                folder, _, name = commit.path.partition("/")
                blob = object_id(Blob, commit.data)
                subtree = folders.setdefault(folder, _Folder(b"100644")).put(name.encode("utf-8", "replace"), blob)
                subtree_id = object_id(Tree, subtree)
                tree = root.put(folder.encode("utf-8", "replace"), subtree_id)
                tree_id = object_id(Tree, tree)
                data = commit.contents(tree_id, head)
                head = object_id(CommitObject, data)
                is_known = is_known and head in store
                if is_known:
                    continue
                if pack.is_full:
                    pack.finish()
                    pack = _Pack(path / "objects" / "pack")
                pack.add(Blob.type_num, blob, commit.data)
                pack.add(Tree.type_num, subtree_id, subtree)
                pack.add_root(tree_id, tree)
                pack.add(CommitObject.type_num, head, data)
        pack.finish()
    finally:
        pack.discard()
    if head is not None:
        refs.set_if_equals(_BRANCH, None, head)
    else:
        refs.remove_if_equals(_BRANCH, None)
    return count
