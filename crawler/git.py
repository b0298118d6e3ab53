"""Asks git, without letting the user's configuration, the environment or a repository of somebody else decide anything.

Only plumbing is used: ``git log`` and the like run programs that a repository's own configuration names.
"""

import os
import subprocess
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

    def ask(self, name: str) -> bytes:
        """The contents of an object, or what it is; nothing where there is none."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(name.encode("utf-8", "replace") + b"\n")
        self.process.stdin.flush()
        head = self.process.stdout.readline()
        if not self.contents or head.rstrip().endswith(b" missing") or not head:
            return head
        return self.process.stdout.read(int(head.split()[2]) + 1)[:-1]


@contextmanager
def started(path: Path, *arguments: str) -> Iterator[IO[bytes]]:
    """The output of a git command, line by line; it may be left before its end."""
    process = subprocess.Popen(  # noqa: S603 - no argument is a page's or a vendor's
        [_GIT, f"--git-dir={path}", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    assert process.stdout is not None
    try:
        yield process.stdout
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
