"""Measures how long the pages of the site take, on the server's side.

    python tests/output/site/big_corpus.py /tmp/big/corpus.db
    python tests/output/site/measure_site.py /tmp/big/corpus.db [trends]

Each page is asked for at places drawn at random, the same at each run; what is printed is the median and the longest.
A word after the corpus chooses the pages whose kind begins with it.
"""

import asyncio
import random
import sqlite3
import statistics
import sys
import time
from pathlib import Path

from serving import serve

SAMPLES = 20


def addresses(corpus: Path) -> dict[str, list[str]]:
    """What to ask for, by kind of page."""
    rng = random.Random(20261121)
    conn = sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)
    highest = conn.execute("SELECT max(id) FROM policies").fetchone()[0]
    asked: dict[str, list[str]] = {"home": ["/"], "policies": ["/policies"], "feed": ["/changes.atom"]}
    for _ in range(SAMPLES):
        vendor, slug, identifier = conn.execute(
            "SELECT vendor, replace(type, ' ', '-'), id FROM policies WHERE id >= ? ORDER BY id LIMIT 1",
            [rng.randint(1, highest)],
        ).fetchone()
        rows = conn.execute(
            "SELECT f.timestamp, d.body FROM revisions r JOIN snapshots f ON f.id = r.first_snapshot"
            " JOIN documents d ON d.hash = r.document WHERE r.policy = ? ORDER BY r.first_captured",
            [identifier],
        ).fetchall()
        words = [word.strip(".,;:#*|()") for word in rows[-1][1].split()]
        at = rng.randrange(max(len(words) - 3, 1))
        policy, (first, _), (last, _) = f"/policies/{vendor}/{slug}", rows[0], rows[-1]
        for kind, path in {
            "vendor": f"/policies/{vendor}",
            "policy": policy,
            "policy on a day": f"{policy}?on=2020-01-01",
            "revision": f"{policy}/{last}",
            "comparison": f"{policy}/{first}/{last}",
            "side by side": f"{policy}/{first}/{last}?view=side",
            "feed of a vendor": f"/policies/{vendor}/changes.atom",
            "search: a word": f"/search?q={words[at]}",
            "search: a phrase": f'/search?q="{" ".join(words[at : at + 3])}"',
            "search: frequent words": f"/search?q={rng.choice(('data', 'the', 'personal information'))}",
            "search: of a type": f"/search?q=data&type={slug.replace('-', ' ')}&since=2015-01-01",
            "search: of a vendor": f"/search?q=data&vendor={vendor}",
            # The number has no meaning: with it, no page is one that is remembered.
            "trends: a word": f"/trends?q={words[at]}&n={identifier}",
            "trends: a phrase": f'/trends?q="{" ".join(words[at : at + 3])}"',
            "trends: a frequent word": f"/trends?q={rng.choice(('data', 'the', 'of'))}&n={identifier}",
            "trends: five of them": f"/trends?q=data%0Athe%0A{words[at]}%0Apersonal%0Ashare",
            "trends: by quarter": f"/trends?q={words[at]}&by=quarter",
            "trends: of a type": f"/trends?q=data&type={slug.replace('-', ' ')}&n={identifier}",
            "trends: in a language": f"/trends?q={words[at]}&language=en",
            "trends: of a vendor": f"/trends?q=data&vendor={vendor}",
            "trends: behind a point": f"/trends/{rng.randint(2010, 2025)}?q={words[at]}",
            "trends: behind, frequent": f"/trends/{rng.randint(2010, 2025)}?q=data&n={identifier}",
            "trends: length": f"/trends?show=length&n={identifier}",
            "trends: reading ease": f"/trends?show=ease&n={identifier}",
        }.items():
            asked.setdefault(kind, []).append(path)
    return asked


async def measure(corpus: Path, kinds: str) -> None:
    """Ask and print."""
    client = serve(corpus).client
    await client.get("/")
    for kind, paths in addresses(corpus).items():
        if not kind.startswith(kinds):
            continue
        times = []
        for path in paths * (SAMPLES // len(paths)):
            started = time.perf_counter()
            response = await client.get(path)
            times.append(1000 * (time.perf_counter() - started))
            assert response.status_code == 200, path
        print(f"{kind:24} {statistics.median(times):6.1f} ms, at most {max(times):6.1f}")


if __name__ == "__main__":
    asyncio.run(measure(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""))
