"""Reasons stay the same for good: saved queries and reports group by them."""

import re

from crawler.extraction.rejection.reasons import REASONS
from crawler.model import Rejection

KEPT_FOR_GOOD = """
    challenge page, not found page, error page, redirect stub, placeholder page, parked domain, log-in wall,
    consent wall, empty shell, frameset, archive message, no text, too little text, broken PDF, encrypted PDF,
    scanned PDF, oversized PDF, too slow to read, too much memory
"""


def test_no_reason_is_renamed_or_lost():
    assert {" ".join(reason.split()) for reason in KEPT_FOR_GOOD.split(",")} <= REASONS


def test_a_reason_is_a_short_phrase_to_group_by():
    assert all(re.fullmatch(r"[a-z][a-z-]*( [A-Za-z-]+){0,3}", reason) for reason in REASONS)


def test_rejections_of_one_kind_are_equal():
    assert Rejection("no text", "There is none.") == Rejection("no text", "There is none.")
    assert len({Rejection("no text", "There is none."), Rejection("no text", "Nothing at all.")}) == 2
