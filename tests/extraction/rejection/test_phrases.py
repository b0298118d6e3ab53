"""What pages say of themselves is understood in their languages, and a policy's own words are not taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.rejection import phrases
from crawler.extraction.rejection.evidence import fold
from crawler.extraction.rejection.phrases import told


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        (phrases.NOT_FOUND, "404 - Page not found"),
        (phrases.NOT_FOUND, "Sorry, we couldn’t find the page you’re looking for"),
        (phrases.NOT_FOUND, "Seite nicht gefunden"),
        (phrases.NOT_FOUND, "Page introuvable"),
        (phrases.NOT_FOUND, "Página no encontrada"),
        (phrases.NOT_FOUND, "ページが見つかりません"),
        (phrases.NOT_FOUND, "页面不存在"),
        (phrases.ERROR, "500 Internal Server Error"),
        (phrases.ERROR, "Error establishing a database connection"),
        (phrases.ERROR, "Wir führen Wartungsarbeiten durch"),
        (phrases.PLACEHOLDER, "Welcome to nginx!"),
        (phrases.PLACEHOLDER, "Index of /"),
        (phrases.CHALLENGE, "Just a moment..."),
        (phrases.CHALLENGE, "Verifying you are human"),
        (phrases.CHALLENGE, "Zugriff verweigert"),
        (phrases.MOVED, "301 Moved Permanently"),
        (phrases.PARKED, "This domain is for sale"),
        (phrases.NEEDS_SCRIPT, "Please enable JavaScript to view this page"),
        (phrases.NEEDS_SCRIPT, "Bitte aktivieren Sie JavaScript"),
        (phrases.ARCHIVE, "This URL has been excluded from the Wayback Machine."),
    ],
)
def test_what_a_page_says_of_itself_is_understood(phrase, said):
    assert told(phrase, [fold(said)]) == fold(said)


NO_POLICY = (
    *("NOT_FOUND", "ERROR", "PLACEHOLDER", "CHALLENGE", "MOVED", "PARKED", "LOG_IN"),
    *("CONSENT", "NEEDS_SCRIPT", "ARCHIVE"),
)


@pytest.mark.parametrize("name", NO_POLICY)
@pytest.mark.parametrize(
    "title",
    [
        "Privacy Policy",
        "Terms of Service | Shop",
        "Allgemeine Geschäftsbedingungen",
        "Conditions générales de vente",
        "Política de privacidad",
        "利用規約",
        "隐私政策",
    ],
)
def test_a_policys_title_names_a_policy_and_is_none_of_these(name, title):
    assert phrases.POLICY.search(fold(title))
    assert not getattr(phrases, name).search(fold(title))


def test_a_phrase_beside_the_name_of_a_policy_is_part_of_that():
    assert told(phrases.NOT_FOUND, ["page not found", "shop"]) == "page not found"
    assert told(phrases.NOT_FOUND, ["page not found", "privacy policy"]) is None
    assert told(phrases.NOT_FOUND, ["shop", "welcome"]) is None


@given(st.lists(st.sampled_from(["page not found", "shop", "privacy policy", "404", "welcome"]), max_size=5))
def test_what_is_told_was_said(statements):
    said = told(phrases.NOT_FOUND, statements)
    assert said is None or (said in statements and phrases.NOT_FOUND.search(said))
