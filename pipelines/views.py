"""The questions that readers put to a corpus, as SQL views, and the names that readers see instead of ids.

    histories   which policies are there, and how much of each is known?
    changes     what texts has a policy had, and when did each hold?
    coverage    how well does the archive cover a policy, year by year?
    gaps        for how long is nothing known of a policy?

They hold no data: whatever writes the tables keeps them true.
"""

from sqlite_utils import Database

_GAP_DAYS = 90
"""A stretch without a legible snapshot counts as a gap from here on: policies are seldom captured more than monthly."""

_HISTORIES = """
SELECT p.vendor, p.type,
    (SELECT count(*) FROM revisions r WHERE r.policy = p.id) AS revisions,
    (SELECT min(s.captured) FROM snapshots s WHERE s.policy = p.id AND s.document IS NOT NULL) AS first_captured,
    (SELECT max(s.captured) FROM snapshots s WHERE s.policy = p.id AND s.document IS NOT NULL) AS last_captured,
    (SELECT max(f.captured) FROM revisions r JOIN snapshots f ON f.id = r.first_snapshot WHERE r.policy = p.id)
        AS last_changed,
    (SELECT count(*) FROM snapshots s WHERE s.policy = p.id) AS snapshots,
    p.id AS policy
FROM policies p
"""

# Partitioned by vendor and type, so that SQLite can apply conditions on them before it numbers the revisions.
_CHANGES = """
SELECT p.vendor, p.type,
    f.captured AS first_captured,
    l.captured AS last_captured,
    lag(l.captured) OVER history AS changed_after,
    lead(f.captured) OVER history AS replaced_by,
    row_number() OVER history AS number,
    d.title,
    f.url,
    r.id AS revision,
    r.policy,
    r.document
FROM revisions r
    JOIN policies p ON p.id = r.policy
    JOIN snapshots f ON f.id = r.first_snapshot
    JOIN snapshots l ON l.id = r.last_snapshot
    JOIN documents d ON d.hash = r.document
WINDOW history AS (PARTITION BY p.vendor, p.type ORDER BY f.captured, f.timestamp, f.url)
"""

_COVERAGE = """
SELECT p.vendor, p.type,
    substr(s.captured, 1, 4) AS year,
    count(*) AS snapshots,
    count(s.document) AS legible,
    sum(s.state = 'rejected') AS rejected,
    sum(s.state = 'failed') AS failed,
    sum(s.state = 'listed') AS unread,
    s.policy
FROM snapshots s JOIN policies p ON p.id = s.policy
GROUP BY p.vendor, p.type, year
"""

_GAPS = f"""
SELECT vendor, type,
    days,
    last_before,
    first_after,
    (SELECT count(*) FROM snapshots s
        WHERE s.policy = g.policy AND s.captured > last_before AND s.captured < first_after) AS snapshots,
    document_before <> document_after AS changed,
    policy
FROM (
    SELECT p.vendor, p.type, s.policy,
        s.captured AS last_before,
        lead(s.captured) OVER history AS first_after,
        cast(julianday(lead(s.captured) OVER history) - julianday(s.captured) AS integer) AS days,
        s.document AS document_before,
        lead(s.document) OVER history AS document_after
    FROM snapshots s JOIN policies p ON p.id = s.policy
    WHERE s.document IS NOT NULL
    WINDOW history AS (PARTITION BY p.vendor, p.type ORDER BY s.captured, s.timestamp, s.url)
) g
WHERE days >= {_GAP_DAYS}
"""  # noqa: S608 - the number is ours

VIEWS = {"histories": _HISTORIES, "changes": _CHANGES, "coverage": _COVERAGE, "gaps": _GAPS}


def create_views(db: Database) -> None:
    """Create the views, in place of older versions of them, and the column ``policies.name``, which labels a policy."""
    names = {row[1] for row in db.execute("PRAGMA table_xinfo(policies)")}
    if "name" not in names:
        db.execute("ALTER TABLE policies ADD COLUMN name TEXT GENERATED ALWAYS AS (vendor || ' ' || type) VIRTUAL")
    for name, sql in VIEWS.items():
        db.create_view(name, sql.strip(), replace=True)
