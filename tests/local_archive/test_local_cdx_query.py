"""A query is checked before any capture is looked at: what it means, or a sentence that says why it means nothing."""

import time
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.urlkey import urlkey
from crawler.local_archive.captures import Capture
from crawler.local_archive.cdx_query import FIELDS, BadQueryError, Position, Query, parse_query

URL = ("url", "tools.example/privacy")
LONG = "https://tools.example/" + "a" * 60
CAPTURE = Capture("example,tools)/", "20200102030405", LONG, "text/html", "200", "D", 12, Path("a.warc"), 0)


def asked(*parameters: tuple[str, str]) -> Query:
    return parse_query([URL, *parameters])


def covers(query: Query, url: str) -> bool:
    return query.first <= urlkey(url) < query.end


def test_a_bare_url_asks_for_all_of_its_captures_in_order() -> None:
    query = asked()
    assert (query.since, query.until) == ("0" * 14, "9" * 14)
    assert query.fields == FIELDS
    assert (query.limit, query.offset, query.filters, query.collapse) == (0, 0, (), ())
    assert (query.reverse, query.json, query.show_resume_key, query.resume, query.page) == (False,) * 3 + (None,) * 2


@pytest.mark.parametrize(
    ("match", "covered"),
    [
        ("exact", {"tools.example/a"}),
        ("prefix", {"tools.example/a", "tools.example/a/b", "tools.example/ab"}),
        ("host", {"tools.example/a", "tools.example/a/b", "tools.example/ab", "tools.example/"}),
        (
            "domain",
            {"tools.example/a", "tools.example/a/b", "tools.example/ab", "tools.example/", "shop.tools.example/"},
        ),
    ],
)
def test_a_match_type_covers_what_it_says_and_no_more(match: str, covered: set[str]) -> None:
    query = parse_query([("url", "tools.example/a"), ("matchType", match)])
    others = {"toolsmith.example/a", "tool.example/a", "tools.example.org/a"}
    assert {
        url for url in covered | others | {"shop.tools.example/", "tools.example/"} if covers(query, url)
    } == covered


@given(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,5}){0,3}", fullmatch=True), st.from_regex(r"[a-z/]{0,6}", fullmatch=True))
def test_a_prefix_covers_whatever_begins_so(path: str, more: str) -> None:
    query = parse_query([("url", f"tools.example/{path}*")])
    assert covers(query, f"https://www.tools.example/{path}{more}")


@given(st.text("0123456789", min_size=1, max_size=14))
def test_a_time_means_all_that_begins_with_its_digits(digits: str) -> None:
    query = asked(("from", digits), ("to", digits))
    assert query.since <= digits.ljust(14, "5") <= query.until
    assert query.since.startswith(digits)
    assert query.until.startswith(digits)


def test_filters_and_collapses_are_about_fields_of_captures() -> None:
    query = asked(("filter", "!statuscode:404|500"), ("filter", "original:https?://.*"), ("collapse", "timestamp:6"))
    assert [(one.value(CAPTURE), one.negated) for one in query.filters] == [("200", True), (LONG, False)]
    assert [part(CAPTURE) for part in query.collapse] == ["202001"]


@pytest.mark.parametrize(
    "pattern",
    [
        "text/html",
        "404|403|410|500|502|503",
        r"https?://(www\.)?tools\.example/.*",
        r".*\.(html?|php|aspx?|jsp)(\?.*)?",
        ".*privacy.*",
        r"https?://[^/]+/(?:en|de)/.*",
    ],
)
def test_filters_as_people_write_them_are_accepted(pattern: str) -> None:
    assert asked(("filter", f"original:{pattern}")).filters[0].pattern.pattern == pattern


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
    ],
)
def test_a_filter_that_would_try_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(BadQueryError, match="might take for ever"):
        asked(("filter", f"original:{pattern}"))


@pytest.mark.parametrize("pattern", ["a?" * 12 + "#", ".*.*.*a?a?a?#", "(.|a)" * 9 + ".*#", ".{0,99}.{0,99}.?.?.?#"])
def test_the_worst_filter_that_is_accepted_takes_little_time(pattern: str) -> None:
    (condition,) = asked(("filter", f"original:{pattern}")).filters
    started = time.process_time()
    assert condition.pattern.fullmatch("a" * 80) is None
    assert time.process_time() - started < 2


@given(st.text(max_size=30), st.text("0123456789", min_size=1, max_size=14), st.integers(0, 10**9 - 1))
def test_a_resume_key_is_understood_encoded_once_or_as_it_is(url: str, mark: str, skip: int) -> None:
    key = urlkey("tools.example/" + url)
    plain = f"{key} {mark}~{skip}"
    assert asked(("resumeKey", plain)).resume == Position(key, mark, skip)
    assert asked(("resumeKey", quote_plus(plain))).resume == Position(key, mark, skip)


@given(st.lists(st.tuples(st.sampled_from(["url", "from", "filter", "collapse", "fl", "limit", "page"]), st.text())))
def test_whatever_is_asked_the_answer_is_a_query_or_a_sentence(parameters: list[tuple[str, str]]) -> None:
    said = ""
    try:
        query = parse_query(parameters)
    except BadQueryError as error:
        said = str(error)
    assert said.endswith(".") if said else query.first < query.end
