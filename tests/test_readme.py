"""The README's examples, run as they stand: in a copy of the project whose archive is the sample."""

import configparser
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import httpx
import pytest

from crawler.vendors import load

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
COMMANDS = [line for language, block in BLOCKS if language == "sh" for line in block.splitlines()]


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The project as a clone would have it, its environment being this one, and the sample in the archive's place."""
    place = tmp_path_factory.mktemp("readme") / "policytrail"
    ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "*.egg-info", "*.db*", "demo", "run")
    shutil.copytree(ROOT, place, ignore=ignored)
    (place / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (place / ".venv" / part).symlink_to(Path(sys.prefix) / part)
    for done in (".ready", ".developing"):
        (place / ".venv" / done).touch()
    with (place / "crawler" / "settings.py").open("a") as settings:
        settings.write(f'\nARCHIVE_URL = "{ROOT}/tests/sample/sample.warc.gz"\n')
    shutil.copy(ROOT / "tests" / "sample" / "vendors.toml", place / "vendors.toml")
    return place


def environment(folder: Path) -> dict[str, str]:
    """What a shell has at hand: the environment's programs, and the modules of a folder."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    inherited = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    # The environment is that of the project itself: here its modules come after those of the copy.
    return inherited | {"PATH": path, "PYTHONPATH": str(folder)}


def run(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell would, with the environment's programs at hand."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(folder) | more,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


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
    assert "`make test`" in README
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


@pytest.mark.parametrize("command", [command for command in COMMANDS if not command.startswith("make ")])
def test_an_example_does_what_it_says(copy, command):
    done = run(command, copy)
    assert done.returncode == 0, done.stderr
    assert "example" in done.stdout or "8 policies" in done.stdout


def test_the_options_in_the_table_are_options(copy):
    options = re.findall(r"\| `(-[as] [^`]+)` \|", README)
    assert len(options) >= 4
    for option in options:
        done = run(f"scrapy crawl policies {option.replace('x-cart.com', 'gruenwald.example')}", copy)
        assert done.returncode == 0, (option, done.stderr)


def test_the_vendors_files_shown_are_vendors_files(tmp_path):
    for number, block in enumerate(block for language, block in BLOCKS if language == "toml"):
        assert tomllib.loads(block)
        path = tmp_path / f"{number}.toml"
        path.write_text(block, "utf-8")
        assert load(path)


def test_the_crontab_is_one_and_its_command_runs(copy):
    (crontab,) = (block for language, block in BLOCKS if language == "cron")
    (line,) = (line for line in crontab.splitlines() if not line.startswith("MAILTO="))
    *when, command = line.split(maxsplit=5)
    assert all(re.fullmatch(r"[0-9*]+", field) for field in when)
    done = run(command.replace("/srv/policytrail", str(copy)), copy)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_crontab_mails_why_a_run_went_badly(copy):
    (crontab,) = (block for language, block in BLOCKS if language == "cron")
    command = crontab.splitlines()[-1].split(maxsplit=5)[-1].replace("/srv/policytrail", str(copy))
    done = run(command.replace(" >/dev/null", " -s ARCHIVE_URL=nowhere.warc.gz >/dev/null"), copy)
    assert (done.returncode, done.stdout) == (1, "")
    (mail,) = done.stderr.splitlines()
    assert mail.startswith("nowhere.warc.gz does not exist. Expected an archive file")


def test_the_units_are_units_and_their_command_runs(copy, tmp_path):
    units = {block.splitlines()[0].removeprefix("# "): block for language, block in BLOCKS if language == "ini"}
    assert units.keys() == {"policytrail.service", "policytrail.timer"}
    for name, unit in units.items():
        (tmp_path / name).write_text(unit.replace("/srv/policytrail", str(copy)))
    service = configparser.ConfigParser(interpolation=None)
    service.read(tmp_path / "policytrail.service")
    done = run(service["Service"]["ExecStart"], Path(service["Service"]["WorkingDirectory"]))
    assert done.returncode == 0, done.stderr
    if shutil.which("systemd-analyze"):
        checked = run(f"systemd-analyze verify {tmp_path}/policytrail.timer", tmp_path)
        assert checked.returncode == 0, checked.stderr
