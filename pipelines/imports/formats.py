"""The formats of `scrapy import`, and what the vendors are called in them."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from crawler.errors import ImportProblem
from pipelines.imports import jsonl, ota, tree
from pipelines.imports.text import Refused, Text

FORMATS = {"ota": ota.read, "tree": tree.read, "jsonl": jsonl.read}


def read(name: str, path: Path, services: Path | None) -> Iterator[Text | Refused]:
    """The texts of a file, folder or repository in a format. Raises `ImportProblem`."""
    return FORMATS[name](path, {} if services is None else _names(services))


def _names(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            names = tomllib.load(file)
    except (OSError, ValueError) as error:
        raise ImportProblem(f"{path}: cannot be read as a services file ({error}).") from error
    if wrong := next((name for name, domain in names.items() if not isinstance(domain, str)), None):
        raise ImportProblem(f'{path}: "{wrong}" is no domain; expected a line a service: "Some Shop" = "shop.example".')
    return names
