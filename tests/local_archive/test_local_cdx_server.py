import json
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote_plus, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.urlkey import urlkey
from crawler.local_archive import cdx_server
from crawler.local_archive.captures import Capture
from crawler.local_archive.cdx_server import answer


def capture(
    url: str, timestamp: str, digest: str = "A" * 32, status: str = "200", mimetype: str = "text/html"
) -> Capture:
    return Capture(urlkey(url), timestamp, url, mimetype, status, digest, 1234, Path("a.warc.gz"), 0)


def archive(*captures: Capture) -> list[Capture]:
    return sorted(captures, key=lambda one: (one.urlkey, one.timestamp))


SITE = archive(
    capture("https://tools.example/", "20190101000000"),
    capture("https://tools.example/privacy", "20180301000000", "A" * 32),
    capture("http://www.tools.example/privacy/", "20180601000000", "A" * 32),
    capture("https://tools.example/privacy", "20190101000000", "B" * 32),
    capture("https://tools.example/privacy", "20200101000000", "B" * 32, "-", "warc/revisit"),
    capture("https://tools.example/privacy", "20210101000000", "A" * 32, "404"),
    capture("https://tools.example/privacy-old", "20170101000000"),
    capture("https://shop.tools.example/privacy", "20190101000000"),
    capture("https://tools.example:8080/privacy", "20190101000000"),
    capture("https://toolsmith.example/privacy", "20190101000000"),
)
URL = ("url", "tools.example/privacy")


def rows(*parameters: tuple[str, str], captures: Sequence[Capture] = SITE) -> list[list[str]]:
    found = answer([*parameters, ("output", "json")], captures)
    assert found.status == 200
    table = json.loads(found.body)
    return table[1:]


def times(*parameters: tuple[str, str]) -> list[str]:
    return [row[1][:6] for row in rows(URL, *parameters)]


def test_answers_json_as_lists_under_a_header() -> None:
    found = answer([URL, ("output", "json"), ("to", "20180301")], SITE)
    assert found.content_type == "application/json"
    assert json.loads(found.body) == [
        ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"],
        [
            "example,tools)/privacy",
            "20180301000000",
            "https://tools.example/privacy",
            "text/html",
            "200",
            "A" * 32,
            "1234",
        ],
    ]


def test_answers_text_as_lines_without_a_header() -> None:
    found = answer([URL, ("from", "2020"), ("to", "2020")], SITE)
    assert found.content_type == "text/plain"
    revisit = f"example,tools)/privacy 20200101000000 https://tools.example/privacy warc/revisit - {'B' * 32} 1234\n"
    assert found.body.decode() == revisit


def test_says_nothing_where_nothing_is_archived() -> None:
    nowhere = ("url", "nowhere.example")
    assert answer([nowhere], SITE).body == b""
    assert json.loads(answer([nowhere, ("output", "json"), ("showResumeKey", "true"), ("limit", "5")], SITE).body) == []


@pytest.mark.parametrize(
    ("parameters", "urls"),
    [
        ([("url", "tools.example")], {"https://tools.example/"}),
        (
            [("url", "http://tools.example/priv*")],
            {
                "https://tools.example/privacy",
                "http://www.tools.example/privacy/",
                "https://tools.example/privacy-old",
            },
        ),
        (
            [("url", "tools.example"), ("matchType", "host")],
            {
                "https://tools.example/",
                "https://tools.example/privacy",
                "http://www.tools.example/privacy/",
                "https://tools.example/privacy-old",
            },
        ),
        ([("url", "tools.example/privacy/"), ("matchType", "prefix")], set()),
    ],
)
def test_matches_exactly_by_prefix_and_by_host(parameters: list[tuple[str, str]], urls: set[str]) -> None:
    assert {row[2] for row in rows(*parameters)} == urls


@pytest.mark.parametrize(
    "parameters", [[("url", "*.tools.example")], [("url", "tools.example"), ("matchType", "domain")]]
)
def test_matches_a_domain_with_its_hosts_and_no_other(parameters: list[tuple[str, str]]) -> None:
    found = {row[0].partition(")")[0] for row in rows(*parameters)}
    assert found == {"example,tools", "example,tools,shop"}


def test_bounds_by_time_with_any_number_of_digits() -> None:
    assert times(("from", "2019")) == ["201901", "202001", "202101"]
    assert times(("to", "2018")) == ["201803", "201806"]
    assert times(("from", "20180301000001"), ("to", "20190101000000")) == ["201806", "201901"]


def test_filters_by_whole_fields() -> None:
    assert times(("filter", "statuscode:200")) == ["201803", "201806", "201901"]
    assert times(("filter", "statuscode:20")) == []
    assert times(("filter", "!statuscode:200")) == ["202001", "202101"]
    assert times(("filter", "original:https://.*"), ("filter", "!mimetype:warc/revisit")) == [
        "201803",
        "201901",
        "202101",
    ]


def test_collapses_neighbours_only() -> None:
    assert times(("collapse", "digest")) == ["201803", "201901", "202101"]
    assert times(("collapse", "timestamp:4")) == ["201803", "201901", "202001", "202101"]
    assert times(("collapse", "digest"), ("collapse", "statuscode")) == ["201803", "201901", "202001", "202101"]


def test_limits_from_either_end() -> None:
    assert times(("limit", "2")) == ["201803", "201806"]
    assert times(("limit", "2"), ("offset", "1")) == ["201806", "201901"]
    assert times(("limit", "-2")) == ["202001", "202101"]
    assert times(("limit", "0")) == times()


