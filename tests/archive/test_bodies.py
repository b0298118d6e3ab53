"""Bodies arrive compressed in every combination of true, double, missing and false declarations."""

import contextlib
import gzip
import sys
import zlib
from functools import partial

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.bodies import MAX_BODY, BodyTooLarge, BrokenBody, UnknownCoding, decode

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

gzipped = partial(gzip.compress, mtime=0)  # a test is named by its bytes

SKIPPED = b"\x50\x2a\x4d\x18\x04\0\0\0skip"  # a frame of zstd that holds no text
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
        (zstd.compress(PAGE), ["zstd"]),
        (zstd.compress(PAGE), []),
        (zstd.compress(PAGE), ["gzip"]),
        (PAGE, ["zstd"]),
        (gzipped(zstd.compress(PAGE)), ["zstd", "gzip"]),
        (zstd.compress(PAGE[:100]) + zstd.compress(PAGE[100:]), ["zstd"]),
        (SKIPPED + zstd.compress(PAGE) + SKIPPED + b"\0" * 8, ["zstd"]),
        (brotli.compress(PAGE), []),
        (brotli.compress(PAGE), ["gzip"]),
        (brotli.compress(PAGE), ["brotli"]),
        *((PAGE, [name]) for name in ("identity", "none", "utf-8", "text/html", "UTF-8, text/html", "sdch", ",")),
    ],
)
def test_the_archived_bytes_come_out(body, encodings):
    assert decode(body, encodings) == PAGE


@pytest.mark.parametrize(("body", "encodings"), [(gzipped(PAGE)[:-30], ["gzip"]), (brotli.compress(PAGE)[:-5], ["br"])])
def test_a_truncated_body_is_said_to_be_broken(body, encodings):
    with pytest.raises(BrokenBody):
        decode(body, encodings)


@pytest.mark.parametrize("name", ["compress", "dcb", "aws-chunked", "gzip, x-own"])
def test_a_coding_that_is_not_known_is_named(name):
    with pytest.raises(UnknownCoding, match=name.rpartition(" ")[2]):
        decode(bytes(range(256)) * 9, [name])


def test_a_page_in_utf_16_is_text_and_so_is_a_pdf():
    for body in ("<p>é</p>".encode("utf-16-le"), "<p>é</p>".encode("utf-16"), b"%PDF-1.4\n\xe2\0\1\2\3"):
        assert decode(body, ["x-own"]) == body


def test_an_image_is_not_taken_for_brotli():
    image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20
    assert decode(image, []) == image


@pytest.mark.parametrize(
    "body",
    [
        zstd.compress(PAGE)[:-9],
        zstd.compress(PAGE, zstd_dict=zstd.train_dict([PAGE[:n] for n in range(9, 900)], 1000)),
        bytes.fromhex("28b52ffd00881901006162630000"),  # asks for a window of 128 MiB
    ],
)
def test_zstd_that_is_cut_off_or_needs_a_dictionary_is_broken(body):
    with pytest.raises(BrokenBody, match="zstd"):
        decode(body, ["zstd"])


@pytest.mark.parametrize("part", [gzipped(b""), zstd.compress(b""), SKIPPED[:4] + bytes(4)])
def test_a_body_of_a_million_empty_parts_takes_no_time(part):
    with pytest.raises(BrokenBody, match="more than 1000 parts"):
        decode(part * (MAX_BODY // len(part)), [])


@pytest.mark.parametrize(
    "compress", [lambda b: gzip.compress(b, 1), lambda b: brotli.compress(b, quality=1), zstd.compress]
)
def test_a_decompression_bomb_stops_at_the_limit(compress):
    with pytest.raises(BodyTooLarge, match="32 MiB"):
        decode(compress(bytes(MAX_BODY + 1)), ["br"])


@given(
    st.sampled_from([b"", zstd.compress(PAGE)[:4], zstd.compress(PAGE)[:9], SKIPPED, brotli.compress(PAGE)[:9]]),
    st.binary(max_size=300),
    st.lists(st.sampled_from(["gzip", "br", "deflate", "zstd", "", "x"]), max_size=3),
)
def test_any_bytes_give_bytes_or_one_of_two_errors(start, body, encodings):
    with contextlib.suppress(BrokenBody, BodyTooLarge):
        assert isinstance(decode(start + body, encodings), bytes)
