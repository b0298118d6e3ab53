"""Answers of the archive: what each is, in the forms that were seen."""

import pytest

from crawler.archive.memento import (
    ArchivedError,
    ArchivedRedirect,
    Capture,
    Excluded,
    NearMatch,
    NotArchived,
    Refusal,
    classify,
)
from crawler.model import Playback

ARCHIVE = "https://web.archive.org"
ASKED = Playback("20200201023757", "https://shop.example/privacy")
MEMENTO = {"memento-datetime": "Sat, 01 Feb 2020 02:37:57 GMT"}
NEW = Playback("20200201024405", "https://shop.example/new")
LOCATION = {"location": "https://web.archive.org/web/20200201024405id_/https://shop.example/new"}


@pytest.mark.parametrize(
    ("status", "headers", "body", "outcome"),
    [
        (200, MEMENTO, b"<p>Policy", Capture(200)),
        (200, MEMENTO, b"This URL has been excluded from the Wayback Machine.", Capture(200)),
        (404, MEMENTO, b"gone", ArchivedError(404)),
        (429, MEMENTO, b"slow down", ArchivedError(429)),
        (503, MEMENTO, b"", ArchivedError(503)),
        (301, MEMENTO | LOCATION, b"", ArchivedRedirect(LOCATION["location"], NEW)),
        (302, MEMENTO | {"location": "mailto:x"}, b"", ArchivedRedirect("mailto:x", None)),
        (304, MEMENTO, b"", Capture(304)),
        (302, LOCATION, b"", NearMatch(NEW)),
        (302, {}, b"", Refusal("the archive answered 302 without a capture")),
        (404, {}, b"The Wayback Machine has not archived that URL.", NotArchived()),
        (200, {}, b"The Wayback Machine has not archived that URL.", NotArchived()),
        (200, {}, b"Sorry. This URL has been excluded from the Wayback Machine.", Excluded()),
        (403, {}, b"AdministrativeAccessControlException: Blocked Site Error", Excluded()),
        (403, {"x-archive-wayback-runtime-error": "RobotAccessControlException"}, b"", Excluded()),
        (200, {}, b"<p>Policy without the header", Refusal("the archive answered 200 without a capture")),
        (429, {}, b"Too Many Requests", Refusal("the archive answered 429 without a capture")),
        (503, {}, b"", Refusal("the archive answered 503 without a capture")),
    ],
)
def test_an_answer_is_what_its_headers_make_it(status, headers, body, outcome):
    assert classify(ARCHIVE, ASKED, status, headers, body) == outcome


def test_the_page_that_a_script_would_leave_is_an_archived_redirect():
    body = b'<p class="code">Got an HTTP 301 response at crawl time</p> <a href="/web/20200201024405/https://shop.example/new">Impatient?</a>'
    assert classify(ARCHIVE, ASKED, 200, {}, body) == ArchivedRedirect(
        "/web/20200201024405/https://shop.example/new", NEW
    )


@pytest.mark.parametrize(
    ("asked", "captured", "is_it"),
    [
        ("20200201023757", "Sat, 01 Feb 2020 02:37:57 GMT", True),
        ("20200201023757", "Sat, 01 Feb 2020 02:37:58 GMT", True),  # a fraction of a second, rounded up
        ("20200201023757", "Sat, 01 Feb 2020 03:37:57 +0100", True),
        ("20200201023757", "Sat, 01 Feb 2020 02:38:57 GMT", False),
        ("20200201023757", "Sun, 01 Feb 2015 02:37:57 GMT", False),
        ("20000012170449", "Sun, 17 Dec 2000 04:49:00 GMT", True),  # month 00: an insertion, edgi wayback's reading
        ("20000012170449", "Sun, 12 Dec 1999 17:04:49 GMT", True),  # month 00: the month before January, Java's
        ("20000012170449", "Wed, 01 Jan 2020 00:00:00 GMT", False),
    ],
)
@pytest.mark.parametrize("status", [200, 302, 404])
def test_a_capture_is_of_the_moment_that_it_says(asked, captured, is_it, status):
    headers = {"memento-datetime": captured, **(LOCATION if status == 302 else {})}
    outcome = classify(ARCHIVE, Playback(asked, ASKED.url), status, headers, b"<p>Policy")
    assert isinstance(outcome, NearMatch) != is_it
    if not is_it:
        year = captured.split()[3]
        assert outcome.target.timestamp.startswith(year)


@pytest.mark.parametrize("said", ["x", "2020", "Sat, 99 Feb 2020 02:37:57 GMT", "Sat, 01 Feb 99999 02:37:57 GMT"])
def test_a_capture_that_names_no_moment_answers_nothing(said):
    outcome = classify(ARCHIVE, ASKED, 200, {"memento-datetime": said}, b"<p>Policy")
    assert isinstance(outcome, Refusal)
    assert said in outcome.reason
