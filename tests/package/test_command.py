"""The command ``policytrail``: what it lists, what it says of a command that there is not, whose settings it has."""

import os
import re
import sys
from pathlib import Path

import pytest

from crawler import program
from policytrail.__main__ import main

COMMANDS = Path(__file__).parents[2] / "crawler" / "commands"


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo afterwards what the command says for all of its process."""
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "somebody.settings")
    monkeypatch.setattr("scrapy.cmdline.ScrapyArgumentParser", None)


def run(monkeypatch: pytest.MonkeyPatch, *given: str) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/policytrail", *given])
    main()


@pytest.mark.parametrize("given", [(), ("--help",), ("-h",)])
def test_without_a_command_it_lists_what_there_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: tuple[str, ...]
) -> None:
    run(monkeypatch, *given)
    said = capsys.readouterr().out
    listed = dict(re.findall(r"^  ([a-z-]+) +(\S.*)$", said, re.MULTILINE))
    assert set(listed) == {path.stem for path in COMMANDS.glob("[a-z]*.py")}  # Scrapy's own work, and help nobody here
    assert all(listed.values())
    assert "To begin: policytrail demo" in said


def test_it_says_its_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run(monkeypatch, "--version")
    assert re.fullmatch(r"policytrail \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("named", "hint"), [("exprot", "Did you mean export?"), ("x", "policytrail alone lists them."), ("", "policytrail")]
)
def test_a_command_that_there_is_not_is_named(monkeypatch: pytest.MonkeyPatch, named: str, hint: str) -> None:
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, "-L", named) if not named else run(monkeypatch, named)
    assert str(ended.value.code).startswith(f"policytrail {named}: there is no such command. {hint}")


@pytest.mark.parametrize("command", ["export", "shell"])
def test_help_names_the_command_as_it_was_typed_and_the_settings_are_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "somebody.settings")
    monkeypatch.setattr("scrapy.cmdline.ScrapyArgumentParser", sys.modules["scrapy.cmdline"].ScrapyArgumentParser)
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, command, "--help")
    assert ended.value.code == 0
    assert f"policytrail {command} " in capsys.readouterr().out
    assert os.environ["SCRAPY_SETTINGS_MODULE"] == "crawler.settings"


def test_messages_name_the_command_that_works_where_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [program.INSTALLED, "crawl"])
    assert (program.name(), program.serve(), program.serve("a.db")) == (
        *("policytrail", "policytrail serve", "policytrail serve a.db"),
    )
    monkeypatch.setattr(sys, "argv", ["/clone/.venv/bin/scrapy", "crawl"])
    assert (program.name(), program.serve(), program.serve("a.db")) == (
        *("scrapy", "make serve", "make serve CORPUS=a.db"),
    )
