"""Near an address of which the archive has nothing, the one that was meant is found with one query."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.archive import cdx, near
from crawler.archive.urlkey import urlkey
from crawler.local_archive.captures import ArchivedRecord
from crawler.local_archive.cdx_server import answer

ARCHIVE = "https://archive.example"


def found(url: str, *captured: str, status: str = "200") -> tuple[near.Near, ...]:
    """What an archive with captures of these addresses answers."""
    records = sorted(
        (
            ArchivedRecord(urlkey(one), f"20{year}0203040506", one, "text/html", status, "A" * 32, 99, None, 0)
            for one in captured
            for year in (12, 15)
        ),
        key=lambda record: (record.urlkey, record.timestamp),
    )
    query = parse_qs(urlsplit(near.query_address(ARCHIVE, url)).query)
    given = answer([(name, value) for name, values in query.items() for value in values], records)
    return near.read(given.status, given.body)


@pytest.mark.parametrize(
    ("asked", "archived"),
    [
        ("https://shop.example/privacy", "http://www.shop.example/privacy.html"),
        ("https://shop.example/privacy", "https://shop.example/privacy.php"),
        ("https://shop.example/privacy/", "http://shop.example/privacy/index.html"),
        ("https://shop.example/legal/privacy.html", "https://www.shop.example/legal/privacy/"),
        ("https://shop.example/privacy.htm?lang=en", "https://shop.example/Privacy.aspx"),
        ("https://shop.example/privacy", "https://shop.example/privacy-policy"),
    ],
)
def test_the_page_under_another_address_is_suggested(asked, archived):
    said = near.sentence(asked, found(asked, archived, "https://shop.example/other", "https://shop2.example/privacy"))
    assert said == (
        f"the archive has no capture of {asked}. It has {archived} (since 2012-02-03): if that was the policy, list it"
        " in urls"
    )


def test_the_nearest_come_first_and_no_more_than_three():
    asked = "https://shop.example/privacy"
    many = [f"https://shop.example/privacy/{n}" for n in range(300)]
    said = near.sentence(
        asked, found(asked, *many, "https://shop.example/privacy.html", "https://shop.example/privacy-a")
    )
    assert said.count("since") == 3
    assert "It has https://shop.example/privacy.html (" in said


def test_without_a_near_one_nothing_is_suggested():
    asked = "https://shop.example/privacy"
    assert near.sentence(asked, found(asked, "https://shop.example/terms")) == f"the archive has no capture of {asked}"
    assert found(asked, "https://shop.example/privacy.html", status="404") == ()


def test_what_is_no_listing_suggests_nothing():
    assert near.read(503, b"<h1>Sorry</h1>") == ()
    assert near.read(200, b"org.archive.wayback.exception.RobotAccessControlException: Blocked Site Error") == ()


def test_an_archive_that_neither_filters_nor_collapses_suggests_each_page_once():
    row = ["example,shop)/privacy.html", "20120203040506", "http://shop.example/privacy.html", "text/html"]
    rows = [[*row, status, "D", "9"] for status in ("404", "200", "200")]
    rows += [
        ["example,shop)/privacy.php", "20110203040506", "http://shop.example/privacy.php", "text/html", "404", "D", "9"]
    ]
    given = near.read(200, json.dumps([list(cdx.FIELDS), *rows]).encode())
    assert given == (near.Near("http://shop.example/privacy.html", "2012-02-03"),)


def test_all_of_a_site_is_not_near_to_its_home_page():
    assert not near.is_asked_about("https://shop.example/")
    assert not near.is_asked_about("https://shop.example/index.html")
    assert near.is_asked_about("https://shop.example/privacy")


def test_the_query_asks_for_each_address_once():
    query = parse_qs(urlsplit(near.query_address(ARCHIVE, "https://shop.example/a b/privacy.html?x=1")).query)
    assert query["url"] == ["https://shop.example/a b/privacy"]
    assert (query["matchType"], query["collapse"]) == (["prefix"], ["urlkey"])
    assert query["fl"] == [",".join(cdx.FIELDS)]
    assert json.loads(query["limit"][0]) <= 1000
