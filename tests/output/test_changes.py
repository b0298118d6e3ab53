"""What vendors changed, with what speaks against it."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from corpus_writing import finish_policy, start_crawl, store_answer, store_listing
from turning import SEVENTY_NINE_RETURNS, write

from crawler.events import Answered
from crawler.model import Document, Doubt, Policy, Snapshot
from output.changes import Change, between, plain
from pipelines.corpus import Corpus

POLICY = Policy("shop.example", "privacy policy", ())
WHOLE = " ".join(f"We keep the {n} slips of an order for {n} years." for n in range(40))


def snapshot(year: int) -> Snapshot:
    captured = datetime(year, 1, 1, tzinfo=UTC)
    return Snapshot("https://shop.example/", f"{captured:%Y%m%d%H%M%S}", captured, "text/html", 200, f"D{year}", 1)


def test_a_change_comes_with_the_doubts_about_the_snapshots_of_its_text(tmp_path: Path) -> None:
    garbled, cut = Doubt("mojibake", "Ã¤"), Doubt("truncated capture", "WARC-Truncated: length")
    texts = {
        2001: (WHOLE, ()),
        2002: ("We keep the 7 slips of an order.", ()),
        2003: (WHOLE, ()),
        2004: (WHOLE[:900], (cut,)),
        2005: (f"{WHOLE} We sell nÃ¤ils.", (garbled,)),
    }
    with Corpus(tmp_path / "corpus.db") as corpus:
        crawl = start_crawl(corpus)
        store_listing(corpus, crawl, POLICY, [snapshot(year) for year in texts], len(texts), Counter())
        for year, (body, doubts) in texts.items():
            document = Document("Privacy", body, f"hash of {body}", doubts=doubts)
            store_answer(corpus, crawl, Answered(POLICY, snapshot(year), "fetched", document=document))
        finish_policy(corpus, crawl, POLICY, [])
        changes = list(between(corpus.db, "2001", None, "https://archive.example"))
    assert [(change.first_captured[:4], change.doubts) for change in changes] == [
        ("2002", ("much shorter than its neighbours",)),
        ("2003", ()),
        ("2005", ("mojibake",)),
    ]
    assert changes[2].changed_after[:4] == "2003"
    assert [change.doubtful_between for change in changes] == [0, 0, 1]
    assert "one capture in between showed another page or a part of it" in plain(changes[2])
    assert "Doubtful: some of its characters are garbled.\n" in plain(changes[2])
    assert "Doubtful" not in plain(changes[1])


def changes(path: Path, since: str = "2020") -> list[Change]:
    with Corpus(path) as corpus:
        return list(between(corpus.db, since, None, "https://archive.example"))


def test_texts_that_take_turns_have_one_entry_with_all_of_them(tmp_path: Path) -> None:
    (change,) = changes(write(tmp_path / "corpus.db", SEVENTY_NINE_RETURNS))
    assert change.flip
    assert change.variants is not None
    assert (change.variants.number, change.variants.turns) == ("three", 82)
    lines = plain(change).splitlines()
    assert lines[0].endswith(" served in three variants from 2020-01-01 to 2020-03-22, they differ in:")
    assert [line for line in lines[2:] if line.startswith(("  Variant ", "  - ", "  + "))] == [
        "  Variant 1 (A): seen 28 times, from 2020-01-01 to 2020-03-22.",
        "  Variant 2 (B): seen 27 times, from 2020-01-02 to 2020-03-20; beside variant 1, +1 −1 words.",
        "  - We keep it in A.",
        "  + We keep it in B.",
        "  Variant 3 (C): seen 27 times, from 2020-01-03 to 2020-03-21; beside variant 2, +1 −1 words.",
        "  - We keep it in B.",
        "  + We keep it in C.",
    ]
    told = json.loads(json.dumps(asdict(change)))["variants"]["texts"][2]
    assert (told["compared_with"], told["words_added"], told["words_removed"]) == ("B", 1, 1)


def test_the_vendors_changes_beside_turns_stay_changes(tmp_path: Path) -> None:
    found = changes(write(tmp_path / "corpus.db", "XYABABAZ", "ABA"))
    assert [(change.vendor[0], change.document, change.flip) for change in found] == [
        ("1", "Y", False),
        ("2", "B", False),
        ("1", "A", False),
        ("2", "A", False),
        ("1", "Z", False),
    ]
    assert [change.variants is not None for change in found] == [False, False, True, False, False]
    assert plain(found[2]).count("served in two variants") == 1


def test_a_text_that_joins_a_period_later_is_told_and_a_turn_is_not(tmp_path: Path) -> None:
    path = write(tmp_path / "corpus.db", "ABABABACBA")
    assert [change.document for change in changes(path, "2020-01-05")] == ["C"]
    assert changes(path, "2020-01-09") == []


def test_a_summary_of_many_variants_is_bounded(tmp_path: Path) -> None:
    (change,) = changes(write(tmp_path / "corpus.db", "ABCDEFGHIJKLMN" * 3))
    assert plain(change).count("  Variant ") == 10
    assert "… and 4 more variants" in plain(change)
