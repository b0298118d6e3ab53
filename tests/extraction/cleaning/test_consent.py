"""Consent dialogs are known by name, and cookie policies are not among them."""

import pytest

from crawler.extraction.cleaning.consent import names_dialog, names_maker


@pytest.mark.parametrize(
    "names",
    ["CybotCookiebotDialog", "x onetrust-consent-sdk", "cky-modal", "didomi-popup", "cmplz-cookiebanner cmplz-bottom"],
)
def test_known_managers_are_known_by_the_start_of_an_id_or_class(names):
    assert names_maker(names)


@pytest.mark.parametrize("names", ["my-onetrust", "optanon-cookie-policy", "cky-audit-table", "acceptance", ""])
def test_what_only_resembles_a_manager_is_not_one(names):
    assert not names_maker(names)


@pytest.mark.parametrize("names", ["cookie-banner", "js-cookieNotice", "gdpr_popup", "modal-consent", "CookieBar"])
def test_home_made_dialogs_are_known(names):
    assert names_dialog(names)


@pytest.mark.parametrize("names", ["cookies", "cookie-policy", "privacy-notice", "cookie-table", "consenting adults"])
def test_policies_are_not_taken_for_dialogs(names):
    assert not names_dialog(names)
