"""The corpus's schema, as migrations: a corpus of an older version is brought up to date when it is opened.

    policies         one tracked document of a vendor
    snapshots        one capture of a policy's URL, as the archive lists it, and what is known of it
    documents        one distinct text, identified by its content hash
    revisions        a stretch of time in which a policy had one document
    crawls           one run of a spider: what was asked, received, stored and refused
    crawl_counts     the same, by reason
    crawl_policies   how each policy fared in it
    noise            places in a policy's text that were learned not to count, and from what
    disregarded      what stood, in some snapshot of a document, where its text does not count
    left_out         what the page of some snapshot of a document shows, and the document does not
    doubts           why a snapshot's text may not be the vendor's doing
    variants         periods in which texts of a policy take turns; variant_texts: which texts
    kept             where the bytes of each capture are kept, and which could not be
    listings         when each URL of a policy was listed, and how far
    candidates       addresses that may be a policy's, as discovery found them, and what was decided about each
    discovery_answers  what the archive answered when the policies of a domain were looked for

Facts (what was listed and received) stand in `snapshots`; `revisions` is drawn from them and can be drawn again, as are
the doubts that follow from several snapshots, and the variants.
Documents are searched by words through `documents_fts`, and by signs, where a language puts no spaces between words or
endings on them, through `documents_signs` (`search_index.py`). The rows of both hang on `documents.rowid`, so after a
VACUUM they must be rebuilt (``sqlite-utils rebuild-fts`` does both).
"""

from sqlite_utils import Database, Migrations

from pipelines.corpus.candidates import create_candidates
from pipelines.corpus.citation import ARCHIVE, REPORTED
from pipelines.corpus.conclusions import variants
from pipelines.corpus.conclusions.doubts import create_doubts
from pipelines.corpus.crawls import create_crawls
from pipelines.corpus.differences import add_places, create_differences
from pipelines.corpus.discovery_answers import create_discovery_answers
from pipelines.corpus.kept import create_kept
from pipelines.corpus.left_out import create_left_out
from pipelines.corpus.news import create_news
from pipelines.corpus.noise import create_noise
from pipelines.corpus.one_type import fold_types
from pipelines.corpus.parts import create_parts
from pipelines.corpus.search_index import create_signs
from pipelines.corpus.unfinished import create_unfinished
from pipelines.corpus.views import create_views, create_yearly

migrations = Migrations("corpus")


@migrations(name="0001_corpus")
def corpus(db: Database) -> None:
    """Create the tables of the first version."""
    db.table("policies").create({"id": int, "vendor": str, "type": str}, pk="id", not_null={"vendor", "type"})
    db.table("policies").create_index(["vendor", "type"], unique=True)
    db.table("documents").create(
        {
            "hash": str,
            "title": str,
            "body": str,
            "language": str,  # ISO 639-1; null where it cannot be told
            "route": str,  # where the text was: trafilatura, readability, page, selected, pdf, application state
            "recall": float,  # how much of the page's text outside menus it holds, 0 to 1
            "extractor": str,  # whose reading it is: ours and the libraries', with versions
        },
        pk="hash",
        not_null={"hash", "title", "body"},
    )
    db.table("documents").enable_fts(["title", "body"], create_triggers=True)
    _create_snapshots(db)
    _create_revisions(db)
    create_crawls(db)


def _create_snapshots(db: Database) -> None:
    db.table("snapshots").create(
        {
            "id": int,
            "policy": int,
            "url": str,
            "timestamp": str,  # the archive's 14 digits: with the URL, the capture's address
            "captured": str,  # the moment that they mean, UTC, ISO 8601
            "status": int,
            "mimetype": str,
            "digest": str,
            "length": int,
            "state": str,
            "reason": str,  # short, to group by
            "detail": str,  # the evidence for it
            "document": str,
            "read_at": str,  # TIMESTAMP/URL where the text was read, after archived redirects
        },
        pk="id",
        not_null={"policy", "url", "timestamp", "captured", "state"},
        foreign_keys=[("policy", "policies", "id"), ("document", "documents", "hash")],
    )
    # The second is the order of a policy's history, the third finds a snapshot's neighbours in it that show a document.
    db.table("snapshots").create_index(["policy", "url", "timestamp"], unique=True)
    db.table("snapshots").create_index(["policy", "captured", "timestamp", "url"])
    db.execute(
        "CREATE INDEX idx_snapshots_known ON snapshots (policy, captured, timestamp, url) WHERE document IS NOT NULL"
    )
    db.table("snapshots").create_index(["document", "captured"])
    db.table("snapshots").create_index(["state"])


def _create_revisions(db: Database) -> None:
    db.table("revisions").create(
        {"id": int, "policy": int, "document": str, "first_snapshot": int, "last_snapshot": int},
        pk="id",
        not_null={"policy", "document", "first_snapshot", "last_snapshot"},
        foreign_keys=[
            ("policy", "policies", "id"),
            ("document", "documents", "hash"),
            ("first_snapshot", "snapshots", "id"),
            ("last_snapshot", "snapshots", "id"),
        ],
    )
    for column in ("policy", "document", "last_snapshot"):
        db.table("revisions").create_index([column])
    db.table("revisions").create_index(["first_snapshot"], unique=True)


@migrations(name="0002_views")
def views(db: Database) -> None:
    """Create the views."""
    create_views(db)


