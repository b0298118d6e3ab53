"""The files in deploy/: what checkers of each kind say of them, and that their commands are ones."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from examples import ROOT, copied, run

pytestmark = pytest.mark.slow  # each test starts processes

DEPLOY = ROOT / "deploy"
PROGRAM = "/usr/local/bin/policytrail"


def tool(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a checker of the environment that the tests run in."""
    program = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not to be had here")
    command = [program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("deploy") / "policytrail")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with a program that every machine has in place of ours."""
    for unit in (DEPLOY / "systemd").iterdir():
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace(PROGRAM, "/bin/true"))
    return tmp_path


@pytest.mark.parametrize(
    ("schema", "file"), [("compose-spec", "compose.yml"), ("github-workflows", "github/policies.yml")]
)
def test_a_file_is_what_its_reader_takes(schema: str, file: str) -> None:
    checked = tool("check-jsonschema", "--builtin-schema", f"vendor.{schema}", DEPLOY / file)

    assert checked.returncode == 0, checked.stdout


def test_the_dockerfile_has_no_known_fault() -> None:
    checked = tool("hadolint", DEPLOY / "Dockerfile")

    assert checked.returncode == 0, checked.stdout


def test_the_image_gets_what_a_wheel_needs_and_nothing_of_the_users(copy: Path) -> None:
    """What .dockerignore lets through are the files that the build names, and no corpus."""
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    let_through = {line.removeprefix("!") for line in ignored if line.startswith("!")}

    for needed in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE", "crawler", "pipelines", "policytrail"):
        assert needed in let_through
        assert (ROOT / needed).exists()
    assert "output" not in let_through
    assert not {path for path in let_through if path.endswith(".db")}


def test_the_image_does_not_run_as_root() -> None:
    user = re.findall(r"^USER (.+)$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)

    assert user == ["10001"]


def test_units_are_units(units: Path) -> None:
    checked = tool("systemd-analyze", "verify", *sorted(units.iterdir()))

    assert checked.returncode == 0, checked.stderr
    assert str(units) not in checked.stderr


@pytest.mark.parametrize("unit", ["policytrail.service", "policytrail-site.service"])
def test_a_unit_is_confined(units: Path, unit: str) -> None:
    """Exposure as systemd counts it, from 0 to 100: 13 and 11 (2026-11); 96 where nothing is said."""
    checked = tool("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", units / unit)

    assert checked.returncode == 0, checked.stdout


def test_the_service_crawls(copy: Path) -> None:
    service = configparser.ConfigParser(interpolation=None, strict=False)
    service.read(DEPLOY / "systemd" / "policytrail.service")
    command = service["Service"]["ExecStart"]
    assert command.startswith(f"{PROGRAM} crawl policies ")
    command = command.replace(PROGRAM, "policytrail").replace("/etc/policytrail", str(copy))

    done = run(command, copy, CONTACT="you@example.org")

    assert done.returncode == 0, done.stderr


def test_the_workflow_publishes_also_what_a_partial_crawl_found(copy: Path, tmp_path: Path) -> None:
    """Its steps between install and upload run as they stand, on a vendors file with a policy that nobody captured."""
    steps = {
        step.get("name"): step
        for step in yaml.safe_load((DEPLOY / "github/policies.yml").read_text())["jobs"]["crawl"]["steps"]
    }
    lost = '\n[[policy]]\nvendor = "lost.example"\nurls = ["https://lost.example/privacy"]\n'
    vendors = copy / "vendors.toml"
    before = vendors.read_text("utf-8")
    vendors.write_text(before + lost)
    output = tmp_path / "output"

    crawled = run(f"set -e\n{steps['Crawl']['run']}", copy, CONTACT="you@example.org", GITHUB_OUTPUT=str(output))
    exported = run(f"set -e\n{steps['Export']['run']}", copy)
    vendors.write_text(before)

    assert crawled.returncode == 0, crawled.stderr
    assert output.read_text() == "status=2\n"
    assert exported.returncode == 0, exported.stderr
    assert (copy / "output/pages/index.html").exists()
    assert (copy / "output/pages/corpus.jsonl").exists()
