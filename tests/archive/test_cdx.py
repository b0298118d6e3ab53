"""Listings: every row is a snapshot or is refused by reason, and nothing but a listing is read as one."""

import contextlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive import cdx
from crawler.archive.bodies import MAX_BODY
from crawler.archive.cdx import ListingError, UrlExcluded, read_page
from crawler.archive.listing import Listing
from crawler.model import Snapshot
from crawler.timestamps import digits, latest

ROW = ["example,shop)/privacy", "20200201023757", "https://shop.example/privacy", "text/html", "200", "A" * 32, "4180"]


def page(*rows: list[str], key: str | None = None) -> bytes:
    table: list[list[str]] = [list(cdx.FIELDS), *rows] if rows else []
    return json.dumps([*table, *([[], [key]] if key else [])]).encode()


def row(**changes: str) -> list[str]:
    return [changes.get(name, value) for name, value in zip(cdx.FIELDS, ROW, strict=True)]


def test_a_query_asks_for_one_url_with_the_key_that_paging_needs():
    query = dict(
        parse_qsl(urlsplit(cdx.query_address("https://archive.example", "http://shop.example/p?a=1&b=2")).query)
    )
    assert query["url"] == "http://shop.example/p?a=1&b=2"
    assert "urlkey" in query["fl"].split(",")
    assert query["showResumeKey"] == "true"
    assert "matchType" not in query
    assert not any(name.startswith(("filter", "collapse")) for name in query)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/p?a=1&matchType=domain&url=*.example",
        "http://shop.example/p?a=1&filter=!statuscode:200&collapse=digest&limit=1",
        "http://shop.example/p?a=%26matchType%3Dprefix",
        "http://shop.example/a*b?q=*c",
        "http://shop.example/p%2A",
    ],
)
def test_nothing_in_a_url_is_a_parameter_of_the_query(url: str):
    address = cdx.query_address("https://archive.example", url)
    assert urlsplit(address).netloc == "archive.example"
    query = parse_qsl(urlsplit(address).query)
    assert dict(query)["url"] == url
    assert sorted(name for name, _ in query) == ["fl", "limit", "output", "showResumeKey", "url"]


def test_a_page_of_a_listing_is_large_but_never_too_large_to_be_read():
    def rows(url: str) -> int:
        return int(dict(parse_qsl(urlsplit(cdx.query_address("https://archive.example", url)).query))["limit"])

    assert rows("https://shop.example/privacy") == cdx.PAGE_ROWS
    for length in (200, 2000):
        url = "https://shop.example/".ljust(length, "x")
        listed = page(["example,shop)/".ljust(length, "x"), ROW[1], url, *ROW[3:6], "1234567"])
        assert 1 < rows(url) * len(listed) <= MAX_BODY


def test_a_resumption_key_survives_being_decoded_once_and_twice():
    address = cdx.query_address(
        "https://archive.example", "http://cnn.example/", resume_key="example%2Ccnn%29%2F+2001041400593%3A"
    )
    once = dict(parse_qsl(urlsplit(address).query))["resumeKey"]
    assert unquote(once) == "example,cnn)/ 2001041400593:"


def test_a_row_becomes_a_snapshot():
    (snapshot,) = read_page(200, page(ROW)).snapshots
    assert snapshot == Snapshot(
        url="https://shop.example/privacy",
        timestamp="20200201023757",
        captured=datetime(2020, 2, 1, 2, 37, 57, tzinfo=UTC),
        mimetype="text/html",
        status=200,
        digest="A" * 32,
        length=4180,
    )


def test_dashes_are_unknown_not_zero():
    (snapshot,) = read_page(200, page(row(statuscode="-", length="-", mimetype="warc/revisit"))).snapshots
    assert (snapshot.status, snapshot.length, snapshot.is_revisit) == (None, None, True)


@pytest.mark.parametrize(
    ("timestamp", "captured"),
    [
        ("20000012170449", datetime(2000, 12, 17, 4, 49, tzinfo=UTC)),  # month 00 was put in
        ("20000800241623", datetime(2000, 8, 24, 16, 23, tzinfo=UTC)),  # day 00 was put in
    ],
)
def test_an_impossible_timestamp_that_can_be_read_keeps_its_address(timestamp, captured):
    (snapshot,) = read_page(200, page(row(timestamp=timestamp))).snapshots
    assert (snapshot.timestamp, snapshot.captured) == (timestamp, captured)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"timestamp": "20201341000000"}, "impossible timestamp"),
        ({"timestamp": "2020013112"}, "impossible timestamp"),
        ({"timestamp": "٢٠٢٠٠١٣١١٢٠٠٠٠"}, "impossible timestamp"),
        ({"original": "mailto:legal@shop.example"}, "not the URL of a page"),
        ({"original": "http://mailto:legal@shop.example/"}, "not the URL of a page"),
        ({"original": "data:image/gif;base64,R0lGOD"}, "not the URL of a page"),
        ({"original": "some/path"}, "not the URL of a page"),
    ],
)
def test_a_row_that_is_no_snapshot_is_refused_by_reason(changes, reason):
    read = read_page(200, page(ROW, row(**changes)))
    assert (len(read.snapshots), read.received, read.refused) == (1, 2, Counter({reason: 1}))


