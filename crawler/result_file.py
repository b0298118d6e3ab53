"""The result of a command as JSON in a file, for the programs that watch it: the setting ``RESULT_FILE``."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from crawler import secrets
from crawler.errors import ArgumentError
from crawler.version import policytrail_version
from crawler.whole_files import whole_file

STATUSES = {0: "complete", 1: "failed", 2: "partial"}
"""What an exit status says of a run, where nothing else is known of it."""


class ResultFile:
    """Where the result of a command is written, if the user wants it; docs/how-to/watch.md says what stands in it."""

    def __init__(self, settings: BaseSettings, command: str) -> None:
        """``settings`` may still change: they are read when the result is written. The command has started now."""
        self._settings = settings
        self._command = command
        self._started = _now()

    def check(self) -> None:
        """Raise `ArgumentError` if no file can be written there, before anything is done."""
        path = self._path
        if path is None:
            return
        if not path.parent.is_dir():
            raise ArgumentError(
                f"-s RESULT_FILE={path}: there is no folder {path.parent}; make it, or give another path."
            )
        if path.is_dir():
            raise ArgumentError(f"-s RESULT_FILE={path}: that is a folder; give the path of a file.")

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Write a result if the command exits within this: it refuses to begin, with a sentence."""
        try:
            yield
        except SystemExit as end:
            if isinstance(end.code, str):
                self.write(1, end.code)
            raise

    def write(self, exit_status: int, sentence: str, status: str = "", **content: Any) -> str | None:
        """Write the result in place of an older one, if it is wanted; return why it cannot be written.

        ``status`` says it where the exit status leaves it open; ``content`` is what else there is to say.
        """
        path = self._path
        if path is None:
            return None
        result = {
            "command": self._command,
            "version": policytrail_version(),
            "started": self._started,
            "ended": _now(),
            "status": status or STATUSES[exit_status],
            "exit_status": exit_status,
            "sentence": sentence or None,
            **({"counts": {}, "policies": []} | content),
        }
        try:
            self.check()
            with whole_file(path) as file:
                file.write(json.dumps(_clean(result), ensure_ascii=False, indent=1).encode() + b"\n")
        except (ArgumentError, OSError) as error:
            return f"{path}: the result cannot be written there ({error})."
        return None

    @property
    def _path(self) -> Path | None:
        given = str(self._settings.get("RESULT_FILE") or "")
        return Path(given) if given else None


def _clean(value: Any) -> Any:
    """Return a value without secrets, and without what no JSON in UTF-8 can hold."""
    if isinstance(value, str):
        return secrets.masked(value).encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {key: _clean(part) for key, part in value.items()}
    return [_clean(part) for part in value] if isinstance(value, list | tuple) else value


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
