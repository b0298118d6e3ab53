"""Writes the site as files: every page of a corpus, one after the other, and the index that its search reads.

The functions that make the served pages make these as well; they are asked here without Datasette, whose event loop and
threads would take longer than most pages do.
"""

import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from shutil import copyfile

from jinja2 import Environment, FileSystemLoader
from sqlite_utils import Database

from crawler import program
from crawler.errors import FormatError
from crawler.model import Policy, type_slug
from crawler.whole_files import whole_folder
from output.formats import replaced_folder
from output.formats.exported_revisions import Written, unchanging
from output.site.as_files.addresses import Comparison, FileAddresses, folder_of
from output.site.as_files.search_index import SearchIndex
from output.site.matching import SIGNS
from output.site.overview import types
from output.site.pages import changes, compare, corpus, policy, revision
from output.site.rendering import render
from output.site.responses import NotFound, PageRequest, PageResponse, PlainResponse, SiteResponse
from pipelines.corpus import Corpus, trust
from pipelines.corpus.bad_rows import BadRows
from pipelines.corpus.revisions import revision_names
from pipelines.corpus.subset import write_subset

_SITE = Path(__file__).parents[1]
_CHANGES = 20
"""Pages of the list of changes, 500 changes in all: each one further back takes longer to find. All are to be found on
the pages of their policies.
"""
_FEED = "changes.atom"
_STATIC = ("favicon.svg", "search.js", "site.css", "site.js")
_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'"
)
"""As the headers of the served site; a page cannot forbid frames around itself, and the search reads its index."""
_OURS = re.compile(
    r"\.nojekyll|static/[a-z]+\.(?:css|js|svg)|search/(?:terms|policies)/[0-9]+\.json"
    r"|(?:(?:about|changes|search|policies|pages)/(?:[^/]+/)*)?(?:index\.html|changes\.atom|[^/]+\.md)"
)

Build = Callable[[sqlite3.Connection, PageRequest], SiteResponse]


def write(path: Path, db: Database, public_url: str, vendor: str | None, bad: BadRows | None) -> Written:
    """Write the site of a corpus, or of a vendor's part of it, in place of an older one; count its pages.

    Rows that cannot be read go to ``bad``, and pages say that they have all others; without it, they raise
    `FormatError`.

    Raises `FormatError`, `OSError`.
    """
    replaced_folder.check(path, _OURS, "a site that was exported")
    if vendor is None:
        return _write(path, db, public_url, bad)
    ((_, _, file),) = (row for row in db.execute("PRAGMA database_list").fetchall() if row[1] == "main")
    found = db.execute("SELECT type FROM policies WHERE vendor = ?", [vendor]).fetchall()
    with tempfile.TemporaryDirectory() as temporary:
        part = Path(temporary, "corpus.db")
        write_subset(Path(file), [Policy(vendor, type_, ()) for (type_,) in found], part)
        with Corpus.reading(part) as of_vendor, unchanging(of_vendor.db):
            return _write(path, of_vendor.db, public_url, bad)


def _write(path: Path, db: Database, public_url: str, bad: BadRows | None) -> Written:
    conn = db.conn
    assert conn is not None
    with whole_folder(path) as folder, SearchIndex(folder / "search") as index:
        site = _Site(folder, conn, public_url, bad)
        (folder / ".nojekyll").touch()  # GitHub Pages would make pages of the documents, and leave names with _ out
        for name in _STATIC:
            (folder / "static").mkdir(exist_ok=True)
            copyfile(_SITE / "static" / name, folder / "static" / name)
        for number, (identifier, vendor, type_) in enumerate(_policies(conn)):
            site.policy(identifier, vendor, type_)
            index.add(number, conn, identifier, vendor, type_)
        for (vendor,) in conn.execute("SELECT DISTINCT vendor FROM policies ORDER BY vendor").fetchall():
            site.put(policy.vendor, "policies", vendor, parts={"vendor": vendor})
            site.put(changes.feed, "policies", vendor, parts={"vendor": vendor}, file=_FEED)
        site.put(corpus.home)
        site.put(corpus.about, "about")
        site.pages(changes.changes, "changes", most=_CHANGES)
        site.put(changes.feed, file=_FEED)
        site.pages(corpus.all_policies, "policies")
        site.put(partial(_search, shards=index.finish()), "search")
        site.comparisons()
        return Written(site.number)


