"""A text is shown with contents that lead everywhere, and with what was searched for marked where it stands."""

import re

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from output.site.document import ShownDocument, show
from output.site.marking import snippet
from output.site.matching import marks

PARAGRAPH = "We keep the slip of each order for ten years in a locked drawer, and burn it when these are over. " * 4
FAR = 400 + len(PARAGRAPH.split())
"""Words of a text that may stand between two places that its contents lead to."""


def tree(shown: ShownDocument) -> lxml.html.HtmlElement:
    return lxml.html.fragment_fromstring(str(shown.text), create_parent="div")


def marked(shown: ShownDocument) -> list[str]:
    return [element.text_content() for element in tree(shown).cssselect("mark")]


def long_text(head: str) -> str:
    return "\n\n".join(head.format(n) + "\n\n" + "\n\n".join([PARAGRAPH] * 3) for n in range(40))


@pytest.mark.parametrize("head", ["## Section {}", "**{}. Section**", "<!-- {} -->", "{}", "* {}"])
def test_contents_lead_everywhere_whatever_a_vendor_makes_headings_of(head: str) -> None:
    shown = show(long_text(head))
    assert len(shown.contents) >= 20
    places = {entry.id for entry in shown.contents}
    since = 0
    for element in tree(shown).iter("h2", "p", "li"):
        since = 0 if element.get("id") in places else since + len(element.text_content().split())
        assert since <= FAR
    assert places == set(tree(shown).xpath("//@id"))
    assert len(places) == len(shown.contents)


def test_contents_say_what_headings_say_and_how_deep_they_are() -> None:
    shown = show(
        f"## Data\n\n{PARAGRAPH * 5}\n\n### Yours\n\n{PARAGRAPH * 2}\n\n**Ours**\n\n{PARAGRAPH}\n\n## Data\n\nEnd."
    )
    assert [(entry.level, entry.text, entry.quoted) for entry in shown.contents] == [
        (1, "Data", False),
        (2, "Yours", False),
        (3, "Ours", False),
        (1, "Data", False),
    ]
    assert [entry.id for entry in shown.contents] == ["text-data", "text-yours", "text-ours", "text-data-2"]


def test_contents_lead_into_a_text_that_is_one_paragraph() -> None:
    shown = show(" ".join(f"**{n}. Part** {PARAGRAPH}" for n in range(20)))
    assert [entry.text for entry in shown.contents] == [f"{n}. Part" for n in range(20)]
    assert [entry.id for entry in shown.contents] == tree(shown).xpath("//strong/@id")


def test_a_short_text_has_no_contents() -> None:
    assert show("# A\n\n## B\n\n## C\n\nShort.").contents == ()
    assert show("").contents == ()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("data", ["data", "data"]),
        ('"personal data"', ["personal", " data"]),  # half of it is in bold
        ("DATA share", ["share", "data", "data"]),
        ("partners", ["partners"]),
        ("example", []),  # stands in an address
        ("donnees", ["données"]),
        ("été", ["Été"]),
        ("dat", []),
        ("情報", ["情報"]),
        ('"kept where"', ["kept", "where"]),  # over the end of a paragraph
        ("script", ["script"]),
        ("", []),
        ("* ( [", []),
    ],
)
def test_what_was_searched_for_is_marked(question: str, found: list[str]) -> None:
    body = (
        "We share **personal** data with [partners](https://p.example/share).\n\nÉté: données. 個人情報\n\n"
        "It is kept\n\nwhere data belong: <script>."
    )
    shown = show(body, marks(question))
    assert marked(shown) == found
    assert shown.hits == len(tree(shown).xpath("//mark/@id"))
    assert show(body).text == re.sub("</?mark[^>]*>", "", shown.text)


def test_places_are_numbered_in_order() -> None:
    shown = show("data, data\n\n* data", marks("data"))
    assert tree(shown).xpath("//mark/@id") == ["hit-1", "hit-2", "hit-3"]


@given(
    st.text(st.sampled_from("ab é情*_[](<>)#`|~\\\n-1.&;"), max_size=80),
    st.text(st.sampled_from('ab é情"*'), max_size=8),
)
def test_marks_change_nothing_but_marks(body: str, question: str) -> None:
    shown = show(body, marks(question))
    assert tree(shown).text_content() == tree(show(body)).text_content()


HOSTILE = "<script>attack()</script> <mark id=hit-1 onclick=attack()> [x](javascript:attack())"


def test_marked_texts_run_nothing() -> None:
    found = tree(show(f"# {HOSTILE}\n\n{HOSTILE}", marks("attack script mark")))
    assert not found.xpath(".//script | .//@onclick | .//@href")
    assert found.xpath(".//mark")


def test_a_snippet_marks_what_was_found_and_is_no_markdown() -> None:
    body = "# The **rules**\n\nWe share _data_ with [our `good` partners](https://partner.example/share_data) & others."
    runs = snippet(body, marks("partners"))
    assert [text for hit, text in runs if hit] == ["partners"]
    assert "".join(text for _, text in runs) == "The rules We share data with our good partners & others."


def test_a_snippet_is_of_the_place_that_has_most() -> None:
    body = "\n\n".join(
        ["First data.", *["Nothing is here for you to read."] * 30, "Then data that partners share.", "End."]
    )
    runs = snippet(body, marks("data partners share"))
    assert [text for hit, text in runs if hit] == ["data", "partners", "share"]
    assert runs[0] == (False, "… ")


def test_a_snippet_of_signs_shows_what_stands_around_them() -> None:
    body = "当社は個人情報を第三者に提供しません。"
    assert snippet(body, marks("個人情報")) == [
        (False, "当社は"),
        (True, "個人情報"),
        (False, "を第三者に提供しません。"),
    ]


def test_what_stands_in_an_address_only_is_shown_there() -> None:
    runs = snippet("See [this](https://partner.example/share) page.", marks("example"))
    assert ("".join(text for _, text in runs), [text for hit, text in runs if hit]) == (
        "See this (https://partner.example/share) page.",
        ["example"],
    )


@given(st.text(max_size=60), st.text(max_size=10))
def test_no_snippet_breaks(body: str, question: str) -> None:
    snippet(body, marks(question))
