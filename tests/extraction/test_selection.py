from collections.abc import Iterator

import lxml.html
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement
from pace import at_most

from crawler import css
from crawler.extraction.selection import NothingSelected, apply
from crawler.model import Part

PAGE = """<html><head><title>Legal</title></head><body>before
<main>
<h1>Legal</h1>intro
<h2 id="privacy">Privacy</h2>
<ul><li>one</li><li class="x">two <b>bold</b> tail</li><li>three</li></ul>after the list
<div><h2 id="cookies">Cookies</h2>crumbs</div>
</main>
<main><p class="x">second</p></main>after
</body></html>"""


def page(html: str = PAGE) -> HtmlElement:
    return lxml.html.document_fromstring(html)


def html_of(element: HtmlElement) -> str:
    return lxml.html.tostring(element, encoding="unicode").replace("\n", "")


def words_of(element: HtmlElement) -> str:
    return " ".join(" ".join(element.xpath(".//text()")).split())


def test_without_a_selection_the_page_itself_comes_back_untouched() -> None:
    tree = page()
    before = lxml.html.tostring(tree)
    assert apply(tree, Part()) is tree
    assert lxml.html.tostring(tree) == before


def test_the_page_is_not_changed_by_a_selection() -> None:
    tree = page()
    before = lxml.html.tostring(tree)
    apply(tree, Part("main", (".x",), "#privacy", "#cookies"))
    assert lxml.html.tostring(tree) == before


def test_one_match_is_the_element_alone_without_the_text_after_it() -> None:
    selected = apply(page(), Part(select="ul"))
    assert html_of(selected) == '<ul><li>one</li><li class="x">two <b>bold</b> tail</li><li>three</li></ul>'
    assert selected.getparent() is None
    assert selected.tail is None


def test_several_matches_come_in_document_order_and_nested_ones_once() -> None:
    selected = apply(page(), Part(select="li.x, p, b, li:first-child"))
    assert html_of(selected) == (
        '<div><li>one</li><li class="x">two <b>bold</b> tail</li><p class="x">second</p></div>'
    )


def test_matches_side_by_side_do_not_grow_together() -> None:
    assert words_of(apply(page("<p><i>one</i><i>two</i></p>"), Part(select="i"))) == "one two"


def test_removing_takes_the_element_and_leaves_the_text_after_it() -> None:
    selected = apply(page(), Part(select="ul", remove=("b", "li:last-child", ".none")))
    assert html_of(selected) == '<ul><li>one</li><li class="x">two  tail</li></ul>'


def test_removing_keeps_texts_with_characters_that_lxml_would_not_let_in() -> None:
    tree = page("<p>a\x01<b>x</b>c\x0bd</p>")
    assert apply(tree, Part(remove=("b",))).text_content() == "a\x01c\x0bd"


def test_only_removing_gives_the_whole_page_without_it() -> None:
    changed = apply(page(), Part(remove=("main",)))
    assert changed.findtext("head/title") == "Legal"
    assert words_of(changed) == "Legal before after"


def test_selectors_are_of_the_whole_page() -> None:
    part = Part("ul > .x", ("body main b",), None, None)
    assert apply(page(), part).text_content() == "two  tail"


def test_a_range_goes_over_the_bounds_of_elements_and_keeps_those_around_it() -> None:
    selected = apply(page(), Part(start=".x", end="#cookies"))
    assert html_of(selected) == (
        '<body><main><ul><li class="x">two <b>bold</b> tail</li><li>three</li></ul>after the list'
        "<div></div></main></body>"
    )


def test_a_range_without_an_end_goes_to_the_end_of_the_body() -> None:
    assert words_of(apply(page(), Part(start="#cookies"))) == "Cookies crumbs second after"


def test_a_range_without_a_beginning_begins_with_the_body() -> None:
    assert words_of(apply(page(), Part(end="#privacy"))) == "before Legal intro"


def test_a_range_ends_at_the_first_match_after_its_beginning() -> None:
    part = Part(select="main:first-of-type", start="h2", end="h1, h2")
    assert words_of(apply(page(), part)) == "Privacy one two bold tail three after the list"


def test_a_range_may_end_within_the_element_it_begins_with() -> None:
    assert html_of(apply(page(), Part(start="ul", end="b"))) == (
        '<body><main><ul><li>one</li><li class="x">two </li></ul></main></body>'
    )


def test_a_range_may_end_with_an_element() -> None:
    assert html_of(apply(page(), Part(start="#privacy", through=".x"))) == (
        '<body><main><h2 id="privacy">Privacy</h2><ul><li>one</li><li class="x">two <b>bold</b> tail</li></ul></main>'
        "</body>"
    )
    assert words_of(apply(page(), Part(start="ul", through="ul"))) == "one two bold tail three"
    assert words_of(apply(page(), Part(through="h1"))) == "before Legal"


