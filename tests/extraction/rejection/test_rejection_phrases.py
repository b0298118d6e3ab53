"""What pages say of themselves, and how a policy's name beside it is understood. The phrases' own examples are tried in
`tests/text/test_phrases.py`.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rejection_pages import examples

from crawler.extraction.rejection import phrases
from crawler.extraction.rejection.evidence import fold
from crawler.extraction.rejection.phrases import notice

OTHERS = [name for name in phrases._PHRASES if name not in {"policy", "consent_talk"}]


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("title", examples("policy"))
def test_a_policys_title_is_none_of_the_other_phrases(name, title):
    assert not phrases._PHRASES[name].search(fold(title))


def test_a_phrase_beside_the_name_of_a_policy_is_part_of_that():
    assert notice(phrases.NOT_FOUND, ["page not found", "shop"]) == "page not found"
    assert notice(phrases.NOT_FOUND, ["page not found", "privacy policy"]) is None
    assert notice(phrases.NOT_FOUND, ["shop", "welcome"]) is None


@given(st.lists(st.sampled_from(["page not found", "shop", "privacy policy", "404", "welcome"]), max_size=5))
def test_a_notice_is_one_of_the_statements(statements):
    found = notice(phrases.NOT_FOUND, statements)
    assert found is None or (found in statements and phrases.NOT_FOUND.search(found))
