"""A type is one however its letters' case is written: older corpora that have several policies for one lose nothing."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipelines.corpus.schema import migrations

STEP = "0017_news"
URL = "https://shop.example/privacy"


def older(*types: str) -> Database:
    """A corpus of the version before, with a policy of one vendor for each of these types."""
    db = Database(memory=True)
    migrations.apply(db, stop_before=STEP)
    for type_ in types:
        db["policies"].insert({"vendor": "shop.example", "type": type_})
    return db


def put(db: Database, policy: int, year: int, document: str | None, state: str = "fetched", **more: object) -> int:
    """A snapshot of the year; one that was fetched shows a document, and makes a revision."""
    if document:
        db["documents"].insert({"hash": document, "title": "", "body": f"We keep {document}."}, ignore=True)
    row = {"policy": policy, "url": URL, "timestamp": f"{year}0102030405", "captured": f"{year}-01-02T03:04:05+00:00"}
    row |= {"state": state, "document": document, "mimetype": "text/html", "digest": f"D{year}"} | more
    snapshot = db["snapshots"].insert(row).last_pk
    if document:
        db["revisions"].insert(
            {"policy": policy, "document": document, "first_snapshot": snapshot, "last_snapshot": snapshot}
        )
    return snapshot


def revisions(db: Database) -> list[tuple[str, str, str]]:
    return db.execute(
        "SELECT p.type, r.document, substr(r.first_captured, 1, 4) FROM revisions r JOIN policies p ON p.id = r.policy"
        " ORDER BY r.first_captured"
    ).fetchall()


@pytest.mark.parametrize("types", [("Privacy Policy", "privacy policy"), ("privacy policy", "PRIVACY POLICY")])
def test_two_policies_of_one_type_become_one_with_the_revisions_of_both(types):
    with closing(older(*types)) as db:
        put(db, 1, 2001, "cookies")
        put(db, 1, 2003, "newsletters")
        put(db, 2, 2002, "orders")
        put(db, 2, 2004, "orders")
        migrations.apply(db)
        assert db.execute("SELECT vendor, type FROM policies").fetchall() == [("shop.example", "privacy policy")]
        assert [row[1:] for row in revisions(db)] == [
            ("cookies", "2001"),
            ("orders", "2002"),
            ("newsletters", "2003"),
            ("orders", "2004"),
        ]
        assert db["documents"].count == 3
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("SELECT sum(count) FROM yearly WHERE what = 'revision'").fetchone() == (4,)


def test_of_a_capture_that_both_have_the_one_that_tells_more_is_kept_and_what_refers_to_it():
    with closing(older("Privacy Policy", "privacy policy")) as db:
        put(db, 2, 2001, None, "listed", length=99)
        known = put(db, 1, 2001, "cookies", mimetype=None)
        put(db, 1, 2002, "cookies")
        put(db, 2, 2002, "cookies")
        put(db, 2, 2003, None, "failed")
        put(db, 1, 2003, None, "rejected", reason="bot wall")
        db["doubts"].insert(
            {
                "snapshot": known,
                "reason": "mojibake",
                "detail": "x",
                "policy": 1,
                "captured": "2001-01-02T03:04:05+00:00",
            }
        )
        db["crawls"].insert({"started": "2020", "status": "complete"})
        for policy in (1, 2):
            db["crawl_policies"].insert({"crawl": 1, "policy": policy, "status": "complete"})
            db["listings"].insert({"policy": policy, "url": URL, "listed": "2020", "listed_whole": "2020"})
        migrations.apply(db)
        rows = db.execute(
            "SELECT substr(timestamp, 1, 4), state, reason, document FROM snapshots ORDER BY 1"
        ).fetchall()
        assert rows == [
            ("2001", "fetched", None, "cookies"),
            ("2002", "fetched", None, "cookies"),
            ("2003", "rejected", "bot wall", None),
        ]
        assert db.execute("SELECT mimetype, length FROM snapshots WHERE id = ?", [known]).fetchone() == (
            "text/html",
            99,
        )
        assert revisions(db) == [("privacy policy", "cookies", "2001")]
        assert db.execute("SELECT snapshot, policy FROM doubts").fetchall() == [(known, 2)]
        assert db["listings"].count == 1
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_policy_alone_keeps_its_rows_and_others_stay_apart():
    with closing(older("Terms of Service", "ÅRSRAPPORT", "privacy policy")) as db:
        put(db, 1, 2001, "cookies")
        before = db.execute("SELECT * FROM snapshots").fetchall()
        migrations.apply(db)
        types = [row[0] for row in db.execute("SELECT type FROM policies ORDER BY id")]
        assert types == ["terms of service", "årsrapport", "privacy policy"]
        assert db.execute("SELECT * FROM snapshots").fetchall() == before
        assert revisions(db) == [("terms of service", "cookies", "2001")]


def test_three_that_differ_in_case_alone_become_one():
    with closing(older("Privacy Policy", "PRIVACY policy", "privacy Policy")) as db:
        for policy in (1, 2, 3):
            put(db, policy, 2000 + policy, f"text {policy}")
        migrations.apply(db)
        assert db["policies"].count == 1
        assert len(revisions(db)) == 3


def test_a_corpus_with_both_opens_and_is_crawled_on_as_one(tmp_path: Path):
    from crawler.model import Policy
    from pipelines.corpus import Corpus

    path = tmp_path / "corpus.db"
    with closing(Database(path)) as db:
        migrations.apply(db, stop_before=STEP)
        for type_ in ("Privacy Policy", "privacy policy"):
            db["policies"].insert({"vendor": "shop.example", "type": type_})
        put(db, 1, 2001, "cookies")
        db.conn.commit()
    with Corpus(path) as corpus:
        assert corpus.find(Policy("shop.example", "privacy policy", ())) == 2
        assert corpus.db["snapshots"].count == 1
