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


def expected(path: Path) -> Expected:
    parts = _DIRECTIVE.split((path.parent / "expected.txt").read_text("utf-8"))
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
    )


# What does not hold yet; the set goes when it is empty.
NOT_YET = {
    "01a-accordion-bootstrap5",
    "01c-accordion-bootstrap4",
    "01e-accordion-summary-button",
    "01g-accordion-button-in-div",
    "02a-hidden-panels-radix",
    "02c-hidden-tab-panel",
    "03a-sections-named-like-widgets",
    "04a-section-named-cookie-consent",
    "05-declarative-shadow-dom",
    "06a-article-footer",
    "07-xhtml-cdata",
    "08-terms-in-a-textarea",
    "09a-iframe-names-no-address",
    "09b-frameset-names-no-address",
    "09c-iframe-srcdoc",
    "10-next-data",
    "11-noscript-policy",
    "15-heading-of-a-promotion",
    "20a-plain-text",
    "21a-zstd-body",
    "21b-brotli-undeclared",
    "21c-png",
    "21g-css",
    "30a-euc-jp-nec-row",
    "31a-undeclared-cp1250-polish",
    "31c-undeclared-iso-8859-2-czech",
    "31e-undeclared-cp1257-lithuanian",
    "31g-undeclared-cp866-russian",
    "32-utf-16le-without-mark",
    "40a-pdf-two-columns",
    "40c-pdf-watermark",
    "705b-short-answers-in-buttons",
    "707a-dialog-not-displayed",
    "708a-helpful-box",
    "709-opens-in-a-new-window",
    "716-page-of-tables",
    "719-date-above-the-title",
    "720-maintenance-page",
    "722-consent-dialog-after-the-policy",
}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.parent.name, marks=[pytest.mark.xfail(strict=True)] * (path.parent.name in NOT_YET))
        for path in PAGES
    ],
)
def test_what_was_read_wrongly_is_read_right(path):
    wanted = expected(path)
    body = bodies.decode(path.read_bytes(), [])
    headers = {"content-type": wanted.content_type}
    response = CapturedResponse(body, "https://vendor.example/policy.html", 200, headers)
    outcome = extract(response, Part(), lambda url: f"https://web.archive.org/web/20200101000000id_/{url}")
    if wanted.rejected_for is not None and not wanted.contains:
        assert isinstance(outcome, Rejection)
        assert [name for name in wanted.rejected_for if name not in outcome.detail] == []
        return
    assert isinstance(outcome, Document), outcome
    assert [text for text in wanted.contains if text not in outcome.body] == []
    assert [text for text in wanted.lacks if text in outcome.body] == []
