"""The questions that readers put to a corpus, as SQL views, and what is kept beside the facts to answer them quickly.

    histories   which policies are there, and how much of each is known?
    changes     what texts has a policy had, and when did each hold?
    coverage    how well does the archive cover a policy, year by year?
    gaps        for how long is nothing known of a policy?
    doubtful    which snapshots may not show the vendor's doing, and why?
    conclusions   all that was concluded of a policy's snapshots, each in words
    served_in_turns   which texts of a policy take turns, when, and how do they differ?

    revisions.first_captured, .last_captured   the times of its first and last snapshot, to sort and search by
    yearly                                     how many snapshots of each state, and how many revisions, begin in a year

Views hold no data, and triggers keep the others true, whoever writes the tables.
"""

from sqlite_utils import Database

from pipelines.corpus.conclusions.variants import FLIP, OF_REVISION
from pipelines.corpus.differences import ALIKE, UNLIKE_BEFORE, UNLIKE_NEXT
from pipelines.corpus.revisions import ANOTHER_PAGE

MUCH_SHORTER = "much shorter than its neighbours"
"""The reason of the doubt about a text that came and went, as a page that was captured without its text does."""
_GAP_DAYS = 90
"""A stretch without a legible snapshot counts as a gap from here on: policies are seldom captured more than monthly."""

_HISTORIES = f"""
SELECT p.vendor, p.type,
    (SELECT count(*) FROM revisions r WHERE r.policy = p.id) AS revisions,
    (SELECT min(r.first_captured) FROM revisions r WHERE r.policy = p.id) AS first_captured,
    (SELECT r.last_captured FROM revisions r WHERE r.policy = p.id ORDER BY r.first_captured DESC LIMIT 1)
        AS last_captured,
    (SELECT r.first_captured FROM revisions r WHERE r.policy = p.id AND NOT {FLIP}
        ORDER BY r.first_captured DESC LIMIT 1) AS last_changed,
    (SELECT count(*) FROM snapshots s WHERE s.policy = p.id) AS snapshots,
    p.id AS policy
FROM policies p
"""  # noqa: S608 - the condition is ours

# A revision's neighbours are looked up, not numbered with a window: so a sorted page of it needs no more than its rows.
# What few ask for stands in subqueries, which are left alone where their column is.
BEFORE = (
    "FROM revisions q WHERE q.policy = r.policy AND q.first_captured < r.first_captured"
    " ORDER BY q.first_captured DESC LIMIT 1"
)
_NEXT = (
    "FROM revisions q WHERE q.policy = r.policy AND q.first_captured > r.first_captured"
    " ORDER BY q.first_captured LIMIT 1"
)
_READERS = "INDEXED BY idx_documents_hash_extractor"  # SQLite would take the unique one, and read past all of the body
# The doubts about the snapshots that show a revision: the other way round, each of its snapshots would be looked up.
_DOUBTS = (
    "FROM doubts o CROSS JOIN snapshots s ON s.id = o.snapshot WHERE o.policy = r.policy"
    " AND o.captured BETWEEN r.first_captured AND r.last_captured AND s.document = r.document"
)
# Between two shells of a page the whole text is unlike both: these are the outliers, not it.
_CHANGES = f"""
SELECT p.vendor, p.type, r.first_captured, r.last_captured, r.changed_after, r.replaced_by,
    c.words_added, c.words_removed, c.changed_sentences, c.kind,
    (SELECT a.extractor <> b.extractor FROM documents a {_READERS}, documents b {_READERS}
        WHERE a.hash = r.document AND b.hash = r.before) AS extractor_changed,
    CASE WHEN EXISTS (SELECT 1 {_DOUBTS} AND o.reason = '{MUCH_SHORTER}') THEN 1
        WHEN EXISTS (SELECT 1 FROM doubts o WHERE o.policy = r.policy AND o.captured = r.changed_after
            AND o.reason = '{MUCH_SHORTER}') THEN 0
        WHEN {UNLIKE_BEFORE} THEN coalesce((
        SELECT {UNLIKE_NEXT} AND (r.before = r.next OR EXISTS (
            SELECT 1 FROM differences a WHERE a.before = r.before AND a.after = r.next AND {ALIKE}))
        FROM differences n WHERE n.before = r.document AND n.after = r.next), 0) ELSE 0 END AS outlier,
    (SELECT group_concat(DISTINCT o.reason) {_DOUBTS}) AS doubts,
    (SELECT v.id {OF_REVISION}) AS variant, {FLIP} AS flip,
    (SELECT count(DISTINCT o.snapshot) FROM doubts o WHERE o.policy = r.policy AND o.captured > r.changed_after
        AND o.captured < r.first_captured) AS doubtful_between,
    d.title, f.url, f.timestamp, f.origin, r.revision, r.policy, r.document
FROM (
    SELECT r.id AS revision, r.policy, r.document, r.first_captured, r.last_captured, r.first_snapshot,
        (SELECT q.last_captured {BEFORE}) AS changed_after,
        (SELECT q.first_captured {_NEXT}) AS replaced_by,
        (SELECT q.document {BEFORE}) AS before,
        (SELECT q.document {_NEXT}) AS next
    FROM revisions r
) r
    JOIN policies p ON p.id = r.policy
    JOIN snapshots f ON f.id = r.first_snapshot
    JOIN documents d ON d.hash = r.document
    LEFT JOIN differences c ON c.before = r.before AND c.after = r.document
"""  # noqa: S608 - the conditions are ours

