"""Corpora to export: made text by text, with vendors and texts as bad as they can be."""

from crawler.text.identity.content import content
from pipelines.corpus import Corpus
from pipelines.corpus.revisions import redraw

HOSTILE = [
    ("../../etc", "../passwd"),
    ("/root/.ssh", "x\ndata 4\nevil"),
    ('--upload-pack="touch x"', "-rf"),
    (".git", "hooks/post-commit"),
    ("a<b>c", "privacy policy\x1b[31m"),
    ("con\x00sole\\..\\x", '"quoted" policy'),
    ("é" * 300 + ".example", "Datenschutzerklärung / " + "y" * 300),
]
TITLE = "</title><script>alert(1)</script>\ncommit refs/heads/evil\r\n\x1b]0;x\x07"
BODY = "[a](javascript:alert(1)) <img onerror=x>\ndone\nfrom 0000\n\n> *The following text\n\x1b[2J"


def put(corpus: Corpus, vendor: str, type_: str, *texts: tuple[str, str, str]) -> None:
    """Give a policy texts: of each the time (ISO 8601, UTC), the title and the body."""
    policy = corpus.db.table("policies").insert({"vendor": vendor, "type": type_}).last_pk
    assert isinstance(policy, int)
    for captured, title, body in texts:
        document = content(body).hash
        corpus.db.execute(
            "INSERT OR IGNORE INTO documents (hash, title, body) VALUES (?, ?, ?)", [document, title, body]
        )
        add(corpus, policy, captured, document)
    redraw(corpus.db, policy)
    corpus.db.conn.commit()


def add(corpus: Corpus, policy: int, captured: str, document: str) -> None:
    """Give a policy a snapshot that shows a document."""
    timestamp = captured[:19].translate({ord(sign): None for sign in "-T:"})
    corpus.db.execute(
        "INSERT INTO snapshots (policy, url, timestamp, captured, state, document) VALUES (?, ?, ?, ?, ?, ?)",
        [policy, "https://shop.example/privacy?a=b\n<x>", timestamp, captured, "fetched", document],
    )


def put_hostile(corpus: Corpus) -> None:
    """Give a corpus what nobody should."""
    for vendor, type_ in HOSTILE:
        texts = ((f"{year}-01-02T03:04:05+00:00", TITLE, f"{BODY}{vendor}{year}") for year in (1999, 2001))
        put(corpus, vendor, type_, *texts)


def history(corpus: Corpus, *columns: str) -> list[tuple]:
    """The revisions of a corpus in order, with columns of policies p, documents d and first snapshots f."""
    return corpus.db.execute(
        f"SELECT {', '.join(columns)} FROM revisions r JOIN policies p ON p.id = r.policy"  # noqa: S608 - ours
        " JOIN snapshots f ON f.id = r.first_snapshot JOIN documents d ON d.hash = r.document"
        " ORDER BY p.vendor, p.type, r.first_captured"
    ).fetchall()