@pytest.mark.parametrize(
    ("timestamp", "reason"),
    [
        ("00010101000000", "a time before 1990"),
        ("19891231235959", "a time before 1990"),
        ("99991231235959", "a time in the future"),
        ("20260103000000", "a time in the future"),
        ("19900101000000", None),
        ("20260102235959", None),  # tomorrow: clocks differ
    ],
)
def test_a_row_of_a_time_at_which_nothing_was_captured_is_refused(timestamp, reason):
    listing = Listing("https://shop.example/privacy", latest=latest(datetime(2026, 1, 1, 12, tzinfo=UTC)))
    listing.add(read_page(200, page(ROW, row(timestamp=timestamp))))
    assert listing.refused == (Counter({reason: 1}) if reason else Counter())
    assert len(listing.snapshots) == (1 if reason else 2)


def test_a_listing_of_which_nothing_is_left_says_why():
    listing = Listing("https://shop.example/privacy")
    assert listing.why_nothing is None
    listing.add(read_page(200, page(row(timestamp="00010101000000"), row(original="mailto:a@shop.example"))))
    assert listing.why_nothing == "no row of it is a snapshot (not the URL of a page: 1, a time before 1990: 1)"
    listing.add(read_page(200, page(ROW)))
    assert listing.why_nothing is None


def test_a_port_in_the_original_is_part_of_the_address():
    (snapshot,) = read_page(200, page(row(original="http://www.shop.example:80/privacy"))).snapshots
    assert snapshot.url == "http://www.shop.example:80/privacy"


def test_a_row_without_the_listings_columns_is_refused():
    assert read_page(200, page(ROW, ROW[:5])).refused == Counter({"row without the listing's columns": 1})


def test_additional_columns_do_no_harm():
    body = json.dumps([[*cdx.FIELDS, "redirect"], [*ROW, "-"]]).encode()
    assert len(read_page(200, body).snapshots) == 1


def test_no_snapshots_is_only_what_the_server_says_itself():
    assert read_page(200, b"[]\n").snapshots == ()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html><title>Internet Archive: Temporarily Offline</title></html>"),
        (200, b"Too Many Requests"),
        (200, b'{"error": "x"}'),
        (200, b'["a"]'),
        (200, b'[["urlkey", "timestamp"], ["x", "y"]]'),
        (200, b'[[], ["shop,example)/p", "20200101000000"], []]'),
        (200, page(ROW)[:-40]),
        (429, page(ROW)),
        (503, b"<h1>503 Service Unavailable</h1>"),
        (400, b"org.archive.wayback.exception.BadQueryException"),
    ],
)
def test_what_is_no_listing_is_never_an_empty_one(status, body):
    with pytest.raises(ListingError):
        read_page(status, body)


@pytest.mark.parametrize("status", [200, 403])
def test_an_exclusion_is_told_apart(status):
    with pytest.raises(UrlExcluded):
        read_page(status, b"org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error")


def test_a_listing_in_text_is_read_as_well():
    body = (
        " ".join(ROW) + "\n" + " ".join(row(timestamp="20210101000000")) + "\n\nexample%2Cshop%29%2F+20210101000001\n"
    ).encode()
    read = read_page(200, body)
    assert (len(read.snapshots), read.resume_key) == (2, "example%2Cshop%29%2F+20210101000001")


def test_pages_add_up_to_a_listing_that_holds_every_snapshot_once():
    listing = Listing("https://shop.example/privacy")
    listing.add(read_page(200, page(ROW, row(timestamp="20200301000000"), key="k1")))
    listing.add(read_page(200, page(key="k2")))  # an empty page with a key is not the end
    assert listing.resume_key == "k2"
    listing.add(read_page(200, page(row(timestamp="20200301000000"), row(timestamp="20200401000000"))))
    assert [s.timestamp for s in listing.snapshots.values()] == ["20200201023757", "20200301000000", "20200401000000"]
    assert (listing.received, listing.refused, listing.resume_key) == (4, Counter({"repeated row": 1}), None)


def test_a_cursor_that_does_not_advance_is_an_error_rather_than_a_loop():
    listing = Listing("https://shop.example/privacy")
    listing.add(read_page(200, page(ROW, key="k1")))
    with pytest.raises(ListingError, match="leads back"):
        listing.add(read_page(200, page(ROW, key="k1")))


