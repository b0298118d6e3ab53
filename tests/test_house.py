"""The house rules that no linter checks: small modules that say what they are for, one that knows the archive."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = {
    path.relative_to(ROOT).as_posix(): path
    for package in ("policytrail", "crawler", "pipelines", "output")
    for path in sorted((ROOT / package).rglob("*.py"))
}


@pytest.mark.parametrize("name", FILES)
def test_a_module_is_small_and_says_in_its_first_line_what_it_is_for(name):
    text = FILES[name].read_text("utf-8")
    assert text.count("\n") <= 300
    assert ast.get_docstring(ast.parse(text)), f"{name} has no docstring"


def test_one_module_knows_the_archives_address():
    knowing = {name for name, path in FILES.items() if "web.archive.org" in path.read_text("utf-8")}
    assert knowing == {"crawler/archive/address.py"}
