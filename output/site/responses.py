"""A request for a page and what may answer it, apart from Datasette: pages are plain functions of a corpus."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from output.site.addresses import Addresses
from pipelines.corpus.bad_rows import BadRows


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The parts of an address, its query, and what the page needs to know of the site."""

    parts: Mapping[str, str]
    query: Mapping[str, str]
    to: Addresses
    public_url: str
    """The address under which the archive is cited."""
    root: str
    """The address of the site, for feeds: scheme and host, without a slash at the end."""
    bad: BadRows = field(default_factory=BadRows)
    """Takes the rows that cannot be read: the page says that it has all others."""

    def text(self, name: str, limit: int = 500) -> str:
        """Return a value of the query; empty if there is none."""
        return self.query.get(name, "").replace("\x00", "").strip()[:limit]

    def number(self, name: str) -> int:
        """Return a page's number; 1 if the query has none or nonsense."""
        value = self.text(name)
        return max(int(value), 1) if value.isascii() and value.isdigit() and len(value) < 6 else 1

    def day(self, name: str) -> str:
        """Return a day as YYYY-MM-DD; empty if it is not one."""
        try:
            return date.fromisoformat(self.text(name)).isoformat()
        except ValueError:
            return ""


@dataclass(frozen=True, slots=True)
class PageResponse:
    """A page to fill a template with."""

    template: str
    context: Mapping[str, object] = field(default_factory=dict)
    lasts: bool = True
    """Whether it is the same as long as the corpus is."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect to the address of the page."""

    path: str


@dataclass(frozen=True, slots=True)
class PlainResponse:
    """A response that is not a page: a document, a feed."""

    body: str
    content_type: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """Nothing is at the address; the message says what is missing, and where to look."""

    message: str
    status: int = 404


SiteResponse = PageResponse | Redirect | PlainResponse | NotFound
