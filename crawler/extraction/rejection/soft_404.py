"""Soft 404s and other pages in place of the policy: errors, parked domains, placeholders, the archive's messages."""

import re
from typing import Final

from crawler.extraction.rejection import phrases
from crawler.extraction.rejection.evidence import NOTICE_PAGE_WORDS, Evidence
from crawler.extraction.rejection.reasons import (
    ARCHIVE,
    CHALLENGE,
    ERROR,
    LOG_IN,
    NOT_FOUND,
    PARKED,
    PLACEHOLDER,
    REDIRECT,
)
from crawler.model import Rejection

# A page with a longer body passes whatever its title says: some sites never set their titles right.
TITLED_WORDS: Final = 250
# A policy served with an error status (by hand-made 404 handlers) is known by its title and this length.
POLICY_WORDS: Final = 200

_NOTICES: Final = (
    (ARCHIVE, phrases.ARCHIVE),
    (REDIRECT, phrases.MOVED),
    (NOT_FOUND, phrases.NOT_FOUND),
    (ERROR, phrases.ERROR),
    (PLACEHOLDER, phrases.PLACEHOLDER),
    (PARKED, phrases.PARKED),
)
_PARKING_MARKS: Final = (
    "sedoparking.com/",
    "parkingcrew.net/",
    "bodis.com/",
    "parklogic.com/",
    "/parking-lander/",
    "cashparking.com/",
    "skenzo.com/",
    "hugedomains.com/",
    "afternic.com/forsale",
    "dsnextgen.com/",
)
_DIGITS_404 = re.compile(r"\b404\b")


def bad_status(evidence: Evidence) -> Rejection | None:
    """Return a Rejection if the archived status is no success, unless a long body has a policy's title; else None."""
    status = evidence.status
    if status < 300:
        return None
    if status < 400:
        return Rejection(REDIRECT, f"The archived status is {status}: a redirect, not a page.")
    if (
        evidence.body_words >= POLICY_WORDS
        and phrases.POLICY.search(evidence.folded_title)
        and not any(phrase.search(evidence.folded_title) for _, phrase in _NOTICES)
    ):
        return None
    reasons = {401: LOG_IN, 407: LOG_IN, 403: CHALLENGE, 404: NOT_FOUND, 410: NOT_FOUND, 429: CHALLENGE}
    return Rejection(reasons.get(status, ERROR), f"The archived status is {status}.")


def soft_404(evidence: Evidence) -> Rejection | None:
    """Return a Rejection if a page served as a success says that it is something else, else None."""
    if phrases.ARCHIVE.compiled.fullmatch(
        evidence.folded_title
    ):  # however long: its pages bring toolbars and calendars
        return Rejection(ARCHIVE, f'The title is "{evidence.title.strip()}".')
    if evidence.body_words >= TITLED_WORDS:
        return None
    if phrases.POLICY.search(evidence.folded_title):
        # "Privacy policy - Page not found" says enough; "Privacy | Studio 404" and "Domain parking terms" do not.
        title = _DIGITS_404.sub("", evidence.folded_title).strip(" -–—|:")
        return Rejection(NOT_FOUND, f'The title is "{title[:100]}".') if phrases.NOT_FOUND.search(title) else None
    signs = [("title", [evidence.folded_title]), ("heading", list(evidence.headings))]
    if evidence.body_words < NOTICE_PAGE_WORDS:
        signs.append(("beginning", [*evidence.headings, *evidence.opening]))
    for where, statements in signs:
        for reason, phrase in _NOTICES:
            if notice := phrases.notice(phrase, statements):
                return Rejection(reason, f'The {where} of a text of {evidence.body_words} words: "{notice[:100]}".')
    return _parking(evidence)


def _parking(evidence: Evidence) -> Rejection | None:
    if evidence.text_words >= TITLED_WORDS:
        return None
    for mark in _PARKING_MARKS:
        if mark in evidence.markup:
            return Rejection(PARKED, f"The short page loads from a parking service ({mark.rstrip('/')}).")
    return None
