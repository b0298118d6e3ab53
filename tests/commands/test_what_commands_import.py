"""A command imports what it needs: not the other commands, and no large package for work that it does not do."""

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.commands import named_by, spiders_of

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).parents[2]
PROGRAM = """
import atexit, sys
from scrapy.cmdline import execute
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
sys.argv = ["scrapy", *sys.argv[1:]]
execute()
"""
LARGE = {
    *("aiohttp", "babel", "datasette", "distributed", "dulwich", "markdown_it", "numpy", "py3langid", "pypdfium2"),
    *("sqlite_utils", "tomlkit", "trafilatura", "warcio", "waybackpy"),
}


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        (("version",), set()),
        (("vendors", "schema"), {"tomlkit", "waybackpy"}),  # its spider is there for the check
        (("crawl", "policies", "--help"), {"waybackpy"}),  # of listings
        (("demo", "--help"), set()),
        (("export", "--help"), {"sqlite_utils"}),
        (("changes", "--since", "2020"), {"sqlite_utils"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_imports_what_it_needs(tmp_path: Path, given: tuple[str, ...], needed: set[str]) -> None:
    command = [sys.executable, "-c", PROGRAM, *given, "-s", f"CORPUS_DB={tmp_path}/corpus.db"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    imported = done.stderr.splitlines()[-1].split()
    assert "scrapy.cmdline" in imported, done.stderr
    assert {name.partition(".")[0] for name in imported} & LARGE == needed
    ours = {name for name in imported if name.startswith("crawler.commands.")}
    assert ours <= {f"crawler.commands.{given[0]}", "crawler.commands.crawl"}  # which others build on


@pytest.mark.parametrize(
    "program", ["/clone/.venv/bin/scrapy", "/python/site-packages/scrapy/__main__.py", "policytrail"]
)
def test_a_command_line_names_the_module_to_import(program: str) -> None:
    assert named_by([program, "export", "jsonl"]) == "crawler.commands.export"
    assert named_by([program, "-h", "crawl-cluster"]) == "crawler.commands.crawl-cluster"  # as Scrapy finds it
    assert named_by([program, "version"]) == ""  # Scrapy's own
    assert named_by([program, "--help"]) == named_by([program]) == "crawler.commands"  # to list them


@pytest.mark.parametrize("line", [[], [""], ["-c"], ["/somebody/script.py", "export"], ["/bin/pytest", "version"]])
def test_without_a_command_line_of_ours_all_are_there(line: list[str]) -> None:
    assert named_by(line) == "crawler.commands"
    assert spiders_of([*line, "crawl", "policies"]) == ["crawler.spiders"]


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("scrapy crawl policies -a vendors=vendors.toml", "crawler.spiders.policies"),
        ("policytrail crawl policies", "crawler.spiders.policies"),
        ("scrapy crawl policies -a domains=shop.example", "crawler.spiders"),  # which are looked through first
        ("scrapy crawl policies -adomains=shop.example", "crawler.spiders"),
        ("scrapy crawl discover", "crawler.spiders"),
        ("scrapy crawl --help", "crawler.spiders"),
        ("scrapy list", "crawler.spiders"),
    ],
)
def test_a_command_line_names_the_spiders_to_import(line: str, module: str) -> None:
    assert spiders_of(line.split()) == [module]
