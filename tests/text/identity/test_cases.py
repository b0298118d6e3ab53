"""Which texts are the same document and which are not, case by case: what pages add by themselves never makes a new
document, and a word that the vendor changed always does."""

import tomllib
from pathlib import Path

import pytest

from crawler.text.identity.content import content

HERE = Path(__file__).parent


def texts(case: str) -> tuple[str, str]:
    """Return the two texts of a case: a line that begins with "-|" is of the first only, one with "+|" of the other."""
    lines = case.split("\n")
    one, other = (
        "\n".join(line.removeprefix(mark) for line in lines if not line.startswith(others))
        for mark, others in (("-|", "+|"), ("+|", "-|"))
    )
    return one, other


def cases(file: str, name: str) -> list[object]:
    """Return the pairs of texts of a file of cases, named by what they are about."""
    records = tomllib.loads((HERE / file).read_text("utf-8"))["case"]
    return [pytest.param(*texts(record["text"]), id=record[name]) for record in records]


def test_a_case_shows_what_two_texts_share_once():
    assert texts("We keep:\n-|data\n+|nothing\nfor ever") == ("We keep:\ndata\nfor ever", "We keep:\nnothing\nfor ever")


@pytest.mark.parametrize(("one", "other"), cases("noise_cases.toml", "what"))
def test_what_no_vendor_decided_makes_no_other_document(one: str, other: str) -> None:
    assert one != other
    assert content(one).hash == content(other).hash


@pytest.mark.parametrize(("one", "other"), cases("change_cases.toml", "why"))
def test_what_a_vendor_decided_makes_another_document(one: str, other: str) -> None:
    assert content(one).hash != content(other).hash
