"""The classifier tells policies from texts about policies, in several languages, and always answers the same."""

import numpy as np
import pytest

from crawler.discovery.classifier import MODEL_FILE, classify, load
from crawler.discovery.concepts import found, names, told_of
from crawler.discovery.features import features

POLICY = (
    "Privacy Policy\nLast updated 2 May.\nThis policy describes how we collect and use your personal information when "
    "you use our services. We collect your name and e-mail address. You may contact us to delete your data."
)
LONG_POLICY = (
    "Privacy Policy\nThis privacy policy explains what personal information we collect when you visit our website or "
    "buy from us, how we use it, and what choices you have. By using our services you agree to this policy.\n"
    "When you place an order we collect your name, postal address, e-mail address and payment details. We use cookies "
    "to understand how our site is used. We do not sell or rent your personal information to third parties.\n"
    "You may ask us for access to the personal information that we hold about you, and have it corrected or deleted. "
    "We may update this privacy policy from time to time. Contact our data protection officer with any questions."
)
GUIDE = (
    "How to stay private at work\nUse a password manager and install a content blocker. We recommend open source "
    "browsers. A VPN hides your address. For example, turn off telemetry in the settings."
)


def test_a_policy_has_a_type_and_a_language() -> None:
    verdict = classify(POLICY)
    assert (verdict.type, verdict.language) == ("Privacy Policy", "en")
    assert verdict == classify(POLICY)


def test_a_guide_about_privacy_is_no_policy() -> None:
    assert classify(GUIDE).type is None


NO_POLICIES = {
    "law": (
        "Article 4\n1. Controllers established in the territory shall notify processing operations to the authority. "
        "2. The authority shall keep a public register of notifications. 3. Member States may provide for exemptions "
        "where national law so requires. Article 5. This Regulation shall enter into force on the third day."
    ),
    "letter": (
        "Dear Ms Baker,\nThank you for your message of 3 May. We have deleted the photograph and informed the person "
        "who had uploaded it. If anything else comes up, please write to me.\nKind regards,\nJo Porter"
    ),
    "article": (
        "The shop that knew too much\nBy our reporter. Last week a court fined a supermarket that had filmed its "
        "customers for years. The judge said that consent could not be assumed. The chain announced an appeal."
    ),
}


@pytest.mark.parametrize("kind", NO_POLICIES)
def test_a_text_that_speaks_of_personal_data_is_no_policy_for_that(kind: str) -> None:
    assert classify(NO_POLICIES[kind]).type is None


def test_silence_in_a_language_without_phrases_says_nothing() -> None:
    assert not told_of("is").any()
    said = features("Hér er lýst hvernig félagið fer með persónuupplýsingar.", "is").said
    assert np.isnan(said[: len(names())]).all()
    assert not np.isnan(features(POLICY, "en").said).any()


def test_a_menu_of_thousands_of_characters_does_not_hide_the_policy_behind_it() -> None:
    shop = "\n".join(f"Beads in colour {number}" for number in range(400))
    assert classify(f"Home\n{shop}").type is None
    assert classify(f"Home\n{shop}\n{LONG_POLICY}").type == "Privacy Policy"


@pytest.mark.parametrize(("text", "said"), [("you must ", True), ("he is just ", False), ("you must", True)])
def test_a_text_speaks_of_what_it_says_up_to_its_last_word(text: str, said: bool) -> None:
    codes = np.array([ord(character) for character in text], np.uint64)
    assert (names().index("must") in found(codes, "en")[0]) is said


def test_next_to_nothing_is_no_policy() -> None:
    assert classify("").type is None
    assert classify("Privacy Policy").score == 0


def test_the_model_is_the_one_that_was_trained_and_small() -> None:
    assert load().types
    assert MODEL_FILE.stat().st_size <= 5_000_000
