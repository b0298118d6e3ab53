"""The extension that tells people what a crawl found changed, by apprise. Off unless ``NOTIFY_URLS`` says whom.

Told are new texts of policies that had one before: what a first crawl finds is no news. That nobody could be told
is logged, and changes nothing of the crawl.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.run import run_of
from crawler.text.align import align
from output.change_text import plain
from output.changes import Change, change_to
from pipelines.corpus import Corpus

logger = logging.getLogger(__name__)

_SECONDS = 120
"""How long a crawl waits for its messages to be taken."""
_MAX_CHANGES = 20
"""Changes that a message shows: some pages. The others are counted."""

Histories = dict[tuple[str, str], list[tuple[str, int]]]
"""Of each policy (vendor, type), the documents of its revisions in order, with the revisions' ids."""


class NotifyingExtension:
    """Compares the revisions before and after a crawl, and sends one message on what came."""

    def __init__(self, crawler: Crawler) -> None:
        addresses = crawler.settings.getlist("NOTIFY_URLS")
        if not addresses:
            raise NotConfigured
        try:
            import apprise  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise NotConfigured("NOTIFY_URLS needs apprise; install the extra: pip install '.[notify]'") from error
        self.run = run_of(crawler)
        self.before: Histories = {}
        self.text = apprise.NotifyFormat.TEXT
        self.messenger: Any = apprise.Apprise()
        for number, address in enumerate(addresses, 1):
            if not self.messenger.add(address):  # the address holds passwords, so the message does not hold it
                logger.error("NOTIFY_URLS: number %s is no address that apprise knows; nobody is told there", number)
        crawler.signals.connect(self.open, signals.spider_opened)
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open(self) -> None:
        """Remember what is known before."""
        try:
            self.before = self._histories()
        except Exception:
            logger.exception("What is known of the policies cannot be read: nobody will be told of changes")
            self.before = {}

    async def close(self) -> None:
        """Tell what came."""
        try:
            found = self._changes()
            if not found:
                return
            title, body = message(found)
            sending = asyncio.to_thread(self.messenger.notify, body=body, title=title, body_format=self.text)
            if not await asyncio.wait_for(sending, _SECONDS):
                logger.error("Not everybody in NOTIFY_URLS could be told of %s changes", len(found))
        except Exception as error:  # whatever a messenger may raise: the crawl is done, and done well
            logger.error("Nobody could be told what changed (%s: %s)", type(error).__name__, error)

    def _histories(self) -> Histories:
        run = self.run
        asked = {(policy.vendor, policy.type) for policy in run.requested.policies}
        histories: Histories = {}
        if not run.corpus.is_file():
            return histories
        with Corpus(run.corpus) as corpus:
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
        run = self.run
        if not revisions:
            return []
        with Corpus(run.corpus) as corpus:
            found = (change_to(corpus.db, revision, run.public_url) for revision in revisions)
            return sorted(filter(None, found), key=lambda c: (c.first_captured, c.vendor, c.type), reverse=True)


def new_revisions(before: Histories, after: Histories) -> list[int]:
    """The revisions that are new in policies that had some. One that is only seen earlier or later now is not new."""
    new = []
    for policy, revisions in after.items():
        if old := before.get(policy):
            kept = {place for _, place in align([d for d, _ in old], [d for d, _ in revisions])}
            new += [revision for place, (_, revision) in enumerate(revisions) if place not in kept]
    return new


def message(changes: Sequence[Change]) -> tuple[str, str]:
    """A title and a text that tell changes, the latest first."""
    policies = sorted({f"{change.vendor} {change.type}" for change in changes})
    title = f"{policies[0]} changed" if len(policies) == 1 else f"{len(policies)} policies changed: {policies[0]}, …"
    parts = [plain(change) for change in changes[:_MAX_CHANGES]]
    if rest := changes[_MAX_CHANGES:]:
        parts.append(f"… and {len(rest)} more; see them with: scrapy changes --since {rest[-1].first_captured[:10]}\n")
    return title, "\n".join(parts)
