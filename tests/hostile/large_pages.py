"""Scenarios of the hostile archive whose captures are within the limits of size, and take much to read all the same."""

import gzip
import zlib
from collections.abc import Callable
from functools import cache

from archive import MONTHS, SCENARIOS, Asked, Reply, policy_page, row, table

from crawler.local_archive.forms import zstd


def taking_much(kind: str = "text/html") -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Register a function that makes the body of a policy's only capture, of such a content type."""

    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        made = cache(make)

        def answer(asked: Asked) -> Reply:
            return Reply(headers=policy_page(asked).headers | {"Content-Type": kind}, body=made())

        answer.__name__ = make.__name__
        SCENARIOS.capture(listed=1)(answer)
        SCENARIOS.listings[make.__name__.replace("_", "-")] = lambda asked: table(row(asked.url, MONTHS[0]))
        return make

    return register


def html(main: str) -> bytes:
    return f"<html><title>Privacy</title><main><h1>Privacy policy</h1>{main}</main></html>".encode()


def pdf(stream: bytes, packed: str = "/FlateDecode") -> bytes:
    """A PDF of one page with this content."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(stream), packed.encode(), stream),
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (at, one) for at, one in enumerate(objects, 1))
    return body + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF"


@taking_much()
def paragraphs() -> bytes:
    return html("".join(f"<p>Rule {number:06}" for number in range(240_000)))


@taking_much()
def ideographs() -> bytes:
    return html("<p>" + "我们保留您的订单。" * 460_000)


@taking_much()
def lists_in_lists() -> bytes:
    return html(("<ul><li>a " * 240 + "</ul>" * 240) * 500)


@taking_much()
def many_links() -> bytes:
    return html("".join(f"<a href=/x{number}>link {number}</a> " for number in range(120_000)))


@taking_much()
def comments() -> bytes:
    return html("<p>We keep your order.<!-- a -->" * 120_000)


@taking_much("text/plain")
def lines_of_text() -> bytes:
    return b"Privacy policy\n\n" + b"We keep your order.\n" * 200_000


@taking_much()
def a_small_gzip() -> bytes:
    return gzip.compress(bytes(32 << 20))


@taking_much()
def a_small_zstd() -> bytes:
    return zstd.compress(bytes(32 << 20))


@taking_much("application/pdf")
def a_pdf_of_many_signs() -> bytes:
    return pdf(zlib.compress(b"BT (a) Tj ET " * 30_000_000, 1))


@taking_much("application/pdf")
def a_pdf_packed_twice() -> bytes:
    return pdf(zlib.compress(zlib.compress(bytes(400 << 20))), "[/FlateDecode /FlateDecode]")
