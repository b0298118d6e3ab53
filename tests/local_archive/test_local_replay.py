"""What a local archive plays back is what was archived, under headers that are safe to send and lead nowhere else."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warc_writing import HTML, PAGE, WarcFile

from crawler.local_archive.captures import read_captures
from crawler.local_archive.index import CaptureIndex
from crawler.local_archive.replay import Played, play

AT = "20200101000000"


@pytest.fixture
def warc(tmp_path: Path) -> WarcFile:
    """An empty WARC file."""
    return WarcFile(tmp_path / "a.warc.gz")


def index(warc: WarcFile) -> CaptureIndex:
    return CaptureIndex(read_captures(warc.path).captures)


def header(played: Played, name: str) -> str | None:
    return next((value for key, value in played.headers if key == name), None)


def test_a_capture_is_its_bytes_its_status_and_its_time(warc: WarcFile) -> None:
    warc.response(body=b"\x00archived\xff", status="404 Not Found")
    played = play(index(warc), f"/web/{AT}id_/{PAGE}")
    assert (played.status, played.body) == (404, b"\x00archived\xff")
    assert header(played, "Memento-Datetime") == "Wed, 01 Jan 2020 00:00:00 GMT"
    assert header(played, "Link") == f'<{PAGE}>; rel="original"'


def test_what_is_not_archived_is_no_capture(warc: WarcFile) -> None:
    warc.response()
    for target in (f"/web/{AT}id_/https://nobody.example/", "/web/id_/", "/", f"/web/x/{PAGE}"):
        played = play(index(warc), target)
        assert played.status == 404
        assert header(played, "Memento-Datetime") is None


def test_what_was_asked_for_stands_in_no_page_as_markup(warc: WarcFile) -> None:
    warc.response()
    played = play(index(warc), f"/web/{AT}id_/https://nobody.example/<script>attack()</script>")
    assert b"<script" not in played.body
    assert b"&lt;script&gt;" in played.body


def test_another_time_leads_to_the_nearest_capture_with_the_same_flag(warc: WarcFile) -> None:
    warc.response(date="2018-01-01T00:00:00Z")
    warc.response(date="2020-01-01T00:00:00Z")
    for asked, flag, year in (("2018123", "id_", 2018), ("20191231", "", 2020), ("2035", "id_", 2020), ("1", "", 2018)):
        played = play(index(warc), f"/web/{asked}{flag}/{PAGE}")
        assert played.status == 302
        assert header(played, "Location") == f"/web/{year}0101000000{flag}/{PAGE}"
        assert header(played, "Memento-Datetime") is None


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/terms", f"/web/{AT}id_/https://tools.example/terms"),
        ("//other.example/ü", f"/web/{AT}id_/https://other.example/%C3%BC"),
        ("mailto:a@tools.example", None),
        ("javascript:attack()", None),
        ("http://[", None),
    ],
)
def test_a_redirect_stays_in_the_archive_or_leads_nowhere(warc: WarcFile, location: str, leads_to: str | None) -> None:
    warc.response(status="301 Moved", headers=(HTML, ("Location", location)))
    played = play(index(warc), f"/web/{AT}id_/{PAGE}")
    assert played.status == 301
    assert header(played, "Location") == leads_to


def test_headers_about_the_connection_are_not_passed_on(warc: WarcFile) -> None:
    sent = (HTML, ("Transfer-Encoding", "identity"), ("Connection", "close"), ("Server", "old"), ("Set-Cookie", "a=b"))
    warc.response(headers=sent)
    names = {name.lower() for name, _ in play(index(warc), f"/web/{AT}id_/{PAGE}").headers}
    assert {"x-archive-orig-server", "x-archive-orig-set-cookie", "content-type"} <= names
    assert not {"connection", "transfer-encoding", "set-cookie", "server"} & names
    assert not {"x-archive-orig-connection", "x-archive-orig-transfer-encoding"} & names


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8"), max_size=40), st.sampled_from(["", "id_", "im_"]))
def test_no_url_breaks_a_header(tmp_path: Path, end: str, flag: str) -> None:
    warc = WarcFile(tmp_path / "a.warc.gz")
    warc.path.unlink(missing_ok=True)
    warc.response("https://tools.example/" + quote(end))
    played = play(index(warc), f"/web/2031{flag}/https://tools.example/{quote(end)}")
    assert played.status == 302
    for name, value in played.headers:
        assert (name + value).isascii()
        assert (name + value).isprintable()
    again = play(index(warc), header(played, "Location") or "")
    assert (again.status, again.body) == (200, b"<p>We keep nothing.</p>")