def test_sorts_in_reverse() -> None:
    assert times(("sort", "reverse")) == times()[::-1]
    assert times(("sort", "reverse"), ("limit", "1")) == ["202101"]


def test_selects_fields() -> None:
    assert rows(URL, ("fl", "timestamp,statuscode"), ("limit", "1")) == [["20180301000000", "200"]]


def test_gives_the_resume_key_in_the_form_of_the_internet_archive() -> None:
    page = [URL, ("limit", "1"), ("showResumeKey", "true"), ("to", "20180301000000")]
    key = "example%2Ctools%29%2Fprivacy+2018030100000" + quote_plus("1")
    assert answer(page, SITE).body.decode().splitlines()[1:] == ["", key]
    assert json.loads(answer([*page, ("output", "json")], SITE).body)[2:] == [[], [key]]
    assert unquote_plus(key) == "example,tools)/privacy 20180301000001"


def test_gives_no_resume_key_when_the_limit_is_not_reached() -> None:
    assert len(json.loads(answer([URL, ("limit", "9"), ("showResumeKey", "true"), ("output", "json")], SITE).body)) == 6


def test_pages_by_number() -> None:
    many = archive(*(capture(URL[1], f"{year}0101000000") for year in range(2000, 3000) for _ in range(4)))
    assert answer([URL, ("showNumPages", "true"), ("pageSize", "1")], many).body == b"2\n"
    pages = [rows(URL, ("page", page), ("pageSize", "1"), captures=many) for page in "012"]
    assert [len(page) for page in pages] == [3000, 1000, 0]
    assert [row for page in pages for row in page] == rows(URL, captures=many)
    assert answer([("url", "nowhere.example"), ("showNumPages", "true")], many).body == b"1\n"


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        (("url", ""), "url parameter is required"),
        (("matchType", "fuzzy"), "fuzzy"),
        (("from", "2018-01-01"), "Expected 1 to 14 digits"),
        (("limit", "many"), "limit=many is not a number"),
        (("filter", "statuscode"), "Expected [!]field:regex"),
        (("filter", "status:200"), "no field 'status'"),
        (("filter", "original:("), "not a regular expression"),
        (("filter", "original:(a+)+"), "might take for ever"),
        (("filter", "original:" + "a?" * 101), "might take for ever"),
        (("filter", "original:.*a.*b.*c.*d"), "might take for ever"),
        (("collapse", "urlkey:x"), "Expected field or field:N"),
        (("collapse", "colour"), "no field"),
        (("fl", "timestamp,offset"), "no field 'offset'"),
        (("sort", "closest"), "Expected regular or reverse"),
        (("resumeKey", "nonsense"), "not a key"),
    ],
)
def test_refuses_what_it_cannot_answer_in_a_sentence(parameter: tuple[str, str], said: str) -> None:
    found = answer([URL, parameter], SITE)
    assert (found.status, found.content_type) == (400, "text/plain")
    assert found.body.startswith(b"org.archive.wayback.exception.BadQueryException: ")
    assert said in found.body.decode()


def test_ignores_parameters_that_it_does_not_know() -> None:
    assert times(("gzip", "false"), ("fastLatest", "true")) == times()


def test_gives_up_on_a_query_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdx_server, "MAX_SECONDS", -1.0)
    assert answer([URL], SITE).status == 504


def test_takes_little_time_for_the_worst_filter_that_it_accepts() -> None:
    long = archive(capture("https://tools.example/" + "a" * 500, "20200101000000"))
    started = time.process_time()
    answer([("url", "tools.example/*"), ("filter", "original:.*a.*a.*b")], long)
    assert time.process_time() - started < 2


CAPTURES = st.lists(
    st.builds(
        capture,
        st.sampled_from(["http://a.example/", "https://a.example/x%20y", "http://a.example/z?q=+%2B&%c3"]),
        st.sampled_from(["20190101000000", "20190101000009", "20190101000010", "20200101000000"]),
        st.sampled_from(["A" * 32, "B" * 32]),
        st.sampled_from(["200", "404"]),
    ),
    max_size=12,
).map(lambda captures: archive(*captures))
CHOICES = st.lists(
    st.sampled_from(
        [
            ("sort", "reverse"),
            ("collapse", "digest"),
            ("filter", "statuscode:200"),
            ("from", "20190101000005"),
            ("fl", "digest"),
        ]
    ),
    max_size=3,
    unique=True,
)


@given(CAPTURES, CHOICES, st.integers(1, 5), st.booleans(), st.booleans())
def test_pages_of_any_size_make_up_the_answer_without_paging(
    captures: list[Capture], choices: list[tuple[str, str]], limit: int, encoded: bool, as_json: bool
) -> None:
    query = [("url", "a.example/*"), *choices]
    whole = answer(query, captures).body.decode().splitlines()
    paged: list[str] = []
    key = None
    for _ in range(len(captures) + 2):
        page = [*query, ("limit", str(limit)), ("showResumeKey", "true")]
        if key:
            page.append(("resumeKey", key if encoded else unquote_plus(key)))
        if as_json:
            table = json.loads(answer([*page, ("output", "json")], captures).body)
            key = table.pop()[0] if len(table) > 1 and table[-2] == [] else None
            paged += [" ".join(row) for row in table[1:] if row]
        else:
            lines = answer(page, captures).body.decode().splitlines()
            key = lines.pop() if len(lines) > 1 and lines[-2] == "" else None
            paged += [line for line in lines if line]
        if key is None:
            break
    assert key is None
    assert paged == whole
