"""The README's promises that take more than to run a command: the demo, the site, the tests, a schedule."""

import re
import subprocess
from pathlib import Path

import httpx
import pytest
from examples import ROOT, blocks, commands, copied, environment, run

from crawler.vendors import load

pytestmark = pytest.mark.slow  # each test starts processes

README = ROOT / "README.md"
COMMANDS = commands(README)


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    return copied(tmp_path_factory.mktemp("readme") / "policytrail")


def test_the_demo_makes_a_corpus_and_a_second_one_fetches_nothing_again(copy):
    assert "make demo" in COMMANDS
    first = run("make demo", copy)
    assert first.returncode == 0, first.stderr
    assert "make serve" in first.stdout
    documents = sorted((copy / "output" / "demo" / "documents").rglob("*.md"))
    assert len(documents) > 8
    again = run("make demo", copy)
    assert again.returncode == 0, again.stderr
    asked = "SELECT asked, (SELECT count(*) FROM crawl_policies WHERE crawl = c.id) FROM crawls c ORDER BY id"
    counts = run(f'sqlite-utils output/demo/corpus.db "{asked}" --csv --no-headers', copy).stdout.split()
    urls = sum(len(policy.urls) for policy in load(copy / "tests" / "sample" / "vendors.toml"))
    assert counts[1] == f"{urls},8"


@pytest.mark.parametrize("target", ["test", "test-fast"])
def test_make_test_runs_the_tests(copy, target):
    assert "`make test`" in README.read_text("utf-8")
    done = run(f"make {target}", copy, PYTESTFLAGS="tests/test_model.py")
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_make_serve_shows_the_corpus(copy):
    command = run("make --dry-run --no-print-directory serve PORT=0", copy).stdout
    assert command.startswith(".venv/bin/scrapy serve")
    started = subprocess.Popen(
        ["bash", "-c", f"exec {command}"], cwd=copy, env=environment(copy), stdout=subprocess.PIPE, text=True
    )
    with started as serving:
        assert serving.stdout is not None
        (address,) = re.findall(r"http://\S+", serving.stdout.readline())
        shown = httpx.get(address, timeout=30).text
        serving.terminate()
    assert "harbourlight.example" in shown


def test_the_options_in_the_table_are_options(copy):
    options = re.findall(r"\| `(-[as] [^`]+)` \|", README.read_text("utf-8"))
    assert len(options) >= 4
    for option in options:
        done = run(f"scrapy crawl policies {option.replace('x-cart.com', 'gruenwald.example')}", copy)
        assert done.returncode == 0, (option, done.stderr)


def test_the_crontab_is_one_and_its_command_runs(copy):
    (crontab,) = (block.text for block in blocks(README) if block.language == "cron")
    (line,) = (line for line in crontab.splitlines() if not line.startswith("MAILTO="))
    *when, command = line.split(maxsplit=5)
    assert all(re.fullmatch(r"[0-9*]+", field) for field in when)
    done = run(command.replace("/srv/policytrail", str(copy)), copy)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_crontab_mails_why_a_run_went_badly(copy):
    (crontab,) = (block.text for block in blocks(README) if block.language == "cron")
    command = crontab.splitlines()[-1].split(maxsplit=5)[-1].replace("/srv/policytrail", str(copy))
    done = run(command.replace(" >/dev/null", " -s ARCHIVE_URL=nowhere.warc.gz >/dev/null"), copy)
    assert (done.returncode, done.stdout) == (1, "")
    (mail,) = done.stderr.splitlines()
    assert mail.startswith("nowhere.warc.gz does not exist. Expected an archive file")
