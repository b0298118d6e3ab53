"""The script that ``completions`` prints completes the command line in each of the shells: they are run here."""

import os
import pty
import select
import shutil
import signal
import subprocess
from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest
from scrapy.settings import Settings

from crawler.commands.completions import Command
from crawler.completions import SHELLS
from output.formats.table import FORMATS

pytestmark = pytest.mark.slow  # each test starts a shell

LINES = [
    ("crawl-cl", ["crawl-cluster"]),
    ("crawl ", ["discover", "policies"]),
    ("crawl policies -a snap", ["snapshots=all", "snapshots=changes"]),
    ("crawl policies -a snapshots=a", ["snapshots=all"]),
    ("crawl policies -a snapshots=all -a thoroughness=ex", ["thoroughness=exhaustive"]),
    ("crawl policies -a vendors=vend", ["vendors=vendors-of-mine.toml"]),
    ("crawl discover -a ty", ["types="]),
    ("crawl-cluster -a thoroughness=q", ["thoroughness=quick"]),
    ("changes -a v", ["vendor="]),
    ("export ", sorted(FORMATS)),
    ("import texts --format ota-d", ["ota-declarations"]),
    ("vendors ", ["check", "schema"]),
    ("vendors check vend", ["vendors-of-mine.toml"]),
    ("completions f", ["fish"]),
    ("reextract --pid", ["--pidfile"]),
]
"""Command lines up to where the key is pressed, without the command, and what may follow."""


@pytest.fixture
def script(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    (tmp_path / "vendors-of-mine.toml").touch()

    def write(shell: str) -> Path:
        if shutil.which(shell) is None:
            pytest.skip(f"{shell} is not installed here")
        command = Command()
        command.settings = Settings()
        command.settings.setmodule("crawler.settings", priority="project")
        command.run([shell], Namespace())
        path = tmp_path / f"completions.{shell}"
        path.write_text(capsys.readouterr().out)
        return path

    return write


def shell(*command: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.stdout


def test_bash_completes_as_it_splits_words_at_an_equals_sign(script, tmp_path: Path) -> None:
    lines = [f"source {script('bash')}"]
    for line, _ in LINES:
        words = " ".join(f"'{word}'" for word in f"policytrail {line}".replace("=", " = ").split(" "))
        words = words.removesuffix(" ''") if line.endswith("=") else words
        lines.append(f"COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMPREPLY=()")
        lines.append('_policytrail_joined; printf "%s " "${COMPREPLY[@]}"; echo')
    found = shell("bash", "--norc", "-c", "\n".join(lines), folder=tmp_path).splitlines()
    for (line, expected), completed in zip(LINES, found, strict=True):
        last = line.rpartition(" ")[2]
        typed = f"{last.partition('=')[0]}=" if "=" in last else ""  # what bash leaves as it is
        assert [f"{typed}{word}" for word in sorted(completed.split())] == expected, line


def test_fish_completes(script, tmp_path: Path) -> None:
    lines = "; ".join(f"complete -C 'policytrail {line}'; echo ---" for line, _ in LINES)
    found = shell("fish", "-N", "-c", f"source {script('fish')}; {lines}", folder=tmp_path).split("---\n")
    for (line, expected), completed in zip(LINES, found, strict=False):
        assert sorted({each.partition("\t")[0] for each in completed.splitlines()}) == expected, line


@pytest.mark.parametrize(("line", "expected"), [(line, one[0]) for line, one in LINES if len(one) == 1], ids=str)
def test_zsh_completes(script, tmp_path: Path, line: str, expected: str) -> None:
    path = script("zsh")
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        own = {"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": str(tmp_path)}
        os.execvpe("zsh", ["zsh", "-f", "-i"], own)  # noqa: S606
    try:
        _type(terminal, f'autoload -Uz compinit && compinit -u -D; eval "$(<{path})"; print REA""DY\n', "READY\r\n")
        typed = line.rpartition(" ")[2]
        _type(terminal, f"policytrail {line}\t", f"{line.removesuffix(typed)}{expected}")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def _type(terminal: int, keys: str, expected: str) -> None:
    """Type into a terminal, and wait until it shows something."""
    os.write(terminal, keys.encode())
    shown, end = "", monotonic() + 60
    while expected not in shown and monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            with suppress(OSError):
                shown += os.read(terminal, 1 << 16).decode(errors="replace")
    assert expected in shown


@pytest.mark.parametrize("args", [[], ["powershell"], ["bash", "zsh"]])
def test_another_shell_is_a_mistake(args: list[str]) -> None:
    command = Command()
    command.settings = Settings()
    with pytest.raises(SystemExit, match=r"Usage: scrapy completions bash\|zsh\|fish"):
        command.run(args, Namespace())


def test_there_is_a_script_for_each_shell() -> None:
    assert Command.choices == SHELLS
