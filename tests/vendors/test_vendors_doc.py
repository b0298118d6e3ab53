"""docs/vendors-file.md shows vendors files that load, and names every key."""

import re
from pathlib import Path
from textwrap import dedent

from crawling import ROOT

from crawler.vendors import load, schema
from crawler.vendors.records import RECORD_KEYS

DOC = (ROOT / "docs" / "vendors-file.md").read_text("utf-8")
BLOCKS = [dedent(block) for block in re.findall(r"(?:^ {4}.*\n)+", DOC, re.MULTILINE)]


def shown(first_word: str) -> str:
    """The block that begins with a word."""
    (block,) = (block for block in BLOCKS if block.startswith(first_word))
    return block


def test_the_files_shown_load(tmp_path: Path) -> None:
    (tmp_path / "v.toml").write_text(shown("[[policy]]"))
    (tmp_path / "v.csv").write_text(shown("Vendor;"))
    assert load(tmp_path / "v.toml")[0].type == "terms of service"
    privacy, terms = load(tmp_path / "v.csv")
    assert (privacy.urls, terms.urls) == (("https://shop.example/privacy",), ("https://shop.example/terms",))


def test_every_key_is_named() -> None:
    table = DOC.partition("| key | |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`\[*(?:policy\.)?(\w+)\]*`", table))
    assert named >= set(RECORD_KEYS)


def test_the_first_line_is_the_one_that_is_written() -> None:
    assert shown("#:schema") == schema.DIRECTIVE.removesuffix("\n")
