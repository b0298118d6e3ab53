"""What `make test` runs once more."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("once_more.py")


def once_more(folder: Path, failed: list[str]) -> subprocess.CompletedProcess[str]:
    remembered = folder / ".pytest_cache/v/cache/lastfailed"
    remembered.parent.mkdir(parents=True)
    remembered.write_text(json.dumps(dict.fromkeys(failed, True)))
    return subprocess.run([sys.executable, SCRIPT], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("holds", "status"), [("True", 0), ("False", 1)])
def test_a_whole_file_decides_when_it_runs_alone(tmp_path: Path, holds: str, status: int) -> None:
    (tmp_path / "test_a.py").write_text(f"def test_first(): pass\ndef test_second(): assert {holds}\n")
    (tmp_path / "test_b.py").write_text("def test_other(): assert False\n")

    ran = once_more(tmp_path, ["test_a.py::test_second"])

    assert ran.returncode == status, ran.stdout
    assert "2 passed" in ran.stdout or "1 failed, 1 passed" in ran.stdout
    assert "test_b" not in ran.stdout


@pytest.mark.parametrize("failed", [[], [f"test_{n}.py::test_it" for n in range(9)]])
def test_nothing_or_too_much_to_run_again_stays_a_failure(tmp_path: Path, failed: list[str]) -> None:
    ran = once_more(tmp_path, failed)

    assert ran.returncode == 1
    assert "Once more" not in ran.stdout
