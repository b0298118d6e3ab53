"""Captures of another page in place of the policy, from the archive to exports: no revision, and nothing hidden."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest
from crawling import SHOP, Crawled
from policy_crawls import FakeArchive, Stored, begin, captured, drive
from warc_writing import WarcFile

from crawler.local_archive.captures import read_captures
from crawler.local_archive.index import CaptureIndex
from crawler.model import Policy
from crawler.policy_crawl import CaptureQuestion
from crawler.workers.in_process import InProcess
from crawler.workers.reader import Reader
from output.formats.table import FORMATS, export
from pipelines.corpus import Corpus
from pipelines.corpus.revisions import redraw
from pipelines.reextraction import reread

POLICY = Policy("shop.example", "privacy policy", (SHOP,))
FIRST = datetime(2018, 1, 1, 12, tzinfo=UTC)
FRAME = "<html><head><title>{}</title></head><body><main>{}</main></body></html>"
RULES = [
    f"<p>Rule {n}: the clerk of counter {n} keeps your order for {{days}} days in drawer {n}, and burns it then.</p>"
    for n in range(40)
]
RULE = "<p>Regel {0}: Schalter {0} verwahrt Ihre Bestellung in Fach {0} und verbrennt sie danach.</p>"
SPEECH = "<p>Our partner number {0} may obtain article {0} of your basket once you have agreed to notice {0}.</p>"

PAGES = {
    "A": ("Privacy", "<h1>Privacy</h1>" + "".join(RULES).format(days="thirty")),
    "B": ("Privacy", "<h1>Privacy</h1>" + "".join(RULES).format(days="sixty")),
    "R": ("Your data", "<h1>Your data</h1>" + "".join(SPEECH.format(n) for n in range(40))),
    "M": (
        "Shop",
        "<p>Both shops, the one in Ahrtal and that in Mosel, now follow one statement.</p>"
        + "".join(SPEECH.format(f"{n} of both") for n in range(30)),
    ),
    "T": ("Datenschutz", "<h1>Datenschutz</h1>" + "".join(RULE.format(n) for n in range(40))),
    "X": (
        "Shop",
        "<p>Our server hall gets a new roof this week. While the builders are up there, we are away. "
        "Nothing of your basket gets lost, and we are looking forward to seeing you again soon.</p>",
    ),
    "Y": (
        "Negozio",
        "<p>Lavori in corso nella sala macchine: torniamo tra poche ore, grazie della pazienza. "
        "Nulla del vostro carrello va perduto, e presto saremo di nuovo qui per voi.</p>",
    ),
    "D": (
        "Shop",
        "<p>Your choice counts. Pick what may be stored on your device. You can come back to this at any moment.</p>"
        "<p>Needed</p><p>Measuring</p><p>Audience</p><button>Yes to all</button><button>No to all</button>",
    ),
}
"""By a letter: a policy, one with another number, one that was written anew, that of merged shops, a translation; then
works on the site in two languages, and a consent dialog alone.
"""
REVISIONS = "SELECT r.first_captured, r.document FROM revisions r ORDER BY r.first_captured"
STATES = "SELECT s.captured, s.state, s.reason, d.reason FROM snapshots s LEFT JOIN doubts d ON d.snapshot = s.id"


def moments(count: int, days: int) -> list[datetime]:
    return [FIRST + timedelta(days=days * at) for at in range(count)]


def archive(path: Path, history: Sequence[str], days: int) -> Path:
    """An archive with a capture of each page in turn; each has bytes of its own."""
    warc = WarcFile(path, gzip=False)
    for at, moment in enumerate(moments(len(history), days)):
        body = FRAME.format(*PAGES[history[at]]) + f"<!-- {at:04} -->"
        warc.response(SHOP, f"{moment:%Y-%m-%dT%H:%M:%SZ}", body.encode())
    return path


def beginnings(history: str, days: int, without: str = "XYD") -> list[str]:
    """When the texts of the policy began, without the other pages."""
    kept = [one for one in zip(history, moments(len(history), days), strict=True) if one[0] not in without]
    return [next(same)[1].isoformat() for _, same in groupby(kept, key=itemgetter(0))]


def begun(crawled: Crawled) -> list[str]:
    return [row[0] for row in crawled.rows(REVISIONS)]


A, B, R, M, T = (page * 12 for page in "ABRMT")
GONE_FOR_A_WHILE = [A + "X" + A, A + "XX" + B, A + "X", "Y" + A, A + "D" + B, A + "DDD" + A + "D" + B, A + "XY" + R]
GONE_FOR_A_WHILE += [A[:6] + "X" + A + B[:6] + "X" + B, A + "X" + R]
WRITTEN = [A + T, A + T + A, A + M, A + M + R, A + "X" * 8 + A, A + "D" * 8]


@pytest.mark.slow
@pytest.mark.parametrize("snapshots", ["all", "changes"])
@pytest.mark.parametrize("history", GONE_FOR_A_WHILE)
async def test_another_page_for_a_while_is_no_revision_and_hides_none(tmp_path, crawl, vendors, history, snapshots):
    crawled = await crawl(archive(tmp_path / "a.warc", history, 4), vendors, snapshots=snapshots)
    assert begun(crawled) == beginnings(history, 4)
    of_day = {moment.isoformat(): page for moment, page in zip(moments(len(history), 4), history, strict=True)}
    for moment, state, reason, doubt in crawled.rows(STATES):
        if of_day[moment] in "XYD" and state == "fetched":
            assert doubt == "another page"
        elif of_day[moment] in "XYD":
            assert state in {"rejected", "inferred"}
            assert reason or state == "inferred"
        else:
            assert doubt is None


@pytest.mark.slow
@pytest.mark.parametrize("snapshots", ["all", "changes"])
@pytest.mark.parametrize("history", WRITTEN)
async def test_what_a_vendor_does_is_a_revision(tmp_path, crawl, vendors, history, snapshots):
    crawled = await crawl(archive(tmp_path / "a.warc", history, 4), vendors, snapshots=snapshots)
    assert begun(crawled) == beginnings(history, 4, without="")
    assert crawled.rows("SELECT * FROM doubts WHERE reason = 'another page'") == []


async def test_a_doubt_at_the_end_is_resolved_by_the_next_crawl(tmp_path, crawl, vendors):
    history = A + "X" * 8
    path = archive(tmp_path / "a.warc", history[:13], 4)
    first = await crawl(path, vendors)
    assert begun(first) == beginnings(history[:13], 4)
    path.unlink()
    archive(path, history, 4)
    second = await crawl(path, vendors)
    assert begun(second) == beginnings(history, 4, without="")
    assert second.rows("SELECT * FROM doubts") == []


# -- what is requested -------------------------------------------------------------------------------------------------
def requested(history: str, pick: int = 0) -> tuple[Stored, set[int]]:
    """What a crawl of a policy knows in the end, and the places in the history that it requested."""
    fake, memory = FakeArchive(), Stored()
    stamps = [f"{moment:%Y%m%d%H%M%S}" for moment in moments(len(history), 4)]
    for at, page in enumerate(history):
        fake.add(SHOP, stamps[at], (FRAME.format(*PAGES[page]) + f"<!-- {at} -->").encode().ljust(7000))
    drive(begin(POLICY, memory), fake, memory, pick=pick)
    asked = [captured(question) for question in fake.requests if isinstance(question, CaptureQuestion)]
    assert len(asked) == len(set(asked))
    return memory, {stamps.index(stamp) for stamp in asked}


def test_a_change_behind_another_page_is_located_exactly():
    _, asked = requested(A + "X" + B)
    assert {11, 12, 13} <= asked
    _, asked = requested(A + "X")
    assert {11, 12} <= asked


def test_two_captures_of_another_page_do_not_hide_the_policy_between_them():
    history = "X" + A + B + "X"
    memory, _ = requested(history)
    known = [memory.outcomes[SHOP, f"{moment:%Y%m%d%H%M%S}"][1] for moment in moments(len(history), 4)]
    assert len(set(known)) == 3
    assert len(set(known[1:13])) == len(set(known[13:-1])) == 1


@pytest.mark.parametrize("history", ["X" + A + B + "X", A + "X" + A[:4] + B[:4] + "X" + B, A + "XY" + R + "X"])
def test_the_order_of_the_answers_does_not_count(history):
    first, asked = requested(history)
    for pick in (1, 5, 12345):
        other, asked_otherwise = requested(history, pick)
        assert other.outcomes == first.outcomes
        assert asked_otherwise == asked


# -- what becomes of it ------------------------------------------------------------------------------------------------
HISTORY = A + "XX" + B + "D" + R
DAYS = 4


@pytest.fixture
async def known(tmp_path, crawl, vendors) -> Crawled:
    crawled: Crawled = await crawl(archive(tmp_path / "a.warc", HISTORY, DAYS), vendors, snapshots="all")
    assert len(begun(crawled)) == 3
    return crawled


def again(crawled: Crawled, tmp_path: Path) -> int:
    """Read the kept bytes again; gives how many rows changed."""
    kept = CaptureIndex(read_captures(tmp_path / "a.warc").captures)
    with Corpus(crawled.run.corpus) as corpus:
        policies, reader = crawled.run.requested.policies[:1], Reader(InProcess())
        ((_, read),) = reread(corpus, policies, kept, "https://archive.example", reader)
        return read.changed


@pytest.mark.slow
async def test_reading_it_again_changes_nothing_and_an_older_corpus_loses_only_what_is_no_change(known, tmp_path):
    before, snapshots = known.rows(REVISIONS), known.rows("SELECT * FROM snapshots ORDER BY id")
    conclusions = known.rows("SELECT * FROM doubts ORDER BY snapshot, reason")
    assert again(known, tmp_path) == 0
    assert known.rows(REVISIONS) == before
    ids = dict(known.rows("SELECT first_snapshot, id FROM revisions"))
    with (
        Corpus(known.run.corpus) as corpus,
        corpus.db.atomic(),
    ):  # as a version drew it that did not know of other pages
        corpus.db.execute("DELETE FROM doubts")
        redraw(corpus.db, 1)
    assert len(begun(known)) == 5
    assert again(known, tmp_path)
    assert known.rows(REVISIONS) == before
    assert known.rows("SELECT * FROM snapshots ORDER BY id") == snapshots
    assert known.rows("SELECT * FROM doubts ORDER BY snapshot, reason") == conclusions
    assert dict(known.rows("SELECT first_snapshot, id FROM revisions")) == ids


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
async def test_no_export_has_it_and_none_loses_a_revision(known, tmp_path, name):
    with Corpus(known.run.corpus) as corpus:
        written = export(corpus.db, name, tmp_path / f"exported.{name}", "https://archive.example")
        texts = corpus.db.execute("SELECT count(DISTINCT document) FROM snapshots").fetchone()[0]
    assert texts == 5  # nothing is lost: the snapshots lead to what they show
    assert written.number == {"tree": 1, "site": 12}.get(name, 3)  # of the site's pages, three are of texts
    assert not written.left_out


@pytest.mark.slow
async def test_the_lines_of_an_export_are_the_vendors_texts(known, tmp_path):
    with Corpus(known.run.corpus) as corpus:
        export(corpus.db, "jsonl", tmp_path / "x.jsonl", "https://archive.example")
    lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()]
    assert ["new roof" in line["body"] or "Your choice" in line["body"] for line in lines] == [False] * 3
    assert [row[0] for row in known.rows("SELECT doubtful_between FROM changes ORDER BY first_captured")] == [0, 2, 1]
