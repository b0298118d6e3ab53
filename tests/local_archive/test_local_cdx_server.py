"""The CDX server of a local archive answers what the spiders ask, and refuses what it would answer wrongly."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote_plus, unquote_plus, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import at_most

from crawler.archive import cdx
from crawler.archive.listing import Listing
from crawler.archive.urlkey import urlkey
from crawler.local_archive.captures import ArchivedRecord
from crawler.local_archive.cdx_server import answer


def capture(
    url: str, timestamp: str, digest: str = "A" * 32, status: str = "200", mimetype: str = "text/html"
) -> ArchivedRecord:
    return ArchivedRecord(urlkey(url), timestamp, url, mimetype, status, digest, 1234, Path("a.warc.gz"), 0)


def archive(*captures: ArchivedRecord) -> list[ArchivedRecord]:
    return sorted(captures, key=lambda one: (one.urlkey, one.timestamp))


SITE = archive(
    capture("https://tools.example/", "20190101000000"),
    capture("https://tools.example/privacy", "20180301000000", "A" * 32),
    capture("http://www.tools.example/privacy/", "20180601000000", "A" * 32),
    capture("https://tools.example/privacy", "20190101000000", "B" * 32),
    capture("https://tools.example/privacy", "20200101000000", "B" * 32, "-", "warc/revisit"),
    capture("https://tools.example/privacy", "20210101000000", "A" * 32, "404"),
    capture("https://tools.example/privacy-old", "20170101000000"),
    capture("https://tools.example/privacy/cookies", "20170101000000"),
    capture("https://shop.tools.example/privacy", "20190101000000"),
    capture("https://tools.example:8080/privacy", "20190101000000"),
    capture("https://toolsmith.example/privacy", "20190101000000"),
)
URL = ("url", "tools.example/privacy")
JSON = ("output", "json")
LONG = archive(capture("https://tools.example/" + "a" * 60, "20200101000000"))


def table(*parameters: tuple[str, str], captures: Sequence[ArchivedRecord] = SITE) -> list[Any]:
    """The JSON of an answer, which may end with an empty list and a resume key."""
    found = answer([*parameters, JSON], captures)
    assert found.status == 200, found.body
    return list(json.loads(found.body))


def urls(*parameters: tuple[str, str]) -> set[str]:
    return {row[2] for row in table(*parameters)[1:]}


def times(*parameters: tuple[str, str]) -> list[str]:
    return [row[1][:6] for row in table(URL, *parameters)[1:]]


def refusal(*parameters: tuple[str, str]) -> str:
    found = answer(parameters, SITE)
    assert (found.status, found.content_type) == (400, "text/plain")
    assert found.body.startswith(b"org.archive.wayback.exception.BadQueryException: ")
    return found.body.decode()


def test_rows_stand_as_json_lists_under_a_header() -> None:
    assert answer([URL, JSON], SITE).content_type == "application/json"
    assert table(URL, ("to", "20180301")) == [
        ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"],
        [
            *("example,tools)/privacy", "20180301000000", "https://tools.example/privacy", "text/html", "200"),
            *("A" * 32, "1234"),
        ],
    ]


def test_without_captures_there_is_not_even_a_header() -> None:
    assert table(("url", "nowhere.example"), ("showResumeKey", "true"), ("limit", "5")) == []


PRIVACY = {"https://tools.example/privacy", "http://www.tools.example/privacy/"}
UNDER = {"https://tools.example/privacy/cookies"}
BESIDE = {"https://tools.example/privacy-old"}
OTHER_HOSTS = {"https://shop.tools.example/privacy"}


@pytest.mark.parametrize(
    ("url", "match_type", "found"),
    [
        ("tools.example/privacy", "", PRIVACY),
        ("tools.example/privacy", "exact", PRIVACY),
        ("http://tools.example/priv", "prefix", PRIVACY | UNDER | BESIDE),
        ("tools.example/privacy/", "prefix", UNDER),
        ("tools.example/", "prefix", {"https://tools.example/"} | PRIVACY | UNDER | BESIDE),
        ("tools.example", "domain", {"https://tools.example/"} | PRIVACY | UNDER | BESIDE | OTHER_HOSTS),
        ("https://shop.tools.example/x", "domain", OTHER_HOSTS),
    ],
)
def test_a_match_type_covers_what_it_says_and_no_more(url: str, match_type: str, found: set[str]) -> None:
    assert urls(("url", url), ("matchType", match_type)) == found


@given(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,5}){0,3}", fullmatch=True), st.from_regex(r"[a-z/]{0,6}", fullmatch=True))
def test_a_prefix_covers_every_url_that_begins_so(path: str, more: str) -> None:
    captures = [capture(f"https://www.tools.example/{path}{more}", "20200101000000")]
    assert len(table(("url", f"tools.example/{path}"), ("matchType", "prefix"), captures=captures)) == 2


def test_a_time_bound_has_any_number_of_digits_and_is_inclusive() -> None:
    assert times(("from", "2019")) == ["201901", "202001", "202101"]
    assert times(("to", "2018")) == ["201803", "201806"]
    assert times(("from", "20180301000001"), ("to", "20190101000000")) == ["201806", "201901"]


@given(st.text("0123456789", min_size=1, max_size=14))
def test_a_time_covers_everything_that_begins_with_its_digits(digits: str) -> None:
    captures = [capture(URL[1], digits.ljust(14, "5"))]
    assert len(table(URL, ("from", digits), ("to", digits), captures=captures)) == 2


def test_a_filter_is_about_a_whole_field() -> None:
    assert times(("filter", "statuscode:200")) == ["201803", "201806", "201901"]
    assert times(("filter", "statuscode:20")) == []
    assert times(("filter", "!statuscode:200")) == ["202001", "202101"]
    secure = ("filter", "original:https://.*")
    assert times(secure, ("filter", "!mimetype:warc/revisit")) == ["201803", "201901", "202101"]
    assert urls(("url", "tools.example"), ("matchType", "domain"), ("filter", r"urlkey:.*cookie.*")) == UNDER


@pytest.mark.parametrize(
    "pattern",
    [
        "404|403|410|500|502|503",
        r"https?://(www\.)?tools\.example/.*",
        r".*\.(html?|php|aspx?|jsp)(\?.*)?",
        r".*(privacy|terms|legal|cookie|dsgvo).*",
        r"https?://[^/]+/(?:en|de)/.*",
    ],
)
def test_a_filter_as_people_write_it_is_accepted(pattern: str) -> None:
    assert answer([URL, JSON, ("filter", f"original:{pattern}")], SITE).status == 200


@pytest.mark.parametrize(
    "pattern",
    [
        ".?" * 40 + "#",
        "a??" * 40 + "#",
        "(..|a.)" * 25 + "#",
        ".{0,99}" * 5 + "#",
        ".*.*.*" + "a?" * 10 + "#",
        "(a+)+#",
        "(a|aa){2,99}#",
        "(?:a?){90}#",
        "x" * 201,
    ],
)
def test_a_filter_that_would_try_for_ever_is_refused(pattern: str) -> None:
    assert "might take for ever" in refusal(URL, JSON, ("filter", f"original:{pattern}"))


@pytest.mark.parametrize("pattern", ["a?" * 12 + "#", ".*.*.*a?a?a?#", "(.|a)" * 9 + ".*#", ".{0,99}.{0,99}.?.?.?#"])
def test_the_slowest_filter_that_is_accepted_takes_little_time(pattern: str) -> None:
    with at_most(2):
        assert (
            table(("url", "tools.example"), ("matchType", "prefix"), ("filter", f"original:{pattern}"), captures=LONG)
            == []
        )


def test_fields_are_chosen_and_rows_counted() -> None:
    assert table(URL, ("fl", "timestamp,statuscode"), ("limit", "1"))[1:] == [["20180301000000", "200"]]
    assert times(("limit", "2")) == ["201803", "201806"]
    assert times(("limit", "0")) == times()


def test_a_resume_key_stands_behind_an_empty_list_only_if_the_limit_was_reached() -> None:
    *_, empty, (key,) = table(URL, ("limit", "1"), ("showResumeKey", "true"))
    assert empty == []
    assert unquote_plus(key).startswith("example,tools)/privacy 20180301000000")
    assert len(table(URL, ("limit", "9"), ("showResumeKey", "true"))) == 6


def test_collapsed_each_address_has_the_first_row_that_passes_the_filters() -> None:
    captures = archive(
        capture("https://shop.example/a", "20120101000000", status="301"),
        capture("https://shop.example/a", "20130101000000"),
        capture("http://www.shop.example/a/", "20140101000000"),
        capture("https://shop.example/a.html", "20150101000000"),
    )
    query = [("url", "shop.example/a"), ("matchType", "prefix"), ("collapse", "urlkey"), ("filter", "statuscode:200")]
    rows = table(*query, captures=captures)[1:]
    assert [row[1:3] for row in rows] == [
        ["20130101000000", "https://shop.example/a"],
        ["20150101000000", "https://shop.example/a.html"],
    ]


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        (("url", ""), "url parameter is required"),
        (("matchType", "host"), "Expected one of exact, prefix, domain"),
        (("from", "2018-01-01"), "Expected 1 to 14 digits"),
        (("limit", "many"), "limit=many is not a number of rows"),
        (("limit", "-1"), "limit=-1 is not a number of rows"),
        (("filter", "statuscode"), "Expected [!]field:regex"),
        (("filter", "status:200"), "no field 'status'"),
        (("filter", "original:("), "not a regular expression"),
        (("fl", "timestamp,offset"), "no field 'offset'"),
        (("resumeKey", "nonsense"), "not a key"),
        (("collapse", "digest"), "collapse is not supported"),
        (("sort", "reverse"), "sort is not supported"),
        (("offset", "1"), "offset is not supported"),
        (("page", "0"), "page is not supported"),
        (("showNumPages", "true"), "showNumPages is not supported"),
        (("output", "csv"), "Expected output=json"),
    ],
)
def test_what_it_would_answer_wrongly_is_refused_in_a_sentence(parameter: tuple[str, str], said: str) -> None:
    assert said in refusal(URL, JSON, parameter)


def test_parameters_that_change_nothing_are_ignored() -> None:
    assert times(("gzip", "false"), ("fastLatest", "true"), ("invented", "1")) == times()


NAMES = ["url", "matchType", "from", "filter", "fl", "limit", "resumeKey", "collapse"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text())))
def test_whatever_is_asked_the_answer_is_rows_or_a_sentence(parameters: list[tuple[str, str]]) -> None:
    found = answer([JSON, *parameters], SITE)
    assert found.status in (200, 400)
    assert found.body.endswith(b"]\n" if found.status == 200 else b".\n")


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
    st.sampled_from([("filter", "statuscode:200"), ("from", "20190101000005"), ("fl", "digest")]), unique=True
)


@given(CAPTURES, CHOICES, st.integers(1, 5), st.sampled_from([str, unquote_plus, quote_plus]))
def test_pages_of_any_size_make_up_the_answer_without_paging(captures, choices, limit, client) -> None:
    query = [("url", "a.example"), ("matchType", "prefix"), *choices]
    paged: list[list[str]] = []
    key = ""
    for _ in range(len(captures) + 2):
        page = table(*query, ("limit", str(limit)), ("showResumeKey", "true"), ("resumeKey", key), captures=captures)
        more = len(page) > 1 and page[-2] == []
        paged += page[1:-2] if more else page[1:]
        if not more:
            break
        key = client(unquote_plus(page[-1][0])) if client is quote_plus else client(page[-1][0])
    assert not more
    assert paged == table(*query, captures=captures)[1:]


@given(CAPTURES.filter(bool), st.integers(1, 5))
def test_the_projects_own_client_reads_every_page_of_a_listing(captures: list[ArchivedRecord], limit: int) -> None:
    url = captures[0].url
    listing = Listing(url)
    for _ in range(len(captures) + 2):
        address = cdx.query_address(
            "http://127.0.0.1:1", url, since="2019", until="2020", resume_key=listing.resume_key
        )
        query = [(name, str(limit) if name == "limit" else value) for name, value in parse_qsl(urlsplit(address).query)]
        found = answer(query, captures)
        listing.add(cdx.read_page(found.status, found.body))
        if listing.resume_key is None:
            break
    assert listing.resume_key is None
    same = [one for one in captures if one.urlkey == urlkey(url)]
    assert listing.received == len(same)
    assert set(listing.snapshots) == {(one.url, one.timestamp) for one in same}
