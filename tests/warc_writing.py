"""WARC files for tests, written by warcio."""

from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PAGE = "https://tools.example/privacy"
HTML = ("Content-Type", "text/html; charset=utf-8")


class WarcFile:
    """A WARC file that grows by a record a call."""

    def __init__(self, path: Path, *, gzip: bool = True) -> None:
        self.path = path
        self._gzip = gzip

    def _write(self, make: Any) -> None:
        with self.path.open("ab") as stream:
            writer = WARCWriter(stream, gzip=self._gzip)
            writer.write_record(make(writer))

    def response(
        self,
        url: str = PAGE,
        date: str = "2020-01-01T00:00:00Z",
        body: bytes = b"<p>We keep nothing.</p>",
        *,
        status: str = "200 OK",
        headers: tuple[tuple[str, str], ...] = (HTML,),
        warc_headers: dict[str, str] | None = None,
    ) -> None:
        http = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
        self._write(
            lambda writer: writer.create_warc_record(
                url,
                "response",
                payload=BytesIO(body),
                length=len(body),  # without it, warcio writes to a temporary file and leaves it open
                http_headers=http,
                warc_headers_dict={"WARC-Date": date, **(warc_headers or {})},
            )
        )

    def revisit(
        self,
        url: str = PAGE,
        date: str = "2021-01-01T00:00:00Z",
        digest: str = "",
        refers_to: tuple[str, str] | None = None,
        http: StatusAndHeaders | None = None,
    ) -> None:
        named = {"WARC-Date": date, "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"}
        if digest:
            named["WARC-Payload-Digest"] = digest
        if refers_to:
            named["WARC-Refers-To-Target-URI"], named["WARC-Refers-To-Date"] = refers_to
        self._write(
            lambda writer: writer.create_warc_record(url, "revisit", http_headers=http, warc_headers_dict=named)
        )

    def other(self, kind: str, url: str | None = PAGE, body: bytes = b"", **named: str) -> None:
        """A record of another type, its WARC headers with _ for -."""
        content_type = named.pop("Content_Type", "text/plain")
        headers = {name.replace("_", "-"): value for name, value in named.items()}
        headers.setdefault("WARC-Date", "2020-01-01T00:00:00Z")
        self._write(
            lambda writer: writer.create_warc_record(
                url or "",
                kind,
                payload=BytesIO(body),
                length=len(body),
                warc_content_type=content_type,
                warc_headers_dict=headers,
            )
        )