# Policy by policy and year by year, each counted by index: grouped, the first rows would wait for all snapshots.
_OF_YEAR = "s.policy = p.id AND s.captured >= y.year AND s.captured < cast(y.year + 1 AS text)"
_COVERAGE = f"""
SELECT p.vendor, p.type, y.year,
    (SELECT count(*) FROM snapshots s WHERE {_OF_YEAR}) AS snapshots,
    (SELECT count(s.document) FROM snapshots s WHERE {_OF_YEAR}) AS legible,
    (SELECT count(DISTINCT o.snapshot) FROM doubts o WHERE o.policy = p.id AND o.captured >= y.year
        AND o.captured < cast(y.year + 1 AS text)) AS doubtful,
    (SELECT count(*) FROM snapshots s WHERE {_OF_YEAR} AND s.state = 'rejected') AS rejected,
    (SELECT count(*) FROM snapshots s WHERE {_OF_YEAR} AND s.state = 'failed') AS failed,
    (SELECT count(*) FROM snapshots s WHERE {_OF_YEAR} AND s.state = 'listed') AS unread,
    p.id AS policy
FROM policies p CROSS JOIN (SELECT DISTINCT year FROM yearly) y
WHERE EXISTS (SELECT 1 FROM snapshots s WHERE {_OF_YEAR})
"""  # noqa: S608 - the condition is ours

# A snapshot of another page ends no gap: it says nothing of the policy.
_GAPS = f"""
SELECT vendor, type,
    days,
    last_before,
    first_after,
    (SELECT count(*) FROM snapshots s
        WHERE s.policy = g.policy AND s.captured > last_before AND s.captured < first_after) AS snapshots,
    (SELECT count(DISTINCT o.snapshot) FROM doubts o
        WHERE o.policy = g.policy AND o.captured > last_before AND o.captured < first_after) AS doubtful,
    (SELECT group_concat(DISTINCT o.reason) FROM doubts o
        WHERE o.policy = g.policy AND o.captured > last_before AND o.captured < first_after) AS doubts,
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
        AND EXISTS (SELECT 1 FROM revisions r WHERE r.document = s.document AND r.policy = s.policy)
        AND NOT EXISTS (SELECT 1 FROM doubts o WHERE o.snapshot = s.id AND o.reason = '{ANOTHER_PAGE}')
    WINDOW history AS (PARTITION BY p.vendor, p.type ORDER BY s.captured, s.timestamp, s.url)
) g
WHERE days >= {_GAP_DAYS}
"""  # noqa: S608 - the number is ours

_DOUBTFUL = """
SELECT p.vendor, p.type, o.captured, o.reason, o.detail, s.url, s.timestamp, s.origin, s.state,
    (SELECT r.id FROM revisions r WHERE r.policy = o.policy AND r.document = s.document
        AND o.captured BETWEEN r.first_captured AND r.last_captured LIMIT 1) AS revision,
    s.document, o.snapshot, o.policy
FROM doubts o JOIN snapshots s ON s.id = o.snapshot JOIN policies p ON p.id = o.policy
"""

_SERVED_IN_TURNS = """
SELECT p.vendor, p.type, v.first_captured AS served_from, v.last_captured AS served_to,
    t.seen, t.first_captured, t.last_captured, c.words_added, c.words_removed, d.title,
    t.document, t.compared_with, v.id AS variant, v.policy
FROM variant_texts t JOIN variants v ON v.id = t.variant JOIN policies p ON p.id = v.policy
    JOIN documents d ON d.hash = t.document
    LEFT JOIN differences c ON c.before = t.compared_with AND c.after = t.document
"""