def test_a_range_works_within_what_is_selected() -> None:
    part = Part(select="main", start=".x", remove=("b",))
    assert words_of(apply(page(), part)) == "two tail three after the list Cookies crumbs second"
    assert apply(page(), Part(select="p", start=".x")).text_content() == "second"


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (Part(select=".none"), 'The selector ".none" matches nothing on the page.'),
        (Part(start="title"), 'The selector "title" (from) matches nothing within the body of the page.'),
        (Part(select="p", start="ul"), 'The selector "ul" (from) matches nothing within what "p" selects.'),
        (Part(end=".none"), 'The selector ".none" (to) matches nothing within the body of the page.'),
        (
            Part(start="#cookies", end="#privacy"),
            'The selector "#privacy" (to) matches nothing after "#cookies" within the body of the page.',
        ),
        (
            Part(start="h2", through="h1"),
            'The selector "h1" (through) matches nothing after "h2" within the body of the page.',
        ),
        (Part(select="ul", end="ul"), 'The selector "ul" (to) matches nothing within what "ul" selects.'),
        (Part("ul", ("b", "ul")), 'The selector to remove "ul" matches the whole of what is selected.'),
        (Part("p, ul", (".x", "ul")), 'The selector to remove "ul" matches the whole of what is selected.'),
        (Part(remove=("html",)), 'The selector to remove "html" matches the whole of what is selected.'),
    ],
)
def test_a_selector_that_leaves_nothing_is_named(part: Part, message: str) -> None:
    with pytest.raises(NothingSelected) as caught:
        apply(page(), part)
    assert str(caught.value) == message


@pytest.mark.slow
def test_a_page_of_many_nested_elements_takes_little_time() -> None:
    tree = page()
    inner = tree.find("body")
    for _ in range(20_000):  # libxml2's parser stops at 2,048, others do not; more takes long to build here
        inner = etree.SubElement(inner, "div")
    inner.text = "deep"
    inner.append(lxml.html.fragment_fromstring("<b class=end>bold</b>"))
    with at_most(2):  # 0.1 s
        selected = apply(tree, Part(start="div div", end=".end", remove=("main",)))
    assert selected.xpath("count(.//div)") == 20_000


# Against a plain implementation on the list of the page's tags and texts

ELEMENTS = st.tuples(st.sampled_from(["div", "span", "b"]), st.sampled_from("abcd"))
CONTENTS = st.recursive(
    st.sampled_from(["", "x", "y z", "<!-- c -->"]),
    lambda inner: st.lists(
        st.tuples(ELEMENTS, inner, st.sampled_from(["", "t", "u\x02"])).map(
            lambda e: f"<{e[0][0]} class={e[0][1]}>{e[1]}</{e[0][0]}>{e[2]}"
        ),
        min_size=2,
        max_size=4,
    ).map("".join),
    max_leaves=30,
)
PICKS = st.sampled_from([".a", ".b", ".c", ".d", "div", "span", ".a .b", "div > *", "b, .c"])

Event = tuple[str, HtmlElement | None, str]


def events_of(element: HtmlElement) -> Iterator[Event]:
    if isinstance(element.tag, str):
        yield "open", element, ""
        yield "text", None, element.text or ""
        for child in element:
            yield from events_of(child)
            yield "text", None, child.tail or ""
        yield "close", element, ""


def outside(events: list[Event], elements: set[HtmlElement]) -> Iterator[Event]:
    """The events that are not within one of the elements."""
    depth = 0
    for kind, element, text in events:
        depth += kind == "open" and element in elements
        if not depth:
            yield kind, element, text
        depth -= kind == "close" and element in elements


def reference(tree: HtmlElement, part: Part) -> str | None:
    """The text of the selected part; None where there is nothing selected."""
    if part.select:
        found = css.matches(tree, part.select)
        outermost = [e for e in tree.iter("*") if e in found and not found & set(e.iterancestors())]
        scopes = outermost
    else:
        scopes = [tree.body]
    events = [event for scope in scopes for event in events_of(scope)]
    opened = [element if kind == "open" else None for kind, element, _ in events]
    first = 0
    if part.start:
        starts = css.matches(tree, part.start)
        first = next((at for at, element in enumerate(opened) if element in starts), -1)
    last = len(events)
    if part.end:
        ends = css.matches(tree, part.end)
        # The one selected element is what the range is of, and cannot end it.
        beyond = first if part.start else 0 if len(scopes) == 1 else -1
        last = next((at for at, element in enumerate(opened) if at > beyond and element in ends), -1)
    elif part.through:
        ends = css.matches(tree, part.through)
        with_it = next((element for at, element in enumerate(opened) if at >= first and element in ends), None)
        closed = (at + 1 for at, (kind, element, _) in enumerate(events) if kind == "close" and element is with_it)
        last = next(closed, -1)
    if not scopes or first < 0 or last < 0:
        return None
    removed = {element for selector in part.remove for element in css.matches(tree, selector)}
    opens = {element: at for at, element in enumerate(opened)}
    closes = {element: at for at, (kind, element, _) in enumerate(events) if kind == "close"}
    left = [scope for scope in scopes if len(scopes) == 1 or (closes[scope] > first and opens[scope] < last)]
    if left and removed.issuperset(left):
        return None
    kept = [event for at, event in enumerate(events) if first <= at < last or event[0] != "text"]
    return "".join(text for _, _, text in outside(kept, removed))


@settings(max_examples=300, deadline=None)
@given(
    CONTENTS,
    st.builds(
        Part,
        select=st.none() | PICKS,
        remove=st.lists(PICKS, max_size=1).map(tuple),
        start=st.none() | PICKS,
        end=st.none() | PICKS,
        through=st.none() | PICKS,
    ),
)
def test_a_selection_has_the_texts_that_a_plain_reference_gives(contents: str, part: Part) -> None:
    assume((part.select or part.start or part.end or part.through) and not (part.end and part.through))
    tree = page(f"<html><body>{contents}</body></html>")
    expected = reference(tree, part)
    try:
        selected = "".join(apply(tree, part).xpath(".//text()"))
    except NothingSelected:
        assert expected is None
    else:
        assert selected.replace("\n", "") == expected
