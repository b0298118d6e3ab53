"""Two bodies have one hash exactly when a comparison of them shows nothing: what counts is asked in one place."""

from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pace import at_most

from crawler.text.comparison.compare import Comparison, compare
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.identity.volatile_spots import ANY, LearnedFrom, VolatileSpot

BASE = (
    "# Privacy\n\nWe never sell your data, and we keep café orders for thirty days. Write to us.\n\n"
    "Our partners are:\n\n  * Google\n  * Meta\n  * Apple\n\n  1. We ask you before.\n  2. We tell you why.\n\n"
    "Data | Kept\n---|---\nOrders | ten years\n\nThere are 37 guests here now, as you can see below.\n\n© 2014 The shop"
)
SEEN = LearnedFrom(7, 7, "2014-01-01T00:00:00+00:00", "2014-03-01T00:00:00+00:00")
LEARNED = PolicyIdentity(
    (
        VolatileSpot(("There", "are"), ("guests", "here"), "changes at every capture", frozenset({ANY}), 1, SEEN),
        VolatileSpot(
            ("you", "why."),
            ("Data", "Kept"),
            "takes turns",
            frozenset({"", "Buy now!", "Our new book. Read it"}),
            5,
            SEEN,
        ),
        VolatileSpot(("alpha",), ("omega",), "takes turns", frozenset({"", "a b", "c. D"}), 2, SEEN),
    )
)
RULES = PolicyIdentity()


class Edit(NamedTuple):
    """An edit of `BASE`, and whether it makes another document."""

    name: str
    old: str
    new: str
    counts: bool


EDITS = [
    Edit("a word is struck out", "never", "~~never~~", counts=True),
    Edit("a word goes", "never ", "", counts=True),
    Edit("a number in a text", "thirty", "ninety", counts=True),
    Edit("a full stop", "Write to us.", "Write to us!", counts=True),
    Edit("a list that is renumbered", "1. We ask you before.\n  2. We", "2. We ask you before.\n  3. We", counts=True),
    Edit(
        "a list that loses its numbers",
        "  1. We ask you before.\n  2. We",
        "  * We ask you before.\n  * We",
        counts=True,
    ),
    Edit("another partner", "Meta", "Metal", counts=True),
    Edit("a table's cell", "ten years", "six years", counts=True),
    Edit("a paragraph that moved", "© 2014 The shop", "© 2014 The shop\n\nWrite to us.", counts=True),
    Edit("a soft hyphen", "orders", "or\u00adders", counts=False),
    Edit("NFD for NFC", "café", "cafe\u0301", counts=False),
    Edit("partners in another order", "Google\n  * Meta\n  * Apple", "Apple\n  * Google\n  * Meta", counts=False),
    Edit("emphasis", "never", "**never**", counts=False),
    Edit("emphasis within a word", "sell", "s_el_l", counts=False),
    Edit("a link", "Write to us", "Write to [us](mailto:us@a.example)", counts=False),
    Edit("a picture", "# Privacy", "# ![Seal](seal.png) Privacy", counts=False),
    Edit("a non-breaking space", "thirty days", "thirty\u00a0days", counts=False),
    Edit("glued words", "thirty days", "thirtydays", counts=False),
    Edit("glued sentences", "days. Write", "days.Write", counts=False),
    Edit("glued paragraphs", "Privacy\n\nWe", "PrivacyWe", counts=False),
    Edit("a paragraph that is split", "data, and", "data,\n\nand", counts=False),
    Edit("a heading that is a paragraph", "# Privacy", "**Privacy**", counts=False),
    Edit("another bullet", "  * Meta", "  - Meta", counts=False),
    Edit("a typed number", "1. We ask", r"1\. We ask", counts=False),
    Edit("escaped signs", "Write to us.", r"Write to us\.", counts=False),
    Edit("a line in a cell", "| ten years", "| ten<br>years", counts=False),
    Edit("a table's rule", "---|---", "| :--- | ---: |", counts=False),
    Edit("a table that is paragraphs", "Orders | ten years", "Orders\n\nten years", counts=False),
    Edit("another year of copyright", "2014", "2015", counts=False),
    Edit("a copyright sign that is glued", "© 2014 The", "©2016 The", counts=False),
]
LEARNED_EDITS = [
    Edit("a learned counter", "37 guests", "41 guests", counts=False),
    Edit("no number in place of a learned counter", "37 guests", "few guests", counts=True),
    Edit("a text that comes in turn", "why.\n\n", "why.\n\nBuy now!\n\n", counts=False),
    Edit("a text of two sentences that comes in turn", "why.\n\n", "why.\n\nOur new book. Read it\n\n", counts=False),
    Edit("a text that never came in turn", "why.\n\n", "why.\n\nWe sell your data!\n\n", counts=True),
]


