"""Answers whether a capture is the policy: the gate between what was fetched and what becomes a document.

A false rejection loses a revision and a missed junk page makes a false one; the first is the worse fault, so every
rule asks for two things: words, headers or markup that name the fault, and a page too short to be a policy besides.
A policy that speaks of cookies, log-ins, robots or missing pages is never rejected for it.
"""

from typing import Final
from urllib.parse import urlsplit

from crawler.extraction.rejection.bot_walls import challenge
from crawler.extraction.rejection.evidence import Evidence
from crawler.extraction.rejection.shells import shell
from crawler.extraction.rejection.soft_404 import bad_status, dead_end
from crawler.extraction.rejection.walls import consent_wall, log_in_wall
from crawler.model import Rejection

# The most telling first: a bot wall is also a refused status and a short page.
_RULES: Final = (challenge, bad_status, dead_end, log_in_wall, consent_wall, shell)


def rejection(evidence: Evidence) -> Rejection | None:
    """Why this capture is not the policy, or None where nothing speaks against it."""
    for rule in _RULES:
        if found := rule(evidence):
            return found
    return None


def ended_at_home_page(asked: str, answered: str) -> bool:
    """Whether a redirect led from a policy's URL to the root of the same host: a home page that answers for everything.

    `asked` is the URL that was asked for, `answered` the one whose capture was served. A host of its own
    (`privacy.vendor.example/`) is not taken for a home page, and neither is a root that was asked for.
    """
    try:
        before, after = urlsplit(asked), urlsplit(answered)
    except ValueError:  # not a URL: nothing can be said about it
        return False
    same_host = _host(before.hostname) == _host(after.hostname)
    return same_host and before.path.strip("/") != "" and after.path.strip("/") == "" and not after.query


def _host(name: str | None) -> str:
    return (name or "").lower().removeprefix("www.")
