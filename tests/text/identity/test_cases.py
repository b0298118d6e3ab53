"""Which texts are the same document and which are not, case by case: what pages add by themselves never makes a new
document, and a word that the vendor changed always does."""

import tomllib
from pathlib import Path

import pytest

from crawler.text.identity.content import content_hash

HERE = Path(__file__).parent


def cases(file: str, name: str) -> list[object]:
    """The pairs of texts of a file of cases, called by what they are about."""
    records = tomllib.loads((HERE / file).read_text("utf-8"))["case"]
    return [pytest.param(record["one"], record["other"], id=record[name]) for record in records]


@pytest.mark.parametrize(("one", "other"), cases("noise_cases.toml", "what"))
def test_what_no_vendor_decided_makes_no_other_document(one: str, other: str) -> None:
    assert one != other
    assert content_hash(one) == content_hash(other)


@pytest.mark.parametrize(("one", "other"), cases("change_cases.toml", "why"))
def test_what_a_vendor_decided_makes_another_document(one: str, other: str) -> None:
    assert content_hash(one) != content_hash(other)
