"""The log of a command: the project's own lines, Scrapy's at DEBUG or in a file; as text or, if asked, as JSON lines.

Scrapy logs its versions, settings and statistics at INFO, some hundred lines per crawl. Here INFO is the project's;
whatever warns or fails is shown, whoever says it.
"""

import json
import logging
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from scrapy.settings import BaseSettings

from crawler import arguments, secrets
from crawler.archive import save_page_now
from crawler.errors import ArgumentError
from crawler.visible import visible_lines

logger = logging.getLogger(__name__)

AT_THE_END = {"at_the_end": True}
"""``extra=`` of a record that the command prints as its last line: a file gets it, a terminal not twice."""

_JSON = "json"
_OURS = ("crawler", "pipelines", "output", "__main__")
_STOPPING = "Received %(signame)s"
"""How Scrapy's answer to Ctrl-C begins: a person has to see it."""


class LineFormatter(logging.Formatter):
    """Formats a record so that what strangers wrote neither steers a terminal nor looks like another record."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line; further ones, of a message that has them, are indented."""
        return visible_lines(super().formatMessage(record), "    ")

    def formatException(self, ei: Any) -> str:  # noqa: N802 - likewise
        """Return the traceback."""
        return visible_lines(super().formatException(ei))


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: time (UTC), level, logger, message and, if there is one, the traceback."""
        row = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            row["traceback"] = self.formatException(record.exc_info)
        line = json.dumps(row, ensure_ascii=False)
        return line if line.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def install(settings: BaseSettings) -> None:
    """Log as the settings say (``LOG_LEVEL``, ``LOG_FILE``, ``LOG_FORMAT`` …) in place of Scrapy's own handler.

    Raises `ArgumentError` for a level that there is not, a format that is none and a file that cannot be written.
    """
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    handler = _handler(settings)
    handler.setLevel(_level(settings))
    handler.setFormatter(secrets.MaskingFormatter(_formatter(settings)))
    secrets.hide(secrets_of(settings))
    logging.root.setLevel(min(_level(settings), logging.ERROR))  # errors are noted, whatever is shown
    logging.root.addHandler(handler)


def secrets_of(settings: BaseSettings) -> list[str]:
    """Return what no log may hold: the addresses for notifications, as given and one by one, and the archive's keys."""
    given = settings["NOTIFY_URLS"]
    addresses = [*([given] if isinstance(given, str) else []), *map(str, settings.getlist("NOTIFY_URLS"))]
    return [*addresses, *(os.environ.get(key, "") for key in (save_page_now.ACCESS_KEY, save_page_now.SECRET_KEY))]


def say_last(settings: BaseSettings, sentence: str) -> None:
    """Print a sentence as the last line on standard error, whatever is logged, and wherever to."""
    sys.stdout.flush()
    if is_json(settings) and not settings["LOG_FILE"]:
        record = logging.LogRecord("crawler", logging.ERROR, "", 0, sentence, None, None)
        sentence = JsonFormatter().format(record)
    print(visible_lines(secrets.masked(sentence)), file=sys.stderr)


def warn_of_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """Warn of settings on the command line that nobody reads, each with the one that is likely meant."""
    names = sorted(known)
    for name in given:
        if name not in names:
            near = [known for known in names if known.startswith(f"{name.upper()}_")]
            near = near if len(near) == 1 else get_close_matches(name.upper(), names, n=1, cutoff=0.7)
            hint = f"Did you mean {near[0]}?" if near else "Only code of your own can make use of it."
            if name in arguments.NAMES:
                hint = f"Did you mean -a {name}=…?"
            logger.warning("-s %s=…: neither Policytrail nor Scrapy has this setting. %s", name, hint)


def is_json(settings: BaseSettings) -> bool:
    """Tell whether the log is to be JSON lines."""
    return str(settings["LOG_FORMAT"]).strip().lower() == _JSON


def _handler(settings: BaseSettings) -> logging.Handler:
    if name := settings["LOG_FILE"]:
        mode = "a" if settings.getbool("LOG_FILE_APPEND") else "w"
        try:
            return logging.FileHandler(name, mode, settings["LOG_ENCODING"])
        except (OSError, LookupError) as error:
            raise ArgumentError(f"-s LOG_FILE={name}: no log can be written there ({error}).") from error
    if not settings.getbool("LOG_ENABLED"):
        return logging.NullHandler()
    handler = logging.StreamHandler()
    handler.addFilter(lambda record: not hasattr(record, "at_the_end"))
    if _level(settings) > logging.DEBUG:
        handler.addFilter(_concerns_the_user)
    return handler


def _concerns_the_user(record: logging.LogRecord) -> bool:
    ours = record.name.partition(".")[0] in _OURS or str(record.msg).startswith(_STOPPING)
    return ours or record.levelno >= logging.WARNING


def _level(settings: BaseSettings) -> int:
    given = settings["LOG_LEVEL"]
    names = logging.getLevelNamesMapping()
    number = names.get(str(given).strip().upper())
    if number is None and str(given).isdecimal():
        number = int(given)
    if number is None:
        raise ArgumentError(f"-s LOG_LEVEL={given}: expected DEBUG, INFO, WARNING, ERROR or CRITICAL.")
    return number


def _formatter(settings: BaseSettings) -> logging.Formatter:
    if is_json(settings):
        return JsonFormatter()
    try:
        return LineFormatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"])
    except ValueError as error:
        raise ArgumentError(
            f"-s LOG_FORMAT={settings['LOG_FORMAT']}: {error}. Expected json, or a format of Python's logging."
        ) from error
