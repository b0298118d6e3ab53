"""Checks of the settings that a crawl or a command stands on, before it does anything."""

import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from crawler.errors import ArgumentError


def web_address(name: str, value: str) -> str:
    """Return the address in a setting without its final slash. Raises `ArgumentError` if it is not an http(s) URL."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ArgumentError(f"-s {name}={value}: expected an address like https://archive.example.")
    return value.rstrip("/")


def writable_folder(name: str, directory: Path, what: str) -> Path:
    """Return the folder in a setting, created if missing. Raises `ArgumentError` if it cannot be written to."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise ArgumentError(
            f"-s {name}={directory}: no {what} can be written there ({error}); give another folder."
        ) from error
    return directory
