"""Pages that ask for something before they show the policy: an account, or consent to cookies."""

from typing import Final

from crawler.extraction.rejection import phrases
from crawler.extraction.rejection.evidence import Evidence, statements, words
from crawler.extraction.rejection.reasons import CONSENT, LOG_IN
from crawler.model import Rejection

LOG_IN_WORDS: Final = 100  # of the body: a log-in form with its hints has fewer
CONSENT_WORDS: Final = 250  # of the body: room for a dialog that lists its purposes
# Words of a body about anything but consent: with more of them, there is a text behind the dialog.
OTHER_WORDS: Final = 40

# Addresses to which whole groups of sites send readers who have not answered yet.
_CONSENT_GATES: Final = (
    "consent.yahoo.com/",
    "guce.",
    "consent.google.",
    "consent.youtube.com/",
    "myprivacy.dpgmedia.",
)


def log_in_wall(evidence: Evidence) -> Rejection | None:
    """Return a Rejection if the page is nothing but a log-in form, else None."""
    if evidence.body_words >= LOG_IN_WORDS or phrases.POLICY.search(evidence.folded_title):
        return None
    if not evidence.has("//input[@type='password' or @type='email'] | //form[contains(@action, 'login')]"):
        return None
    for statement in (evidence.folded_title, *evidence.headings, *evidence.opening):
        if phrases.LOG_IN.search(statement):
            return Rejection(LOG_IN, f'A form on a page of {evidence.body_words} words says "{statement[:100]}".')
    return None


def consent_wall(evidence: Evidence) -> Rejection | None:
    """Return a Rejection if the page is nothing but a consent dialog, else None."""
    if evidence.body_words >= CONSENT_WORDS:
        return None
    named = (evidence.folded_title, *evidence.headings)
    if any(phrases.POLICY.search(name) and not phrases.CONSENT.search(name) for name in named):
        return None
    for gate in _CONSENT_GATES:
        if evidence.has(f"//form[contains(@action, '{gate}')]"):
            return Rejection(CONSENT, f"The page is the form of a consent gate ({gate.rstrip('/.')}).")
    lines = list(statements(evidence.body if evidence.body_words else evidence.text))
    controls = list(statements("\n".join(_buttons(evidence)))) or lines
    asks = any(phrases.CONSENT.search(statement) for statement in (*named, *evidence.opening))
    if not asks or not any(map(phrases.ACCEPT.search, controls)) or not any(map(phrases.DECIDE.search, controls)):
        return None
    other = sum(words(line) for line in lines if not phrases.CONSENT_TALK.search(line))
    if other >= OTHER_WORDS:
        return None
    return Rejection(CONSENT, f"A text of {evidence.body_words} words asks for consent and offers nothing else.")


def _buttons(evidence: Evidence) -> list[str]:
    if evidence.tree is None:
        return []
    return [button.text_content() for button in evidence.tree.iter("button", "a")][:500] + [
        field.get("value", "") for field in evidence.tree.iter("input") if field.get("type") in {"submit", "button"}
    ]
