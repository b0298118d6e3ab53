"""Bodies arrive compressed in every combination of true, double, missing and false declarations."""

import contextlib
import gzip
import zlib
from functools import partial

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.bodies import MAX_BODY, BodyTooLarge, BrokenBody, decode

gzipped = partial(gzip.compress, mtime=0)  # a test is named by its bytes

PAGE = b"<html><body><p>We keep your data for thirty days.</p></body></html>" * 50


@pytest.mark.parametrize(
    ("body", "encodings"),
    [
        (PAGE, []),
        (gzipped(PAGE), ["gzip"]),
        (gzipped(PAGE), []),  # undeclared
        (gzipped(PAGE), ["gzip", ""]),  # the order that Scrapy leaves compressed
        (gzipped(PAGE), ["", "gzip"]),
        (gzipped(gzipped(PAGE)), ["gzip, gzip"]),
        (gzipped(PAGE), ["gzip", "gzip"]),  # declared twice, done once
        (brotli.compress(PAGE), ["br"]),
        (gzipped(brotli.compress(PAGE)), ["br", "gzip"]),
        (zlib.compress(PAGE), ["deflate"]),
        (zlib.compress(PAGE)[2:-4], ["deflate"]),  # raw deflate, as many servers sent it
        (PAGE, ["gzip"]),  # the archive had undone it already
        (PAGE, ["br"]),
        (gzipped(PAGE[:100]) + gzipped(PAGE[100:]), ["gzip"]),
        (gzipped(PAGE) + b"\0" * 8, ["gzip"]),
    ],
)
def test_the_archived_bytes_come_out(body, encodings):
    assert decode(body, encodings) == PAGE


@pytest.mark.parametrize(("body", "encodings"), [(gzipped(PAGE)[:-30], ["gzip"]), (brotli.compress(PAGE)[:-5], ["br"])])
def test_a_truncated_body_is_said_to_be_broken(body, encodings):
    with pytest.raises(BrokenBody):
        decode(body, encodings)


@pytest.mark.parametrize("compress", [lambda b: gzip.compress(b, 1), lambda b: brotli.compress(b, quality=1)])
def test_a_decompression_bomb_stops_at_the_limit(compress):
    with pytest.raises(BodyTooLarge, match="32 MiB"):
        decode(compress(bytes(MAX_BODY + 1)), ["br"])


@given(st.binary(max_size=300), st.lists(st.sampled_from(["gzip", "br", "deflate", "", "x"]), max_size=3))
def test_any_bytes_give_bytes_or_one_of_two_errors(body, encodings):
    with contextlib.suppress(BrokenBody, BodyTooLarge):
        assert isinstance(decode(body, encodings), bytes)
