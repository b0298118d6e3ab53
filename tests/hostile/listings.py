"""Scenarios of the hostile archive that are about listings: how they end, their times, columns, values and sizes."""

import asyncio
import gzip
import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from archive import MONTHS, SCENARIOS, SORRY, Asked, Reply, policy_page, row, table, whole_listing

from crawler.archive.cdx import FIELDS


# -- times ------------------------------------------------------------------------------------------------------------
@SCENARIOS.listing(exit=2, says="no row of it is a snapshot (a time before 1990: 1)", listed=0)
def year_one(asked: Asked) -> Reply:
    return table(row(asked.url, "00010101000000"))


@SCENARIOS.listing(listed=6, fetched=6)
def all_times(asked: Asked) -> Reply:
    wrong = ["00010101000000", "19891231235959", "99991231235959", "99999999999999", "-2010010100000", "20360101000000"]
    return table(*[row(asked.url, timestamp) for timestamp in [*wrong, *MONTHS]])


# -- listings without end --------------------------------------------------------------------------------------------
@SCENARIOS.listing(exit=2, says="leads back to an earlier one", listed=6, fetched=6, requests=20)
def same_key(asked: Asked) -> Reply:
    return table(*[row(asked.url, timestamp) for timestamp in MONTHS], key="again")


@SCENARIOS.listing(exit=2, says="leads back to an earlier one", listed=2, fetched=2, requests=20)
def circle(asked: Asked) -> Reply:
    following = {"A": "B", "B": "C", "C": "A"}.get(asked.parameters.get("resumeKey", ""), "A")
    return table(row(asked.url, MONTHS[following == "A"]), key=following)


@SCENARIOS.listing(exit=2, says="does not end", listed=6, fetched=6, requests=30)
def endless(asked: Asked) -> Reply:
    return table(row(asked.url, MONTHS[asked.number % 6]), key=f"key{asked.number}")


@SCENARIOS.listing(exit=2, says="does not end", listed=0, requests=30)
def endless_and_empty(asked: Asked) -> Reply:
    return table(key=f"key{asked.number}")


@SCENARIOS.listing(exit=2, says="the archive excludes this URL (6 snapshots of it are kept)", listed=6, fetched=6)
def excluded_on_the_second_page(asked: Asked) -> Reply:
    if "resumeKey" in asked.parameters:
        return Reply(403, body=SORRY)
    return table(*[row(asked.url, timestamp) for timestamp in MONTHS], key="more")


@SCENARIOS.listing(exit=2, says="6 snapshots of it are kept", listed=6, fetched=6)
def breaks_off(asked: Asked) -> Reply:
    if "resumeKey" in asked.parameters:
        return Reply(503, body=b"<h1>Sorry</h1>")
    return table(*[row(asked.url, timestamp) for timestamp in MONTHS], key="more")


@SCENARIOS.listing(exit=2, says="is no key", listed=6, fetched=6, requests=20)
def long_key(asked: Asked) -> Reply:
    return table(*[row(asked.url, timestamp) for timestamp in MONTHS], key="k" * 1_000_000)


@SCENARIOS.listing(exit=2, says="answered 302", listed=0, requests=4, settings={"RETRY_BACKOFF": 2.0})
def a_listing_that_leads_elsewhere(asked: Asked) -> Reply:
    return Reply(302, {"Location": "/elsewhere"})


# -- sizes and encodings ----------------------------------------------------------------------------------------------
@SCENARIOS.listing(exit=2, says="the body is larger than 32 MiB", requests=1)
async def listing_without_end(asked: Asked) -> None:
    asked.writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        asked.writer.write(b"[" * (1 << 16))
        await asked.writer.drain()


@SCENARIOS.listing(exit=2, says="the body is larger than 32 MiB", requests=1)
def listing_of_gigabytes_in_gzip(asked: Asked) -> Reply:
    packing = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    body = b"".join(packing.compress(b" " * (1 << 20)) for _ in range(200)) + packing.flush()
    return Reply(headers={"Content-Encoding": "gzip"}, body=body)


@SCENARIOS.listing(exit=2, says="more than 1000 parts", requests=2)
def listing_of_empty_parts(asked: Asked) -> Reply:
    return Reply(headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"") * 100_000)


@SCENARIOS.listing(exit=2, says="the headers are larger than 256 KiB", requests=1)
async def listing_of_headers_without_end(asked: Asked) -> None:
    asked.writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        asked.writer.write(b"X: %s\r\n" % (b"y" * 8000))
        await asked.writer.drain()


@SCENARIOS.listing(exit=2, says="brings less than 200 bytes a second", listed=0, requests=3)
async def listing_that_drips(asked: Asked) -> None:
    asked.writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        asked.writer.write(b"[")
        await asked.writer.drain()
        await asyncio.sleep(0.5)


# -- values -----------------------------------------------------------------------------------------------------------
@SCENARIOS.listing(exit=2, says="lists within lists")
def lists_within_lists(asked: Asked) -> Reply:
    return Reply(body=b"[" * 200_000 + b"]" * 200_000)


