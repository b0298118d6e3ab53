"""``init`` writes a vendors file that holds whether or not its comments are taken for what they say, and only once."""

import argparse
import re
from pathlib import Path

import pytest

from crawler.commands.init import Command
from crawler.vendors import TEMPLATE, load


def init(*args: str) -> None:
    Command().run(list(args), argparse.Namespace())


def test_it_can_be_crawled_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    init()
    (policy,) = load(Path("vendors.toml"))
    assert Path("vendors.toml").read_text("utf-8").startswith("#:schema ./vendors.schema.json\n\n#")
    assert Path("vendors.schema.json").exists()
    assert policy.vendor == "x-cart.com"
    assert capsys.readouterr().out.startswith(
        "Wrote vendors.toml. Name your vendors in it, then: scrapy crawl policies"
    )


def test_what_it_says_in_comments_is_true(tmp_path: Path) -> None:
    text = TEMPLATE.read_text("utf-8")
    (tmp_path / "all.toml").write_text(re.sub(r"(?m)^#(?=[\[a-z])", "", text), "utf-8")
    _, commented = load(tmp_path / "all.toml")
    assert commented.vendor == "shop.example"
    assert len(commented.parts) == 2


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["mine.toml"], "mine.toml is there already, and stays as it is. Give another name: scrapy init FILE"),
        (
            ["no/such/folder.toml"],
            "no/such/folder.toml: no vendors file can be written there (No such file or directory)",
        ),
        (["mine.csv"], "mine.csv: a vendors file to begin with is TOML; give a name that ends in .toml."),
        (["a.toml", "b.toml"], "a.toml b.toml: expected one file: scrapy init [FILE]"),
        (["--force"], "--force: expected one file"),
    ],
)
def test_what_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text("mine")
    with pytest.raises(SystemExit) as ended:
        init(*args)
    assert str(ended.value.code).startswith(said)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