def shows_nothing(comparison: Comparison) -> bool:
    sizes = (comparison.added, comparison.removed, comparison.moved)
    return all(step.kind == "same" for step in comparison.steps) and sizes == (0, 0, 0)


def check(before: str, after: str, identity: PolicyIdentity) -> bool:
    """Check that hash and comparison agree; whether they say that it is one document."""
    is_one = identity.content(before).hash == identity.content(after).hash
    for comparison in (compare(before, after, identity), compare(after, before, identity)):
        assert shows_nothing(comparison) == is_one, comparison.steps
        assert is_one == (not comparison.changed_sentences and not any(s.kind == "moved" for s in comparison.steps))
    for body in (before, after):
        sentences = identity.sentences(body)
        assert "".join(sentence.counted for sentence in sentences) == "".join(identity.content(body).words)
    return is_one


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
@pytest.mark.parametrize("identity", [RULES, LEARNED], ids=["rules", "learned"])
def test_what_counts_is_shown_and_what_does_not_is_not(edit: Edit, identity: PolicyIdentity) -> None:
    assert BASE.count(edit.old)
    assert check(BASE, BASE.replace(edit.old, edit.new), identity) != edit.counts


@pytest.mark.parametrize("edit", LEARNED_EDITS, ids=lambda edit: edit.name)
def test_what_was_learned_not_to_count_is_not_shown(edit: Edit) -> None:
    after = BASE.replace(edit.old, edit.new)
    assert check(BASE, after, LEARNED) != edit.counts
    assert not check(BASE, after, RULES)


@pytest.mark.parametrize(
    "edit", [edit for edit in EDITS + LEARNED_EDITS if not edit.counts], ids=lambda edit: edit.name
)
def test_beside_a_change_what_does_not_count_is_not_shown_either(edit: Edit) -> None:
    after = BASE.replace(edit.old, edit.new).replace("never", "always")
    comparison = compare(BASE, after, LEARNED)
    assert [(comparison.added, comparison.removed, comparison.moved)] == [(1, 1, 0)]
    (changed,) = comparison.changed_sentences
    assert [piece.text.strip() for piece in changed.changes if piece.op != "="] == ["never", "always"]


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """Two bodies: one with some edits, and the same with some more."""
    before = BASE
    for edit in draw(st.lists(st.sampled_from(EDITS + LEARNED_EDITS), max_size=3)):
        before = before.replace(edit.old, edit.new, 1)
    after = before
    for edit in draw(st.lists(st.sampled_from(EDITS + LEARNED_EDITS), max_size=4)):
        old, new = draw(st.permutations([edit.old, edit.new]))
        after = after.replace(old, new, 1) if old else after
    return before, after


PIECES = st.sampled_from(
    [
        "We", "sell", "data", ".", ". ", " ", "\n", "\n\n", "* ", "1. ", "2. ", "# ", "> ", "|", "---", "===", "~~",
        "**", "_", "\\", "[", "](http://a.example/)", "!", "<br>", "<mailto:a@b.example>", "\u00ad", "\u00a0",
        "e\u0301", "é", "個", "。", "」", "© 2014 ", "© 2015 ", "The shop", "Our partners: ",
        "Google, Meta, Apple and Visa", "Visa, Apple,", "\u2426", "\u0336", "\x1f", "\u2403",
        "Today is 3. March 2014. ", "Today is 4. March 2014. ",
        "“", ")", "?", "* Google\n* Meta\n* Apple\n", "* Meta\n* Google\n* Apple\n", "alpha ", " omega", "a b",
        "c. D", "Viewed: 3 times\n",
    ]
)  # fmt: skip
BODIES = st.lists(PIECES, max_size=9).map("".join)


@given(edited(), st.sampled_from([RULES, LEARNED]))
def test_edits_of_a_body_are_shown_exactly_when_they_count(pair: tuple[str, str], identity: PolicyIdentity) -> None:
    check(*pair, identity)


@given(BODIES, BODIES, st.sampled_from([RULES, LEARNED]))
@example("alpha omega", "alpha c. D omega", LEARNED)
@example("alphaomega", "alpha omega", LEARNED)
@example("", "We\\* ", RULES)
@example("", "\\**", RULES)
def test_any_two_bodies_differ_to_both_or_to_neither(before: str, after: str, identity: PolicyIdentity) -> None:
    check(before, after, identity)
    check(before, before + after, identity)
    check(before + after, after + before, identity)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_differ_to_both_or_to_neither(before: str, after: str) -> None:
    check(before, after, RULES)


@pytest.mark.parametrize(
    "piece", ["[", "*_", " ", "| ", "> ", "a. ", "\\", "~~a", "1. a\n", "* a\n", "a b. ", "ab\n\n", "A, "]
)
def test_what_is_made_to_be_slow_is_not(piece: str) -> None:
    body = piece * (60_000 // len(piece))
    with at_most(3):  # a tenth to a third of it
        compare(body, f"{body}x y{body}", LEARNED)
