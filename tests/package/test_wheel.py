"""The wheel, installed into an empty environment and used from an empty folder, as users do who see no clone."""

import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from hatchling.builders.wheel import WheelBuilder

from crawler.vendors import load

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).parents[2]
SAMPLE = Path("policytrail", "_project", "tests", "sample")


class Installed:
    """An environment with the wheel, beside which it has the libraries that the tests run with."""

    def __init__(self, place: Path, folder: Path) -> None:
        self.bin = place / "bin"
        paths = sysconfig.get_paths(vars={"base": str(place), "platbase": str(place)})
        self.packages = Path(paths["purelib"])
        self.folder = folder

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a program of the environment in the folder, with nothing said about where Python's modules are."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SCRAPY"))}
        return subprocess.Popen(
            [self.bin / command[0], *command[1:]],
            cwd=self.folder,
            env=inherited | {"COLUMNS": "120", "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str, status: int = 0) -> tuple[str, str]:
        """Run a program to its end; return what it says on standard output and standard error."""
        said = (running := self.start(*command)).communicate(timeout=120)
        assert running.returncode == status, said
        assert "Traceback" not in said[1]
        return said


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the project as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own, and an empty folder that belongs to somebody else's project."""
    place, folder = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("somewhere")
    venv.create(place, symlinks=True)
    made = Installed(place, folder)
    pip = [sys.executable, "-m", "pip", "--python", str(made.bin / "python"), "--disable-pip-version-check", "install"]
    options = ["--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*pip, *options, str(wheel)], check=True, timeout=120, capture_output=True)
    (made.packages / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = somebody.settings\n")
    return made


@pytest.fixture(scope="module")
def demo(installed: Installed) -> str:
    """What ``policytrail demo`` says."""
    return installed.run("policytrail", "demo")[0]


def test_nothing_but_policytrail_comes_into_an_environment(installed: Installed) -> None:
    packages = {path.name for path in installed.packages.iterdir()} - {"libraries.pth"}
    assert {re.sub(r"-\d+\.\d+\.\d+", "", name) for name in packages} == {"policytrail", "policytrail.dist-info"}
    assert [path.name for path in installed.bin.iterdir() if "policytrail" in path.name] == ["policytrail"]
    where = "import policytrail, crawler, output, pipelines; print(crawler.__file__, output.__file__)"
    for path in installed.run("python", "-c", where)[0].split():
        assert Path(path).is_relative_to(installed.packages / "policytrail")


def test_the_wheel_has_all_that_the_project_tracks_and_nothing_else(wheel: Path) -> None:
    git = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if git.returncode:
        pytest.skip("not a git repository")
    listed = git.stdout.splitlines()
    ours = [name for name in listed if name.startswith(("crawler/", "pipelines/", "output/"))]
    with ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if not name.startswith("policytrail-")}
    sample = {f"{SAMPLE.as_posix()}/{name}" for name in ("sample.warc.gz", "vendors.toml")}
    package = {name for name in listed if name.startswith("policytrail/")}
    untracked = {name for name in names if not (ROOT / name.removeprefix("policytrail/_project/")).is_file()}
    assert not untracked
    assert names >= package | sample | {f"policytrail/_project/{name}" for name in ours if (ROOT / name).is_file()}
    assert not [name for name in names if re.search(r"\.(db|pyc|jsonl)$|/documents/|/warc/", name)]


def test_the_demo_makes_a_corpus(installed: Installed, demo: str) -> None:
    assert "harbourlight.example" in demo
    assert "look at it with: policytrail serve" in demo
    (shown, *_) = re.findall(r"output/demo/documents/\S+\.md", demo)
    assert (installed.folder / shown).read_text("utf-8").startswith("> *The following text")


def test_a_crawl_with_workers_finds_what_the_demo_finds(installed: Installed, demo: str) -> None:
    sample = installed.packages / SAMPLE
    given = ("-a", f"vendors={sample}/vendors.toml", "-s", f"ARCHIVE_URL={sample}/sample.warc.gz", "-s", "WORKERS=2")
    installed.run("policytrail", "crawl", "policies", *given)
    output = installed.folder / "output"
    found, expected = (
        {path.relative_to(place): path.read_bytes() for path in place.rglob("*.md")}
        for place in (output / "documents", output / "demo" / "documents")
    )
    assert found == expected != {}
    said, _ = installed.run("policytrail", "export", "jsonl")
    assert re.fullmatch(r"\d+ revisions: output/corpus\.jsonl\n", said)
    lines = (output / "corpus.jsonl").read_text("utf-8").splitlines()
    assert f"{len(lines)} revisions" in said
    assert json.loads(lines[0])["vendor"].endswith(".example")


@pytest.fixture
def serving(installed: Installed, demo: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A site that runs, and its address."""
    running = installed.start("policytrail", "serve", "--port", "0", "output/demo/corpus.db")
    assert running.stdout is not None
    (address,) = re.findall(r"http://\S+", running.stdout.readline())
    yield running, address
    running.kill()
    running.wait()


def test_the_site_is_served_until_somebody_ends_it(serving: tuple[subprocess.Popen[str], str]) -> None:
    running, address = serving
    for path, says in (("", "harbourlight.example"), ("static/site.css", "color-scheme"), ("corpus", "Questions to")):
        answer = httpx.get(f"{address}{path}", timeout=30)
        assert answer.status_code == 200
        assert says in answer.text
    running.send_signal(signal.SIGINT)
    assert running.communicate(timeout=60) == ("", "")
    assert running.returncode == 0


def test_a_vendors_file_to_begin_with_can_be_written(installed: Installed) -> None:
    said, _ = installed.run("policytrail", "init", "mine.toml")
    assert said == "Wrote mine.toml. Name your vendors in it, then: policytrail crawl policies -a vendors=mine.toml\n"
    assert load(installed.folder / "mine.toml")


def test_a_vendors_file_is_checked_against_an_archive(installed: Installed) -> None:
    sample = installed.packages / SAMPLE
    given = ("--json", "-s", f"ARCHIVE_URL={sample}/sample.warc.gz")
    said, _ = installed.run("policytrail", "vendors", "check", f"{sample}/vendors.toml", *given)
    checked = [json.loads(line) for line in said.splitlines()]
    assert {line["vendor"] for line in checked} >= {"harbourlight.example", "tsukinami.example"}
    assert json.loads(installed.run("policytrail", "vendors", "schema")[0])["$schema"].endswith("2020-12/schema")
