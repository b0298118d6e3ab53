"""A git repository with a linear history that follows from the corpus: the same corpus gives the same commits.

It is bare, with one branch, ``main``, and written by ``git fast-import``. What it has already is compared with what it
is to have: from the first commit that differs, if any, the history is written anew, and the rest stays. So a second
export adds what is new, and where a crawl found an older revision, the later commits follow from it again.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import IO

from crawler import git
from crawler.errors import ExportError
from output.formats.files import whole_folder

_BRANCH = "refs/heads/main"
_KIND = "policytrail.export"
"""What our repositories are known by: a value in their configuration."""
_COMMITTER = "Policytrail <>"


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: which file becomes what, and who says so, when (seconds since 1970). Texts hold no control
    characters but the message's line ends; the author has no angle brackets.
    """

    path: str
    data: bytes
    author: str
    when: int
    message: str

    @property
    def head(self) -> bytes:
        """The lines of the commit on who and when."""
        when = max(self.when, 0)
        return f"author {self.author} <> {when} +0000\ncommitter {_COMMITTER} {when} +0000\n".encode("utf-8", "replace")

    @property
    def told(self) -> bytes:
        """The message."""
        return self.message.encode("utf-8", "replace")


def write(path: Path, kind: str, commits: Iterator[Commit]) -> int:
    """Make or continue a repository; gives the number of its commits. Raises `ExportError`."""
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        with whole_folder(path) as folder:
            git.run(folder, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", "--object-format=sha1")
            git.run(folder, "config", _KIND, kind)
            return _import(folder, None, 0, None, commits)
    if not (path / "HEAD").is_file() or git.run(path, "config", "--default", "", "--get", _KIND) != kind:
        raise ExportError(
            f"{path}: this is no git repository that scrapy export {kind} made; give another place with --output."
        )
    return _continue(path, commits)


def _continue(path: Path, commits: Iterator[Commit]) -> int:
    has = git.run(path, "for-each-ref", "--format=%(objectname)", _BRANCH)
    parent, count = None, 0
    with (
        git.Batch(path, "--batch") as bodies,
        git.Batch(path, "--batch-check") as blobs,
        git.started(path, "rev-list", "--reverse", "--first-parent", "--end-of-options", _BRANCH, "--") as listed,
    ):
        for line in (listed.stdout or ()) if has else ():
            known = line.decode().strip()
            commit = next(commits, None)
            if commit is None or not _is_same(commit, known, parent, bodies, blobs):
                return _import(path, parent, count, commit, commits)
            parent, count = known, count + 1
    return _import(path, parent, count, None, commits)


def _is_same(commit: Commit, known: str, parent: str | None, bodies: git.Batch, blobs: git.Batch) -> bool:
    body = bodies.ask(known)
    parents = f"parent {parent}\n".encode() if parent else b""
    if body.partition(b"\n")[2] != parents + commit.head + b"\n" + commit.told:
        return False
    blob = sha1(b"blob %d\0" % len(commit.data) + commit.data, usedforsecurity=False).hexdigest()
    return blobs.ask(f"{known}:{commit.path}").startswith(blob.encode())


def _import(path: Path, parent: str | None, count: int, first: Commit | None, rest: Iterator[Commit]) -> int:
    """Let the branch be what it is up to ``parent``, and after that the given commits."""
    commit = first or next(rest, None)
    if commit is None:
        if parent is not None:
            git.run(path, "update-ref", _BRANCH, parent)
        elif git.run(path, "for-each-ref", "--format=%(objectname)", _BRANCH):
            git.run(path, "update-ref", "-d", _BRANCH)
        return count
    arguments = ["git", f"--git-dir={path}", "fast-import", "--quiet", "--done", "--force", "--date-format=raw"]
    with subprocess.Popen(  # noqa: S603 - no argument is a page's or a vendor's
        arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=git.environment()
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            while commit is not None:
                _put(process.stdin, commit, parent)
                parent, count, commit = None, count + 1, next(rest, None)
            process.stdin.write(b"done\n")
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has said why
        except BaseException:
            process.kill()
            raise
        said = process.stderr.read().decode("utf-8", "replace").strip()
        if process.wait():
            raise ExportError(f"{path}: git could not write the history: {said[-500:]}")
    return count


def _put(stream: IO[bytes], commit: Commit, parent: str | None) -> None:
    message, quoted = commit.told, commit.path.replace("\\", "\\\\").replace('"', '\\"')
    stream.write(b"commit %s\n" % _BRANCH.encode() + commit.head)
    stream.write(b"data %d\n%s\n" % (len(message), message))
    if parent is not None:
        stream.write(b"from %s\n" % parent.encode())
    stream.write(f'M 100644 inline "{quoted}"\n'.encode("utf-8", "replace"))
    stream.write(b"data %d\n%s\n" % (len(commit.data), commit.data))
