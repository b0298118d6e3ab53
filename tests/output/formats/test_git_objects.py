"""Somebody else's repository is read whatever its shape; it runs nothing, leads nowhere, and costs little memory."""

import hashlib
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from dulwich.object_format import SHA1
from dulwich.objects import Blob, Commit, Tree
from dulwich.pack import OFS_DELTA, pack_object_header, write_pack_header, write_pack_index, write_pack_object
from versions import commit, git

from crawler.errors import FormatError
from output.formats.git_objects import commit_history, object_id
from output.formats.table import read
from pipelines.imported_text import MAX_BODY, Refused
from pipelines.imports import store_texts

SERVICES = '"Some Shop" = "some.example"\n'


def texts(place: Path) -> list[str]:
    """The bodies of the texts in a repository, and the reasons for refusals."""
    services = place.parent / "services.toml"
    services.write_text(SERVICES)
    return [str(found) if isinstance(found, Refused) else found.body for found in read("ota", place, services)]


WHOLE = ["One.", "One, read better.", "Two.", "Cookies.", 'the service "Nobody" is not a domain']


# -- shapes -----------------------------------------------------------------------------------------------------------
def test_loose_objects_are_read(versions):
    assert texts(versions) == WHOLE
    assert texts(versions / ".git") == WHOLE


def test_packs_and_packed_refs_are_read(versions):
    git(versions, "gc", "-q", "--aggressive", "--prune=now")
    assert not (versions / ".git/refs/heads/main").exists()
    assert texts(versions) == WHOLE


def test_a_detached_head_is_read(versions):
    git(versions, "checkout", "-q", "HEAD~1")
    assert texts(versions) == WHOLE[:-1]


def test_a_linked_working_tree_is_read(versions, tmp_path):
    git(versions, "worktree", "add", "-q", str(tmp_path / "linked"), "HEAD~1")
    assert texts(tmp_path / "linked") == WHOLE[:-1]


def test_a_merge_is_read_along_its_first_parent(versions):
    git(versions, "checkout", "-q", "-b", "side", "HEAD~1")
    commit(
        versions, "shop.example/Imprint.md", "From the side.", "2023-01-01T00:00:00Z", "First record of shop.example"
    )
    git(versions, "checkout", "-q", "main")
    git(versions, "merge", "-q", "--no-ff", "-m", "Merge", "side", GIT_AUTHOR_DATE="2024-01-01T00:00:00Z")
    assert texts(versions) == [*WHOLE, "From the side."]


# -- what is not looked at --------------------------------------------------------------------------------------------
def test_nothing_that_a_repository_configures_is_run(versions, tmp_path):
    touch = f"touch {tmp_path}/ran"
    (versions / ".git" / "config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n\tfsmonitor = {touch}\n\tpager = {touch}\n\tsshCommand = {touch}\n"
        f"[log]\n\tshowSignature = true\n[gpg]\n\tprogram = {touch}\n[include]\n\tpath = /dev/stdin\n"
        f'[diff "x"]\n\ttextconv = {touch}\n[extensions]\n\tpartialClone = origin\n'
        f'[remote "origin"]\n\turl = ext::{touch}\n\tpromisor = true\n'
    )
    (versions / ".git" / "info").mkdir(exist_ok=True)
    (versions / ".git" / "info" / "attributes").write_text("* diff=x\n")
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        (versions / ".git" / "hooks").mkdir(exist_ok=True)
        (versions / ".git" / "hooks" / hook).write_text(f"#!/bin/sh\n{touch}\n")
        (versions / ".git" / "hooks" / hook).chmod(0o755)
    assert texts(versions) == WHOLE
    assert not (tmp_path / "ran").exists()


