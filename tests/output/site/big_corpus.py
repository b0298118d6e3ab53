"""Makes a corpus as large as the site must stay quick with: 10,000 policies, 1,000,000 snapshots, 100,000 revisions,
and 300,000 texts that were disregarded.

    python tests/output/site/big_corpus.py CORPUS.db [POLICIES]

The texts are nonsense with the word frequencies of a language (Zipf's law), the same at each run. What changed between
two documents is invented too, since to measure it would take most of the time. Some 90 seconds and 1.4 GB.
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from pipelines.corpus import Corpus, crawls

TYPES = ("privacy policy", "terms of service", "cookie policy", "acceptable use policy")
REVISIONS, SNAPSHOTS = 10, 100
SENTENCES, WORDS = 40, 14
NOISY = 10
"""Each so many policies, one changes a place at every capture; all have a copyright year and a list in disorder."""
VOCABULARY = 20_000
COMMON = (
    "the",
    "of",
    "and",
    "to",
    "we",
    "you",
    "your",
    "data",
    "information",
    "personal",
    "may",
    "share",
    "third",
    "parties",
)

QUOTED = json.dumps([[["-", "One."], ["+", "Another."]]] * 3)
TOLD = json.dumps(
    {
        "kinds": {"words": 3},
        "renumbered": "",
        "sentences": [{"kind": "words", "words": 2, "heading": ["Data"], "earlier": []}] * 3,
    }
)


def words(rng: random.Random) -> Iterator[str]:
    """Words without end, frequent ones often."""
    syllables = [c + v for c in "bdfgklmnprstvz" for v in ("a", "e", "i", "o", "u", "an", "er", "is")]
    vocabulary = [*COMMON, *("".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(VOCABULARY))]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))
    while True:
        yield from rng.choices(vocabulary, cum_weights=weights, k=10_000)


def disregarded(policy: int, revisions: list[tuple[int, str, int, int]]) -> Iterator[tuple[str, str, str, int]]:
    """What was disregarded in the documents of a policy: document, what, text, first snapshot."""
    for number, (_, document, first, last) in enumerate(revisions):
        yield document, "copyright year", f"2004-{2005 + number}", first
        yield document, "order of a list", "Ada Ltd, Cleo Inc, Bo GmbH, Dora BV", first
        if policy % NOISY == 0:
            for snapshot in range(first, last + 1):
                yield document, "changes at every capture", f"{snapshot:,}", snapshot


def make(path: Path, policies: int) -> None:
    """Make the corpus at ``path``, which must not exist."""
    rng = random.Random(20261121)
    source = words(rng)

    def sentence() -> str:
        return " ".join(next(source) for _ in range(WORDS)).capitalize() + "."

    with Corpus(path) as corpus:
        db = corpus.db.conn
        db.execute("PRAGMA synchronous = OFF")
        for policy in range(1, policies + 1):
            vendor, kind = f"vendor-{(policy - 1) // 2:05}.example", TYPES[policy % 2 + 2 * (policy % 7 == 0)]
            db.execute("INSERT INTO policies (id, vendor, type) VALUES (?, ?, ?)", [policy, vendor, kind])
            text = [sentence() for _ in range(SENTENCES)]
            begin = datetime(2004, 1, 1, tzinfo=UTC) + timedelta(days=rng.randint(0, 5000))
            step = (datetime(2026, 10, 1, tzinfo=UTC) - begin) / SNAPSHOTS
            rows, revisions, documents = [], [], []
            for n in range(SNAPSHOTS):
                if n % (SNAPSHOTS // REVISIONS) == 0:
                    for _ in range(3):
                        text[rng.randrange(SENTENCES)] = sentence()
                    document = f"{policy:032x}{n:032x}"
                    body = "# Policy\n\n" + "\n\n".join(text)
                    extractor = f"policytrail/{1 + n // 90}"
                    documents.append((document, f"Policy of {vendor}", body, "en", "trafilatura", 0.9, extractor))
                    revisions.append(
                        (policy, document, (policy - 1) * SNAPSHOTS + n + 1, (policy - 1) * SNAPSHOTS + n + 9)
                    )
                known = n % 10 != 9
                captured = begin + n * step + timedelta(seconds=rng.randint(0, 1_000_000))
                row = (policy, f"https://{vendor}/{kind.replace(' ', '-')}", captured.strftime("%Y%m%d%H%M%S"))
                state = ("fetched" if n % 10 == 0 else "inferred") if known else ("rejected" if n % 3 else "listed")
                listed = (captured.isoformat(timespec="seconds"), "text/html", 200, f"{policy}-{n}", 9000)
                rows.append((*row, *listed, state, document if known else None))
            db.executemany(
                "INSERT INTO documents (hash, title, body, language, route, recall, extractor)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                documents,
            )
            db.executemany(
                "INSERT INTO snapshots"
                " (policy, url, timestamp, captured, mimetype, status, digest, length, state, document)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            db.executemany(
                "INSERT INTO revisions (policy, document, first_snapshot, last_snapshot) VALUES (?, ?, ?, ?)", revisions
            )
            db.executemany(
                "INSERT INTO differences (before, after, words_before, words_after, words_added, words_removed,"
                " words_moved, sentences, told, changed_sentences, kind)"
                " VALUES (?, ?, 560, 560, ?, 42, 0, ?, ?, 3, 'words')",
                [(a[0], b[0], rng.randint(1, 300), QUOTED, TOLD) for a, b in pairwise(documents)],
            )
            db.executemany("INSERT INTO disregarded VALUES (?, ?, ?, ?)", disregarded(policy, revisions))
            if policy % NOISY == 0:
                place = (policy, "down to here came", "readers of this text", "changes at every capture", "[]", 1, 8, 8)
                first, last = rows[0][3], rows[8][3]
                db.execute("INSERT INTO noise VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*place, first, last])
            if policy % 500 == 0:
                db.commit()
        crawl = crawls.start(corpus.db, {"vendors": "big"})
        crawls.finish(corpus.db, crawl, "complete")
        db.commit()


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
