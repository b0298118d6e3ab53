"""Whether the texts of a policy that were seen so far may differ by noise, so that it is worth while to look closer."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from crawler.archive.urlkey import urlkey
from crawler.model import Snapshot
from crawler.text.identity.learning import Shown, Stretch
from crawler.text.identity.policy import PolicyIdentity
from crawler.timeline.turns import periods

_FEWEST = 4
"""From so many texts on, the crawl looks whether their differences may be noise."""
_COMPARED = 8
"""It looks at so many."""
ROTATING = 24
"""So many captures in a row show whether something rotates beside a text."""


def history_of(shown: Sequence[tuple[Snapshot, str]]) -> list[Shown]:
    """Return what snapshots show, in their order, with the page that each is of."""
    pages = {url: urlkey(url) for url in {snapshot.url for snapshot, _ in shown}}  # few, in 200,000 snapshots
    return [Shown(snapshot.captured, document, pages[snapshot.url]) for snapshot, document in shown]


def changes_always(
    history: Sequence[Shown], bodies: Mapping[str, str], identity: PolicyIdentity, fruitless: set[Stretch]
) -> bool:
    """Tell whether the last texts seen, each unlike the one before, differ in what may be noise.

    Those that are ``fruitless`` are not looked at again; those that do not are added.
    """
    last = [shown for shown in history if shown.page == history[-1].page][-_COMPARED:]
    if len(last) < _FEWEST or any(a.document == b.document for a, b in pairwise(last)):
        return False
    return _once(
        lambda texts: len(texts) >= _FEWEST and identity.suspects(texts),
        "changes always",
        [shown.document for shown in last],
        bodies,
        fruitless,
    )


def rotates(
    history: Sequence[Shown], bodies: Mapping[str, str], identity: PolicyIdentity, fruitless: set[Stretch]
) -> bool:
    """Tell whether texts that take turns may be one text with something beside it that rotates.

    Those that are ``fruitless`` are not looked at again; those that are not are added.
    """
    return any(
        _once(identity.may_rotate, "rotates", period.documents[:_COMPARED], bodies, fruitless)
        for period in periods([shown.document for shown in history])
    )


def _once(
    tells: Callable[[Sequence[str]], bool],
    what: str,
    documents: Sequence[str],
    bodies: Mapping[str, str],
    fruitless: set[Stretch],
) -> bool:
    key = (what, *documents)
    if key in fruitless:
        return False
    if tells([body for document in documents if (body := bodies.get(document)) is not None]):
        return True
    fruitless.add(key)
    return False
