"""The rules say in their own file what is disregarded and what is not; each example of them is tried here."""

import tomllib
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import Disregarded
from crawler.text.identity import rules
from crawler.text.identity.rules import BLANK, blank, disregard

RECORDS = tomllib.loads(rules._FILE.read_text("utf-8"))["rule"]
IS = [(record, line, value) for record in RECORDS for line, value in record["is"].items()]
IS_NOT = [line for record in RECORDS for line in record["is_not"]]
LINES = [*(line for _, line, _ in IS), *IS_NOT]


@pytest.mark.parametrize(("record", "line", "value"), [pytest.param(*each, id=each[1]) for each in IS])
def test_what_a_page_says_is_disregarded(record, line, value):
    counted, found = disregard(line, in_item=False)
    assert (record["what"], value) in found
    assert counted.count(BLANK) == len(found)
    in_item = disregard(line, in_item=True)
    assert in_item == ((counted, found) if record.get("anywhere", True) else (line, []))


@pytest.mark.parametrize("line", IS_NOT)
def test_what_the_vendor_says_counts(line):
    assert disregard(line, in_item=False) == (line, [])


def unfiltered(line: str, *, in_item: bool) -> tuple[str, list[Disregarded]]:
    """What all rules together make of a line, whether it has their cues or not."""
    found: list[Disregarded] = []
    for rule in rules.RULES:
        if rule.anywhere or not in_item:
            line = blank(line, rule, found)
    return line, found


PIECES = st.sampled_from(sorted({*LINES, *chain.from_iterable(map(str.split, LINES))}))


@given(st.lists(PIECES, min_size=1, max_size=4), st.sampled_from([" ", "\u00a0", ". ", " · ", "  "]), st.booleans())
def test_cues_only_save_time(pieces, space, in_item):
    line = space.join(pieces)[: rules._SHORT]
    assert disregard(line, in_item=in_item) == unfiltered(line, in_item=in_item)


@pytest.mark.parametrize("line", LINES)
def test_cues_are_found_in_any_letter_case_and_spacing(line):
    for written in (line, line.replace(" ", "\u00a0"), line.swapcase()):
        assert disregard(written, in_item=False) == unfiltered(written, in_item=False)


EXAMPLES = {"is": {"Hits: 3": "3"}, "is_not": ["3 hits"]}
RULE = {"what": "counter", "cues": ["hits"], "any": r"hits:\s(?P<value>\d+)", **EXAMPLES}


def test_a_rule_may_use_parts():
    rule = rules._rule(RULE | {"any": "hits:(?&gap)(?P<value>(?&n))"}, {"gap": r"(?&n)|\s", "n": r"\d+"})
    assert blank("Hits: 3", rule, []) == f"Hits: {BLANK}"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cue": ["hits"]}, "unknown key 'cue'"),
        ({"xx": "hits"}, "unknown key 'xx'"),
        ({"any": []}, "expected a pattern"),
        ({"any": "hits"}, "expected a group 'value' in each pattern"),
        ({"cues": []}, "expected cues"),
        ({"cues": ["Hits"]}, "in lower case"),
        ({"is": {}}, "expected examples"),
        ({"is_not": []}, "expected examples"),
    ],
)
def test_a_rule_that_is_not_whole_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        rules._rule(RULE | change, {})


@pytest.mark.parametrize(("rule", "record"), list(zip(rules.RULES, RECORDS, strict=True)))
def test_every_pattern_has_an_example(rule, record):
    for pattern in rule.patterns:
        assert any(map(pattern.search, record["is"])), pattern.pattern
