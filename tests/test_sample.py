"""The sample archive is what it says: made again by its script, valid, and with every case that it promises."""

import gzip
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

SAMPLE = Path(__file__).parent / "sample"


@dataclass(frozen=True, slots=True)
class Record:
    """What the tests look at of a WARC record."""

    kind: str
    url: str
    timestamp: str
    fields: dict[str, str]
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def values(self, name: str) -> list[str]:
        """All values of a response header."""
        return [value for key, value in self.headers if key.lower() == name]

    @property
    def page(self) -> bytes:
        """The body without its gzip or brotli, which are stored uncompressed (sample/warc.py)."""
        if self.body.startswith(b"\x1f\x8b"):
            return gzip.decompress(self.body)
        return self.body[3:-1] if self.values("content-encoding") == ["br"] else self.body


@pytest.fixture(scope="module")
def records() -> list[Record]:
    found = []
    with (SAMPLE / "sample.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            body = record.raw_stream.read()
            fields = dict(record.rec_headers.headers)
            http = record.http_headers
            status, headers = (http.get_statuscode(), tuple(http.headers)) if http else ("", ())
            timestamp = re.sub(r"\D", "", fields["WARC-Date"])
            url = fields.get("WARC-Target-URI", "")
            found.append(Record(record.rec_type, url, timestamp, fields, status, headers, body))
    return found


@pytest.fixture(scope="module")
def responses(records: list[Record]) -> list[Record]:
    return [record for record in records if record.kind == "response"]


@pytest.fixture(scope="module")
def pages(truth: list[dict], responses: list[Record]) -> dict[tuple[str, str], list[Record]]:  # type: ignore[type-arg]
    """The captures that show each text of each policy, by the policy's place in the truth and the text's label."""
    by_place = {(record.timestamp, record.url): record for record in responses}
    shown: dict[tuple[str, str], list[Record]] = {}
    for policy in truth:
        for timestamp, url, kind, label in policy["snapshots"]:
            if kind == "page":
                name = f"{policy['vendor']} {policy['type']}"
                shown.setdefault((name, label), []).append(by_place[timestamp, url])
    return shown


@pytest.fixture(scope="module")
def truth() -> list[dict]:  # type: ignore[type-arg]
    return json.loads((SAMPLE / "truth.json").read_text("utf-8"))["policies"]  # type: ignore[no-any-return]


def of(pages: dict[tuple[str, str], list[Record]], policy: str) -> list[Record]:
    """All pages of a policy."""
    return [record for (name, _), records in pages.items() if name == policy for record in records]


def located(record: Record, responses: list[Record]) -> list[Record]:
    """The captures of a redirect's target within a minute after it."""
    (target,) = record.values("location")
    return [r for r in responses if r.url == target and 0 <= int(r.timestamp) - int(record.timestamp) < 100]


def test_the_script_writes_the_committed_files_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLE / "make_sample.py"), str(tmp_path)], check=True)
    assert (tmp_path / "truth.json").read_bytes() == (SAMPLE / "truth.json").read_bytes()
    # The records, not the file: how gzip packs them depends on the zlib that is installed.
    made, kept = (gzip.decompress((folder / "sample.warc.gz").read_bytes()) for folder in (tmp_path, SAMPLE))
    assert made == kept


def test_the_file_is_small() -> None:
    assert (SAMPLE / "sample.warc.gz").stat().st_size < 1_000_000


def test_every_record_has_its_digests_and_an_id_of_its_own(records: list[Record]) -> None:
    assert len({record.fields["WARC-Record-ID"] for record in records}) == len(records)
    assert all("WARC-Block-Digest" in record.fields for record in records)
    assert all("WARC-Payload-Digest" in record.fields for record in records if record.kind in ("response", "revisit"))


def test_truth_and_archive_list_the_same_captures(truth: list[dict], records: list[Record]) -> None:  # type: ignore[type-arg]
    beside = json.loads((SAMPLE / "truth.json").read_text("utf-8"))["to_discover"]
    told = {tuple(row[:2]) for one in [*truth, *beside] for part in ("snapshots", "elsewhere") for row in one[part]}
    archived = {(r.timestamp, r.url) for r in records if r.kind in ("response", "revisit")}
    others = {url for _, url in archived - told}
    assert told <= archived
    assert others == {
        "http://www.harbourlight.example/",
        "http://brindlecart.example/",
        "http://brindlecart.example/robots.txt",
        "http://www.fernwharf.example/",
        "https://www.fernwharf.example/",
    }