def _policies(conn: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    """Yield the policies, those that changed last first, as the search shows them. A type may have no address."""
    rows = conn.execute(
        "SELECT p.id, p.vendor, p.type FROM policies p"
        " ORDER BY (SELECT max(first_captured) FROM revisions r WHERE r.policy = p.id) DESC, p.vendor, p.type"
    ).fetchall()
    yield from (row for row in rows if type_slug(row[2]) != _FEED)


def _search(conn: sqlite3.Connection, request: PageRequest, *, shards: int) -> SiteResponse:
    return PageResponse("search_in_files.html", {"types": types(conn), "shards": shards, "signs": SIGNS})


def _templates() -> Environment:
    env = Environment(loader=FileSystemLoader(_SITE / "templates"), autoescape=True, auto_reload=False)
    env.globals["content_policy"] = _CONTENT_POLICY
    env.globals["program"] = program.INSTALLED  # whichever command writes them, the pages are the same
    return env


@dataclass(slots=True)
class _Site:
    """A folder in which pages are put."""

    folder: Path
    conn: sqlite3.Connection
    public_url: str
    bad: BadRows | None
    number: int = 0
    compared: dict[Comparison, None] = field(default_factory=dict)
    templates: Environment = field(default_factory=_templates)

    def put(
        self, build: Build, *address: str, parts: dict[str, str] | None = None, page: int = 1, file: str = ""
    ) -> SiteResponse:
        """Write a page, or another file, at an address, and return what it is. What is not there is not written."""
        here = folder_of(*address, page=page)
        to = FileAddresses(here, self.compared)
        request = PageRequest(parts or {}, {"page": str(page)}, to, self.public_url, root="")
        result = build(self.conn, request)
        trust.guard(self.conn, reading=True)  # a limit of time ends with whatever else looked now and then
        if request.bad and self.bad is None:
            raise FormatError(request.bad.told())
        if self.bad is not None:
            self.bad.include(request.bad)
        match result:
            case PageResponse(_, context) if context.get("in_time") is False:
                raise FormatError("The list of changes cannot be written: it takes too long to find them.")
            case PageResponse():
                context = {"to": to, **result.context, "bad_rows": request.bad.told()}
                text, name = render(self.templates, result.template, context), "index.html"
                self.number += 1
            case PlainResponse(text, _):
                name = file
            case NotFound(message, status) if status != 404:
                raise FormatError(f"{'/'.join(address) or 'the home page'} cannot be written. {message}")
            case _:
                return result
        target = self.folder.joinpath(*here, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8", "replace"))
        return result

    def pages(self, build: Build, *address: str, parts: dict[str, str] | None = None, most: int = 99_999) -> None:
        """Write the pages of a list, and of a longer one no more than so many."""
        for page in range(1, most + 1):
            result = self.put(_last(build) if page == most else build, *address, parts=parts, page=page)
            if not isinstance(result, PageResponse) or not _goes_on(result, page):
                return

    def policy(self, identifier: int, vendor: str, type_: str) -> None:
        """Write the pages of a policy: its own, those of its revisions with their documents, and the comparisons."""
        parts, address = {"vendor": vendor, "type": type_slug(type_)}, ("policies", vendor, type_slug(type_))
        self.pages(policy.policy, *address, parts=parts)
        self.put(changes.feed, *address, parts=parts, file=_FEED)
        for name in revision_names(self.conn, identifier).values():
            self.put(revision.revision, *address, name, parts=parts | {"name": name})
            self.put(revision.revision, *address, parts=parts | {"name": f"{name}.md"}, file=folder_of(f"{name}.md")[0])
        self.comparisons()

    def comparisons(self) -> None:
        """Write the comparisons that pages lead to, and those that these lead to."""
        while self.compared:
            vendor, type_, before, after = next(iter(self.compared))
            del self.compared[vendor, type_, before, after]
            parts = {"vendor": vendor, "type": type_slug(type_), "before": before, "after": after}
            address = ("policies", *parts.values())
            if not self.folder.joinpath(*folder_of(*address), "index.html").exists():
                self.put(compare.compare, *address, parts=parts)


def _goes_on(page: PageResponse, number: int) -> bool:
    """Tell whether the page of a list leads to a further one."""
    return bool(page.context.get("more")) or number < int(str(page.context.get("pages", 0)))


def _last(build: Build) -> Build:
    """Return what makes a page of a list that says that the list ends there, if it does not."""

    def last(conn: sqlite3.Connection, request: PageRequest) -> SiteResponse:
        result = build(conn, request)
        if not isinstance(result, PageResponse):
            return result
        return replace(result, context={**result.context, "more": False, "cut": result.context.get("more")})

    return last
