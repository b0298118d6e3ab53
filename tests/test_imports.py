"""The house's order: imports never run in a circle, modules stay small, and one of them knows the archive's address."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("crawler", "pipelines", "output")
    for path in sorted((ROOT / package).rglob("*.py"))
}


def running(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a module but for what is there for the type checker only."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")):
            yield child
            yield from running(child)


def imported(name: str) -> set[str]:
    """The project's modules that a module imports, anywhere in it."""
    found: set[str] = set()
    for node in running(ast.parse(FILES[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports by a relative name"
            for alias in node.names:
                # "from package import module" needs the module, "from module import thing" the module that has it.
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in FILES else str(node.module))
    return found & FILES.keys() - {name}


def test_imports_never_run_in_a_circle():
    try:
        order = list(TopologicalSorter({name: imported(name) for name in FILES}).static_order())
    except CycleError as error:
        pytest.fail(f"imports run in a circle: {' -> '.join(reversed(error.args[1]))}")
    assert len(order) == len(FILES) > 30


def test_a_circle_would_be_found(monkeypatch, tmp_path):
    (tmp_path / "a.py").write_text("def later():\n    from b import thing\n")
    (tmp_path / "b.py").write_text("import a\n")
    for name in "ab":
        monkeypatch.setitem(FILES, name, tmp_path / f"{name}.py")
    with pytest.raises(CycleError):
        list(TopologicalSorter({name: imported(name) for name in FILES}).static_order())


@pytest.mark.parametrize("package", ["crawler.vendors", "crawler.archive", "crawler.timeline", "crawler.extraction"])
def test_the_plain_parts_know_nothing_of_spiders_pipelines_and_output(package):
    for name in FILES:
        if name.startswith(package):
            needed = {other for other in imported(name) if other.startswith(("crawler.spiders", "pipelines", "output"))}
            assert not needed, f"{name} imports {needed}"


@pytest.mark.parametrize("name", FILES)
def test_a_module_is_small_and_says_in_its_first_line_what_it_is_for(name):
    text = FILES[name].read_text("utf-8")
    assert text.count("\n") <= 300
    assert ast.get_docstring(ast.parse(text)), f"{name} has no docstring"


def test_one_module_knows_the_archives_address():
    knowing = {name for name, path in FILES.items() if "web.archive.org" in path.read_text("utf-8")}
    assert {name for name in knowing if not name.startswith("output")} == {"crawler.archive.address"}
