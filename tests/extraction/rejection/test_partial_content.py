"""A response of a part of a page is none of the page, unless the part is all of it."""

import pytest

from crawler.extraction.extract import CapturedResponse, extract
from crawler.model import Document, Part, Rejection

PAGE = (
    b"<html><title>Privacy policy</title><h1>Privacy policy</h1>" + b"<p>We keep your order for thirty days.</p>" * 30
)


def read(status: int, content_range: str) -> Document | Rejection:
    headers = {"content-type": "text/html"} | ({"content-range": content_range} if content_range else {})
    return extract(CapturedResponse(PAGE, "https://shop.example/p", status, headers), Part(), lambda url: url)


@pytest.mark.parametrize(
    "said", ["bytes 0-499/5000", "bytes 500-999/1000", "bytes 0-499/*", "bytes 0-x/x", "", "9" * 999]
)
def test_a_part_is_rejected(said):
    found = read(206, said)
    assert isinstance(found, Rejection)
    assert found.reason == "partial content"
    assert len(found.detail) < 200


def test_a_part_that_is_the_whole_is_read():
    assert isinstance(read(206, "bytes 0-999/1000"), Document)


def test_a_range_without_the_status_says_nothing():
    assert isinstance(read(200, "bytes 0-499/5000"), Document)