def test_every_snapshot_is_at_a_url_of_the_vendors_file(truth: list[dict]) -> None:  # type: ignore[type-arg]
    def key(url: str) -> tuple[str, str]:  # as the archive's index takes URLs together
        parts = urlsplit(url)
        return (parts.hostname or "").removeprefix("www."), parts.path

    policies = tomllib.loads((SAMPLE / "vendors.toml").read_text("utf-8"))["policy"]
    assert len(policies) == len(truth)
    for policy, told in zip(policies, truth, strict=True):
        assert (policy["vendor"], policy.get("type", "privacy policy")) == (told["vendor"], told["type"])
        assert {key(url) for _, url, *_ in told["snapshots"]} == {key(url) for url in policy["urls"]}


def test_it_spans_twenty_years_and_eight_policies(truth: list[dict]) -> None:  # type: ignore[type-arg]
    stamps = sorted(row[0] for policy in truth for row in policy["snapshots"])
    assert len(truth) == 8
    assert len({policy["vendor"] for policy in truth}) == 7
    assert len(stamps) >= 150
    assert (stamps[0][:4], stamps[-1][:4]) == ("2004", "2024")


def test_revisions_alternate_and_some_texts_return(truth: list[dict]) -> None:  # type: ignore[type-arg]
    returned = set()
    for policy in truth:
        labels = [label for _, _, label in policy["revisions"]]
        assert all(before != after for before, after in pairwise(labels))
        assert set(labels) == set(policy["texts"])
        returned |= {policy["vendor"] for _, count in Counter(labels).items() if count > 1}
    assert returned == {"tallowbridge.example", "brindlecart.example"}


def test_pages_of_one_text_differ_in_bytes_at_each_capture(pages: dict[tuple[str, str], list[Record]]) -> None:
    for (policy, label), shown in pages.items():
        bodies = {record.page for record in shown}
        # The pages that revisit records refer to stay the same, and are captured as a page once each.
        assert len(bodies) == len(shown), f"{policy} {label}"


def test_cloudflares_addresses_decode_and_change_their_key(pages: dict[tuple[str, str], list[Record]]) -> None:
    keys, decoded = set(), set()
    for record in of(pages, "harbourlight.example privacy policy"):
        codes = re.findall(rb'data-cfemail="(\w+)"|/cdn-cgi/l/email-protection#(\w+)', record.page)
        for code in (bytes.fromhex((first or second).decode()) for first, second in codes):
            keys.add(code[0])
            decoded.add(bytes(byte ^ code[0] for byte in code[1:]).decode())
    assert decoded == {"privacy@harbourlight.example"}
    assert len(keys) > 10


def test_revisit_records_of_both_kinds_refer_to_a_capture(records: list[Record], responses: list[Record]) -> None:
    digests = {(r.url, r.fields["WARC-Date"]): r.fields["WARC-Payload-Digest"] for r in responses}
    profiles: Counter[tuple[str, str]] = Counter()
    for record in records:
        if record.kind == "revisit":
            origin = record.fields["WARC-Refers-To-Target-URI"], record.fields["WARC-Refers-To-Date"]
            assert digests[origin] == record.fields["WARC-Payload-Digest"]
            assert record.body == b""
            profiles[record.fields["WARC-Profile"].rpartition("/")[2], record.status] += 1
    assert profiles == {("identical-payload-digest", "200"): 8, ("server-not-modified", "304"): 2}


def test_redirects_lead_to_a_capture_out_of_the_archive_and_in_a_circle(responses: list[Record]) -> None:
    redirects = [record for record in responses if record.status in ("301", "302")]
    followed = [record for record in redirects if any(r.status == "200" for r in located(record, responses))]
    archived = {record.url for record in responses}
    lost = [record for record in redirects if record.values("location")[0] not in archived]
    targets = {record.url: record.values("location")[0] for record in redirects if record.timestamp[:8] == "20170305"}
    assert len(followed) == 7
    assert [record.values("location") for record in lost] == [["https://brindlecart.example/legal/2015/privacy"]]
    assert len(targets) == 2
    assert all(targets[targets[url]] == url for url in targets)


def test_a_policy_moves_and_its_old_url_redirects(responses: list[Record]) -> None:
    old = [r for r in responses if r.url == "http://www.tallowsoft.example/company/privacy.php"]
    statuses = [record.status for record in old]
    assert statuses == sorted(statuses)
    assert statuses.count("301") == 3
    assert all(located(record, responses) for record in old if record.status == "301")


def test_there_are_archived_errors_and_challenges(truth: list[dict], responses: list[Record]) -> None:  # type: ignore[type-arg]
    status = {(record.timestamp, record.url): record.status for record in responses}
    seen = Counter(
        (reason if reason == "challenge" else "error", status[timestamp, url])
        for policy in truth
        for timestamp, url, reason in policy["reasons"]
        if status[timestamp, url][0] != "3"
    )
    assert seen == {("error", "404"): 4, ("error", "503"): 3, ("challenge", "403"): 1, ("challenge", "200"): 2}
    challenges = [record for record in responses if b"Checking your browser" in record.body]
    assert sorted(record.status for record in challenges) == ["200", "200", "403"]


