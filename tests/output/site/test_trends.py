"""Trends are what a count of all texts, one by one, comes to: which text is in force when, and what it says."""

import random
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml
from corpus_writing import finish_crawl, start_crawl
from serving import PROJECT
from turning import write

from crawler.text.readability import measure, reading_ease
from output.in_force import By, Scope, in_force, languages, name, number_of
from output.site.marking import folded
from output.text_measures import measured
from output.trends import behind, count, has_words
from pipelines.corpus import Corpus
from pipelines.corpus.conclusions.draw import draw

NO_TEXT = {"another page", "much shorter than its neighbours"}
PHRASES = ["data", "personal data", '"personal data"', "we photographs", "個人情報", "zebra", "cookies"]


def brute(conn: sqlite3.Connection, scope: Scope) -> dict[int, list[list[tuple[str, str | None]]]]:
    """Of each period the policies seen, each with the texts that count (body and language)."""
    texts = {row[0]: row[1:] for row in conn.execute("SELECT hash, body, language FROM documents")}
    periods: dict[int, list[list[tuple[str, str | None]]]] = defaultdict(list)
    for policy, vendor, type_ in conn.execute("SELECT id, vendor, type FROM policies").fetchall():
        if scope.vendor not in {"", vendor} or scope.type not in {"", type_}:
            continue
        revisions = conn.execute(
            "SELECT document, first_captured, last_captured FROM revisions WHERE policy = ? ORDER BY 2, id", [policy]
        ).fetchall()
        counting = [one for one in revisions if not is_no_text(conn, policy, *one)]
        variants = conn.execute(
            "SELECT v.first_captured, v.last_captured, t.document, t.first_captured, t.last_captured FROM variants v"
            " JOIN variant_texts t ON t.variant = v.id WHERE v.policy = ?",
            [policy],
        ).fetchall()
        years = {period(moment, scope.by) for _, *moments in counting for moment in moments}
        for at in range(min(years, default=0), max(years, default=-1) + 1):
            seen = [r for r in counting if period(r[1], scope.by) <= at <= period(r[2], scope.by)]
            if not seen:
                continue
            document, first, last = seen[-1]
            in_turns = [
                v
                for v in variants
                if v[0] <= first and last <= v[1] and (v[0], document) in {v[0::2][:2] for v in variants}
            ]
            also = [v[2] for v in in_turns if period(v[3], scope.by) <= at <= period(v[4], scope.by)]
            if scope.language in {"", texts[document][1]}:
                periods[at].append([texts[one] for one in dict.fromkeys([document, *also])])
    return periods


def is_no_text(conn: sqlite3.Connection, policy: int, document: str, first: str, last: str) -> bool:
    """Whether a revision shows no whole text of its policy."""
    snapshots = conn.execute(
        "SELECT id, captured, document, state FROM snapshots WHERE policy = ?", [policy]
    ).fetchall()
    doubts = defaultdict(set)
    for snapshot, reason in conn.execute("SELECT snapshot, reason FROM doubts WHERE policy = ?", [policy]):
        doubts[snapshot].add(reason)
    showing = [one for one in snapshots if one[2] == document]
    if any(doubts[id_] & NO_TEXT for id_, captured, *_ in showing if first <= captured <= last):
        return True
    fetched = [id_ for id_, _, _, state in showing if state == "fetched"]
    is_cut = any("truncated capture" in doubts[id_] for id_, captured, *_ in showing if first <= captured <= last)
    return is_cut and all("truncated capture" in doubts[id_] for id_ in fetched)


def period(moment: str, by: By) -> int:
    when = datetime.fromisoformat(moment)
    return when.year if by == "year" else when.year * 4 + (when.month - 1) // 3


def says(body: str, phrase: str) -> bool:
    """Whether a text has a phrase, looked for in all of it."""
    if not phrase.isascii():
        return phrase in body
    tokens = " ".join(re.findall(r"[^\W_]+", folded(body)))
    wanted = [quoted or word for quoted, word in re.findall(r'"([^"]*)"|(\S+)', phrase)]
    return all(f" {one} " in f" {tokens} " for one in wanted)


