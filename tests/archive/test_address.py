"""Addresses: what is asked, what is cited, and that nothing leads out of the archive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.address import citation, follow, playback_address
from crawler.model import Playback

ARCHIVE = "https://web.archive.org"
HERE = Playback("20200201023757", "https://shop.example/legal/privacy?lang=en")


def test_playback_asks_for_the_archived_bytes_of_the_url_as_it_was_captured():
    assert playback_address(ARCHIVE, HERE) == (
        "https://web.archive.org/web/20200201023757id_/https://shop.example/legal/privacy?lang=en"
    )


def test_playback_of_a_url_with_odd_characters_is_one_request_line():
    address = playback_address(ARCHIVE, Playback("20200201023757", "http://shop.example/datenschutz erklärung#top"))
    assert address.endswith("/http://shop.example/datenschutz%20erkl%C3%A4rung%23top")


def test_a_citation_quotes_the_url_as_the_published_corpus_does():
    assert citation(ARCHIVE + "/", HERE) == (
        "https://web.archive.org/web/20200201023757id_/https%3A//shop.example/legal/privacy%3Flang%3Den"
    )


@pytest.mark.parametrize(
    ("location", "url", "timestamp"),
    [
        (
            "https://web.archive.org/web/20200201024405id_/https://shop.example/new",
            "https://shop.example/new",
            "20200201024405",
        ),
        (
            "http://web.archive.org/web/20200201024405id_/http://shop.example/new",
            "http://shop.example/new",
            "20200201024405",
        ),
        ("/web/20200201024405id_/https://shop.example/new", "https://shop.example/new", "20200201024405"),
        ("/web/20200201024405/https%3A//shop.example/new%3Fa%3Db", "https://shop.example/new?a=b", "20200201024405"),
        ("/web/20200201024405id_/https:/shop.example/new", "https://shop.example/new", "20200201024405"),
        ("/web/2020/http://shop.example/new", "http://shop.example/new", "20200201023757"),
        ("https://other.example/moved", "https://other.example/moved", "20200201023757"),
        ("//cdn.example/moved", "https://cdn.example/moved", "20200201023757"),
        ("/privacy", "https://shop.example/privacy", "20200201023757"),
        ("terms#top", "https://shop.example/legal/terms", "20200201023757"),
    ],
)
def test_a_location_in_any_form_becomes_an_address_inside_the_archive(location, url, timestamp):
    assert follow(ARCHIVE, HERE, location) == Playback(timestamp, url)


@pytest.mark.parametrize(
    "location",
    [
        "mailto:legal@shop.example",
        "javascript:alert(1)",
        "ftp://shop.example/p",
        "http://",
        "https://[",
        "//[",
        "//[/terms",
    ],
)
def test_a_location_that_no_archive_holds_leads_nowhere(location):
    assert follow(ARCHIVE, HERE, location) is None


def test_a_location_on_an_archive_of_ones_own_is_inside_it():
    playback = follow(
        "http://127.0.0.1:8099", HERE, "http://127.0.0.1:8099/web/20200201024405id_/http://shop.example/new"
    )
    assert playback == Playback("20200201024405", "http://shop.example/new")


@given(st.text(max_size=200))
def test_whatever_a_location_says_the_next_request_goes_to_the_archive(location):
    playback = follow(ARCHIVE, HERE, location)
    assert playback is None or playback_address(ARCHIVE, playback).startswith(ARCHIVE + "/web/")
