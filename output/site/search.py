"""Full-text search: which policies have a phrase, when it first and last appeared, and where it stands.

SQLite's indexes find documents. A search reads a limited number of them for a limited time, and says if that was not
all. Of the policies on the page, all revisions are then read.
"""

import sqlite3
from dataclasses import dataclass, field

from datasette.utils import sqlite_timelimit

from crawler.model import type_slug
from output.site.history import PolicyRow, RevisionRow, policies_of, revisions_of
from output.site.marking import Runs, snippet
from output.site.matching import Matcher, marks, matcher
from pipelines.corpus.bad_rows import BadRows
from pipelines.corpus.documents import body_of

PAGE = 10
_MAX_FOUND = 1_000
_MAX_MILLISECONDS = 60
_SQL = (
    "SELECT p.id, p.vendor, p.type, d.id FROM (SELECT d.rowid AS id, d.hash FROM {tables} ORDER BY {order} DESC) d"
    " CROSS JOIN revisions r ON r.document = d.hash CROSS JOIN policies p ON p.id = r.policy"
    " WHERE 1 {where}"
)


@dataclass(frozen=True, slots=True)
class Question:
    """What to search for. Days are YYYY-MM-DD; empty means no limit."""

    text: str
    vendor: str = ""
    type: str = ""
    since: str = ""
    until: str = ""
    page: int = 1


@dataclass(slots=True)
class Found:
    """A policy with a match."""

    policy: PolicyRow
    revisions: int
    """All its revisions."""
    having: list[RevisionRow]
    """Those with a match, in order."""
    snippet: Runs = field(default_factory=list)
    """The match in the last of them."""

    @property
    def returned(self) -> bool:
        """Whether it disappeared for a time."""
        return self.having[-1].number - self.having[0].number + 1 > len(self.having)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of matches."""

    found: list[Found]
    policies: int
    """Policies with a match, as far as documents were read."""
    complete: bool
    """Whether all documents were read."""
    has_words: bool = True
    """Whether the question has a word to look for."""


def search(conn: sqlite3.Connection, question: Question, bad: BadRows | None = None) -> SearchResult:
    """Return a page of the policies with a match."""
    match = matcher(conn, question.text)
    if match is None:
        return SearchResult([], 0, complete=True, has_words=False)
    policies, complete = _policies(conn, question, match, bad)
    on_page = policies[(question.page - 1) * PAGE : question.page * PAGE]
    found = [result for policy in on_page if (result := _look_at(conn, question, match, policy, bad))]
    return SearchResult(found, len(policies), complete)


def _policies(
    conn: sqlite3.Connection, question: Question, match: Matcher, bad: BadRows | None
) -> tuple[list[PolicyRow], bool]:
    """Return the policies with a match, the latest documents first, and whether all documents were read."""
    if question.vendor:
        of_vendor = [p for p in policies_of(conn, question.vendor) if question.type in {"", p.type, type_slug(p.type)}]
        return [
            policy for policy in of_vendor if _look_at(conn, question, match, policy, bad, with_snippet=False)
        ], True
    where, values = "", list(match.values)
    for condition, value in (
        ("p.type = ?", question.type),
        ("r.last_captured >= ?", question.since),
        ("r.first_captured < date(?, '+1 day')", question.until),
    ):
        if value:
            where += f" AND {condition}"
            values.append(value)
    policies: dict[int, PolicyRow] = {}
    rows = 0
    try:
        with sqlite_timelimit(conn, _MAX_MILLISECONDS):
            for *policy, document in conn.execute(
                _SQL.format(tables=match.tables, order=match.order, where=where), values
            ):
                if policy[0] in policies or match.found_is_had or match.has(conn, document):
                    policies.setdefault(policy[0], PolicyRow(*policy))
                    rows += 1
                    if rows == _MAX_FOUND:
                        return list(policies.values()), False
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return list(policies.values()), False
    return list(policies.values()), True


def _look_at(
    conn: sqlite3.Connection,
    question: Question,
    match: Matcher,
    policy: PolicyRow,
    bad: BadRows | None,
    *,
    with_snippet: bool = True,
) -> Found | None:
    """Return the revisions of a policy with a match, and the match in the last of them; None if there is none."""
    revisions = revisions_of(conn, policy, changes=False, bad=bad)
    rowids = dict(
        conn.execute(
            "SELECT d.hash, d.rowid FROM revisions r JOIN documents d ON d.hash = r.document WHERE r.policy = ?",
            [policy.id],
        ).fetchall()
    )
    matching = {document for document, rowid in rowids.items() if match.has(conn, rowid)}
    having = [r for r in revisions if r.document in matching and _in_time(r, question)]
    if not having:
        return None
    result = Found(policy, len(revisions), having)
    if with_snippet:
        result.snippet = snippet(body_of(conn, having[-1].document), marks(question.text))
    return result


def _in_time(revision: RevisionRow, question: Question) -> bool:
    return (not question.since or revision.last_captured[:10] >= question.since) and (
        not question.until or revision.first_captured[:10] <= question.until
    )
