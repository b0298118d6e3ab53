"""Scenarios of the hostile archive that are about playback: headers, bodies, encodings, redirects and pages."""

import asyncio
import gzip
import zlib
from dataclasses import replace
from email.utils import format_datetime

import brotli
from archive import MONTHS, SCENARIOS, Asked, Reply, policy_page

from crawler.timestamps import nearest_moment

HEADERS = {"reason": "too large", "detail": "the headers are larger than 256 KiB", "requests": 7}
BODY = {"reason": "too large", "detail": "the body is larger than 32 MiB", "requests": 7}
SHORT = {"DOWNLOAD_TIMEOUT": 1.5, "RETRY_TIMES": 2}


def memento(asked: Asked, **more: str) -> dict[str, str]:
    """The headers of a capture of the moment asked for."""
    captured = format_datetime(nearest_moment(asked.timestamp), usegmt=True)
    return {"Memento-Datetime": captured, "Content-Type": "text/html"} | {
        name.replace("_", "-"): value for name, value in more.items()
    }


def head(asked: Asked, **more: str) -> bytes:
    """The first bytes of an answer that is a capture."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in memento(asked, **more).items())
    return f"HTTP/1.1 200 OK\r\n{headers}".encode()


# -- headers ----------------------------------------------------------------------------------------------------------
@SCENARIOS.capture(fetched=0, reason="partial content", detail="bytes 0-499/5000")
def parts_of_pages(asked: Asked) -> Reply:
    whole = policy_page(asked)
    return replace(whole, status=206, headers=whole.headers | {"X-Archive-Orig-Content-Range": "bytes 0-499/5000"})


@SCENARIOS.capture(**HEADERS)
async def headers_without_end(asked: Asked) -> None:
    asked.writer.write(head(asked))
    while True:
        asked.writer.write(b"X: %s\r\n" % (b"y" * 8000))
        await asked.writer.drain()


@SCENARIOS.capture(**HEADERS)
async def early_hints_without_end(asked: Asked) -> None:
    while True:
        asked.writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </%s>\r\n\r\n" % (b"y" * 8000))
        await asked.writer.drain()


@SCENARIOS.capture(**HEADERS)
async def a_status_line_without_end(asked: Asked) -> None:
    asked.writer.write(b"HTTP/1.1 200 ")
    while True:
        asked.writer.write(b"y" * 8000)
        await asked.writer.drain()


@SCENARIOS.capture(exit=2, says="3 captures in a row came too slowly", fetched=0, requests=10)
async def headers_that_drip(asked: Asked) -> None:
    asked.writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        asked.writer.write(b"X: y\r\n")
        await asked.writer.drain()
        await asyncio.sleep(0.3)


@SCENARIOS.capture(exit=2, fetched=0, reason="no answer", detail="the answer is no HTTP", requests=19)
async def bytes_that_are_no_http(asked: Asked) -> None:
    asked.writer.write(b"\x00\x01\x02 HELLO\r\n\r\n" * 10)
    await asked.writer.drain()


@SCENARIOS.capture(exit=2, fetched=0, reason="no answer", detail="the answer is no HTTP", requests=19)
async def a_negative_length(asked: Asked) -> None:
    asked.writer.write(head(asked, Content_Length="-1") + b"\r\nabc")
    await asked.writer.drain()


@SCENARIOS.capture(**BODY)
async def a_length_beyond_all_numbers(asked: Asked) -> None:
    asked.writer.write(head(asked, Content_Length="9" * 20) + b"\r\nabc")
    await asked.writer.drain()


@SCENARIOS.capture(exit=2, fetched=0, reason="no answer", detail="Transfer-Encoding: b'gzip, x-evil'", requests=19)
async def a_transfer_encoding_of_its_own(asked: Asked) -> None:
    asked.writer.write(head(asked, Transfer_Encoding="gzip, x-evil") + b"\r\n" + policy_page(asked).body)
    await asked.writer.drain()


@SCENARIOS.capture(exit=2, fetched=0, reason="no answer", detail="broke off before its end", requests=60)
async def a_length_that_the_body_has_not(asked: Asked) -> None:
    body = policy_page(asked).body
    asked.writer.write(head(asked, Content_Length=str(len(body) + 1)) + b"\r\n" + body)
    await asked.writer.drain()


@SCENARIOS.capture(exit=2, fetched=0, reason="no answer", detail="the connection ended without an answer", requests=60)
async def connections_that_end(asked: Asked) -> None:
    """It says nothing."""


@SCENARIOS.capture(fetched=6)
async def an_answer_behind_the_answer(asked: Asked) -> None:
    page = policy_page(asked)
    head_of_both = head(asked, Content_Length=str(len(page.body))) + b"\r\n"
    asked.writer.write(head_of_both + page.body + head_of_both + page.body.replace(b"We keep", b"We sell"))
    await asked.writer.drain()


@SCENARIOS.capture(exit=2, says="6 snapshots got no answer", fetched=0)
def a_moment_that_is_none(asked: Asked) -> Reply:
    page = policy_page(asked)
    return Reply(headers=page.headers | {"Memento-Datetime": "Mon, 99 Foo 99999 99:99:99 GMT"}, body=page.body)


@SCENARIOS.capture(fetched=0)
def a_moment_of_year_one(asked: Asked) -> Reply:
    page = policy_page(asked)
    return Reply(headers=page.headers | {"Memento-Datetime": "Mon, 01 Jan 0001 00:00:00 GMT"}, body=page.body)


# -- bodies -----------------------------------------------------------------------------------------------------------
@SCENARIOS.capture(**BODY)
async def a_body_without_end(asked: Asked) -> None:
    asked.writer.write(head(asked) + b"\r\n<html><body>")
    while True:
        asked.writer.write(b"<p>privacy policy " * 4000)
        await asked.writer.drain()


@SCENARIOS.capture(**BODY)
async def chunks_without_end(asked: Asked) -> None:
    asked.writer.write(head(asked, Transfer_Encoding="chunked") + b"\r\n")
    while True:
        asked.writer.write(b"ffff\r\n%s\r\n" % (b"<p>privacy" * 6554)[:0xFFFF])
        await asked.writer.drain()


@SCENARIOS.capture(exit=2, fetched=0, reason="no answer", settings=SHORT)
async def a_chunk_of_a_size_that_is_none(asked: Asked) -> None:
    asked.writer.write(head(asked, Transfer_Encoding="chunked") + b"\r\n-5\r\nabc\r\n")
    await asked.writer.drain()


@SCENARIOS.capture(fetched=6, requests=7)
async def an_answer_that_begins_late(asked: Asked) -> Reply:
    if not asked.number:
        await asyncio.sleep(9)  # an archive's busy moments take so long; the connection was used before
    return policy_page(asked)


@SCENARIOS.capture(exit=2, says="3 captures in a row came too slowly", fetched=0, requests=10)
async def a_body_that_drips(asked: Asked) -> None:
    asked.writer.write(head(asked) + b"\r\n<html><body>")
    while True:
        asked.writer.write(b"x")
        await asked.writer.drain()
        await asyncio.sleep(0.3)


@SCENARIOS.capture(reason="broken body", detail="more than 1000 parts", requests=13, settings={"RETRY_BACKOFF": 2.0})
def empty_parts_of_gzip_that_differ_each_time(asked: Asked) -> Reply:
    body = gzip.compress(b"", mtime=asked.number) * 10_000
    return Reply(headers=memento(asked, Content_Encoding="gzip"), body=body)


@SCENARIOS.capture(**BODY)
def gigabytes_in_gzip(asked: Asked) -> Reply:
    packing = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    body = b"".join(packing.compress(b"<p>a" * (1 << 18)) for _ in range(200)) + packing.flush()
    return Reply(headers=memento(asked, Content_Encoding="gzip"), body=body)


@SCENARIOS.capture(**BODY)
def gzip_in_gzip(asked: Asked) -> Reply:
    body = b"<p>a " * (1 << 24)
    for _ in range(3):
        body = gzip.compress(body)
    return Reply(headers=memento(asked, Content_Encoding="gzip, gzip, gzip"), body=body)


@SCENARIOS.capture(reason="too large", fetched=0)
def gigabytes_in_brotli(asked: Asked) -> Reply:
    packing = brotli.Compressor(quality=1)
    body = b"".join(packing.process(b"<p>a" * (1 << 18)) for _ in range(200)) + packing.finish()
    return Reply(headers=memento(asked, Content_Encoding="br"), body=body)


@SCENARIOS.capture(reason="broken body", fetched=0)
def gzip_of_empty_parts(asked: Asked) -> Reply:
    return Reply(headers=memento(asked, Content_Encoding="gzip"), body=gzip.compress(b"") * 50_000)


@SCENARIOS.capture(reason="broken body", fetched=0)
def zstd_of_nothing(asked: Asked) -> Reply:
    return Reply(headers=memento(asked, Content_Encoding="zstd"), body=b"\x28\xb5\x2f\xfd" + bytes(100))


@SCENARIOS.capture(reason="unknown encoding", fetched=0)
def an_encoding_of_its_own(asked: Asked) -> Reply:
    return Reply(headers=memento(asked, Content_Encoding="x-evil"), body=bytes(range(256)) * 20)


@SCENARIOS.capture(fetched=6)
def charsets_that_are_none(asked: Asked) -> Reply:
    names = ["\x00", "base64", "idna", "undefined", "utf-7", "'" * 60_000]
    kind = f"text/html; charset={names[MONTHS.index(asked.timestamp)]}"
    page = policy_page(asked)
    return Reply(headers=page.headers | {"Content-Type": kind.replace("\x00", "%00")}, body=page.body)


# -- redirects --------------------------------------------------------------------------------------------------------
def leading(asked: Asked, location: str) -> Reply:
    return Reply(302, memento(asked, Location=location))


@SCENARIOS.capture(fetched=6)  # from the archive, which has its target as well
def a_redirect_off_the_archive(asked: Asked) -> Reply:
    return leading(asked, "http://127.0.0.1:9/pwned")


@SCENARIOS.capture(fetched=0, requests=7)
def a_redirect_to_a_file(asked: Asked) -> Reply:
    return leading(asked, "file:///etc/passwd")


@SCENARIOS.capture(fetched=6)
def a_redirect_out_of_the_playback(asked: Asked) -> Reply:
    return leading(asked, f"/web/{asked.timestamp}id_/../../pwned")


@SCENARIOS.capture(fetched=0, requests=100)
def redirects_without_end(asked: Asked) -> Reply:
    return leading(asked, f"/web/{asked.timestamp}id_/{asked.url}x")


@SCENARIOS.capture(fetched=0, requests=100)
def redirects_in_time_without_end(asked: Asked) -> Reply:
    return Reply(302, {"Location": f"/web/{int(asked.timestamp) + 1}id_/{asked.url}"})


@SCENARIOS.capture(fetched=0, requests=150)
def redirects_of_the_archives_own_without_end(asked: Asked) -> Reply:
    return Reply(302, {"Location": f"/save/{asked.url}"})


@SCENARIOS.capture(fetched=0, requests=40)
def a_redirect_to_a_url_of_a_megabyte(asked: Asked) -> Reply:
    return leading(asked, f"/web/{asked.timestamp}id_/http://{asked.url.split('/')[2]}/{'a' * 200_000}")


# -- pages ------------------------------------------------------------------------------------------------------------
def page(asked: Asked, body: str) -> Reply:
    return Reply(headers=memento(asked), body=body.encode())


@SCENARIOS.capture()
def elements_within_elements(asked: Asked) -> Reply:
    return page(asked, "<div>" * 200_000 + "We keep your order." * 50)


@SCENARIOS.capture()
def tables_within_tables(asked: Asked) -> Reply:
    return page(asked, "<table><tr><td>" * 3000 + "We keep your order." * 50)


@SCENARIOS.capture()
def attributes_without_number(asked: Asked) -> Reply:
    return page(asked, "<p " + " ".join(f"a{number}=b" for number in range(300_000)) + ">We keep your order.</p>" * 50)


@SCENARIOS.capture()
def a_table_of_wide_cells(asked: Asked) -> Reply:
    row = "<tr>" + "<td colspan=1000 rowspan=65534>We keep your order.</td>" * 100 + "</tr>"
    return page(asked, f"<main><h1>Privacy</h1><table>{row * 100}</table></main>")


@SCENARIOS.capture()
def a_list_that_begins_late(asked: Asked) -> Reply:
    items = "<li value=99999999999999999999>We keep your order for thirty days.</li>" * 100
    return page(asked, f"<main><h1>Privacy</h1><ol start=-{'9' * 6000}>{items}</ol></main>")


@SCENARIOS.capture(fetched=6)
def a_title_of_a_megabyte(asked: Asked) -> Reply:
    given = policy_page(asked)
    return Reply(
        headers=given.headers, body=given.body.replace(b"<title>Privacy", b"<title>" + b"Privacy \x00" * 110_000)
    )


@SCENARIOS.capture()
def signs_of_markdown(asked: Asked) -> Reply:
    return page(asked, f"<main><h1>Privacy</h1><p>{'[' * 50_000}{'*a_ ' * 50_000}{'`' * 50_000}</p></main>")


@SCENARIOS.capture()
def one_line_of_many_words(asked: Asked) -> Reply:
    return page(asked, f"<main><h1>Privacy</h1><p>{'we keep your order and ' * 200_000}{asked.timestamp}</p></main>")


@SCENARIOS.capture()
def paragraphs_without_number(asked: Asked) -> Reply:
    return page(asked, f"<main><h1>Privacy</h1>{'<p>We keep it.' * 20_000}<p>{asked.timestamp}</main>")


@SCENARIOS.capture(exit=2, says="429")
def captures_throttled_for_good(asked: Asked) -> Reply:
    return Reply(429, body=b"Too Many Requests")


@SCENARIOS.capture(fetched=6)
def throttled_three_times(asked: Asked) -> Reply:
    return Reply(429, body=b"Too Many Requests") if asked.number < 3 else policy_page(asked)
