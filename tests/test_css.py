import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.cssselect import CSSSelector
from pace import at_most

from crawler import css

TAGS = st.sampled_from(["div", "span", "b"])
CLASSES = st.sampled_from(["a", "b", "c"])
COMPOUNDS = st.one_of(
    TAGS,
    CLASSES.map(".{}".format),
    st.just("*"),
    st.tuples(TAGS, CLASSES).map(".".join),
    TAGS.map("{}:not(.a)".format),
    CLASSES.map(".{}:first-child".format),
    TAGS.map("{}:has(> .b)".format),
)
SELECTORS = st.lists(
    st.tuples(COMPOUNDS, st.lists(st.tuples(st.sampled_from([" ", " > ", " + ", "~"]), COMPOUNDS), max_size=3)),
    min_size=1,
    max_size=2,
).map(lambda group: ", ".join(first + "".join(c + s for c, s in rest) for first, rest in group))
PAGES = st.recursive(
    st.sampled_from(["", "text", "<!-- c -->"]),
    lambda inner: st.lists(
        st.tuples(TAGS, CLASSES, inner).map(lambda e: f'<{e[0]} class="{e[1]}">{e[2]}</{e[0]}>'), max_size=4
    ).map("".join),
    max_leaves=15,
)


@settings(deadline=None)
@given(PAGES, SELECTORS)
def test_a_selector_matches_what_lxml_says_it_does(page: str, selector: str) -> None:
    tree = lxml.html.document_fromstring(f"<body>{page}</body>")
    assert css.matches(tree, selector) == set(CSSSelector(selector, translator="html")(tree))


@pytest.mark.parametrize(
    ("selector", "ids"),
    [
        ("main > p", ["1", "3"]),
        ("MAIN P", ["1", "2", "3"]),
        ("p + section p", ["2"]),
        (":scope > body > main", ["m"]),
        ("p:contains('Three')", ["3"]),
        ("p:hover", []),
        ("#none, #m", ["m"]),
        ("[id='a:b']", ["a:b"]),
    ],
)
def test_selectors_are_those_of_html(selector: str, ids: list[str]) -> None:
    page = "<main id=m><p id=1>One</p><!-- --><section><p id=2>Two</p></section><p id=3>Three</p></main><i id='a:b'>"
    tree = lxml.html.document_fromstring(page)
    assert sorted(element.get("id") for element in css.matches(tree, selector)) == ids


@pytest.mark.parametrize(
    "selector",
    [
        "",
        " ",
        ",",
        "a,,b",
        "p {",
        "p::before",
        "p:before",
        "p:nonesuch",
        "p:nth-child(x)",
        "*:first-of-type",
        "svg|a",
        "[xlink|href]",
        "p:not(svg|a)",
        ":is(" * 240 + "a" + ")" * 40,
        "a" * 1001,
        "a " * 501,
        "[a=\x01]",
        '[a="\\1 "]',
    ],
)
def test_an_invalid_selector_is_refused_with_a_reason(selector: str) -> None:
    with pytest.raises(css.SelectorError, match=r"\w"):
        css.check(selector)


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("ab*.#:[]()=~|^$'\" >+,\\-0n", max_size=40))
def test_any_text_is_a_selector_or_refused(selector: str) -> None:
    try:
        css.check(selector)
    except css.SelectorError:
        return
    css.matches(lxml.html.document_fromstring("<p class=a>a<b>b</b></p>"), selector)


@pytest.mark.parametrize("selector", ["p ~ p", "p + p", "body p", "div div b", "div * b", "* *"])
def test_time_is_linear_in_the_page(selector: str) -> None:
    many = "<p>x</p>" * 10_000
    deep = "<div>" * 200 + "<b>x</b>" * 10_000
    tree = lxml.html.document_fromstring(f"<body>{many}{deep}")
    with at_most(2):  # 0.1 s; lxml takes minutes for the first of them
        assert css.matches(tree, selector)
