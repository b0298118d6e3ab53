"""What a reader has not seen yet: the changes found since `scrapy changes --new` last looked at a corpus.

Where a reader is stands in the state that all commands of the machine's user share (``STATE_DIR``), not in the corpus:
looking is the reader's affair. So each reader of a corpus has news of their own, the corpus stays the same to the byte
when it is looked at, and one that cannot be written serves as well.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from crawler.rate_limit.shared_state import SharedState
from output.changes import Change, changes_to
from pipelines.corpus import news
from pipelines.corpus.bad_rows import BadRows

Looked = dict[str, str]
"""How far a reader has seen: the `news.latest` of all vendors under "", of one under its name."""


def looked(state: SharedState, corpus: Path) -> Looked:
    """Return how far a corpus was looked at; a moment of the future, of some wrong clock, hides nothing.

    Raises `StateError` and `StateBusy`.
    """
    try:
        read = json.loads(state.read(_key(corpus)) or "{}")
    except ValueError:
        read = {}
    seen = {str(name): str(value) for name, value in read.items()} if isinstance(read, dict) else {}
    return {name: value for name, value in seen.items() if value <= news.now()}


def remember(state: SharedState, corpus: Path, vendor: str | None, latest: str) -> None:
    """Store that a corpus was looked at, or one vendor's part of it. Raises `StateError` and `StateBusy`."""
    seen = looked(state, corpus) | {vendor: latest} if vendor else {"": latest}
    state.change(_key(corpus), lambda _: (json.dumps(seen), None))


def new_changes(
    db: Database, seen: Looked, public_url: str, vendor: str | None = None, bad: BadRows | None = None
) -> Iterator[Change]:
    """Yield the changes that were found since, in the order of their first captures; a text's returns are none."""
    yield from changes_to(db, news.found_since(db, seen, vendor), public_url, bad)


def _key(corpus: Path) -> str:
    return f"looked at {corpus.resolve()}"
