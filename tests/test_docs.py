"""README and docs: every command runs in a copy of the project, or is named with the reason why it does not."""

import importlib.util
import re
import tomllib
from pathlib import Path

import examples
import pytest

from crawler.vendors import load

PROGRAMS = ("policytrail", "scrapy", "make", "pipx", "sqlite-utils", "dask", "docker", "systemctl", "datasette")
NOT_RUN = {
    command: why
    for why, commands in tomllib.loads((examples.ROOT / "tests" / "not_run.toml").read_text("utf-8")).items()
    for command in commands
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = examples.copied(tmp_path_factory.mktemp("docs") / "policytrail")
    for command in ("policytrail demo", "policytrail crawl policies"):
        done = examples.run(command, place)
        assert done.returncode == 0, done.stderr
    return place


def named(page: Path) -> str:
    return str(page.relative_to(examples.ROOT))


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in examples.PAGES if examples.commands(page)], ids=named)
def test_each_command_of_a_page_runs_after_the_one_before(copy: Path, page: Path) -> None:
    for command in examples.commands(page):
        if command.startswith("make "):
            continue  # tests/test_readme.py
        done = examples.run(command, copy)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        assert done.stdout or done.stderr, f"{command} said nothing"


def shown(page: Path) -> set[str]:
    lines = [line.strip() for block in examples.blocks(page) if not block.language for line in block.text.splitlines()]
    commands = (re.sub(r"\s+#.*", "", line) for line in lines)
    return {command for command in commands if command.split(" ")[0] in PROGRAMS}


def test_what_is_shown_and_not_run_says_why() -> None:
    commands = {command for page in examples.PAGES for command in shown(page)}

    assert commands - NOT_RUN.keys() == set(), "run it (```sh), or say in tests/not_run.toml why not"
    assert NOT_RUN.keys() - commands == set(), "no page shows it any more"


@pytest.mark.parametrize("page", examples.PAGES, ids=named)
def test_the_vendors_files_shown_are_vendors_files(tmp_path: Path, page: Path) -> None:
    for number, block in enumerate(block for block in examples.blocks(page) if block.language == "toml"):
        path = tmp_path / f"{number}.toml"
        path.write_text(block.text, "utf-8")
        assert load(path)


@pytest.mark.parametrize("page", examples.PAGES, ids=named)
def test_a_page_links_to_what_there_is(page: Path) -> None:
    made = {"arguments.md", "changelog.md", "commands.md", "settings.md", "tables.md"}  # by docs/reference.py
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        if not target.startswith(("http://", "https://")) and Path(target).name not in made:
            assert (page.parent / target).exists(), target


def test_every_table_view_and_setting_is_described() -> None:
    spec = importlib.util.spec_from_file_location("reference", examples.ROOT / "docs" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)

    assert "`CORPUS_DB` | `'output/corpus.db'`" in reference.settings()
    assert "`--since DATE`" in reference.commands()
    assert "| `thoroughness` | `quick|careful|exhaustive` |" in reference.arguments()
    empty = [line for line in reference.tables().splitlines() if re.fullmatch(r"\| `.*` \| \w+ \|  \|", line)]
    assert empty == [], "columns without a description in output/site/metadata.yml"