@SCENARIOS.listing(exit=2, says="sent no listing")
def a_number_of_many_digits(asked: Asked) -> Reply:
    return Reply(body=b"[[" + b"9" * 100_000 + b"]]")


@SCENARIOS.listing(exit=2, says="sent the columns ['foo', 'bar'], expected")
def other_columns(asked: Asked) -> Reply:
    return Reply(body=b'[["foo", "bar"], ["a", "b"]]')


@SCENARIOS.listing(listed=6, fetched=6)
def columns_in_another_order(asked: Asked) -> Reply:
    rows = [FIELDS, *(row(asked.url, timestamp) for timestamp in MONTHS)]
    return Reply(body=json.dumps([[*reversed(one)] for one in rows]).encode())


@SCENARIOS.listing(exit=2, says="xxxx, expected ['urlkey'")
def columns_without_end(asked: Asked) -> Reply:
    return Reply(body=json.dumps([["x" * 1000] * 10_000, ["y"] * 10_000]).encode())


@SCENARIOS.listing(listed=7, fetched=7)
def values_of_other_types(asked: Asked) -> Reply:
    rows = [[1, 2, 3, 4, 5, 6, 7], [None, True, {"a": 1}, [], 1e999, float("nan"), -1], [], [[]], [None] * 7, ["x"]]
    odd = ["k", "20200115000000", asked.url, "text/html", "-5", "D2", "-7" * 40]
    return Reply(body=json.dumps([FIELDS, *rows, odd, *(row(asked.url, timestamp) for timestamp in MONTHS)]).encode())


@SCENARIOS.listing(listed=8)
def control_characters(asked: Asked) -> Reply:
    evil = "\x00\r\nX-Evil: 1\x1b]0;x\x07\u202e\u2028"
    odd = [
        row(asked.url + evil, "20200115000000"),
        row(asked.url, "20200215000000", mimetype=evil, digest=evil, statuscode="404"),
        row(asked.url.replace("/p", "\ud800/p"), "20200315000000", statuscode="404"),
        row("javascript:alert(1)", "20200315000000", statuscode="404"),
    ]
    return table(*odd, *(row(asked.url, timestamp) for timestamp in MONTHS))


@SCENARIOS.listing(fetched=6)
def urls_of_a_megabyte(asked: Asked) -> Reply:
    return table(
        *[row(f"{asked.url}?{number}{'a' * 1_000_000}", MONTHS[number], statuscode="404") for number in range(6)],
        *[row(asked.url, timestamp) for timestamp in MONTHS],
    )


@SCENARIOS.listing(listed=6, requests=7)
def one_digest_for_all(asked: Asked) -> Reply:
    return table(*[row(asked.url, timestamp, digest="SAME" * 8) for timestamp in MONTHS])


@SCENARIOS.listing(listed=100_000)
def one_text_a_hundred_thousand_times(asked: Asked) -> Reply:
    moments = (datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(100_000))
    rows = [row(asked.url, f"{moment:%Y%m%d%H%M%S}", digest="SAME" * 8) for moment in moments]
    since = asked.parameters.get("resumeKey", "")
    page = [one for one in rows if one[1] > since][:75_000]
    return table(*page, key=page[-1][1] if page[-1] != rows[-1] else None)


@SCENARIOS.listing(exit=2, says="429")
def listings_throttled_for_good(asked: Asked) -> Reply:
    return Reply(429, body=b"Too Many Requests")


@SCENARIOS.listing(listed=6, fetched=6)
def listing_throttled_once(asked: Asked) -> Reply:
    return whole_listing(asked) if asked.number else Reply(429, {"Retry-After": "2"}, b"Too Many Requests")


def rows(asked: Asked, most: int) -> Reply:
    """A page of a listing of hourly captures, all distinct."""
    first = int(asked.parameters.get("resumeKey", "0"))
    end = min(first + int(asked.parameters["limit"]), most)
    hours = (datetime(1996, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(first, end))
    found = [
        row(asked.url, f"{hour:%Y%m%d%H%M%S}", digest=f"{hour:%Y%m%d%H}".rjust(32, "A"), length=f"{4000 + hour.day}")
        for hour in hours
    ]
    return table(*found, key=str(end) if end < most else None)


def by_decade(asked: Asked) -> Reply:
    """A policy whose text changes every ten years."""
    captured = policy_page(asked).headers
    return replace(policy_page(replace(asked, timestamp=asked.timestamp[:3])), headers=captured)


@SCENARIOS.listing(exit=2, says="rows and more")
def endless_and_distinct(asked: Asked) -> Reply:
    return rows(asked, 1 << 62)


@SCENARIOS.listing(listed=200_000)
def two_hundred_thousand_rows(asked: Asked) -> Reply:
    return rows(asked, 200_000)


SCENARIOS.captures |= {"endless-and-distinct": by_decade, "two-hundred-thousand-rows": by_decade}
