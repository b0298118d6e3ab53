"""The kinds of requests that an archive gets, and the rate of each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs

CDX, REPLAY, SAVE, JOBS = KINDS = ("cdx", "replay", "save", "jobs")
"""The kinds of requests, which are also Scrapy's download slots: listings, captures, Save Page Now and its jobs."""

_SAVES_PER_MINUTE = 12  # Save Page Now's limit for signed-in users (its documentation of 2025-10-22)
_JOBS_PER_MINUTE = 60  # questions about the progress of a save: no limit is documented


def intervals(settings: Mapping[str, Any], *, local: bool) -> dict[str, float]:
    """Return the seconds between two requests of each kind; a local archive needs none.

    Raises `ValueError` where a rate in the settings is not a number of at least 0.
    """
    rates = {SAVE: float(_SAVES_PER_MINUTE), JOBS: float(_JOBS_PER_MINUTE)}
    for kind, setting in ((CDX, "CDX_REQUESTS_PER_MINUTE"), (REPLAY, "REPLAY_REQUESTS_PER_MINUTE")):
        try:
            rates[kind] = float(settings[setting])
        except (TypeError, ValueError):
            rates[kind] = -1.0
        if not 0 <= rates[kind] < float("inf"):
            raise ValueError(f"{setting}={settings[setting]}: expected requests per minute, or 0 for no limit.")
    return {kind: 0.0 if local or rate == 0 else 60.0 / rate for kind, rate in rates.items()}


def state_directory(settings: Mapping[str, Any]) -> Path:
    """Return the directory of the state that all crawls of this user share."""
    return Path(settings["STATE_DIR"] or platformdirs.user_state_path("policytrail"))
