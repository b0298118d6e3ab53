"""Candidates stay with their evidence and what was decided about them, whatever is found later or elsewhere."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.discovery.candidates import Candidate, Evidence
from pipelines.corpus import Corpus, candidates
from pipelines.corpus.candidates import StoredCandidate
from pipelines.corpus.schema import migrations
from pipelines.merge import Places, merge

NOW = datetime(2026, 11, 29, tzinfo=UTC)
LATER = datetime(2026, 12, 1, tzinfo=UTC)
HOME = Evidence("home page", "https://shop.example/", "20110304050607", "Privacy")
URL = "https://shop.example/privacy"
ONE = Candidate(
    "shop.example", URL, "Privacy Policy", "en", 0.9, "20110304050607", "20240102000000", (HOME,), verified=True
)


@pytest.fixture
def db() -> Database:
    made = Database(memory=True)
    migrations.apply(made)
    return made


def test_a_candidate_is_read_as_it_was_stored(db: Database) -> None:
    assert candidates.put(db, [ONE], NOW) == []
    assert candidates.read(db) == [StoredCandidate(ONE, "2026-11-29T00:00:00+00:00", None, None)]
    assert candidates.read(db, "other.example") == []


def test_what_is_found_later_is_put_beside_it(db: Database) -> None:
    link = Evidence("link", "https://shop.example/terms", "20150101000000", "privacy")
    later = replace(
        ONE, url="http://www.shop.example/privacy/", type="privacy policy", score=0.5, first="20090101000000",
        last="20100101000000", seen=(link,), verified=False, language=None,
    )  # fmt: skip
    candidates.put(db, [ONE], NOW)
    candidates.put(db, [later, later], LATER)
    (stored,) = candidates.read(db)
    united = replace(ONE, type="privacy policy", score=0.5, first="20090101000000", seen=(HOME, link))
    assert stored == StoredCandidate(united, "2026-11-29T00:00:00+00:00", None, None)


def test_a_refused_candidate_does_not_come_back(db: Database) -> None:
    candidates.put(db, [ONE], NOW)
    (refused,) = candidates.decide(db, "http://www.shop.example/privacy", "refused", now=NOW)
    assert (refused.decision, refused.decided) == ("refused", "2026-11-29T00:00:00+00:00")
    candidates.put(db, [ONE, replace(ONE, type="Terms of Service")], LATER)
    assert {(one.candidate.type, one.decision) for one in candidates.read(db)} == {
        ("Privacy Policy", "refused"),
        ("Terms of Service", "refused"),
    }
    key = "example,shop)/privacy"
    assert candidates.refused(db, "shop.example") == {(key, "privacy policy"), (key, "terms of service")}


def test_a_decision_can_be_changed(db: Database) -> None:
    candidates.put(db, [ONE], NOW)
    candidates.decide(db, URL, "refused", now=NOW)
    (accepted,) = candidates.decide(db, URL, "accepted", now=LATER)
    assert (accepted.decision, accepted.decided) == ("accepted", "2026-12-01T00:00:00+00:00")
    assert candidates.refused(db, "shop.example") == set()
    assert candidates.accepted(db, "shop.example") == [ONE]


def test_an_address_that_is_no_candidate_is_not_decided(db: Database) -> None:
    candidates.put(db, [ONE], NOW)
    assert candidates.decide(db, "https://shop.example/terms", "refused") == []
    assert candidates.decide(db, URL, "refused", domain="other.example") == []


@pytest.mark.parametrize(
    "wrong",
    [{"url": "javascript:alert(1)"}, {"url": "https://x.example/\n"}, {"type": "../.."}, {"domain": "no domain"}],
)
def test_what_no_vendors_file_could_have_is_not_stored(db: Database, wrong: dict[str, str]) -> None:
    assert candidates.put(db, [replace(ONE, **wrong), ONE]) == [replace(ONE, **wrong)]
    assert len(candidates.read(db)) == 1


def test_evidence_is_bounded(db: Database) -> None:
    pieces = tuple(
        Evidence("link", "https://shop.example/" + "x" * 9_000, f"2011{at:010}", "\ud800" + "y" * 900)
        for at in range(99)
    )
    candidates.put(db, [replace(ONE, seen=pieces)])
    (stored,) = candidates.read(db)
    assert len(stored.candidate.seen) == 12
    assert stored.candidate.seen[0].timestamp == pieces[0].timestamp
    assert stored.candidate.seen[-1].timestamp == pieces[-1].timestamp
    assert all(len(piece.url) <= 2_000 and len(piece.text) <= 200 for piece in stored.candidate.seen)


FOREIGN = {
    "seen": ["{{{", "[" * 100_000, '[{"source": 1}]', "[5]", b"\xff", f'["{"x" * 200_000}"]'],
    "score": ["NaN", b"\x00", 9e999],
    "url": [b"\xff\x00"],
    "first": [b"\xff"],
    "decision": ["maybe", b"accepted\xff"],
}
SPOILT = [(column, value) for column, values in FOREIGN.items() for value in values]


@pytest.mark.parametrize(("column", "value"), SPOILT, ids=[f"{column}-{n}" for n, (column, _) in enumerate(SPOILT)])
def test_a_row_that_no_discovery_stores_stops_no_other(tmp_path: Path, column: str, value: object) -> None:
    terms = replace(ONE, url="https://shop.example/terms", type="Terms of Service")
    with Corpus(tmp_path / "corpus.db") as corpus:
        candidates.put(corpus.db, [ONE, terms], NOW)
        corpus.db.execute(f"UPDATE candidates SET {column} = ? WHERE type = 'Privacy Policy'", [value])  # noqa: S608
        assert [one and one.candidate for one in candidates.read_all(corpus.db)] == [None, terms]
        assert [one and one.candidate for one in candidates.of_others(corpus.db)] == [None, terms]
        candidates.put(corpus.db, [ONE], LATER)
        assert [one.candidate for one in candidates.read(corpus.db)] == [ONE, terms]


def test_a_text_that_is_no_utf_8_stops_no_other(db: Database) -> None:
    candidates.put(db, [ONE, replace(ONE, url="https://shop.example/terms")], NOW)
    db.execute("UPDATE candidates SET language = CAST(x'ffc328' AS TEXT) WHERE url = ?", [URL])
    assert [one.candidate.url for one in candidates.read(db)] == ["https://shop.example/terms"]


# -- merging ---------------------------------------------------------------------------------------------------------
MOMENTS = st.none() | st.sampled_from(["20010101000000", "20110101000000", "20210101000000"])
PIECES = st.builds(
    Evidence, st.sampled_from(["home page", "link"]), st.just(URL), MOMENTS, st.sampled_from(["", "a", "b"])
)
FOUND = st.builds(
    Candidate,
    st.just("shop.example"),
    st.sampled_from([URL, "http://shop.example/privacy", "https://shop.example/other"]),
    st.sampled_from(["Privacy Policy", "Terms of Service"]),
    st.sampled_from([None, "en", "fr"]),
    st.sampled_from([0.1, 0.5, 0.9]),
    MOMENTS,
    MOMENTS,
    st.lists(PIECES, max_size=9).map(tuple),
    st.booleans(),
)
STORED = st.tuples(
    st.lists(FOUND, max_size=3), st.sampled_from([None, "accepted", "refused"]), st.sampled_from([NOW, LATER])
)


@given(st.lists(STORED, min_size=2, max_size=3))
def test_corpora_are_united_in_any_order_and_number(parts: list) -> None:
    corpora = []
    for found, decision, moment in parts:
        db = Database(memory=True)
        candidates.create_candidates(db)
        candidates.put(db, found, moment)
        if decision:
            candidates.decide(db, URL, decision, now=moment)
        corpora.append(candidates.read(db))
    results = []
    for order in permutations(corpora):
        db = Database(memory=True)
        candidates.create_candidates(db)
        for stored in [one for corpus in (*order, order[0]) for one in corpus]:
            candidates.unite(db, stored)
        results.append(candidates.read(db))
    assert all(result == results[0] for result in results)


def test_a_merge_brings_candidates_and_keeps_the_later_decision(tmp_path: Path) -> None:
    for name, decision, moment in (("a", "refused", LATER), ("b", "accepted", NOW)):
        with Corpus(tmp_path / f"{name}.db") as corpus, corpus.writing():
            candidates.put(corpus.db, [ONE], moment)
            candidates.decide(corpus.db, URL, decision, now=moment)
    with Corpus(tmp_path / "b.db") as other, other.writing():
        candidates.put(other.db, [replace(ONE, url="https://shop.example/terms", type="Terms of Service")], NOW)
        other.db.execute(
            "INSERT INTO candidates SELECT 'x y', urlkey, type, url, language, score, first, last, '[1]', 1, found,"
            " 'maybe', 1 FROM candidates LIMIT 1"
        )
    with Corpus(tmp_path / "all.db") as whole:
        found = [merge(tmp_path / f"{name}.db", whole, Places(None, None, "https://archive.example")) for name in "ab"]
        assert [(one.candidate.type, one.decision) for one in candidates.read(whole.db)] == [
            ("Privacy Policy", "refused"),
            ("Terms of Service", None),
        ]
    assert found[0].failed == []
    assert found[1].failed == ["1 candidates that no discovery stores, left out"]
