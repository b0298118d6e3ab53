"""Inputs that were read wrongly once, by this or another tool: each folder says what has to hold of its page."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from crawler.archive import bodies
from crawler.extraction.extract import CapturedResponse, extract
from crawler.model import Document, Part, Rejection

HERE = Path(__file__).parent
PAGES = sorted(path for path in HERE.glob("*/input.*"))
_DIRECTIVE = re.compile(
    r"^(content-type|body must contain|body must not contain|must be rejected[^:]*): ?", re.MULTILINE
)


class Expected(NamedTuple):
    content_type: str
    contains: list[str]
    lacks: list[str]
    rejected_for: list[str] | None
    """What the detail of the rejection names; None if there has to be a document."""
    may_be_decoded: bool
    """Whether a document is as good: the bytes are a page in a coding that not every tool knows."""


def expected(path: Path) -> Expected:
    said = (path.parent / "expected.txt").read_text("utf-8")
    parts = _DIRECTIVE.split(said)
    found: dict[str, list[str]] = {}
    for name, value in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(name, []).append(value.removesuffix("\n"))
    rejected = next((found[name][0] for name in found if name.startswith("must be rejected")), None)
    content_type = found["content-type"][0].splitlines()[0]  # a sentence for people may follow
    return Expected(
        content_type,
        found.get("body must contain", []),
        found.get("body must not contain", []),
        None if rejected is None else [name for name in rejected.split(", ") if name],
        "ecoded, or " in said,
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_what_was_read_wrongly_is_read_right(path):
    wanted = expected(path)
    body = bodies.decode(path.read_bytes(), [])
    headers = {"content-type": wanted.content_type}
    response = CapturedResponse(body, "https://vendor.example/policy.html", 200, headers)
    outcome = extract(response, Part(), lambda url: f"https://web.archive.org/web/20200101000000id_/{url}")
    if wanted.may_be_decoded and isinstance(outcome, Document):
        assert "We keep the address" in outcome.body
        return
    if wanted.rejected_for is not None and not wanted.contains:
        assert isinstance(outcome, Rejection)
        assert [name for name in wanted.rejected_for if name not in outcome.detail] == []
        return
    assert isinstance(outcome, Document), outcome
    assert [text for text in wanted.contains if text not in outcome.body] == []
    assert [text for text in wanted.lacks if text in outcome.body] == []
