"""``crawl SPIDER --help`` tells what each argument of the spider takes; ``crawl --help`` which spiders there are."""

import argparse

import pytest
from scrapy.commands import ScrapyHelpFormatter
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler import program
from crawler.argument_model import Row, rows
from crawler.arguments import Given
from crawler.commands.crawl import Command
from crawler.discovery_arguments import DiscoveryGiven

MODELS = {"policies": Given, "discover": DiscoveryGiven}


@pytest.fixture
def settings() -> Settings:
    made = Settings()
    made.setmodule("crawler.settings", priority="project")
    return made


def run(settings: Settings, *args: str) -> None:
    """Run the command as Scrapy does, up to where it has printed its help and exits with 0."""
    command = Command()
    command.settings = settings
    parser = argparse.ArgumentParser(formatter_class=ScrapyHelpFormatter, conflict_handler="resolve")
    command.add_options(parser)
    opts, rest = parser.parse_known_args(list(args))
    with pytest.raises(SystemExit) as ended:
        command.process_options(rest, opts)
    assert not ended.value.code


def section(said: str, title: str) -> str:
    """The lines below a heading, folded into one."""
    below = said.partition(f"{title}\n{'=' * len(title)}\n")[2]
    return " ".join(below.partition("\n\n")[0].split())


@pytest.mark.parametrize("args", [("policies", "--help"), ("-h", "policies"), ("discover", "-a", "types=x", "--help")])
def test_help_names_every_argument_with_what_it_takes_and_its_default(settings, capsys, args) -> None:
    run(settings, *args)
    said = capsys.readouterr().out
    spider = next(name for name in args if name in MODELS)
    assert section(said, "Usage").startswith(f"scrapy crawl {spider} [-a NAME=VALUE …]")
    told = section(said, "Arguments")
    for row in rows(MODELS[spider]):
        assert f"-a {row.name}={row.takes}" in told
        assert row.says.replace("\n", " ") in told
        assert not row.default or f"(default: {row.default})" in told
    assert "--set NAME=VALUE" in said  # Scrapy's options, below
    assert said.index("--set") > said.index(f"-a {row.name}=")


def test_help_without_a_spider_names_the_spiders(settings, capsys) -> None:
    run(settings, "--help")
    spiders = section(capsys.readouterr().out, "Spiders")
    assert "discover Finds the policies of domains" in spiders
    assert "policies Builds a corpus" in spiders


def test_help_on_a_spider_that_is_none_names_the_nearest(settings, capsys) -> None:
    run(settings, "policy", "--help")
    assert capsys.readouterr().out.startswith("policy: no such spider. Did you mean policies?")


def test_help_names_the_command_that_runs(settings, capsys, monkeypatch) -> None:
    monkeypatch.setattr("sys.argv", [program.INSTALLED, "crawl"])
    run(settings, "policies", "--help")
    assert section(capsys.readouterr().out, "Usage").startswith("policytrail crawl policies")


def test_each_spider_says_what_its_arguments_are(settings) -> None:
    loader = get_spider_loader(settings)
    assert {name: loader.load(name).arguments for name in loader.list()} == MODELS


def test_rows_hold_what_a_reference_needs() -> None:
    assert rows(Given)[4] == Row(
        "snapshots",
        "changes|all",
        "changes",
        "which captures to fetch: what it takes to find every revision, or every one",
        "snapshots=changes",
        ("changes", "all"),
    )
