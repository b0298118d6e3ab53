"""What vendors changed, with what speaks against it."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from corpus_writing import finish_policy, start_crawl, store_answer, store_listing

from crawler.events import Answered
from crawler.model import Document, Doubt, Policy, Snapshot
from output.changes import between, plain
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
