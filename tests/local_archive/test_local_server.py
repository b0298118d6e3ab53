"""A local archive answers over HTTP on loopback, in the form in which the Wayback Machine does."""

import asyncio
import gzip
import http.client
import json
import socket
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from aiohttp import ClientResponse, ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warc_writing import HTML, PAGE, WarcFile
from warcio.statusandheaders import StatusAndHeaders
from yarl import URL

from crawler.errors import ArchiveFilesError
from crawler.local_archive.captures import read_captures
from crawler.local_archive.index import CaptureIndex
from crawler.local_archive.replay import play
from crawler.local_archive.server import serve


@pytest.fixture
def warc(tmp_path: Path) -> WarcFile:
    return WarcFile(tmp_path / "a.warc.gz")


async def fetch(warc: WarcFile, target: str) -> tuple[ClientResponse, bytes]:
    """The answer as it comes over the wire: not redirected, not decompressed, its URL not normalised."""
    async with (
        serve(warc.path) as address,
        ClientSession(auto_decompress=False) as session,
        session.get(URL(address + target, encoded=True), allow_redirects=False) as response,
    ):
        return response, await response.read()


async def test_plays_a_capture_with_its_status_and_headers(warc: WarcFile) -> None:
    headers = (HTML, ("Server", "nginx"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Connection", "close"))
    warc.response(status="404 Not Found", body=b"gone", headers=headers)
    response, body = await fetch(warc, f"/web/20200101000000id_/{PAGE}")
    assert (response.status, body) == (404, b"gone")
    assert response.headers["Memento-Datetime"] == "Wed, 01 Jan 2020 00:00:00 GMT"
    assert response.headers["Link"] == f'<{PAGE}>; rel="original"'
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["x-archive-orig-server"] == "nginx"
    assert response.headers.getall("x-archive-orig-set-cookie") == ["a=1", "b=2"]
    assert "x-archive-orig-connection" not in response.headers
    assert "Set-Cookie" not in response.headers
    assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_gives_compressed_bytes_as_they_were_archived(warc: WarcFile) -> None:
    body = gzip.compress(b"<p>We keep nothing.</p>" * 200)
    warc.response(body=body, headers=(HTML, ("Content-Encoding", "gzip"), ("Content-Length", "7")))
    response, received = await fetch(warc, f"/web/20200101000000id_/{PAGE}")
    assert received == body
    assert response.headers.getall("Content-Encoding") == ["gzip"]
    assert response.headers["Content-Length"] == str(len(body))


async def test_compresses_nothing_by_itself(warc: WarcFile) -> None:
    warc.response(body=b"x" * 100_000)
    response, body = await fetch(warc, f"/web/20200101000000id_/{PAGE}")
    assert body == b"x" * 100_000
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize(
    "url",
    [
        "https://tools.example/legal?doc=privacy&lang=en",
        "https://tools.example/legal?next=http://other.example/?a=b%26c",
        "https://tools.example/a%20b%2Fc%25d",
        "https://tools.example/ümlaut",
        "https://bücher.example/",
    ],
)
@pytest.mark.parametrize("encoded", [True, False])
async def test_finds_a_url_however_it_is_quoted(warc: WarcFile, url: str, encoded: bool) -> None:
    warc.response("https://tools.example/legal")
    warc.response(url, body=b"found")
    target = quote(url) if encoded else quote(url, safe=":/?&=%")
    response, body = await fetch(warc, f"/web/20200101000000id_/{target}")
    assert (response.status, body) == (200, b"found")


@pytest.mark.parametrize(
    "target", [PAGE, "http:/tools.example/privacy", "tools.example/privacy/", quote(PAGE, safe="")]
)
async def test_finds_a_url_however_it_is_written(warc: WarcFile, target: str) -> None:
    warc.response(body=b"found")
    assert (await fetch(warc, f"/web/20200101000000id_/{target}"))[1] == b"found"


@pytest.mark.parametrize("asked", ["2020", "20200101", "20191231235959", "20209999999999", "20200101000001000"])
async def test_sends_to_the_nearest_capture_where_there_is_none(warc: WarcFile, asked: str) -> None:
    warc.response(date="2020-01-01T12:00:00Z")
    warc.response(date="2010-01-01T12:00:00Z")
    response, _ = await fetch(warc, f"/web/{asked}id_/{PAGE}")
    assert response.status == 302
    assert response.headers["Location"] == f"/web/20200101120000id_/{PAGE}"
    assert response.headers["X-Archive-Redirect-Reason"] == "found capture at 20200101120000"
    assert "Memento-Datetime" not in response.headers


@pytest.mark.parametrize("target", ["/web/20200101000000id_/https://nowhere.example/<b>", "/web/", "/web/x/y", "/"])
async def test_what_is_not_archived_is_a_page_and_no_capture(warc: WarcFile, target: str) -> None:
    warc.response()
    response, body = await fetch(warc, target)
    assert response.status == 404
    assert "Memento-Datetime" not in response.headers
    assert response.content_type == "text/html"
    assert b"<b>" not in body


@pytest.mark.parametrize(
    ("archived", "played"),
    [
        ("https://tools.example/legal?a=b", "/web/20200101000000id_/https://tools.example/legal?a=b"),
        ("/legal", "/web/20200101000000id_/https://tools.example/legal"),
        ("//other.example/x", "/web/20200101000000id_/https://other.example/x"),
        ("/übersicht", "/web/20200101000000id_/https://tools.example/%C3%BCbersicht"),
        ("mailto:legal@tools.example", None),
        ("http://[", None),
    ],
)
async def test_keeps_archived_redirects_within_the_archive(warc: WarcFile, archived: str, played: str | None) -> None:
    warc.response(status="301 Moved", body=b"", headers=(("Location", archived),))
    response, _ = await fetch(warc, f"/web/20200101000000id_/{PAGE}")
    assert response.status == 301
    assert "Memento-Datetime" in response.headers
    assert response.headers.get("Location") == played


async def test_of_two_captures_of_one_second_plays_the_one_with_the_url_asked_for(warc: WarcFile) -> None:
    warc.response("http://tools.example/privacy", status="301 Moved", body=b"", headers=(("Location", PAGE),))
    warc.response(PAGE, body=b"found")
    assert (await fetch(warc, f"/web/20200101000000id_/{PAGE}"))[1] == b"found"
    assert (await fetch(warc, "/web/20200101000000id_/http://tools.example/privacy"))[0].status == 301


async def test_a_revisit_plays_what_it_repeats_at_its_own_time(warc: WarcFile) -> None:
    warc.response(body=b"found")
    warc.revisit(refers_to=(PAGE, "2020-01-01T00:00:00Z"))
    response, body = await fetch(warc, f"/web/20210101000000id_/{PAGE}")
    assert (response.status, body) == (200, b"found")
    assert response.headers["Memento-Datetime"] == "Fri, 01 Jan 2021 00:00:00 GMT"
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(("status", "played"), [("200 OK", "text/xhtml"), ("304 Not Modified", HTML[1])])
async def test_a_revisit_has_its_own_headers_where_it_keeps_them(warc: WarcFile, status: str, played: str) -> None:
    warc.response(body=b"found")
    kept = StatusAndHeaders(status, [("Content-Type", "text/xhtml")], protocol="HTTP/1.1")
    digest = read_captures(warc.path).captures[0].digest
    warc.revisit(digest=f"sha1:{digest}", http=kept)
    response, body = await fetch(warc, f"/web/20210101000000id_/{PAGE}")
    assert (response.status, body) == (200, b"found")
    assert response.headers["Content-Type"] == played


async def test_a_revisit_of_what_is_not_here_is_missing(warc: WarcFile) -> None:
    warc.response()
    warc.revisit(digest="sha1:" + "Z" * 32)
    response, body = await fetch(warc, f"/web/20210101000000id_/{PAGE}")
    assert response.status == 404
    assert "Memento-Datetime" not in response.headers
    assert b"not in this archive" in body


async def test_resources_play_as_200(warc: WarcFile) -> None:
    warc.other("resource", PAGE, b"%PDF", Content_Type="application/pdf")
    response, body = await fetch(warc, f"/web/20200101000000id_/{PAGE}")
    assert (response.status, body, response.content_type) == (200, b"%PDF", "application/pdf")


@pytest.mark.parametrize(
    "headers",
    [
        (("X-Line", "a\r b"), ("X-Control", "a\x00\x0b\x1bb"), ("X y", "no token"), ("", "empty")),
        (("X-Unicode", "日本"), ("Content-Type", "text/html; charset=\x81"), ("X-Latin", "caf\xe9")),
        (("X-Long", "x" * 100_000), ("Location", "/" + "x" * 100_000)),
        tuple((f"X-{number}", "x") for number in range(500)),
        (("Content-Length", "-5"), ("Content-Encoding", ""), ("Transfer-Encoding", "chunked, gzip")),
    ],
)
async def test_odd_headers_do_not_break_the_answer(warc: WarcFile, headers: tuple[tuple[str, str], ...]) -> None:
    warc.response(body=b"found", headers=headers)
    response, body = await fetch(warc, f"/web/20200101000000id_/{PAGE}")
    assert (response.status, body) == (200, b"found")
    assert "Memento-Datetime" in response.headers


@pytest.mark.parametrize(
    ("status", "played"), [("204 No Content", 204), ("304 Not Modified", 304), ("999 No", 999), ("101 Up", 404)]
)
async def test_odd_statuses_do_not_break_the_answer(warc: WarcFile, status: str, played: int) -> None:
    warc.response(body=b"found", status=status)
    response, _ = await fetch(warc, f"/web/20200101000000id_/{PAGE}")
    assert response.status == played
    assert ("Memento-Datetime" in response.headers) == (played != 404)


async def test_lists_over_http(warc: WarcFile) -> None:
    warc.response()
    warc.revisit(digest="sha1:" + "Z" * 32)
    response, body = await fetch(
        warc, f"/cdx/search/cdx?url={quote(PAGE, safe='')}&output=json&fl=timestamp,statuscode"
    )
    assert response.content_type == "application/json"
    assert json.loads(body) == [["timestamp", "statuscode"], ["20200101000000", "200"], ["20210101000000", "-"]]
    response, body = await fetch(warc, "/cdx/search/cdx?url=x&output=json&filter=colour:red")
    assert (response.status, response.content_type) == (400, "text/plain")
    assert body.startswith(b"org.archive.wayback.exception.BadQueryException: There is no field 'colour'")
    assert (await fetch(warc, "/cdx/search/cdx?url=x" + "&filter=urlkey:x" * 200))[0].status == 400


async def test_answers_only_on_loopback_and_not_after_it_is_closed(warc: WarcFile) -> None:
    warc.response()
    async with serve(str(warc.path)) as served:
        address = urlsplit(served)
        assert address.hostname == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", address.port or 0)).close()


async def test_answers_head_and_refuses_to_be_written_to(warc: WarcFile) -> None:
    warc.response(body=b"found")

    def ask(address: str, method: str) -> tuple[int, str | None, bytes]:
        connection = http.client.HTTPConnection(address.removeprefix("http://"))
        connection.request(method, f"/web/20200101000000id_/{PAGE}")
        response = connection.getresponse()
        answer = response.status, response.getheader("Content-Length"), response.read()
        connection.close()
        return answer

    async with serve(warc.path) as address:
        assert await asyncio.to_thread(ask, address, "HEAD") == (200, "5", b"")
        assert (await asyncio.to_thread(ask, address, "POST"))[0] == 405


async def test_answers_very_long_urls(warc: WarcFile) -> None:
    url = PAGE + "?" + "x" * 20_000
    warc.response(url, body=b"found")
    assert (await fetch(warc, f"/web/20200101000000id_/{url}"))[1] == b"found"


async def test_says_why_it_cannot_start(tmp_path: Path) -> None:
    with pytest.raises(ArchiveFilesError, match="no name ends in"):
        async with serve(tmp_path):
            pass


async def test_reports_what_it_could_not_read(warc: WarcFile, caplog: pytest.LogCaptureFixture) -> None:
    warc.response()
    with warc.path.open("ab") as stream:
        stream.write(b"junk")
    async with serve(warc.path):
        pass
    assert f"{warc.path}: there is something else where a record should start" in caplog.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text() | st.from_regex(r"/web/[0-9]{1,16}(id_)?/.*"))
def test_any_request_is_answered(warc: WarcFile, target: str) -> None:
    if not warc.path.exists():
        warc.response()
    assert play(CaptureIndex(read_captures(warc.path).captures), target).status in (200, 302, 404)


async def test_a_redirect_to_another_spelling_of_its_url_leads_to_the_nearest_page(warc: WarcFile) -> None:
    secure = PAGE.replace("http://", "https://") if PAGE.startswith("http://") else PAGE.replace("https://", "http://")
    warc.response(status="301 Moved Permanently", headers=(HTML, ("Location", secure)))
    warc.response(url=secure, date="2020-01-01T00:00:07Z", body=b"the policy")
    response, _ = await fetch(warc, f"/web/20200101000000id_/{secure}")
    assert (response.status, response.headers["Location"]) == (302, f"/web/20200101000007id_/{secure}")
