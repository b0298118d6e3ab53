"""Runs the test files with failures of the last run once more, one after the other, while nothing else runs.

`make test` calls it. More than FILES files with failures are no matter of a busy machine: then nothing is run again.
"""

import json
import sys
from pathlib import Path

import pytest

FILES = 8
LAST_FAILED = Path(".pytest_cache/v/cache/lastfailed")


def files_with_failures(last_failed: Path = LAST_FAILED) -> list[str]:
    """The files of the tests that pytest remembers as failed, sorted; none without such a record."""
    if not last_failed.exists():
        return []
    return sorted({test.partition("::")[0] for test in json.loads(last_failed.read_text())})


def main() -> int:
    files = files_with_failures()
    if not files or len(files) > FILES:
        return 1
    print(f"\nOnce more, alone: {' '.join(files)}", flush=True)
    status = pytest.main(["-p", "no:cacheprovider", *files])
    if status == pytest.ExitCode.OK:
        print(f"Failed beside other tests and passed alone; make them independent of load: {' '.join(files)}")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