@pytest.mark.parametrize(
    ("policy", "charset", "codec", "words"),
    [
        ("harbourlight.example privacy policy", "iso-8859-1", "cp1252", "customers’ photographs"),
        ("harbourlight.example privacy policy", "iso-8859-1", "cp1252", "€10 may be paid"),
        ("tsukinami.example privacy policy", "shift_jis", "shift_jis", "個人情報保護方針"),
        ("tsukinami.example privacy policy", "euc-jp", "euc_jp", "個人情報保護方針"),
        ("gruenwald.example privacy policy", "utf-8", "utf-8", "Weißenbach an der Röder"),
        ("gruenwald.example privacy policy", "iso-8859-1", "ascii", "Datenschutzerkl&auml;rung"),
    ],
)
def test_a_page_declares_its_charset(
    pages: dict[tuple[str, str], list[Record]], policy: str, charset: str, codec: str, words: str
) -> None:
    declared = rf'charset="?{charset}"'.encode()
    found = [record.page for record in of(pages, policy) if re.search(declared, record.page, re.IGNORECASE)]
    assert any(words in page.decode(codec) for page in found)


def test_windows_characters_hide_in_a_page_declared_latin_1(pages: dict[tuple[str, str], list[Record]]) -> None:
    first = pages["harbourlight.example privacy policy", "A"][0]
    assert "charset=ISO-8859-1" in first.values("content-type")[0]
    assert b"\x92" in first.page
    assert b"\x80" in first.page


@pytest.mark.parametrize(
    ("policy", "label", "markup"),
    [
        ("harbourlight.example privacy policy", "A", rb'<td width="480" valign="top"><table.*<font face'),
        ("harbourlight.example privacy policy", "I", rb'id="onetrust-pc-sdk".*role="dialog".*<h1'),
        ("harbourlight.example privacy policy", "F", rb"<tr><td>Server logs</td>"),
        ("tallowbridge.example privacy policy", "G", rb"<ul>(?:(?!</ul>).)*<ul>(?:(?!</ul>).)*<ul>"),
        ("tallowbridge.example privacy policy", "B", rb"\?sid=\w{16}"),
        ("tallowbridge.example terms of service", "A", rb'<ol start="7">'),
        ("tallowbridge.example terms of service", "B", rb'<ol type="a">'),
        ("ospreyhost.example acceptable use policy", "A", rb'<ol start="5">'),
        ("pellworth.example cookie policy", "A", rb"<th>Purpose</th>"),
        ("pellworth.example cookie policy", "A", rb"<dl>\s*<dt>Cookie</dt>"),
    ],
)
def test_a_text_has_the_markup_it_is_there_for(
    pages: dict[tuple[str, str], list[Record]], policy: str, label: str, markup: bytes
) -> None:
    assert all(re.search(markup, record.page, re.DOTALL) for record in pages[policy, label])


def test_bodies_are_encoded_in_every_way_that_archives_hold(responses: list[Record]) -> None:
    seen = {(tuple(r.values("content-encoding")), r.body.startswith(b"\x1f\x8b")) for r in responses}
    assert seen == {
        ((), False),
        ((), True),
        (("gzip",), True),
        (("gzip", "gzip"), True),
        (("gzip", ""), True),
        (("br",), False),
    }


def test_brotli_bodies_are_brotli(responses: list[Record]) -> None:
    brotli = pytest.importorskip("brotli")
    coded = [record for record in responses if record.values("content-encoding") == ["br"]]
    assert coded
    assert all(brotli.decompress(record.body) == record.page for record in coded)


def test_one_policy_was_captured_under_variants_of_its_url(pages: dict[tuple[str, str], list[Record]]) -> None:
    assert {record.url for record in of(pages, "brindlecart.example privacy policy")} >= {
        "http://brindlecart.example:80/privacy-policy",
        "http://www.brindlecart.example/privacy-policy",
        "http://brindlecart.example/privacy-policy",
        "https://brindlecart.example/privacy-policy",
        "https://www.brindlecart.example/privacy-policy",
    }


def test_request_records_accompany_some_captures(records: list[Record]) -> None:
    ids = {record.fields["WARC-Record-ID"] for record in records if record.kind == "response"}
    requests = [record for record in records if record.kind == "request"]
    assert requests
    assert all(record.fields["WARC-Concurrent-To"] in ids for record in requests)
