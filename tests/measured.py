"""Runs a command and measures the most memory that it had, whatever the process that starts it has itself."""

import subprocess
import sys
from pathlib import Path

# A process inherits the figure of the one that starts it, and one of many tests is large: a small one stands between.
_BETWEEN = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(process.pid, 0)
with open(sys.argv[1], "w") as report:
    report.write(str(used.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status) % 256)
"""


def measured(command: list[str], report: Path) -> list[str]:
    """The command that runs this one and writes the most memory that it had (KB) into a file."""
    return [sys.executable, "-c", _BETWEEN, str(report), *command]


def started(command: list[str], report: Path, **given: object) -> "subprocess.Popen[bytes]":
    """Start a command as the leader of a group of its own, so that all of it can be killed."""
    return subprocess.Popen(measured(command, report), start_new_session=True, **given)  # type: ignore[call-overload,no-any-return]


def kilobytes(report: Path) -> int:
    """The most memory that a command had, once it has ended; a command that was killed counts as without bound."""
    return int(report.read_text()) if report.exists() else sys.maxsize
