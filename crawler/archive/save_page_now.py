"""Save Page Now, the archive's service that captures a page on demand: addresses, requests and answers.

Source: "Save Page Now 2 Public API Docs" (Internet Archive, of 2025-10-22). waybackpy's ``SaveAPI`` speaks an older
form without keys, and blocks.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

ACCESS_KEY, SECRET_KEY = "SAVEPAGENOW_ACCESS_KEY", "SAVEPAGENOW_SECRET_KEY"
"""The environment variables with the keys of an Internet Archive account, from https://archive.org/account/s3.php. The
names are those of the ``savepagenow`` tool.
"""

_BUSY = frozenset({"error:user-session-limit", "error:celery"})


@dataclass(frozen=True, slots=True)
class Job:
    """A capture is under way; ``name`` is the service's name for it."""

    name: str


@dataclass(frozen=True, slots=True)
class Saved:
    """There is a capture that is at most a day old."""


@dataclass(frozen=True, slots=True)
class AccountBusy:
    """The service has enough to do for this account. Retry later."""

    why: str


@dataclass(frozen=True, slots=True)
class NotSaved:
    """There will be no capture; ``why`` is the service's message."""

    why: str


def headers(environment: Mapping[str, str]) -> dict[str, str] | None:
    """Return the headers of every request, with the keys from the environment; None without keys."""
    access, secret = (environment.get(name, "").strip() for name in (ACCESS_KEY, SECRET_KEY))
    if not access or not secret:
        return None
    return {"Accept": "application/json", "Authorization": f"LOW {access}:{secret}"}


def save_address(archive_url: str) -> str:
    """Return the address to POST a `form` to."""
    return f"{archive_url}/save"


def form(url: str) -> bytes:
    """Return the form that asks for a capture of a URL, unless there is one of the last day."""
    return urlencode({"url": url, "if_not_archived_within": "1d"}).encode()


def job_address(archive_url: str, job: Job) -> str:
    """Return the address that tells how a job is getting on."""
    return f"{archive_url}/save/status/{quote(job.name, safe='')}"


def read_answer(status: int, body: bytes) -> Job | Saved | AccountBusy | NotSaved:
    """Return what an answer (HTTP status and decoded body) to a form, or to the question about a job, means."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        return NotSaved(f"the archive answered {status} and no JSON")
    message = _text(answer, "message") or _text(answer, "exception") or _text(answer, "status_ext")
    if answer.get("status") == "success" or "snapshot had been made" in message:
        return Saved()
    if answer.get("status") == "error" or status >= 400:
        why = message or f"the archive answered {status}"
        return AccountBusy(why) if _text(answer, "status_ext") in _BUSY else NotSaved(why)
    if name := _text(answer, "job_id"):
        return Job(name)
    return NotSaved(message or f"the archive answered {status} without naming a job")


def _text(answer: dict[str, Any], key: str) -> str:
    value = answer.get(key)
    return " ".join(value.split())[:200] if isinstance(value, str) else ""
