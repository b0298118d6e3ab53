"""Addresses between files: relative, so that the folder can stand at any address.

    /policies/VENDOR/TYPE      policies/VENDOR/TYPE/index.html
    /changes?page=2            pages/2/changes/index.html, and so for every page that a query numbers
    /changes.atom, …/NAME.md   themselves

What else takes a query, or a server, is not there: pages that are to be files do not lead to it.
"""

import posixpath
from urllib.parse import quote

from output.formats.names import safe
from output.site.addresses import Addresses

Comparison = tuple[str, str, str, str]
"""Vendor, type, and the names of the revisions before and after."""
_ABSENT = {"corpus", "candidates"}


class FileAddresses(Addresses):
    """Addresses as a file of the site needs them. ``compared`` takes note of comparisons that are led to."""

    is_served = False

    def __init__(self, here: tuple[str, ...], compared: dict[Comparison, None]) -> None:
        """``here`` are the names of the folders on the way from the root to the file's."""
        self._here = here
        self._compared = compared

    def compare(self, vendor: str, type: str, before: str, after: str, **query: object) -> str:  # noqa: A002
        self._compared[vendor, type, before, after] = None
        return super().compare(vendor, type, before, after, **query)

    def name_of(self, address: str) -> str:
        return posixpath.normpath(posixpath.join("/", *map(quote, self._here), address))

    def _path(self, *parts: str, **query: object) -> str:
        names = folder_of(*parts, page=_page(parts, query))
        return f"{self._way_to(names)}/" if names else self._way_to(names) or "./"

    def _file(self, *parts: str, **query: object) -> str:
        return self._way_to(folder_of(*parts, page=_page(parts, query)))

    def _way_to(self, names: tuple[str, ...]) -> str:
        return "../" * len(self._here) + "/".join(quote(name, safe="") for name in names)


def folder_of(*parts: str, page: int = 1) -> tuple[str, ...]:
    """Return the names of the folders that stand for the parts of an address."""
    names = tuple(map(safe, parts))
    return names if page == 1 else ("pages", str(page), *names)


def _page(parts: tuple[str, ...], query: dict[str, object]) -> int:
    """Return the number of the page that is asked for. Raises `LookupError` if no file is what is asked for."""
    asked = {name: value for name, value in query.items() if value}
    page = asked.pop("page", 1)
    if asked or (parts and parts[0] in _ABSENT) or not isinstance(page, int):
        raise LookupError(f"no file is at {'/'.join(parts)} {query}")
    return page
