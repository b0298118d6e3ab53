"""The extension that notifies people of changes that a crawl found, by apprise. Off unless ``NOTIFY_URLS`` is set.

Reports new texts of policies already in the corpus; a first crawl reports nothing. A failed notification is logged;
the crawl still succeeds.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler import logs, program, secrets
from crawler.run import run_of
from crawler.text.align import align
from output.changes import Change, change_to, plain
from pipelines.corpus import Corpus
from pipelines.corpus.bad_rows import BadRows, revision_name
from pipelines.corpus.conclusions.variants import served, told_at, turn_of

logger = logging.getLogger(__name__)

_SECONDS = 120
"""How long a crawl waits until its messages are sent."""
_MAX_CHANGES = 20
"""Changes that a message shows: some pages. The others are counted."""

Histories = dict[tuple[str, str], list[tuple[str, int]]]
"""By policy (vendor, type): the documents of its revisions in order, with the revisions' ids."""

Variants = set[tuple[int, str]]
"""Texts that take turns: of each the policy, by its id, and the document."""


class NotifyingExtension:
    """Compares the revisions before and after a crawl, and sends one message about the new ones."""

    def __init__(self, crawler: Crawler) -> None:
        addresses = crawler.settings.getlist("NOTIFY_URLS")
        if not addresses:
            raise NotConfigured
        try:
            import apprise  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise NotConfigured(f"NOTIFY_URLS needs apprise; install the extra: {program.install('notify')}") from error
        secrets.hide(logs.secrets_of(crawler.settings))
        self.run = run_of(crawler)
        self.before: Histories = {}
        self.known: Variants = set()
        self.text = apprise.NotifyFormat.TEXT
        self.messenger: Any = apprise.Apprise()
        for number, address in enumerate(addresses, 1):
            if not self.messenger.add(address):  # the address holds passwords, so the message does not hold it
                logger.error("NOTIFY_URLS: apprise does not know address number %s; no notification goes there", number)
        crawler.signals.connect(self.open, signals.spider_opened)
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open(self) -> None:
        """Remember the revisions before the crawl, and which texts took turns."""
        try:
            self.before = self._histories()
            if self.before:
                with Corpus(self.run.corpus) as corpus:
                    self.known = variants_known(corpus.db.conn)
        except Exception:
            logger.exception("The known revisions cannot be read: no notification will be sent")
            self.before = {}

    async def close(self) -> None:
        """Send the changes, if there are any."""
        try:
            found = self._changes()
            if not found:
                return
            title, body = message(found)
            sending = asyncio.to_thread(self.messenger.notify, body=body, title=title, body_format=self.text)
            if not await asyncio.wait_for(sending, _SECONDS):
                logger.error("Notification of %s changes failed for some of NOTIFY_URLS", len(found))
        except Exception as error:  # whatever a messenger may raise: the crawl is done, and done well
            logger.error("Notification failed (%s: %s)", type(error).__name__, error)

    def _histories(self) -> Histories:
        asked = {(policy.vendor, policy.type) for policy in self.run.requested.policies}
        histories: Histories = {}
        if not self.run.corpus.is_file():
            return histories
        with Corpus(self.run.corpus) as corpus:
            rows = corpus.db.execute(
                "SELECT p.vendor, p.type, r.document, r.id FROM revisions r JOIN policies p ON p.id = r.policy"
                " ORDER BY r.first_captured, r.id"
            )
            for vendor, type_, document, revision in rows:
                if (vendor, type_) in asked:
                    histories.setdefault((vendor, type_), []).append((document, revision))
        return histories

    def _changes(self) -> list[Change]:
        revisions = new_revisions(self.before, self._histories())
        if not revisions:
            return []
        with Corpus(self.run.corpus) as corpus:
            told = once_a_period(corpus.db.conn, revisions, self.known)
            bad = BadRows()
            found = bad.kept(
                told,
                lambda revision: change_to(corpus.db, revision, self.run.public_url),
                partial(revision_name, corpus.db.conn),
            )
            changes = sorted(filter(None, found), key=lambda c: (c.first_captured, c.vendor, c.type), reverse=True)
        if bad:
            logger.error("Of the notification, %s", bad.told())
        return changes


def new_revisions(before: Histories, after: Histories) -> list[int]:
    """Return the revisions that are new in policies that had some before; one that only moved in time is not new."""
    new = []
    for policy, revisions in after.items():
        if old := before.get(policy):
            kept = {place for _, place in align([d for d, _ in old], [d for d, _ in revisions])}
            new += [revision for place, (_, revision) in enumerate(revisions) if place not in kept]
    return new


def variants_known(conn: sqlite3.Connection) -> Variants:
    """Return the texts that take turns."""
    rows = conn.execute("SELECT v.policy, t.document FROM variant_texts t JOIN variants v ON v.id = t.variant")
    return set(rows.fetchall())


def once_a_period(conn: sqlite3.Connection, new: Sequence[int], known: Variants) -> list[int]:
    """Return which of the new revisions to tell, by their ids; a period in which texts take turns is told once.

    It is told only if one of its texts did not take turns before: where it begins, if the vendor changed something
    there, else where its newest text appears.
    """
    found = [(revision, turn_of(conn, revision)) for revision in new]
    told = [revision for revision, turn in found if turn is None]
    texts = variants_known(conn) - known
    for variant in dict.fromkeys(turn.variant for _, turn in found if turn):
        period = served(conn, variant)
        (policy,) = conn.execute("SELECT policy FROM variants WHERE id = ?", [variant]).fetchone()
        if not any((policy, text.document) in texts for text in period.texts):
            continue
        first, newest = period.texts[0].revision, told_at(conn, variant)
        (changed_after,) = conn.execute("SELECT changed_after FROM changes WHERE revision = ?", [first]).fetchone()
        told += [first] if first in new and changed_after else [newest] if newest else []
    return told


def message(changes: Sequence[Change]) -> tuple[str, str]:
    """Return the title and the text of a message about changes, the latest first."""
    policies = sorted({f"{change.vendor} {change.type}" for change in changes})
    told = "changed" if any(not change.flip for change in changes) else "is served in variants"
    title = f"{policies[0]} {told}" if len(policies) == 1 else f"{len(policies)} policies changed: {policies[0]}, …"
    parts = [plain(change) for change in changes[:_MAX_CHANGES]]
    if rest := changes[_MAX_CHANGES:]:
        since = rest[-1].first_captured[:10]
        parts.append(f"… and {len(rest)} more; see them with: {program.name()} changes --since {since}\n")
    return title, "\n".join(parts)
