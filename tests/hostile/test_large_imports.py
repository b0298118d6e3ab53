"""An import of a small file that holds much takes bounded time and memory, and says what it refuses."""

import asyncio
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from crawling import ROOT
from measured import kilobytes, started

pytestmark = pytest.mark.slow

MEGABYTES = 500
SECONDS = 60


def run(command: list[str], log: Path) -> tuple[int, int, str]:
    """Run a command; return its exit status, the most memory that it had (KB), and what it said on standard error."""
    report = log.with_suffix(".memory")
    with log.open("wb") as file:
        process = started(command, report, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=file)
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return process.returncode, kilobytes(report), log.read_text()


@pytest.mark.parametrize(
    ("vendor", "characters", "status"),
    [("shop{}.example", 32 << 20, 1), ("shop{}.example", (2 << 20) - 100, 0), ("shop.example", (2 << 20) - 100, 0)],
    ids=["too large", "of twenty policies", "of one policy"],
)
async def test_a_small_zip_with_large_texts_is_read_one_by_one(tmp_path, vendor, characters, status):
    path = tmp_path / "texts.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            text = "# Privacy\n\n" + f"We keep order {number}. " * (characters // 10)
            name = f"dataset/{vendor.format(number)}/Privacy Policy/{2000 + number}-01-01T00-00-00Z.md"
            archive.writestr(name, text[:characters])
    command = [sys.executable, "-m", "scrapy", "import", "--format", "ota", str(path)]
    given = await asyncio.to_thread(
        run, [*command, "-s", f"CORPUS_DB={tmp_path}/corpus.db", "-s", f"STATE_DIR={tmp_path}"], tmp_path / "said"
    )
    assert given[0] == status, given
    assert given[1] < MEGABYTES * 1000
