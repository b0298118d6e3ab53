"""Captures whose bodies are encoded: read, or left with a reason, never stored as the bytes that they are."""

from pathlib import Path

import pytest
from warc_writing import WarcFile

CASE = Path(__file__).parents[1] / "cases" / "50-zstd-in-warc"
VENDORS = CASE / "vendors.toml"


async def test_a_capture_that_declares_zstd_is_decoded(crawl):
    crawled = await crawl(CASE / "zstd.warc", VENDORS, snapshots="all")
    (text,) = crawled.rows(
        "SELECT body FROM snapshots JOIN documents ON documents.hash = snapshots.document WHERE timestamp LIKE '2025%'"
    )
    assert "We now sell addresses." in text[0]
    assert crawled.counts("SELECT state, count(*) FROM snapshots GROUP BY 1") == {"fetched": 3}


@pytest.mark.parametrize(
    ("coding", "body", "outcome"),
    [
        ("x-own", bytes(range(256)) * 9, ("rejected", "unknown encoding")),
        ("zstd", b"\x28\xb5\x2f\xfd" + bytes(9), ("rejected", "broken body")),
        (
            "x-own",
            b"<h1>Privacy policy</h1><p>" + b"We keep your data for thirty days. " * 30,
            ("fetched", None),
        ),
        ("utf-8", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", ("rejected", "not a page")),
    ],
)
async def test_a_coding_that_is_not_known_is_a_reason_only_where_nothing_can_be_read(
    crawl, tmp_path, coding, body, outcome
):
    archive = WarcFile(tmp_path / "own.warc.gz")
    headers = (("Content-Type", "text/html"), ("Content-Encoding", coding))
    archive.response("https://vendor.example/privacy", body=body, headers=headers)
    crawled = await crawl(archive.path, VENDORS, snapshots="all")
    ((state, reason, detail),) = crawled.rows("SELECT state, reason, detail FROM snapshots")
    assert (state, reason) == outcome
    assert reason != "unknown encoding" or coding in detail
