"""Corpora of policies whose texts take turns, written as histories of letters."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from pipelines.corpus import Corpus
from pipelines.corpus.conclusions.draw import draw

START = datetime(2020, 1, 1, tzinfo=UTC)
SEVENTY_NINE_RETURNS = "ABC" * 27 + "A"
"""Three texts."""


def shows(db: Database, history: str, policy: int = 1, bodies: Mapping[str, str] | None = None) -> None:
    """Let a policy show a text a day: each letter one, in lower case inferred, a dot none."""
    db["policies"].insert({"id": policy, "vendor": f"{policy}.example", "type": "privacy policy"}, ignore=True)
    for day, letter in enumerate(history):
        text = None if letter == "." else letter.upper()
        if text:
            body = (bodies or {}).get(text, f"We keep it in {text}.")
            db["documents"].insert({"hash": text, "title": "Privacy", "body": body}, ignore=True)
        state = "rejected" if text is None else "inferred" if letter.islower() else "fetched"
        captured = START + timedelta(days=day)
        db["snapshots"].upsert(
            {"policy": policy, "url": "https://shop.example/", "timestamp": f"{captured:%Y%m%d%H%M%S}"}
            | {"captured": captured.isoformat(), "state": state, "document": text},
            pk=("policy", "url", "timestamp"),
        )


def write(path: Path, *histories: str, bodies: Mapping[str, str] | None = None) -> Path:
    """Let the policies of a corpus, from the first on, show histories; return its file."""
    with Corpus(path) as corpus, corpus.db.atomic():
        for policy, history in enumerate(histories, 1):
            shows(corpus.db, history, policy, bodies)
            draw(corpus.db, policy)
    return path
