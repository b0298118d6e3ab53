"""The decision whether a capture is the policy: the gate between what was fetched and what becomes a document.

A false rejection loses a revision, a missed junk page makes a false one. The first is the worse fault, so every check
asks for two things: words, headers or markup that name the fault, and a page that is too short to be a policy.
A policy that speaks of cookies, log-ins, robots or missing pages is never rejected for it.
"""

from typing import Final
from urllib.parse import urlsplit

from crawler.extraction.rejection.bot_walls import challenge
from crawler.extraction.rejection.evidence import Evidence
from crawler.extraction.rejection.shells import shell
from crawler.extraction.rejection.soft_404 import bad_status, soft_404
from crawler.extraction.rejection.walls import consent_wall, log_in_wall
from crawler.model import Rejection

# The most specific first: a bot wall is also a refused status and a short page.
_CHECKS: Final = (challenge, bad_status, soft_404, log_in_wall, consent_wall, shell)


def rejection(evidence: Evidence) -> Rejection | None:
    """Return why this capture is not the policy, or None if nothing speaks against it."""
    for check in _CHECKS:
        if found := check(evidence):
            return found
    return None


def ended_at_home_page(asked: str, answered: str) -> bool:
    """Tell whether a redirect led from a policy's URL to the root of the same host: a home page instead of a 404.

    `asked` is the URL that was requested, `answered` the one whose capture was served. Another host
    (`privacy.vendor.example/`) is not taken for a home page, and neither is a root that was requested.
    """
    try:
        before, after = urlsplit(asked), urlsplit(answered)
    except ValueError:  # not a URL
        return False
    same_host = _host(before.hostname) == _host(after.hostname)
    return same_host and before.path.strip("/") != "" and after.path.strip("/") == "" and not after.query


def _host(name: str | None) -> str:
    return (name or "").lower().removeprefix("www.")
