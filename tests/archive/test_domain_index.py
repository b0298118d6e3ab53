"""The index of a domain is asked for by words and months, and a local archive answers as the Wayback Machine does."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from warc_writing import WarcFile

from crawler.archive import cdx
from crawler.archive.domain_index import Row, months_address, query_address, read
from crawler.discovery.addresses import PATH_WORDS
from crawler.local_archive import cdx_server
from crawler.local_archive.captures import read_captures

ARCHIVE = "https://archive.example"


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    file = WarcFile(tmp_path_factory.mktemp("index") / "a.warc")
    for url in (
        "http://www.legalzoom.example/",
        "http://www.legalzoom.example/prices",
        "http://www.legalzoom.example/Privacy.html",
        "http://help.legalzoom.example/terms",
        "http://privacy.legalzoom.example/",
        "http://other.example/privacy",
    ):
        for date in ("2015-01-03", "2015-01-20", "2015-02-01", "2016-02-01"):
            file.response(url, f"{date}T00:00:00Z")
    file.response("http://legalzoom.example/privacy.png", headers=(("Content-Type", "image/png"),))
    file.response("http://legalzoom.example/privacy.js", headers=(("Content-Type", "text/javascript"),))
    file.response("http://legalzoom.example/old-terms", status="404 Not Found")
    moved = (("Content-Type", "text/html"), ("Location", "/terms"))
    file.response("http://legalzoom.example/tos", status="301 Moved Permanently", headers=moved)
    return read_captures(Path(file.path)).captures


def answered(url: str, captures) -> tuple[Row, ...]:  # type: ignore[no-untyped-def]
    told = cdx_server.answer(parse_qsl(urlsplit(url).query, keep_blank_values=True), captures)
    assert told.status == 200, told.body
    return read(told.status, told.body).rows


def test_it_has_the_home_page_and_worded_addresses_of_all_hosts_of_the_domain_a_row_a_month(captures) -> None:  # type: ignore[no-untyped-def]
    rows = answered(query_address(ARCHIVE, "legalzoom.example", "priva|terms|legal|tos"), captures)
    assert {row.url.partition("://")[2] for row in rows} == {
        "www.legalzoom.example/",
        "www.legalzoom.example/Privacy.html",
        "help.legalzoom.example/terms",
        "privacy.legalzoom.example/",
        "legalzoom.example/tos",
    }
    home = [row.timestamp[:8] for row in rows if row.url == "http://www.legalzoom.example/"]
    assert home == ["20150103", "20150201", "20160201"]


def test_what_its_years_have_is_what_it_has_as_a_whole(captures) -> None:  # type: ignore[no-untyped-def]
    def rows(years: tuple[str, str | None] | None) -> set[Row]:
        return {*answered(query_address(ARCHIVE, "legalzoom.example", "priva", None, years), captures)}

    first, then = rows(("2008", "2015")), rows(("2016", None))
    assert {row.timestamp[:4] for row in first} == {"2015"}
    assert {row.timestamp[:4] for row in then} == {"2016"}
    assert first | then == rows(None)


def test_the_words_of_the_project_are_a_filter_that_the_server_takes(captures) -> None:  # type: ignore[no-untyped-def]
    assert len(answered(query_address(ARCHIVE, "legalzoom.example", PATH_WORDS), captures)) >= 12


def test_a_redirect_is_no_page_and_a_revisit_is_one() -> None:
    assert not Row("u", "20150101000000", 301).is_page
    assert Row("u", "20150101000000", None).is_page


def test_one_address_has_its_months(captures) -> None:  # type: ignore[no-untyped-def]
    rows = answered(months_address(ARCHIVE, "http://legalzoom.example/privacy.html"), captures)
    assert [row.timestamp[:6] for row in rows] == ["201501", "201502", "201602"]


def test_the_next_page_is_asked_for_by_the_key(captures) -> None:  # type: ignore[no-untyped-def]
    url = query_address(ARCHIVE, "legalzoom.example", "priva", "example%2Clegalzoom%29%2F+20150101000000%3A")
    assert dict(parse_qsl(urlsplit(url).query))["resumeKey"] == "example%2Clegalzoom%29%2F 20150101000000%3A"


@pytest.mark.parametrize("body", [b"", b"<html>Too Many Requests", b'{"error": 1}'])
def test_what_is_no_listing_is_no_empty_one(body: bytes) -> None:
    with pytest.raises(cdx.ListingError):
        read(200, body)