def test_git_need_not_be_installed(versions, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert texts(versions) == WHOLE


def test_replacements_and_grafts_are_not_followed(versions):
    head, older = git(versions, "rev-parse", "HEAD", "HEAD~3").split()
    git(versions, "replace", head, older)
    (versions / ".git" / "info" / "grafts").write_text(f"{head} {older}\n")
    assert texts(versions) == WHOLE


def test_objects_outside_the_repository_are_not_read(versions, tmp_path):
    place = tmp_path / "borrower"
    git(tmp_path, "clone", "-q", "--shared", "--bare", str(versions), str(place))
    with pytest.raises(FormatError, match=r"an object is missing .* fetch the whole"):
        texts(place)


@pytest.mark.parametrize("name", ["../../secret", "refs/../../secret"])
def test_no_ref_leads_out_of_a_repository(versions, name):
    (versions.parent / "secret").write_text("secret")
    (versions / ".git" / "HEAD").write_text(f"ref: {name}\n")
    with pytest.raises(FormatError) as caught:
        texts(versions)
    assert "versions: " in str(caught.value)


# -- damage -----------------------------------------------------------------------------------------------------------
def test_a_broken_repository_is_a_sentence(tmp_path):
    (tmp_path / "x" / "objects").mkdir(parents=True)
    (tmp_path / "x" / "HEAD").touch()
    with pytest.raises(FormatError, match="x: "):
        list(read("ota", tmp_path / "x", None))


@pytest.mark.parametrize("kind", ["blob", "tree", "commit"])
def test_a_repository_with_a_hole_is_a_sentence_and_no_text(corpus, versions, kind):
    name = {"blob": "HEAD:shop.example/Trackers Policy.md", "tree": "HEAD^{tree}"}.get(kind, "HEAD~2")
    lost = git(versions, "rev-parse", name).strip()
    (versions / ".git/objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(FormatError, match="whole of the repository"):
        store_texts(corpus, read("ota", versions, None))
    assert not corpus.db.execute("SELECT 1 FROM documents WHERE body LIKE '%missing%'").fetchone()


@pytest.mark.parametrize("options", [["--depth=2"], ["--filter=blob:none"]], ids=["shallow", "partial"])
def test_a_part_of_a_repository_is_a_sentence(versions, tmp_path, options):
    git(versions, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--bare", *options, versions.as_uri(), str(tmp_path / "part"))
    with pytest.raises(FormatError, match="fetch the whole of the repository"):
        texts(tmp_path / "part")


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_damaged_bytes_are_a_sentence(versions, packed):
    if packed:
        git(versions, "gc", "-q", "--prune=now")
    objects = versions / ".git" / "objects"
    files = list((objects / "pack").glob("*.pack")) if packed else [p for p in objects.glob("??/*") if p.is_file()]
    for file in files:
        file.chmod(0o644)
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 0xFF
        file.write_bytes(data)
    with pytest.raises(FormatError, match="versions: "):
        texts(versions)


def test_an_object_that_is_another_one_is_a_sentence(versions):
    cookies, two = git(
        versions, "rev-parse", "HEAD:shop.example/Trackers Policy.md", "HEAD:Some Shop/Privacy Policy.md"
    ).split()
    objects = versions / ".git" / "objects"
    (objects / cookies[:2] / cookies[2:]).chmod(0o644)
    shutil.copy(objects / two[:2] / two[2:], objects / cookies[:2] / cookies[2:])
    with pytest.raises(FormatError, match="is damaged"):
        texts(versions)


# -- memory -----------------------------------------------------------------------------------------------------------
HUGE = 40 * MAX_BODY  # more than the 1 GB that the reader is given


def deflated(head: bytes, size: int) -> bytes:
    """Some bytes and so many zero bytes, deflated but for the checksum at the end."""
    compressor, block = zlib.compressobj(), bytes(1 << 20)
    begin = compressor.compress(head) + compressor.flush(zlib.Z_FULL_FLUSH)
    return begin + (compressor.compress(block) + compressor.flush(zlib.Z_FULL_FLUSH)) * (size >> 20)


def number(value: int) -> bytes:
    """A number of 7 bits a byte, the lowest first."""
    return bytes([value & 0x7F | 0x80]) + number(value >> 7) if value >> 7 else bytes([value])


class RawPack:
    """A pack that may lie."""

    def __init__(self, repository: Path) -> None:
        self.folder, self.data, self.entries = repository / "objects" / "pack", bytearray(), []
        write_pack_header(self._write, 0)

    def _write(self, data: bytes) -> int:
        self.data += data
        return len(data)

    def put(self, sha: bytes, kind: int, data: object) -> int:
        at = len(self.data)
        self.entries.append((bytes.fromhex(sha.decode()), at, write_pack_object(self._write, kind, data, SHA1)))
        return at

    def put_huge(self, sha: bytes, head: bytes, size: int, back: int | None = None) -> int:
        """Some bytes and so many zero bytes: a file, or a delta of what is so many bytes back."""
        at, kind = len(self.data), Blob.type_num if back is None else OFS_DELTA
        self.entries.append((bytes.fromhex(sha.decode()), at, 0))
        self.data += pack_object_header(kind, back, len(head) + size, SHA1) + deflated(head, size)
        return at

    def finish(self) -> None:
        self.data[8:12] = len(self.entries).to_bytes(4, "big")
        digest = hashlib.sha1(self.data, usedforsecurity=False).digest()
        (self.folder / "pack-1.pack").write_bytes(bytes(self.data) + digest)
        with (self.folder / "pack-1.idx").open("wb") as file:
            write_pack_index(file, sorted(self.entries), digest)


def bomb(place: Path, kind: str) -> None:
    """Make a repository of a few megabytes with a file of over a gigabyte."""
    for folder in ("objects/pack", "refs/heads"):
        (place / folder).mkdir(parents=True)
    pack, blob = RawPack(place), b"b" * 40
    if kind == "loose":
        (place / "objects/bb").mkdir()
        (place / "objects/bb" / ("b" * 38)).write_bytes(deflated(b"blob %d\0" % HUGE, HUGE))
    elif kind == "packed":
        pack.put_huge(blob, b"", HUGE)
    elif kind == "chain":  # each of 60 deltas has 24 MB
        at = pack.put(b"a" * 40, Blob.type_num, [b"x"])
        for n in range(60):
            at = pack.put_huge(b"%040x" % n if n < 59 else blob, number(1) + number(1), 24 << 20, len(pack.data) - at)
    else:
        size = 16 << 20
        base = pack.put(b"a" * 40, Blob.type_num, [bytes(size - 1)])
        copy = bytes([0b11110000]) + (size - 1).to_bytes(3, "little")
        times = HUGE // (size - 1)
        delta = number(size - 1) + number(times * (size - 1)) + copy * times
        pack.put(blob, OFS_DELTA, (len(pack.data) - base, [delta]))
    folder = b"100644 Privacy Policy.md\0" + bytes.fromhex(blob.decode())
    root = b"40000 shop.example\0" + bytes.fromhex(object_id(Tree, folder).decode())
    head = b"tree %s\nauthor a <> 1600000000 +0000\ncommitter a <> 1600000000 +0000\n\nFirst" % object_id(Tree, root)
    for type_, data in ((Tree, folder), (Tree, root), (Commit, head)):
        pack.put(object_id(type_, data), type_.type_num, [data])
    pack.finish()
    (place / "HEAD").write_bytes(object_id(Commit, head) + b"\n")


_READ = """
import resource, sys
from pathlib import Path
from output.formats.table import read
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
print(list(read("ota", Path(sys.argv[1]), None)))
"""


@pytest.mark.parametrize("kind", ["loose", "packed", "delta", "chain"])
def test_a_file_that_would_fill_the_memory_is_refused_unread(tmp_path, kind):
    bomb(tmp_path / "bomb", kind)
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", _READ, str(tmp_path / "bomb")]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[Refused('body too long')]\n"


def test_a_file_at_the_limit_is_read(versions):
    size = len("Cookies.\n")
    for limit, found in ((size - 1, None), (size, b"Cookies.\n")):
        with commit_history(versions, 10_000) as opened:
            blob = next(v.blob for v in opened.file_versions() if v.folder == b"shop.example")
            opened.limit = limit
            assert opened.blob(blob) == found
