"""A vendors file that is written is read as what was written."""

from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from crawling import SAMPLE
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import Part, Policy
from crawler.vendors import load
from crawler.vendors.writing import as_toml

SELECTORS = st.sampled_from(["article", "#a > b", 'a[title="x\\22 y"]', "a:not(.b)", "[data-x='é\\\\']", "p, li"])
REMOVED = st.lists(SELECTORS, max_size=3).map(tuple)
PATHS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="#*"), max_size=8)
WHOLE = st.builds(Part, select=SELECTORS, remove=REMOVED) | st.builds(Part, start=SELECTORS, end=SELECTORS)


@st.composite
def policies(draw: st.DrawFn) -> tuple[Policy, ...]:
    found = []
    for number in range(draw(st.integers(1, 4))):
        urls = draw(st.lists(PATHS, min_size=1, max_size=3, unique=True))
        years = sorted(draw(st.sets(st.integers(1990, 2030), max_size=3)))
        dated = [
            Part(select=draw(SELECTORS), remove=draw(REMOVED), since=date(since, 1, 31), until=date(until, 1, 31))
            for since, until in pairwise(years)
        ]
        undated = [draw(WHOLE)] if draw(st.booleans()) else []
        found.append(
            Policy(
                f"v{number}.example",
                draw(st.sampled_from(["privacy policy", "c'est la vie & more"])),
                tuple(f"https://v{number}.example/{path}" for path in urls),
                (*dated, *undated),
            )
        )
    return tuple(found)


def read(text: str) -> tuple[Policy, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "vendors.toml")
        path.write_text(text, "utf-8")
        return load(path)


@given(policies())
def test_what_is_written_is_read_as_it_was(written: tuple[Policy, ...]) -> None:
    assert read(as_toml(written)) == written


def test_the_sample_and_any_part_of_it_is_written() -> None:
    policies = load(SAMPLE / "vendors.toml")
    assert read(as_toml(policies)) == policies
    assert read(as_toml(policies[2:4])) == policies[2:4]
