"""`make setup` installs what is asked for, once, and what is asked for later, later."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def installs(tmp_path):
    """Makes a target in an environment where the runtime is installed, and gives what would be installed."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    newer = max((ROOT / name).stat().st_mtime for name in ("pyproject.toml", "constraints.txt")) + 1

    def is_ready(*names: str) -> None:
        for name in names:
            (tmp_path / name).touch()
            os.utime(tmp_path / name, (newer, newer))

    def make(*given: str) -> list[str]:
        command = ["make", "--dry-run", "--no-print-directory", f"VENV={tmp_path}", *given]
        said = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
        )
        return [line.split("--editable ")[1] for line in said.stdout.splitlines() if "--editable " in line]

    is_ready(".ready-runtime")
    make.is_ready = is_ready
    return make


def test_what_is_there_is_not_installed_again(installs):
    assert installs("setup") == []
    installs.is_ready(".ready-runtime-dev-browser")
    assert installs("setup-dev", "EXTRAS=browser") == installs("setup", "EXTRAS=dev,browser") == []


@pytest.mark.parametrize(
    ("asked", "installed"),
    [
        (("setup", "EXTRAS=notify"), "'.[notify]'"),
        (("setup", "EXTRAS=parquet,notify"), "'.[parquet,notify]'"),
        (("setup-dev",), "'.[dev]'"),
        (("setup-dev", "EXTRAS=dev,browser"), "'.[dev,browser]'"),
    ],
)
def test_an_extra_that_is_asked_for_later_is_installed_then(installs, asked, installed):
    assert installs(*asked) == [installed]