def assert_as_counted(conn: sqlite3.Connection, scope: Scope, phrases: list[str]) -> None:
    """Compare all figures, and the policies behind each."""
    periods = brute(conn, scope)
    found = count(conn, scope, phrases)
    assert found.seen == {at: len(policies) for at, policies in sorted(periods.items())}
    for trend in found.trends:
        wanted = {
            at: sum(any(says(body, trend.phrase) for body, _ in texts) for texts in of) for at, of in periods.items()
        }
        assert {point.period: point.saying for point in trend.points} == wanted, trend.phrase
        for point in trend.points[:: max(len(trend.points) // 5, 1)]:
            same, listed = behind(conn, scope, trend.phrase, point.period, limit=1000)
            assert same == point
            assert len(listed) == len({one.policy for one in listed}) == point.saying
            assert [(one.vendor, one.type) for one in listed] == sorted((one.vendor, one.type) for one in listed)
            for one in listed:
                ((body, policy, of),) = conn.execute(
                    "SELECT d.body, r.policy, r.document FROM documents d JOIN revisions r ON r.document = d.hash"
                    " WHERE r.id = ?",
                    [one.revision],
                )
                assert says(body, trend.phrase)
                assert (policy, of) == (one.policy, one.document)
    for at in list(found.seen)[:: max(len(found.seen) // 5, 1)]:
        assert len(behind(conn, scope, "", at, limit=1000)[1]) == found.seen[at]


@pytest.fixture(scope="module")
def random_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Policies with random histories: texts that take turns, gaps, doubts, several languages, two texts in a second."""
    path = tmp_path_factory.mktemp("random") / "corpus.db"
    rng = random.Random(16)
    words = ["data", "personal data", "we", "photographs", "cookies", "zebra", "個人情報を"]
    with Corpus(path) as corpus, corpus.db.atomic():
        db = corpus.db
        for number in range(60):
            db.table("documents").insert(
                {
                    "hash": f"h{number}",
                    "title": "Data",
                    "body": f"Text {number} " + ". ".join(rng.choices(words, k=rng.choice([1, 2, 3, 150]))),
                    "language": rng.choice(["en", "en", "de", "ja", "sv", None]),
                }
            )
        for policy in range(1, 31):
            type_ = rng.choice(["privacy policy", "terms of service"])
            db.table("policies").insert(
                {
                    "id": policy,
                    "vendor": f"v{policy % 25}.example",
                    "type": f"{type_} {policy}"[: 14 if policy < 26 else 99],
                }
            )
            texts = rng.sample(range(60), rng.choice([1, 2, 3, 5]))
            when = datetime(rng.randint(2001, 2012), 1, 1, tzinfo=UTC)
            for step in range(rng.randint(1, 20)):
                when += timedelta(days=rng.choice([0, 20, 90, 300, 900]), seconds=step)
                text = rng.choice(texts) if policy % 4 else texts[step % min(len(texts), 3)]
                captured = when.isoformat()
                row = {
                    "policy": policy,
                    "url": "https://x.example/",
                    "timestamp": f"{when:%Y%m%d%H%M%S}",
                    "captured": captured,
                }
                known = rng.random() < 0.9
                db.table("snapshots").insert(
                    row | {"state": "fetched" if known else "rejected", "document": f"h{text}" if known else None}
                )
                if known and rng.random() < 0.1:
                    reason = rng.choice([*sorted(NO_TEXT), "truncated capture", "mojibake"])
                    snapshot = db.execute("SELECT max(id) FROM snapshots").fetchone()[0]
                    db.table("doubts").insert(
                        {"snapshot": snapshot, "reason": reason, "detail": "", "policy": policy, "captured": captured}
                    )
            draw(db, policy)
        finish_crawl(corpus, start_crawl(corpus, {}), "complete")
    return path


@pytest.fixture(params=["sample", "noisy", "doubtful", "random", "turning"])
def conn(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    if request.param == "turning":
        bodies = {"A": "personal data", "B": "cookies", "X": "zebra data"}
        path = write(tmp_path / "corpus.db", "XABABA", "XABABABABX", "A.B", "ABABAX", bodies=bodies)
    else:
        path = request.getfixturevalue(f"{request.param}_corpus")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        yield conn


@pytest.mark.parametrize("by", ["year", "quarter"])
def test_figures_are_those_of_a_count_of_all_texts(conn: sqlite3.Connection, by: By) -> None:
    assert_as_counted(conn, Scope(by=by), PHRASES)


def test_figures_of_a_vendor_a_type_and_a_language_are_too(conn: sqlite3.Connection) -> None:
    vendor, type_ = conn.execute("SELECT vendor, type FROM policies ORDER BY id DESC LIMIT 1").fetchone()
    for scope in (Scope(vendor=vendor), Scope(type=type_), Scope(vendor=vendor, type=type_, language="en")):
        assert_as_counted(conn, scope, PHRASES[:3])
    for language in languages(conn):
        assert_as_counted(conn, Scope(language=language), PHRASES)


def test_the_random_corpus_has_what_is_to_be_tested(random_corpus: Path) -> None:
    with closing(sqlite3.connect(random_corpus)) as conn:
        assert conn.execute("SELECT count(*) FROM variants").fetchone()[0] > 3
        assert conn.execute("SELECT count(DISTINCT reason) FROM doubts").fetchone()[0] >= 4
        sql, values = in_force(Scope())
        excluded = conn.execute(f"WITH {sql} SELECT count(*) FROM no_texts", values).fetchone()[0]  # noqa: S608
        assert excluded > 3
        found = count(conn, Scope(), PHRASES)
        assert all(any(point.saying for point in trend.points) for trend in found.trends)


def test_the_ready_made_question_has_the_same_figures(conn: sqlite3.Connection) -> None:
    queries = yaml.safe_load((PROJECT / "output/site/metadata.yml").read_text("utf-8"))["databases"]["corpus"][
        "queries"
    ]
    vendor, type_ = conn.execute("SELECT vendor, type FROM policies ORDER BY id LIMIT 1").fetchone()
    for scope in (Scope(), Scope(language="en"), Scope(vendor=vendor), Scope(type=type_)):
        asked = {"vendor": scope.vendor, "type": scope.type, "language": scope.language}
        for phrase in ("data", "personal data", "個人情報"):
            rows = conn.execute(queries["trend"]["sql"], asked | {"phrase": phrase}).fetchall()
            (trend,) = count(conn, scope, [f'"{phrase}"']).trends
            wanted = [(str(p.period), p.policies, p.saying, pytest.approx(p.share, abs=1e-4)) for p in trend.points]
            assert rows == wanted, (scope, phrase)


@pytest.mark.parametrize("by", ["year", "quarter"])
def test_lengths_and_ease_are_those_of_all_texts(conn: sqlite3.Connection, by: By) -> None:
    scope = Scope(by=by)
    values: dict[int, list[float]] = defaultdict(list)
    scores: dict[int, list[float]] = defaultdict(list)
    for at, policies in brute(conn, scope).items():
        for (body, language), *_ in policies:
            if size := measure(body, language):
                values[at].append(size.words)
                if language == "en" and (ease := reading_ease(size, language)) is not None:
                    scores[at].append(ease)
    length = measured(conn, scope, "length")
    assert {p.period: (p.policies, p.median) for p in length.points} == {
        at: (len(of), median(of)) for at, of in sorted(values.items())
    }
    assert all(p.low <= p.median <= p.high for p in length.points)
    easy = measured(conn, Scope(by=by, language="en"), "ease")
    assert {p.period: (p.policies, pytest.approx(p.median)) for p in easy.points} == {
        at: (len(of), median(of)) for at, of in sorted(scores.items())
    }


def test_a_sample_is_always_the_same_and_says_what_it_is_of(random_corpus: Path) -> None:
    with closing(sqlite3.connect(random_corpus)) as conn:
        first, again = (measured(conn, Scope(), "length", most=20) for _ in range(2))
        whole = measured(conn, Scope(), "length", most=10_000)
    assert first == again
    assert first.is_sample
    assert 1 < first.policies < first.of == whole.policies == whole.of
    assert not whole.is_sample


def test_what_cannot_be_measured_is_told(random_corpus: Path) -> None:
    with closing(sqlite3.connect(random_corpus)) as conn:
        assert {*measured(conn, Scope(), "length").left_out} == {"ja"}
        assert {*measured(conn, Scope(language="sv"), "ease").left_out} == {"sv"}
        ease = measured(conn, Scope(), "ease")
        assert ease.language == "en"
        assert {*ease.left_out} == {"", "de", "ja", "sv"}
        assert ease.short


def test_one_in_some_policies_is_counted_as_these_are(random_corpus: Path) -> None:
    with closing(sqlite3.connect(random_corpus)) as conn:
        found = count(conn, Scope(one_in=4), ["data", "個人情報 data"])
        rows = conn.execute("SELECT DISTINCT vendor, type FROM policies WHERE id % 4 = 0").fetchall()
        seen: dict[int, int] = defaultdict(int)
        said: dict[int, int] = defaultdict(int)
        for vendor, type_ in rows:
            one = count(conn, Scope(vendor=vendor, type=type_), ["data"])
            for point in one.trends[0].points:
                seen[point.period] += point.policies
                said[point.period] += point.saying
    assert found.seen == dict(sorted(seen.items()))
    assert {p.period: p.saying for p in found.trends[0].points} == dict(sorted(said.items()))


@pytest.mark.parametrize("phrase", ["!!!", "", '""', "…", "\x00"])
def test_a_phrase_without_a_word_is_said_by_nobody(random_corpus: Path, phrase: str) -> None:
    with closing(sqlite3.connect(random_corpus)) as conn:
        assert not has_words(conn, phrase)
        assert not any(point.saying for point in count(conn, Scope(), [phrase]).trends[0].points)


@pytest.mark.parametrize(
    "phrase", ['"a', 'a" OR "b', "body:data", "data*", "NEAR(a b)", "^data", "a-b", "'", "x " * 250]
)
def test_no_phrase_is_an_error(random_corpus: Path, phrase: str) -> None:
    with closing(sqlite3.connect(random_corpus)) as conn:
        count(conn, Scope(), [phrase, phrase])


def test_years_that_there_can_be_no_captures_of_do_not_count(tmp_path: Path) -> None:
    path = write(tmp_path / "corpus.db", "AB")
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("UPDATE revisions SET first_captured = '0001', last_captured = '999999-01-01' WHERE id = 1")
        conn.execute("UPDATE revisions SET last_captured = '9999-12-31T00:00:00+00:00' WHERE id = 2")
        found = count(conn, Scope(), ["keep"])
    assert found.seen == dict.fromkeys(range(2020, 2200), 1)


def test_a_period_has_a_name_and_a_number() -> None:
    names: list[tuple[str, By, Any]] = [
        ("2019", "year", 2019),
        ("2019-Q1", "quarter", 8076),
        ("2019-Q4", "quarter", 8079),
    ]
    for called, by, number in names:
        assert number_of(called, by) == number
        assert name(number, by) == called
    for wrong, by in [
        ("2019", "quarter"),
        ("2019-Q5", "quarter"),
        ("2019-Q1", "year"),
        ("1989", "year"),
        ("x", "year"),
    ]:
        assert number_of(wrong, by) is None  # type: ignore[arg-type]
