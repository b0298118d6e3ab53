"""What must never stand in a log: what is secret in ``NOTIFY_URLS`` and keys, whichever library writes the line.

Libraries log what they are given: apprise an address that it does not understand, urllib3 at DEBUG the path with the
tokens in it. So the text of every record is masked where records are made and, with tracebacks, where lines are.
"""

import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote

MASK = "****"
_SEPARATORS = re.compile(r"[\s/:@?&=,;#+|\\\"']+")
_MIN_GIVEN = 3
"""Characters of a user's name, a password or a value in an address from which on it is masked wherever it stands."""
_MIN_PART = 6
"""Characters of the other parts: a shorter one stands in too many lines that have nothing to do with it."""
_WORDS = {"policies", "policy", "privacy", "services", "webhook", "webhooks", "notify", "localhost", "crawler"}
"""Parts of addresses that are no secrets, and stand in other lines."""

_hidden: set[str] = set()
_pattern: re.Pattern[str] | None = None


def hide(secrets: Iterable[str]) -> None:
    """Mask addresses, and the parts of them that are secrets, in everything that is logged from now on."""
    global _pattern  # noqa: PLW0603 - logging is one for the whole process, and so is what it must not say
    for secret in secrets:
        for part in _parts(secret):
            _hidden.update({part, unquote(part), quote(part), quote(part, safe=""), repr(part)[1:-1]})
    _hidden.discard("")
    if _hidden:
        longest_first = sorted(_hidden, key=len, reverse=True)
        _pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)  # libraries lower hosts and %2F
        if not isinstance(logging.getLogRecordFactory(), _MaskingFactory):
            logging.setLogRecordFactory(_MaskingFactory(logging.getLogRecordFactory()))


def masked(text: str) -> str:
    """Return a text without what is hidden."""
    return _pattern.sub(MASK, text) if _pattern else text


class MaskingFormatter(logging.Formatter):
    """Formats as another formatter does, and masks the whole line: tracebacks bring what no record holds."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        """Return the masked line."""
        return masked(self._formatter.format(record))


class _MaskingFactory:
    """Makes records as another factory does, whose messages have nothing hidden in them."""

    def __init__(self, factory: Callable[..., logging.LogRecord]) -> None:
        self._factory = factory

    def __call__(self, *args: Any, **more: Any) -> logging.LogRecord:
        record = self._factory(*args, **more)
        try:
            message = record.getMessage()
        except Exception:  # a wrong format string: logging itself says so when it writes the line
            return record
        if (said := masked(message)) != message:
            record.msg, record.args = said, None
        return record


def _parts(address: str) -> set[str]:
    """Return an address, and those of its parts that are masked wherever they stand."""
    address = address.strip()
    scheme, mark, rest = address.partition("://")
    if not mark:  # malformed: all of it may be anything
        scheme, rest = "", address
    before_query, _, query = rest.partition("?")
    user, at, place = before_query.rpartition("@")
    host, slash, path = place.partition("/")
    parts = {address} if len(address) >= _MIN_GIVEN else set()
    parts |= {part for part in (rest, slash + path) if len(part) > _MIN_PART}
    parts |= set(_as_credentials(unquote(user))) if at else set()
    parts |= {part for part in [user, *_SEPARATORS.split(user)] if at and len(part) >= _MIN_GIVEN}
    values = (value for _, _, value in (pair.partition("=") for pair in query.split("&")))
    parts |= {part for value in values for part in (value, *_SEPARATORS.split(value)) if len(part) >= _MIN_GIVEN}
    others = _SEPARATORS.split(path) + ([] if "." in host else _SEPARATORS.split(host))
    parts |= {part for part in others if len(part) >= _MIN_PART}
    return {part for part in parts if part.lower() not in {*_WORDS, scheme.lower(), "yes", "true", "html", "text"}}


def _as_credentials(user: str) -> list[str]:
    """Return a user's name and password as they stand in HTTP's Authorization, and SMTP's AUTH PLAIN and LOGIN."""
    name, colon, password = user.partition(":")
    if not colon or len(password) < _MIN_GIVEN:
        return []
    return [b64encode(form.encode()).decode() for form in (user, f"\0{name}\0{password}", password)]