_CONCLUSIONS = """
SELECT p.vendor, p.type, o.reason AS conclusion, o.captured AS first_captured, o.captured AS last_captured,
    'This snapshot is in doubt (' || o.reason || '): ' || o.detail AS in_words,
    'doubts' AS listed_in, o.snapshot, o.policy
FROM doubts o JOIN policies p ON p.id = o.policy
UNION ALL
SELECT p.vendor, p.type, 'served in turns', v.first_captured, v.last_captured,
    'The policy is served in turns: ' || (SELECT count(*) FROM variant_texts t WHERE t.variant = v.id)
        || ' texts, seen ' || (SELECT group_concat(t.seen, ', ') FROM variant_texts t WHERE t.variant = v.id)
        || ' times.',
    'variants', v.first_snapshot, v.policy
FROM variants v JOIN policies p ON p.id = v.policy
UNION ALL
SELECT p.vendor, p.type, n.kind, n.first, n.last,
    'What stands between "' || n.before || '" and "' || n.after || '" does not count (' || n.kind || '): it changed in '
        || n.changes || ' of ' || n.pairs || ' pairs of captures that followed each other.',
    'noise', NULL, n.policy
FROM noise n JOIN policies p ON p.id = n.policy
"""

VIEWS = {
    "histories": _HISTORIES,
    "changes": _CHANGES,
    "coverage": _COVERAGE,
    "gaps": _GAPS,
    "doubtful": _DOUBTFUL,
    "served_in_turns": _SERVED_IN_TURNS,
    "conclusions": _CONCLUSIONS,
}


def create_views(db: Database) -> None:
    """Create the views, in place of older versions of them, and the column ``policies.name``, which labels a policy."""
    names = {row[1] for row in db.execute("PRAGMA table_xinfo(policies)")}
    if "name" not in names:
        db.execute("ALTER TABLE policies ADD COLUMN name TEXT GENERATED ALWAYS AS (vendor || ' ' || type) VIRTUAL")
    for name, sql in VIEWS.items():
        db.create_view(name, sql.strip(), replace=True)


_TIMES = """
first_captured = (SELECT captured FROM snapshots WHERE id = first_snapshot),
last_captured = (SELECT captured FROM snapshots WHERE id = last_snapshot)
"""
_COUNT = (
    "INSERT INTO yearly (year, what, count) VALUES (substr({captured}, 1, 4), {what}, {step})"
    " ON CONFLICT (year, what) DO UPDATE SET count = count + excluded.count;"
)
_STARTED = "(SELECT captured FROM snapshots WHERE id = {row}.first_snapshot)"


def create_yearly(db: Database) -> None:
    """Create the columns and the table, their triggers and indexes, and fill them from the tables as they are."""
    table = db.table("revisions")
    for column in ("first_captured", "last_captured"):
        table.add_column(column, str)
    db.execute(f"UPDATE revisions SET {_TIMES}")  # noqa: S608 - no value in it
    table.create_index(["policy", "first_captured"])
    table.create_index(["first_captured"])
    db.table("yearly").create({"year": str, "what": str, "count": int}, pk=("year", "what"), not_null={"count"})
    db.execute(
        "INSERT INTO yearly SELECT substr(captured, 1, 4), state, count(*) FROM snapshots GROUP BY 1, 2"
        " UNION ALL SELECT substr(first_captured, 1, 4), 'revision', count(*) FROM revisions GROUP BY 1"
    )
    _create_triggers(db)


def _create_triggers(db: Database) -> None:
    set_times = f"UPDATE revisions SET {_TIMES} WHERE id = new.id;"  # noqa: S608 - no value in it
    add = _COUNT.format(captured="new.captured", what="new.state", step=1)
    take = _COUNT.format(captured="old.captured", what="old.state", step=-1)
    begin = _COUNT.format(captured=_STARTED.format(row="new"), what="'revision'", step=1)
    end = _COUNT.format(captured=_STARTED.format(row="old"), what="'revision'", step=-1)
    for name, when, do in (
        ("revisions_times_ai", "AFTER INSERT ON revisions", set_times + begin),
        ("revisions_times_au", "AFTER UPDATE OF first_snapshot, last_snapshot ON revisions", set_times + end + begin),
        ("revisions_times_ad", "AFTER DELETE ON revisions", end),
        ("snapshots_yearly_ai", "AFTER INSERT ON snapshots", add),
        ("snapshots_yearly_au", "AFTER UPDATE OF state ON snapshots WHEN old.state <> new.state", take + add),
        ("snapshots_yearly_ad", "AFTER DELETE ON snapshots", take),
    ):
        db.execute(f"CREATE TRIGGER {name} {when} BEGIN {do} END")
