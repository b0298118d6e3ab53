"""What pages that are not the policy say of themselves, by the phrases in `phrases.toml`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from crawler.text.phrases import Phrase, load_phrases

_PHRASES: Final = load_phrases(Path(__file__).with_name("phrases.toml"))

POLICY: Final = _PHRASES["policy"]
NOT_FOUND: Final = _PHRASES["not_found"]
ERROR: Final = _PHRASES["error"]
PLACEHOLDER: Final = _PHRASES["placeholder"]
CHALLENGE: Final = _PHRASES["challenge"]
MOVED: Final = _PHRASES["moved"]
PARKED: Final = _PHRASES["parked"]
LOG_IN: Final = _PHRASES["log_in"]
CONSENT: Final = _PHRASES["consent"]
ACCEPT: Final = _PHRASES["accept"]
DECIDE: Final = _PHRASES["decide"]
CONSENT_TALK: Final = _PHRASES["consent_talk"]
NEEDS_SCRIPT: Final = _PHRASES["needs_script"]
ARCHIVE: Final = _PHRASES["archive"]


def notice(phrase: Phrase, statements: Sequence[str]) -> str | None:
    """Return the first statement with the phrase; None if another one names a policy: then the phrase is part of it."""
    for position, statement in enumerate(statements):
        if phrase.search(statement):
            others = (*statements[:position], *statements[position + 1 :])
            return None if any(map(POLICY.search, others)) else statement
    return None
