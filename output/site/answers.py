"""What a page is asked and what it may answer, apart from Datasette: pages are plain functions of a corpus."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from output.site.addresses import Addresses


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the parts of its address, its query, and what its answer needs to know of the site."""

    parts: Mapping[str, str]
    query: Mapping[str, str]
    to: Addresses
    public_url: str
    """The archive that is cited."""
    root: str
    """Where the site is, for what leaves it: scheme and host, without a slash at the end."""

    def text(self, name: str, limit: int = 500) -> str:
        """A value of the query, or nothing."""
        return self.query.get(name, "").replace("\x00", "").strip()[:limit]

    def number(self, name: str) -> int:
        """A page's number: 1 where none or nonsense is asked for."""
        value = self.text(name)
        return max(int(value), 1) if value.isascii() and value.isdigit() and len(value) < 6 else 1

    def day(self, name: str) -> str:
        """A day, YYYY-MM-DD; nothing where it is none."""
        try:
            return date.fromisoformat(self.text(name)).isoformat()
        except ValueError:
            return ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to fill a template with."""

    template: str
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redirect:
    """The answer is at another address."""

    path: str


@dataclass(frozen=True, slots=True)
class Text:
    """An answer that is no page."""

    body: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Missing:
    """There is nothing at the address; the message says what there is not, and where to look."""

    message: str
    status: int = 404


Answer = Page | Redirect | Text | Missing