def test_nor_is_one_that_goes_round():
    listing = Listing("https://shop.example/privacy")
    for key in ("k1", "k2"):
        listing.add(read_page(200, page(ROW, key=key)))
    with pytest.raises(ListingError, match="back to an earlier one"):
        listing.add(read_page(200, page(row(timestamp="20200301000000"), key="k1")))
    assert len(listing.snapshots) == 2  # what that page held is listed all the same


@pytest.mark.parametrize("rows", [[], [ROW], [ROW] * 1000])
def test_pages_that_bring_nothing_new_come_to_an_end(rows):
    listing = Listing("https://shop.example/privacy")
    for number in range(10):
        listing.add(read_page(200, page(*rows, key=f"k{number}")))
    with pytest.raises(ListingError, match="does not end"):
        listing.add(read_page(200, page(*rows, key="last")))


def test_pages_that_bring_something_go_on_up_to_a_bound(monkeypatch):
    monkeypatch.setattr("crawler.archive.listing.MOST_ROWS", 50_000)
    listing = Listing("https://shop.example/privacy")
    moments = (datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=second) for second in range(100_000))
    pages = (page(*rows, key=rows[0][1]) for rows in hundreds(row(timestamp=digits(at)) for at in moments))
    for _ in range(49):
        listing.add(read_page(200, next(pages)))
    with pytest.raises(ListingError, match="50,000 rows and more"):
        listing.add(read_page(200, next(pages)))


def hundreds(rows):
    iterator = iter(rows)
    return iter(lambda: list(islice(iterator, 1000)), [])


def test_of_two_rows_with_one_address_the_page_is_kept():
    listing = Listing("https://shop.example/privacy")
    listing.add(read_page(200, page(row(statuscode="301"), row(statuscode="200"), row(statuscode="301"))))
    assert [s.status for s in listing.snapshots.values()] == [200]
    assert listing.refused == Counter({"repeated row": 2})


@given(st.lists(st.lists(st.text(max_size=30), max_size=8), max_size=5))
def test_any_table_is_accounted_for_row_by_row(rows):
    read = read_page(200, json.dumps([list(cdx.FIELDS), *rows, ROW]).encode())
    assert len(read.snapshots) + read.refused.total() == read.received


@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_no_listing(body):
    with contextlib.suppress(ListingError, UrlExcluded):
        read_page(200, body)


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 100_000 + b"]",
        b'[["urlkey"],' + b"[" * 100_000 + b"]",
    ],
)
def test_lists_within_lists_are_no_listing(hostile):
    with pytest.raises(cdx.ListingError, match="no listing"):
        cdx.read_page(200, hostile)


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "٣", "1.5", "-1"])
def test_a_number_that_no_database_holds_is_not_known(number):
    row = dict.fromkeys(cdx.FIELDS, "x") | {"timestamp": "20200101000000", "original": "http://a.example/"}
    snapshot = cdx.read_row(row | {"statuscode": number, "length": number})
    assert (snapshot.status, snapshot.length) == (None, None)


def test_a_row_with_half_a_character_is_refused_and_counted():
    table = [list(cdx.FIELDS), ["a", "20200101000000", "http://a.example/\ud800", "text/html", "200", "x", "1"]]
    page = cdx.read_page(200, json.dumps(table).encode())
    assert page.snapshots == ()
    assert page.refused == {"not Unicode text": 1}


LINES = [
    [str(number) if name == "length" else value for name, value in zip(cdx.FIELDS, ROW, strict=True)]
    for number in range(9)
]


@pytest.mark.parametrize("at_once", [1, 100, 300, 10_000])
@pytest.mark.parametrize("ends", [[], [[], ["a key"]], [[], ["a,\n[key"]]])
@pytest.mark.parametrize("rows", [[], LINES[:1], LINES[:2], LINES])
@pytest.mark.parametrize("indent", [None, 1, "lines"])
def test_a_listing_that_is_read_in_pieces_is_read_as_if_at_once(monkeypatch, at_once, ends, rows, indent):
    table = [list(cdx.FIELDS), *rows, *ends]
    body = "[" + ",\n".join(map(json.dumps, table)) + "]\n" if indent == "lines" else json.dumps(table, indent=indent)
    whole = read_page(200, body.encode())
    assert (whole.received, len(whole.snapshots), whole.resume_key) == (
        len(rows),
        len(rows),
        ends[-1][0] if ends else None,
    )
    monkeypatch.setattr(cdx, "_BYTES_AT_ONCE", at_once)
    assert read_page(200, body.encode()) == whole


@pytest.mark.parametrize("broken", ["]", "[1]", '"a"', "{}"])
def test_a_listing_that_breaks_off_after_some_pieces_is_none(monkeypatch, broken):
    body = "[" + ",\n".join([json.dumps(list(cdx.FIELDS)), *map(json.dumps, LINES), broken, *map(json.dumps, LINES)])
    monkeypatch.setattr(cdx, "_BYTES_AT_ONCE", 100)
    with pytest.raises(ListingError):
        read_page(200, body.encode())
