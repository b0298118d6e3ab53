"""The reading of responses, held against recorded answers of the real archive. Skipped where they are not at hand."""

import base64
import json
import lzma
import re
import tarfile
from pathlib import Path

import pytest

from crawler.archive import bodies, cdx, memento
from crawler.model import Playback

RECORDED = Path(__file__).parents[3] / "shared" / "bench" / "archives" / "recorded-dev.tar.xz"
PLAYBACK = re.compile(r"https?://web\.archive\.org/web/(\d{14})(?:id_)?/(.+)")
KINDS = {
    "get_memento": ["Capture"],
    "get_memento_follow_redirects_does_not_follow_historical_redirects": ["NearMatch", "ArchivedRedirect"],
    "get_memento_follows_historical_redirects": ["NearMatch", "ArchivedRedirect", "NearMatch", "Capture"],
    "get_memento_raises_blocked_error": ["Excluded"],
    "get_memento_raises_no_memento_error": ["NotArchived"],
    "get_memento_raises_when_memento_is_outside_target_window": ["NearMatch"],
    "get_memento_returns_memento_with_accurate_url": ["Capture"],
    "get_memento_target_window": ["NearMatch", "Capture"],
    "get_memento_with_mode": ["Capture", "Capture"],
    "get_memento_with_redirect_in_view_mode": ["ArchivedRedirect", "NearMatch", "ArchivedError"],
    "get_memento_with_redirects": ["ArchivedRedirect", "NearMatch", "Capture"],
    "memento_rate_limits": ["Capture"],
}
"""What the answers of each recording are, in order, by their headers and texts."""


@pytest.fixture(scope="module")
def recorded() -> dict[str, bytes]:
    if not RECORDED.exists():
        pytest.skip("the recorded answers (../shared/bench) are not at hand")
    with lzma.open(RECORDED) as file, tarfile.open(fileobj=file) as tar:
        return {Path(member.name).name: tar.extractfile(member).read() for member in tar if member.isfile()}


def answers(recording: bytes):
    """Each distinct answer of a recording: its URL, status, headers and decoded body."""
    seen = set()
    for entry in json.loads(recording):
        if entry["url"] not in seen:
            seen.add(entry["url"])
            headers = {name.lower(): values for name, values in entry["headers"].items()}
            body = bodies.decode(base64.b64decode(entry["body_base64"]), headers.get("content-encoding", []))
            yield entry["url"], entry["status"], {name: values[-1] for name, values in headers.items()}, body


def test_each_playback_is_what_it_was(recorded):
    for name, kinds in KINDS.items():
        read = []
        for url, status, headers, body in answers(recorded[name + ".json"]):
            if match := PLAYBACK.match(url):
                outcome = memento.classify("https://web.archive.org", Playback(*match.groups()), status, headers, body)
                read.append(type(outcome).__name__)
        assert read == kinds, name


def test_no_playback_is_taken_for_a_failure(recorded):
    for name, recording in recorded.items():
        for url, status, headers, body in answers(recording) if name.endswith(".json") else ():
            if match := PLAYBACK.match(url):
                outcome = memento.classify("https://web.archive.org", Playback(*match.groups()), status, headers, body)
                assert not isinstance(outcome, memento.Refusal), (name, url)


def test_no_row_of_a_listing_is_lost(recorded):
    listings = 0
    for name, recording in recorded.items():
        for url, status, _, body in answers(recording) if name.endswith(".json") else ():
            if "/cdx/search/cdx" in url and status == 200:
                page = cdx.read_page(status, body)
                lines = body.decode().split("\n\n")[0].split("\n")
                assert len(page.snapshots) == page.received == len([line for line in lines if line]), url
                listings += 1
    assert listings >= 8


def test_an_excluded_url_is_told_from_one_without_snapshots(recorded):
    ((_, status, _, body),) = answers(recorded["search_raises_for_blocked_urls.json"])
    with pytest.raises(cdx.UrlExcluded):
        cdx.read_page(status, body)


@pytest.mark.parametrize(
    ("name", "kept", "refused"),
    [("bad_timestamp_cdx.txt", 5, 0), ("malformed_cdx.txt", 3, 2), ("zero_length_cdx.txt", 5, 0)],
)
def test_malformed_rows_are_kept_or_refused_never_dropped(recorded, name, kept, refused):
    page = cdx.read_page(200, recorded[name])
    assert (len(page.snapshots), page.refused.total(), page.received) == (kept, refused, kept + refused)
