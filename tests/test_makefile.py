"""`make setup` installs what is asked for, once, and what is asked for later, later."""

import os
import subprocess
import sys
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


@pytest.mark.parametrize(
    ("python", "makes", "installs"),
    [
        (sys.executable, "-m venv --without-pip {}", f"{sys.executable} -m pip --python {{}}/bin/python install"),
        ("false", "-m venv {}", "{}/bin/python -m pip install"),  # as a Python without pip
    ],
)
def test_a_new_environment_gets_a_pip_only_where_python_has_none(tmp_path, python, makes, installs):
    place = tmp_path / "new"
    given = ["make", "--dry-run", "--no-print-directory", f"VENV={place}", f"PYTHON={python}", "setup"]
    said = subprocess.run(given, cwd=ROOT, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]})
    lines = said.stdout.splitlines()
    assert f"{python} {makes.format(place)}" in lines
    assert any(line.startswith(f"{installs.format(place)} ") for line in lines)


@pytest.mark.parametrize(
    ("extras", "status", "said"),
    [
        ("notify", 0, ""),
        ("parquet,notify", 0, ""),
        ("notify,parqet", 2, "EXTRAS=parqet: no such extra; expected some of "),
    ],
)
def test_an_extra_that_there_is_not_is_no_success(tmp_path, extras, status, said):
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\n[ "$1" = -m ] || exec {sys.executable} "$@"\n')  # pip installs nothing here
    python.chmod(0o755)
    given = ["make", "setup", f"VENV={tmp_path}", f"PYTHON={python}", f"EXTRAS={extras}"]
    done = subprocess.run(
        given, cwd=ROOT, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]}
    )
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert bool(list(tmp_path.glob(".ready*"))) == (status == 0)
