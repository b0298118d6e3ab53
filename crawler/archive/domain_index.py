"""The index of a domain: how to ask for the pages of all its hosts whose addresses say a word, and for their months.

One query for a domain names more addresses than anybody can look at; a filter by words leaves the few that matter, and
collapsed by month they tell when each of them lived. The server looks at 150,000 rows for a query, matching or not, and
may end there without a word (edgi wayback #209): what such a listing lacks is not known to be missing.
"""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from crawler.archive import address, cdx
from crawler.archive.urlkey import urlkey

PAGE_ROWS = 20_000
"""Rows per page, each an address in a month: a page of 4 MB, and more than one of ten thousand domains has."""

_NO_PAGES = ("!mimetype:(image|audio|video|font)/.*", "!mimetype:.*(javascript|json|css).*", "!statuscode:[45]..")
"""Filters that leave out pictures, scripts and errors: redirects stay, they tell where a page moved to."""


class Row(NamedTuple):
    """An address in a month: the first capture of that month. ``status`` is None for a revisit record."""

    url: str
    timestamp: str
    status: int | None

    @property
    def is_page(self) -> bool:
        """Whether it may be a page, rather than a redirect."""
        return self.status is None or 200 <= self.status < 300


class IndexPage(NamedTuple):
    """A page of an index, and the key of the next one."""

    rows: tuple[Row, ...]
    resume_key: str | None


def host_key(domain: str) -> str:
    """Return how the keys of all pages of a domain begin: ``com,example``."""
    return urlkey(f"http://{domain}/").partition(")")[0]


def query_address(
    archive_url: str,
    domain: str,
    words: str,
    resume_key: str | None = None,
    years: tuple[str, str | None] | None = None,
) -> str:
    """Return the address of a page of the index of a domain: its home page, and what has one of the words in its
    address, host names below the domain's included. ``years`` are the first and the last, if not all are wanted.

    ``words`` is a regular expression without groups that are repeated. The name of the domain itself does not count:
    every page of ``legalzoom.example`` has it.
    """
    words = words.removeprefix("(?i)")  # keys are in small letters
    host = host_key(domain).replace(".", "\\.")
    wanted = [("matchType", "domain"), ("filter", rf"urlkey:{host}(?:\)/|.*(?:{words}).*)")]
    wanted += [(name, year) for name, year in zip(("from", "to"), years or (), strict=False) if year]
    return _query(archive_url, domain, wanted, resume_key)


def months_address(archive_url: str, url: str) -> str:
    """Return the address of the index of one URL, a row a month."""
    return _query(archive_url, url, (), None)


def _query(archive_url: str, url: str, wanted: Sequence[tuple[str, str]], resume_key: str | None) -> str:
    query = [("url", url), *wanted, *(("filter", one) for one in _NO_PAGES)]
    query += [("collapse", "urlkey"), ("collapse", "timestamp:6")]  # both must be the same for a row to be left out
    query += [("output", "json"), ("fl", ",".join(cdx.FIELDS)), ("limit", str(PAGE_ROWS)), ("showResumeKey", "true")]
    if resume_key is not None:
        query.append(("resumeKey", resume_key.replace("+", " ")))  # decoded twice, as `cdx.query_address` says
    return f"{address.cdx_endpoint(archive_url)}?{urlencode(query)}"


def read(status: int, body: bytes) -> IndexPage:
    """Return the page of an index in a CDX server's answer. Raises `cdx.ListingError` and `cdx.UrlExcluded`."""
    page = cdx.read_page(status, body)
    rows = (Row(one.url, one.timestamp, one.status) for one in page.snapshots)
    return IndexPage(tuple(rows), page.resume_key)
