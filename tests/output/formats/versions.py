"""A versions repository as Open Terms Archive's engine writes it, with what it has lived through."""

import shutil
import subprocess
from pathlib import Path

import pytest


def git(place: Path, *command: str, **environment: str) -> str:
    """Run git in a working tree, without the user's configuration."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    who = ["-c", "user.name=bot", "-c", "user.email=bot@ota.example", "-c", "init.defaultBranch=main"]
    environment |= {"HOME": str(place), "PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", "-C", str(place), *who, *command], check=True, capture_output=True, env=environment)
    return done.stdout.decode()


def commit(place: Path, path: str, content: str, at: str, subject: str, *, trailers: str = "") -> None:
    """Commit a file, dated."""
    file = place / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    git(place, "add", ".")
    message = f"{subject}\n\nRecorded after 1a2b3c4\n\n{trailers}"
    git(place, "commit", "-q", "-m", message, GIT_AUTHOR_DATE=at, GIT_COMMITTER_DATE="2026-01-01T00:00:00Z")


def make(place: Path) -> None:
    """Make the repository."""
    place.mkdir()
    git(place, "init", "-q")
    commit(place, "README.md", "Versions", "2019-01-01T00:00:00Z", "Initial commit")
    path = "Some Shop/Privacy Policy.md"
    commit(place, path, "Privacy\n=======\n\nOne.\n", "2020-01-02T03:04:05+02:00", "Start tracking Some Shop")
    commit(place, path, "# Privacy\n\nOne, read better.\n", "2020-02-01T00:00:00Z", "Refilter Some Shop Privacy Policy")
    where = "X-engine-version: 14.1.0\nX-source-document-location: https://some.example/privacy"
    two = "# Privacy\n\nTwo.\n"
    commit(place, path, two, "2021-01-02T03:04:05Z", "Record new changes of Some Shop", trailers=where)
    cookies = "shop.example/Trackers Policy.md"
    commit(place, cookies, "Cookies.\n", "2021-06-01T00:00:00Z", "First record of shop.example")
    commit(place, "Nobody/Imprint.md", "Who we are.\n", "2022-01-01T00:00:00Z", "First record of Nobody")
