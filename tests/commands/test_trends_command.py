"""``scrapy trends``: what it prints, what it says of what it cannot count, and how it ends."""

import json
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import pytest
from crawling import ROOT
from scrapy.settings import Settings
from turning import write

from crawler.errors import ArgumentError
from pipelines.corpus import Corpus

BODIES = {
    "A": "We keep personal data. " * 60,
    "B": "Any dispute goes to arbitration, in person. " * 60,
    "C": "Wir verarbeiten Daten. " * 60,
}
Run = Callable[..., Sequence[str]]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three policies: one changes, one is German, one is the vendor of another."""
    path = write(tmp_path_factory.mktemp("trends") / "corpus.db", "AAAB", "C", "AB", bodies=BODIES)
    with Corpus(path) as made, made.db.atomic():
        made.db.execute("UPDATE documents SET language = iif(hash = 'C', 'de', 'en')")
        made.db.execute("UPDATE policies SET type = 'terms of service' WHERE id = 3")
    return path


@pytest.fixture
def run(corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, in this process; gives the lines on standard output and on standard error."""
    monkeypatch.setenv("COLUMNS", "200")

    def in_process(*given: str, vendor: str | None = None) -> tuple[list[str], list[str]]:
        command = import_module("crawler.commands.trends").Command()
        command.settings = Settings({"CORPUS_DB": str(corpus)})
        parser = ArgumentParser()
        command.add_options(parser)
        opts, phrases = parser.parse_known_args([*given])
        with Corpus.reading(corpus) as opened:
            command.check(phrases, opts)
            command.work(opened, vendor, phrases, opts)
        said = capsys.readouterr()
        return said.out.splitlines(), said.err.splitlines()

    return in_process


def test_phrases_are_counted_in_a_table_and_as_json_lines(run: Run) -> None:
    table, said = run("arbitration", '"personal data"')
    assert said == ['No policy says "personal data".']
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in table if "│" in line]
    assert cells == [["2020", "3 (few)", "2 (67%)", "0 (0%)"]]
    lines, _ = run("arbitration", '"personal data"', "--by", "quarter", "--json")
    asked = {"quarter": "2020-Q1", "vendor": None, "type": None, "language": None}
    assert [json.loads(line) for line in lines] == [
        {"phrase": "arbitration", **asked, "policies": 3, "saying": 2, "share": 0.6667, "few": True},
        {"phrase": '"personal data"', **asked, "policies": 3, "saying": 0, "share": 0.0, "few": True},
    ]


def test_policies_are_chosen_by_vendor_type_and_language(run: Run) -> None:
    for given, policies in (
        ({"vendor": "1.example"}, 1),
        ({"vendor": None, "given": ["--type", "privacy policy"]}, 2),
        ({"vendor": None, "given": ["--language", "DE"]}, 1),
    ):
        lines, _ = run("person", "--json", *given.get("given", []), vendor=given["vendor"])
        assert [json.loads(line)["policies"] for line in lines] == [policies]


def test_lengths_and_ease_are_measured_of_all_texts(run: Run) -> None:
    ((line,), nothing) = run("--length", "--json")
    assert nothing == []
    of = {"year": "2020", "vendor": None, "type": None, "language": None}
    values = {"policies": 3, "low": 300.0, "median": 420.0, "high": 420.0, "few": True}
    assert json.loads(line) == {"measure": "length", **of, **values}
    table, said = run("--ease")
    assert "(Flesch" in "".join(table)
    assert said == ["Left out: 1 text in de, choose it with --language."]
    ((line,), _) = run("--ease", "--language", "de", "--json")
    data = json.loads(line)
    assert (data["language"], data["formula"], data["policies"]) == ("de", "Flesch-Amstad", 1)


def test_what_nobody_says_and_what_is_no_phrase_is_told(run: Run) -> None:
    _, said = run("personal data", "zebra", "--json")
    assert said == [
        "No policy says personal data.",
        "personal data: all of these words, anywhere in a text. As a phrase: '\"personal data\"'",
        "No policy says zebra.",
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], r"Expected phrases, --length or --ease: scrapy trends PHRASE"),
        (["x", "--length"], r"Expected phrases, --length or --ease"),
        (["!!!"], r"“!!!” has no word to look for\."),
        (["x" * 8192], r"expected a phrase of at most 500 characters"),
        ([f"x{n}" for n in range(51)], r"51 phrases: expected at most 50\."),
        (["x", "--type", "privacy"], r"--type privacy: the corpus has no such policy\. Did you mean privacy policy\?"),
        (["x", "--language", "fr"], r"no policy \(language fr\) has a text that can be counted"),
        (["--ease", "--language", "ja"], r"no policy \(language ja\) has a text that can be counted"),
        (["\x1b[31m!", "--type", "\x1b[31m"], r"--type \\x1b\[31m: the corpus"),
    ],
)
def test_a_mistake_gets_a_sentence(run: Run, given: list[str], sentence: str) -> None:
    with pytest.raises(ArgumentError, match=sentence):
        run(*given)


@pytest.mark.slow
def test_the_command_ends_with_0_or_1(corpus: Path) -> None:
    def ended(*given: str) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "scrapy", "trends", *given, "-s", f"CORPUS_DB={corpus}"]
        environment = {"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env=environment
        )
        return done.returncode, done.stdout, done.stderr

    status, out, err = ended("arbitration", "-a", "vendor=1.EXAMPLE", "--json")
    assert (status, json.loads(out)["saying"], err) == (0, 1, "")
    status, out, err = ended("arbitration", "--language", "fr")
    assert (status, out) == (1, "")
    assert err.endswith("no policy (language fr) has a text that can be counted.\n")
