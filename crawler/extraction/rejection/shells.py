"""Pages without their text: empty applications, framesets, redirects written into the page."""

import re
from typing import Final

from crawler.extraction.rejection import phrases
from crawler.extraction.rejection.evidence import Evidence, fold
from crawler.extraction.rejection.frames import frames, policy_frames
from crawler.extraction.rejection.reasons import FRAMESET, NO_TEXT, REDIRECT, SHELL, TOO_LITTLE
from crawler.model import Rejection

# Fewer words than this make no policy. Open Terms Archive asks for 100 characters, about as much.
POLICY_AT_LEAST: Final = 20
# A page with fewer words may leave its text to scripts, frames or a redirect.
HOLLOW_WORDS: Final = 40
# A refresh that waits longer ends a session; the page is meant to be read until then.
REFRESH_SECONDS: Final = 30

_SCRIPTED_REDIRECT = re.compile(r"(?:location(?:\.href)?\s*=\s*['\"]|location\.(?:replace|assign)\(\s*['\"])")
_REFRESH = re.compile(r"""\s*(\d{1,6})[\d.]*\s*[;,]\s*url\s*=\s*['"]?([^'"\s]+)""", re.IGNORECASE)
_ROOTS: Final = "@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='___gatsby' or @id='main-app'"


def shell(evidence: Evidence) -> Rejection | None:
    """Return a Rejection if the page holds too little text for a policy, saying what it has instead; else None."""
    if evidence.body_words >= HOLLOW_WORDS:
        return None
    if found := _hollow(evidence):
        return found
    if evidence.body_words >= POLICY_AT_LEAST:
        return None
    if not evidence.body_words and not evidence.text_words:
        return Rejection(NO_TEXT, "The page has no words.")
    if not evidence.body_words:
        return Rejection(NO_TEXT, f"None of the page's {evidence.text_words} words are its main content.")
    return Rejection(
        TOO_LITTLE,
        f"The text has {evidence.body_words} words; a policy is expected to have at least {POLICY_AT_LEAST}.",
    )


def _hollow(evidence: Evidence) -> Rejection | None:
    if evidence.has("//frameset"):
        return Rejection(FRAMESET, f"The page is a frameset: {_at(_frames(evidence))}")
    if evidence.tree is not None and (found := policy_frames(evidence.tree, evidence.url)):
        return Rejection(FRAMESET, f"The page of {evidence.body_words} words has an iframe: {_at(found)}")
    if target := _refresh_target(evidence):
        return Rejection(REDIRECT, f"The page refreshes to {target[:200]}.")
    few = evidence.body_words < POLICY_AT_LEAST
    if few and evidence.text_words < HOLLOW_WORDS and _SCRIPTED_REDIRECT.search(evidence.markup):
        return Rejection(REDIRECT, "The page's script sends the reader elsewhere.")
    noscript = _noscript(evidence)
    if phrases.NEEDS_SCRIPT.search(noscript) and few:
        return Rejection(SHELL, f'A page of {evidence.body_words} words asks for JavaScript: "{noscript[:100]}".')
    if any(map(phrases.NEEDS_SCRIPT.search, evidence.opening)):
        return Rejection(SHELL, f"A page of {evidence.body_words} words begins by asking for JavaScript.")
    if few and evidence.has(f"//script and //*[{_ROOTS} or self::app-root][not(normalize-space())]"):
        return Rejection(SHELL, "The element that a script would fill is empty.")
    if few and (found := _frames(evidence)):
        return Rejection(FRAMESET, f"The page of {evidence.body_words} words has an iframe: {_at(found)}")
    return None


def _frames(evidence: Evidence) -> list[str]:
    return [] if evidence.tree is None else frames(evidence.tree, evidence.url)


def _at(addresses: list[str]) -> str:
    """Return the end of a sentence: where the text is, and what to do about it."""
    if not addresses:
        return "its content is at other addresses, which it does not name."
    named = " or ".join(address[:300] for address in addresses)
    return f"its text is at {named}; put the address of the policy into the vendors file."


def _noscript(evidence: Evidence) -> str:
    if evidence.tree is None:
        return ""
    return fold(" ".join(element.text_content() for element in evidence.tree.iter("noscript")))


def _refresh_target(evidence: Evidence) -> str:
    """Return where a meta refresh leads, empty if there is none or it only reloads the page."""
    if evidence.tree is None:
        return ""
    for meta in evidence.tree.xpath("//meta[not(ancestor::noscript)]"):  # there, it is for browsers without scripts
        if (meta.get("http-equiv") or "").strip().lower() == "refresh":
            found = _REFRESH.match((meta.get("content") or "")[:4000])
            if found and int(found[1]) <= REFRESH_SECONDS and found[2].rstrip("/") != evidence.url.rstrip("/"):
                return found[2]
    return ""
