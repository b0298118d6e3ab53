"""The permanent addresses of the site.

    /                                        what the corpus holds
    /policies?starts=x&sort=changed          all policies
    /policies/VENDOR                         a vendor
    /policies/VENDOR/TYPE                    a policy; ?on=YYYY-MM-DD: what it said on a day
    /policies/VENDOR/TYPE/NAME               a revision; ?q=…: with words marked; NAME.md: its document, as published
    /policies/VENDOR/TYPE/NAME/NAME          two revisions compared; ?view=side: side by side
    /policies/VENDOR/TYPE/NAME/with/VENDOR/TYPE/NAME    the same with a revision of another policy
    /search?q=…                              full text
    /changes?since=…&kind=…                  all changes, the newest first; /changes.atom?…: the same as a feed
    /candidates?vendor=…&decision=…          addresses that discovery found
    /trends?q=…&type=…&by=quarter            the share of policies that say phrases, one per line, over time
    /trends/PERIOD?q=…                       the policies behind a point: of 2019, or 2019-Q2
    /about                                   what the words mean
    /changes.atom, /policies/VENDOR/changes.atom, /policies/VENDOR/TYPE/changes.atom

TYPE and NAME are those of the documents on disk: the type with dashes, and the 14 digits of the first snapshot that
shows the revision. Any other 4 to 14 digits lead to the revision that held then, so that an address outlives the
finding of an earlier snapshot.
"""

from typing import Any
from urllib.parse import quote, urlencode

from crawler.model import type_slug


class Addresses:
    """Addresses below wherever Datasette is mounted."""

    is_served = True
    """Whether somebody answers queries there, so that pages may have forms, pages that a query asks for, and data."""

    def __init__(self, urls: Any) -> None:
        """``urls`` is Datasette's own builder."""
        self._urls = urls

    def _path(self, *parts: str, **query: object) -> str:
        path = "/".join(quote(part, safe="") for part in parts)
        encoded = urlencode({key: value for key, value in query.items() if value})
        return str(self._urls.path(f"/{path}")) + (f"?{encoded}" if encoded else "")

    def _file(self, *parts: str, **query: object) -> str:
        """Return the address of what is no page: a document, a feed, a style sheet."""
        return self._path(*parts, **query)

    def name_of(self, address: str) -> str:
        """Return what one of these addresses is called from the root of the site: a name that lasts."""
        return address

    def home(self) -> str:
        return self._path()

    def static(self, name: str) -> str:
        return self._file("static", name)

    def policies(self, **query: object) -> str:
        return self._path("policies", **query)

    def vendor(self, vendor: str) -> str:
        return self._path("policies", vendor)

    def policy(self, vendor: str, type: str, **query: object) -> str:  # noqa: A002 - the word for it everywhere
        return self._path("policies", vendor, type_slug(type), **query)

    def revision(self, vendor: str, type: str, name: str, **query: object) -> str:  # noqa: A002
        return self._path("policies", vendor, type_slug(type), name, **query)

    def document(self, vendor: str, type: str, name: str) -> str:  # noqa: A002
        """Return a revision's document, as published."""
        return self._file("policies", vendor, type_slug(type), f"{name}.md")

    def compare(self, vendor: str, type: str, before: str, after: str, **query: object) -> str:  # noqa: A002
        return self._path("policies", vendor, type_slug(type), before, after, **query)

    def across(self, before: tuple[str, str, str], after: tuple[str, str, str], **query: object) -> str:
        """Return the comparison of revisions of two policies: of each its vendor, type and name."""
        (vendor, type_, name), (other, other_type, other_name) = before, after
        parts = ["policies", vendor, type_slug(type_), name, "with", other, type_slug(other_type), other_name]
        return self._path(*parts, **query)

    def choose(self, vendor: str, type: str) -> str:  # noqa: A002
        """Return where a form sends the two revisions to compare."""
        return self._path("policies", vendor, type_slug(type), "compare")

    def choose_other(self, vendor: str, type: str, name: str) -> str:  # noqa: A002
        """Return where a form sends the other policy and the day to compare a revision with."""
        return self._path("policies", vendor, type_slug(type), name, "with")

    def feed(self, vendor: str = "", type: str = "") -> str:  # noqa: A002
        """Return the feed of the corpus, a vendor or a policy."""
        parts = ["policies", vendor, type_slug(type)] if type else ["policies", vendor] if vendor else []
        return self._file(*parts, "changes.atom")

    def changes(self, **query: object) -> str:
        return self._path("changes", **query)

    def changes_feed(self, **query: object) -> str:
        """Return the feed of the changes that a query asks for."""
        return self._file("changes.atom", **query)

    def candidates(self, **query: object) -> str:
        return self._path("candidates", **query)

    def about(self) -> str:
        return self._path("about")

    def search(self, **query: object) -> str:
        return self._path("search", **query)

    def trends(self, **query: object) -> str:
        return self._path("trends", **query)

    def behind(self, period: str, **query: object) -> str:
        """Return the policies behind a point of a chart of trends."""
        return self._path("trends", period, **query)

    def answer(self, query: str, **values: object) -> str:
        """Return the answer to one of the ready-made questions in Datasette; each value must be given, if empty."""
        return f"{self._path('corpus', query)}?{urlencode(values)}"

    def data(self, table: str, **filters: object) -> str:
        """Return a table, view or query in Datasette, filtered."""
        return self._path("corpus", table, **{f"{key}__exact": value for key, value in filters.items()})

    def database(self) -> str:
        return self._path("corpus")
