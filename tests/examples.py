"""Where the examples of README and docs run: a copy of the project whose archive is the sample; and what they are."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


class Block(NamedTuple):
    """A block of code on a page. ``language`` is empty where the block is indented, which shows and does not run it."""

    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    """The blocks of code of a page, fenced and indented, in their order."""
    text = page.read_text("utf-8")
    fenced = [Block(*found) for found in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]
    rest = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return fenced + [Block("", found) for found in re.findall(r"(?:^ {4}.*\n)+", rest, re.MULTILINE)]


def commands(page: Path) -> list[str]:
    """The commands of a page that its reader can run as they stand."""
    return [line for block in blocks(page) if block.language == "sh" for line in block.text.splitlines()]


def copied(place: Path) -> Path:
    """The project as a clone would have it, its environment being this one, and the sample in the archive's place."""
    ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "*.egg-info", "*.db*", "demo", "run")
    shutil.copytree(ROOT, place, ignore=ignored)
    (place / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (place / ".venv" / part).symlink_to(Path(sys.prefix) / part)
    for done in (".ready-runtime", ".ready-runtime-dev"):
        (place / ".venv" / done).touch()
    with (place / "crawler" / "settings.py").open("a") as settings:
        settings.write(f'\nARCHIVE_URL = "{ROOT}/tests/sample/sample.warc.gz"\n')
    shutil.copy(ROOT / "tests" / "sample" / "vendors.toml", place / "vendors.toml")
    (place / "domains.txt").write_text("fernwharf.example\nharbourlight.example\n")
    return place


def environment(folder: Path) -> dict[str, str]:
    """What a shell has at hand: the environment's programs, the modules of a folder, and a user's state of its own."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    of_make = {"EXTRAS", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    inherited = {name: value for name, value in os.environ.items() if name not in of_make}
    # The environment is that of the project itself: here its modules come after those of the copy.
    return inherited | {"PATH": path, "PYTHONPATH": str(folder), "XDG_STATE_HOME": str(folder / "state")}


def run(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell would, in a folder."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(folder) | more,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