@migrations(name="0003_derived")
def derived(db: Database) -> None:
    """Keep what readers ask for often, and let the views use it."""
    create_yearly(db)
    create_differences(db)
    create_views(db)


@migrations(name="0004_listings")
def listings(db: Database) -> None:
    """Keep what the listings of a policy's URLs held, and why a crawl ended early."""
    db.table("listings").create(
        {
            "policy": int,
            "url": str,  # as the vendors file has it
            "newest": str,  # the newest timestamp that was listed
            "listed": str,  # when the listing was last asked for
            "listed_whole": str,  # when it was last asked for from its beginning
        },
        pk=("policy", "url"),
        not_null={"listed", "listed_whole"},
        foreign_keys=[("policy", "policies", "id")],
    )
    db.table("crawls").add_column("reason", str)


@migrations(name="0005_marks")
def marks(db: Database) -> None:
    """Show in `changes` what may be due to a newer extractor, and what is unlike its neighbours; index facets."""
    create_views(db)
    # Of documents, all columns behind `body` are far to read; here they stand close together.
    for columns in (["hash", "extractor"], ["language"], ["route"]):
        db.table("documents").create_index(columns)
    db.execute("CREATE INDEX idx_snapshots_reason ON snapshots (reason) WHERE reason IS NOT NULL")


@migrations(name="0006_origin")
def origin(db: Database) -> None:
    """Keep where a snapshot is from: null for the archive, else the origin that it was imported from."""
    db.table("snapshots").add_column("origin", str)


@migrations(name="0007_after")
def after(db: Database) -> None:
    """Index the documents that differences lead to: without it each document that goes reads all of them."""
    db.table("differences").create_index(["after"])


@migrations(name="0008_noise")
def noise(db: Database) -> None:
    """Keep what of the texts does not count: places that were learned, and what stood where."""
    create_noise(db)


@migrations(name="0009_requested_for")
def requested_for(db: Database) -> None:
    """Keep why a crawl requested a snapshot."""
    db.table("snapshots").add_column("requested_for", str)  # end of the history, halving, length stands out …


@migrations(name="0010_one_reader")
def one_reader(db: Database) -> None:
    """Drop the differences that an earlier version measured: they showed what does not count, and missed what does."""
    db.execute("DELETE FROM differences")


@migrations(name="0011_left_out")
def left_out(db: Database) -> None:
    """Keep what documents leave out of their pages, and doubts about snapshots; show these in `changes`, `doubtful`."""
    db.table("documents").add_column(
        "words", int
    )  # how many words of the page it holds; with `left_out`, all there are
    create_left_out(db)
    create_doubts(db)
    create_views(db)


@migrations(name="0012_search")
def search(db: Database) -> None:
    """Index the signs of the texts, for languages that an index of words does not serve."""
    create_signs(db)


@migrations(name="0013_variants")
def variants_of_policies(db: Database) -> None:
    """Keep which texts of a policy take turns, and tell those turns from changes in `changes` and `histories`."""
    variants.create_variants(db)
    create_views(db)
    for (policy,) in db.execute("SELECT id FROM policies").fetchall():
        variants.derive(db, policy)


@migrations(name="0014_bounds")
def bounds(db: Database) -> None:
    """Show in `changes` how many captures in doubt lie before a revision.

    Which snapshots show another page is concluded by the next crawl or `reextract`: it compares all texts.
    """
    create_views(db)


@migrations(name="0015_conclusions")
def conclusions(db: Database) -> None:
    """Show doubts in `coverage` and `gaps`, and all conclusions in one view."""
    create_views(db)


@migrations(name="0016_places")
def places(db: Database) -> None:
    """Keep how many places of a text changed, of which kinds, and under which headings; show it in `changes`.

    What an earlier version measured is measured again by the next crawl or `reextract`: its quotes were not verbatim.
    """
    add_places(db)
    create_views(db)


@migrations(name="0017_news")
def news(db: Database) -> None:
    """Keep when a revision was found, and which part of its pages a policy is; let each type have one form."""
    create_news(db)
    create_parts(db)
    fold_types(db)


@migrations(name="0018_captures_in_views")
def captures_in_views(db: Database) -> None:
    """Name in `changes` and `doubtful` the capture that shows a text: its timestamp, and its origin if it is none."""
    create_views(db)


@migrations(name="0019_reported")
def reported(db: Database) -> None:
    """Tell what was imported as the archive's from what a crawl found there; keep which URLs the archive excludes."""
    db.table("listings").add_column("excluded", str)  # when the archive said so, if it said nothing else since
    db.execute("UPDATE snapshots SET origin = ? WHERE origin = ?", [REPORTED, ARCHIVE])


@migrations(name="0020_kept")
def kept(db: Database) -> None:
    """Keep where the bytes of every capture are, and what they are."""
    create_kept(db)


@migrations(name="0021_unfinished")
def unfinished(db: Database) -> None:
    """Keep what was asked for since a crawl was last done with a policy: a killed crawl goes on with that."""
    create_unfinished(db)


@migrations(name="0022_candidates")
def candidates(db: Database) -> None:
    """Keep which addresses may be a policy's, why, and what somebody decided about each."""
    create_candidates(db)


@migrations(name="0023_discovery_answers")
def discovery_answers(db: Database) -> None:
    """Keep what the archive answered when the policies of a domain were looked for."""
    create_discovery_answers(db)
