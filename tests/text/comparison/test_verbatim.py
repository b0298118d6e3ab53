"""Every quoted piece is a substring of the text that it is from, spaces included: of what a reader sees of its body."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pace import at_most
from test_what_counts import BODIES, LEARNED, RULES, edited

from crawler.text.comparison.compare import compare
from crawler.text.comparison.excerpt import LEFT_OUT, MAX_SENTENCES, excerpt
from crawler.text.comparison.places import Place, places
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.markdown import visible_text

NAMES = "Our partners are: {}. We ask you before they get anything."
REAL = [
    ("We use GitHub Inc. for code.", "We use GitHub, Inc. for code.", "We use GitHub, Inc. for code."),
    ("We use GitHub, Inc. for code.", "We use GitHub Inc for all.", "We use GitHub Inc for all."),
    ("We share data with GitHub Inc", "We share data with GitHub.", "We share data with GitHub."),
    ("To contact us , write.", "To contact us, please write.", "To contact us, please write."),
    ("Third party shops get it.", "Thirdparty shops get all of it.", "Thirdparty shops get all of it."),
    ("We keep it.\n\nFor thirty days.", "We keep it. For ninety days.", "For ninety days."),
    ("We keep your data\n\nfor thirty days at most.", "We keep your data for ninety days at most.",
     "We keep your data for ninety days at most."),
    ("We never ever sell.", "We ~~never ever~~ sell.", "We ~~never ever~~ sell."),
    ("All shops of ours get: ~~It all. For good.~~", "All shops of ours get: ~~It all. For bad.~~",
     "All shops of ours get: ~~It all. For bad.~~"),
    ("Data | Kept\n---|---\nOrders | ten years", "Data | Kept\n---|---\nOrders | six years", "Orders | six years"),
    ("We keep\u00a0logs.", "We keep\u00a0all logs.", "We keep\u00a0all logs."),
    ("See [our page](https://a.example/) now.", "See **our** [other page](https://b.example/).", "See our other page."),
    ("© 2014 Acme sells it.", "© 2015 Acme gives it.", "© 2015 Acme gives it."),
]  # fmt: skip


def check(before: str, after: str, identity: PolicyIdentity = RULES) -> list[Place]:
    comparison = compare(before, after, identity)
    texts = {"-": visible_text(before), "+": visible_text(after)}
    found = places(comparison).places
    told = excerpt(comparison)
    assert told.total == len(found)
    for place in [*found, *told.places]:
        assert any(op != "=" and text.strip() for op, text in place.pieces), place
        for op, text in place.pieces:
            assert text in texts["-" if op == "-" else "+"] or (text == LEFT_OUT and place not in found)
        for _, text in place.earlier:
            assert text in texts["-"] or (text == LEFT_OUT and place not in found)
        assert all(any(heading in text for text in texts.values()) for heading in place.heading)
    return found


@pytest.mark.parametrize(("before", "after", "later"), REAL, ids=[later for *_, later in REAL])
def test_a_changed_sentence_reads_as_it_stands_in_each_text(before: str, after: str, later: str) -> None:
    (place,) = check(before, after)
    sides = ["".join(text for _, text in place.side(side)) for side in ("-", "+")]
    assert sides[1] == later
    assert all(line in visible_text(before) for line in sides[0].splitlines())
    check(after, before)


def test_what_is_written_otherwise_and_stayed_is_told_as_each_text_has_it() -> None:
    (place,) = check("© 2014 Third Party Shop of us", "© 2015 ThirdParty Store of us")
    assert place.pieces == (("=", "© 2015 ThirdParty "), ("-", "Shop "), ("+", "Store "), ("=", "of us"))
    assert place.side("-") == [("=", "© 2014 Third Party "), ("-", "Shop "), ("=", "of us")]


def test_names_that_stand_in_another_order_than_they_count_in_are_quoted_as_they_stand() -> None:
    (place,) = check(NAMES.format("Visa, Meta, Apple and Google"), NAMES.format("Visa, Meta, Apple and Yahoo"))
    assert [piece for piece in place.pieces if piece.op != "="] == [("-", "Google"), ("+", "Yahoo")]


@given(edited(), st.sampled_from([RULES, LEARNED]))
def test_pieces_of_edited_bodies_stand_in_their_texts(pair: tuple[str, str], identity: PolicyIdentity) -> None:
    check(*pair, identity)


@given(BODIES, BODIES, st.sampled_from([RULES, LEARNED]))
@example("\u0336We", "We|\u0336", RULES)
@example("We1. WeWe |", "1. WeWe | We", RULES)
def test_pieces_of_any_two_bodies_stand_in_their_texts(before: str, after: str, identity: PolicyIdentity) -> None:
    check(before, after, identity)
    check(before, before + after, identity)
    check(before + after, after + before, identity)


@given(st.text(max_size=60), st.text(max_size=60))
def test_pieces_of_any_two_texts_stand_in_them(before: str, after: str) -> None:
    check(before, after)


@pytest.mark.parametrize(
    "piece", ["a b. ", "1. A b c\n", "§ 5 ", "a@b.c ", "a.b.c.", "May 5 ", "Aa, ", "x~~y~~ ", "# A b c d\n", "1.1.1. "]
)
def test_an_excerpt_of_what_is_made_to_be_slow_is_short_and_soon_there(piece: str) -> None:
    body = piece * (60_000 // len(piece))
    comparison = compare(body, f"{body.replace(piece, f'{piece}z ', 2000)}x y{body[:20_000]}")
    with at_most(3):  # a tenth of it
        told = excerpt(comparison)
    assert len(told.places) <= MAX_SENTENCES
    for place in told.places:
        assert sum(len(text) for _, text in [*place.pieces, *place.earlier]) < 30_000
