"""Between two rounds of a policy's timeline: learns what of its texts does not count, and lets the timeline go on so.

A text that differs at every capture would be asked for at every capture. So where the texts seen so far differ in what
may be the page's doing, the timeline is told to look at some captures that follow each other closely; and where these
tell that it is, the documents that differ in nothing else become one.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import pairwise

from crawler.archive.urlkey import urlkey
from crawler.errors import CorpusError
from crawler.items import Learned, Renamed
from crawler.run import Run, Tracked
from crawler.text.identity.learning import CLOSE, STRETCH, Shown
from crawler.text.identity.policy import PolicyIdentity
from pipelines.corpus import Corpus, documents

_FEWEST = 4
"""From so many texts on it is asked whether their differences are noise."""
_COMPARED = 8
"""So many are looked at for that."""


def learn(run: Run, tracked: Tracked) -> Learned | None:
    """What the snapshots of a policy tell now, all that were asked for being answered. Where that is something new, its
    timeline is another one afterwards.
    """
    timeline = tracked.timeline
    assert timeline is not None
    body_of = partial(_body, run)
    shown = timeline.shown
    pages = {url: urlkey(url) for url in {snapshot.url for snapshot, _ in shown}}  # few, in 200,000 snapshots
    history = [Shown(snapshot.captured, document, pages[snapshot.url]) for snapshot, document in shown]
    identity = tracked.identity.learned(history, body_of, tracked.fruitless)
    if identity == tracked.identity:
        if _is_worth_a_look(tracked, history, body_of):
            timeline.sample(STRETCH + 1, CLOSE)
        return None
    renamed = _renamed(run, tracked, identity, {document for _, document in shown})
    tracked.identity = identity
    names = {document: now.hash for document, now in renamed.items()}
    tracked.timeline = timeline.renamed(tracked.snapshots.values(), names)
    return Learned(tracked.policy, identity, renamed)


def _renamed(run: Run, tracked: Tracked, identity: PolicyIdentity, shown: set[str]) -> dict[str, Renamed]:
    """The documents of a policy that have another identity now; also those that its timeline does not know, of another
    period or imported.
    """
    renamed = {}
    for document, body in _texts(run, tracked, shown):
        said = identity.content(body)
        if said.hash != document:
            renamed[document] = Renamed(said.hash, said.disregarded)
            if document in shown:
                run.bodies.put(said.hash, body)
    return renamed


def _texts(run: Run, tracked: Tracked, shown: set[str]) -> Iterator[tuple[str, str]]:
    """The documents of a policy with their bodies: those read in this crawl, and those that the corpus has."""
    recent = {document for document in shown if run.bodies.get(document)}
    for document in sorted(recent):
        if body := run.bodies.get(document):  # what is read now may take its room
            yield document, body
    with suppress(CorpusError, sqlite3.Error), Corpus(run.corpus) as corpus:
        stored = documents.bodies(corpus.db, corpus.policy_id(tracked.policy))
        yield from ((document, body) for document, body in stored if document not in recent)


def _body(run: Run, document: str) -> str | None:
    """A document's body, if it is to be had; what could not be stored or read will be learned from another time."""
    if body := run.bodies.get(document):
        return body
    try:
        with Corpus(run.corpus) as corpus:
            return corpus.body(document)
    except (CorpusError, sqlite3.Error):
        return None


def _is_worth_a_look(tracked: Tracked, history: list[Shown], body_of: Callable[[str], str | None]) -> bool:
    """Whether the last texts seen, no two of which are the same one after the other, look like noise."""
    last = [shown for shown in history if shown.page == history[-1].page][-_COMPARED:]
    if len(last) < _FEWEST or any(a.document == b.document for a, b in pairwise(last)):
        return False
    bodies = [body for shown in last if (body := body_of(shown.document)) is not None]
    return len(bodies) >= _FEWEST and tracked.identity.suspects(bodies)
