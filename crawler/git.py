"""Asks git, without letting the user's configuration, the environment or a repository of somebody else decide anything.

Only plumbing is used, and of somebody else's repository only the objects: its configuration can name programs to run.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_GIT = "git"


class GitError(Exception):
    """git cannot do what is asked for; the message says where, and why."""


class Batch:
    """A running ``git cat-file`` that is asked for one object at a time."""

    def __init__(self, path: Path, mode: str) -> None:
        self.path = path
        self.contents = mode == "--batch"
        self.process = subprocess.Popen(  # noqa: S603 - no argument is a page's or a vendor's
            [_GIT, f"--git-dir={path}", "cat-file", mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )

    def __enter__(self) -> "Batch":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def ask(self, name: str, limit: int | None = None) -> bytes:
        """The contents of an object, up to one byte beyond a limit, or (``--batch-check``) what it is.

        Raises `GitError` where there are no contents.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(name.encode("utf-8", "replace") + b"\n")
        self.process.stdin.flush()
        head = self.process.stdout.readline()
        if not self.contents:
            return head
        if len(head.split()) != 3:
            raise GitError(f"{self.path}: an object is missing ({name}); get the whole of the repository.")
        size = int(head.split()[2])
        data = self.process.stdout.read(size if limit is None else min(size, limit + 1))
        left = size + 1 - len(data)
        while left > 0:
            left -= len(self.process.stdout.read(min(left, 1 << 20))) or left
        return data


@contextmanager
def started(path: Path, *arguments: str, stdin: IO[bytes] | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """A running git command, of which the output is read; it may be left before its end."""
    process = subprocess.Popen(  # noqa: S603 - no argument is a page's or a vendor's
        [_GIT, f"--git-dir={path}", *arguments],
        stdin=stdin or subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def run(path: Path, *arguments: str) -> str:
    """What a git command says. Raises `GitError` where it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - no argument is a page's or a vendor's
            [_GIT, f"--git-dir={path}", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment(),
            check=False,
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed, and a git repository is what is asked for; install git.") from error
    if done.returncode:
        raise GitError(f"{path}: git {arguments[0]} failed: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout.decode("utf-8", "replace").strip()


def environment() -> dict[str, str]:
    """The environment without what would make git look, or write, elsewhere."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return ours | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ALLOW_PROTOCOL": "none",  # a clone that lacks objects would fetch them
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }


@contextmanager
def borrowed(path: Path) -> Iterator[tuple[Path, str]]:
    """A repository of our own with the objects of another and nothing else of it, and the commit at its HEAD.

    Raises `GitError`. What stands in the other's configuration, hooks and attributes is never read by what then reads
    its history (``git diff-tree`` would start its ``core.fsmonitor``).
    """
    place = path.absolute()
    head = run(place, "rev-parse", "--verify", "--end-of-options", "HEAD^{commit}")
    objects = run(place, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    with tempfile.TemporaryDirectory(prefix="policytrail-") as own:
        run(Path(own), "init", "--quiet", "--bare", "--template=")
        Path(own, "objects", "info").mkdir(exist_ok=True)
        Path(own, "objects", "info", "alternates").write_text(f"{objects}\n", "utf-8")
        yield Path(own), head


def changes(path: Path, revision: str) -> Iterator[tuple[str, str, str]]:
    """What the commits up to a revision changed, the oldest first: commit, the file's new blob, its path.

    Raises `GitError` where the history cannot be read to its end.
    """
    options = ("--stdin", "--root", "-r", "-z", "--no-renames", "--diff-filter=AM")
    with (
        started(path, "rev-list", "--reverse", "--first-parent", "--end-of-options", revision, "--") as commits,
        started(path, "diff-tree", *options, stdin=commits.stdout) as differences,
    ):
        assert differences.stdout is not None
        yield from _changed(_fields(differences.stdout))
        if differences.wait() or commits.wait():
            raise GitError(f"{path}: the history cannot be read to its end; get the whole of the repository.")


def _fields(stream: IO[bytes]) -> Iterator[str]:
    rest = b""
    while block := stream.read1(1 << 16):  # type: ignore[attr-defined]
        *whole, rest = (rest + block).split(b"\0")
        yield from (field.decode("utf-8", "replace") for field in whole)


def _changed(fields: Iterator[str]) -> Iterator[tuple[str, str, str]]:
    commit = ""
    for field in fields:
        if not field.startswith(":"):
            commit = field.strip()
            continue
        mode, blob = field.split()[1], field.split()[3]
        name = next(fields)
        if mode in {"100644", "100755"}:
            yield commit, blob, name
