"""The spider: lists the snapshots of every policy, asks for those that its timeline wants, and says what each
answer is worth.
"""

import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import arguments
from crawler.archive import address, bodies, cdx, memento, redirects
from crawler.archive.address import is_local
from crawler.archive.cdx import Listing
from crawler.archive.redirects import Ended, Trail
from crawler.errors import ArgumentError, CorpusError
from crawler.extraction.extract import CapturedResponse, extract
from crawler.extraction.rejection.judge import ended_at_home_page
from crawler.items import Answered, Concluded, Finished, Item, Listed, Received
from crawler.learning import learn
from crawler.middlewares import rate_limited_handler
from crawler.model import Document, Playback, Rejection, Snapshot
from crawler.run import Run, Tracked
from crawler.spiders import fresh_captures
from crawler.spiders.fresh_captures import saver_for
from crawler.timeline import Timeline, listings
from pipelines.corpus import Corpus

logger = logging.getLogger(__name__)

_CONTACT_MISSING = (
    "The archive's people are not told whom to write to. Set CONTACT to a mail address or page of yours"
    " (crawler/settings.py, or -s CONTACT=you@example.org)."
)


class PoliciesSpider(Spider):
    """Builds a corpus of the revisions of policies from an archive's snapshots. Its arguments are those of
    `crawler.arguments`.
    """

    name = "policies"

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:
        """Check what is asked for, and set the rates. Raises `ArgumentError`."""
        settings = crawler.settings
        archive_url = str(settings["ARCHIVE_URL"])
        run = Run(
            requested=arguments.parse(given),
            archive_url=archive_url if is_local(archive_url) else arguments.address("ARCHIVE_URL", archive_url),
            public_url=arguments.address("ARCHIVE_PUBLIC_URL", str(settings["ARCHIVE_PUBLIC_URL"])),
            corpus=Path(settings["CORPUS_DB"]),
            documents=Path(settings["DOCUMENTS_DIR"]),
            is_local=is_local(str(settings["ARCHIVE_URL"])),
        )
        try:
            rate_limited_handler.intervals(settings, local=run.is_local)
        except ValueError as error:
            raise ArgumentError(f"-s {error}") from error
        contact = str(settings["CONTACT"]).strip()
        settings.set("USER_AGENT", f"policytrail/0.1 (+{contact})" if contact else "policytrail/0.1", priority="spider")
        if not contact and run.archive_url == address.WAYBACK_MACHINE:
            logger.warning(_CONTACT_MISSING)
        spider = cls(run)
        spider._set_crawler(crawler)
        return spider

    # -- listing ------------------------------------------------------------------------------------------------------
    async def start(self) -> AsyncIterator[Request]:
        """Ask for the listing of every URL of every policy; where that is wanted, for a fresh capture before."""
        assert self.crawler.engine is not None
        saver = saver_for(self.run, self.crawler.engine.download_async) if self.run.requested.save else None
        later: dict[str, list[Request]] = {}
        try:
            first = self._first()
        except (CorpusError, sqlite3.Error) as error:
            self.run.end_early(self.crawler, str(error))
            return
        for url, request, is_stale in first:
            if saver is not None and is_stale:
                later.setdefault(url, []).append(request)
            else:
                yield request
        if saver is not None:
            async for url in saver.save_all(later):
                for request in later[url]:
                    yield request

    def _first(self) -> list[tuple[str, Request, bool]]:
        """Every URL with the request for its listing, and whether it wants a fresh capture."""
        now = datetime.now(UTC)
        first = []
        with Corpus(self.run.corpus) as corpus:
            for tracked in self.run.tracked:
                for url in tracked.policy.urls:
                    last = corpus.last_listing(tracked.policy, url)
                    listing = Listing(url, listings.since(self.run.requested, last, now))
                    first.append(
                        (url, self._list(tracked, listing), fresh_captures.is_stale(last.newest if last else None, now))
                    )
        return first

    def _list(self, tracked: Tracked, listing: Listing) -> Request:
        query = cdx.query_address(
            self.run.archive_url,
            listing.url,
            since=listing.since,
            until=self.run.requested.until,
            resume_key=listing.resume_key,
        )
        return self._request(
            query,
            rate_limited_handler.CDX,
            partial(self.parse_listing, tracked, listing),
            partial(self._unlisted, tracked, listing),
        )

    def parse_listing(self, tracked: Tracked, listing: Listing, response: Response) -> Iterator[Item | Request]:
        """Take in a page of a listing, and ask for the next one or begin with the snapshots."""
        try:
            listing.add(cdx.read_page(response.status, _decoded(response)))
        except (cdx.ListingError, cdx.UrlExcluded, bodies.BodyTooLarge, bodies.BrokenBody) as error:
            yield from self._not_listed(tracked, listing, str(error))
            return
        if listing.resume_key is not None:
            yield self._list(tracked, listing)
            return
        tracked.listed += 1
        tracked.snapshots |= listing.snapshots
        snapshots = tuple(listing.snapshots.values())
        listing.snapshots = {}  # the timeline needs the room
        reach = listings.reach(self.run.requested, listing)
        yield Listed(tracked.policy, listing.url, snapshots, listing.received, listing.refused, reach)
        yield from self._after_listing(tracked, listing)

    def _unlisted(self, tracked: Tracked, listing: Listing, failure: Failure) -> Iterator[Item | Request]:
        if not isinstance(failure.value, rate_limited_handler.ArchiveStopping):
            yield from self._not_listed(tracked, listing, _said(failure))

    def _not_listed(self, tracked: Tracked, listing: Listing, why: str) -> Iterator[Item | Request]:
        tracked.errors.append(f"{listing.url} could not be listed: {why}")
        logger.error("%s: %s", _name(tracked), tracked.errors[-1])
        yield from self._after_listing(tracked, listing)

    def _after_listing(self, tracked: Tracked, listing: Listing) -> Iterator[Item | Request]:
        tracked.unlisted.discard(listing.url)
        if tracked.unlisted:
            return
        requested = self.run.requested
        try:
            with Corpus(self.run.corpus) as corpus:
                known = corpus.known(tracked.policy)
                tracked.identity = corpus.identity(tracked.policy)
                for snapshot in corpus.snapshots(tracked.policy, requested.since, requested.until):
                    tracked.snapshots.setdefault((snapshot.url, snapshot.timestamp), snapshot)
        except (CorpusError, sqlite3.Error) as error:
            self.run.end_early(self.crawler, str(error))
            return
        tracked.timeline = Timeline(
            tracked.snapshots.values(), requested.snapshots, requested.thoroughness, **known._asdict()
        )
        likely, at_most = tracked.timeline.cost.likely, tracked.timeline.cost.at_most
        minutes = (
            rate_limited_handler.intervals(self.settings, local=self.run.is_local)[rate_limited_handler.REPLAY] / 60
        )
        logger.info(
            "%s: %d snapshots; about %d requests (%.1f min at the current rate), at most %d (%.1f min)",
            *(_name(tracked), len(tracked.snapshots), likely, likely * minutes, at_most, at_most * minutes),
        )
        yield from self._advance(tracked)

    # -- playback -----------------------------------------------------------------------------------------------------
    def _advance(self, tracked: Tracked, *found: Item) -> Iterator[Item | Request]:
        """Say what was found and became known, ask for what the timeline wants next, and finish the policy when that
        is nothing. All is decided at once, whenever it is given out.
        """
        timeline = tracked.timeline
        assert timeline is not None
        items = list(found)
        if conclusions := timeline.conclusions():
            items.append(Concluded(tracked.policy, tuple(conclusions)))
        if timeline.is_between_rounds and (learned := learn(self.run, tracked)):
            return self._advance(tracked, *items, learned)
        asked = [(snapshot, Trail((Playback(snapshot.timestamp, snapshot.url),))) for snapshot in timeline.next()]
        if not timeline.pending:
            if tracked.failed:
                tracked.errors.append(f"{tracked.failed} snapshots were not answered for; the next crawl asks again")
            tracked.finish()
            items.append(Finished(tracked.policy, tuple(tracked.errors)))
        return tracked.outbox.give(items, (self._play(tracked, snapshot, to) for snapshot, to in asked))

    def _play(self, tracked: Tracked, snapshot: Snapshot, to: Trail) -> Request:
        return self._request(
            address.playback_address(self.run.archive_url, to.here),
            rate_limited_handler.REPLAY,
            partial(self.parse_playback, tracked, snapshot, to),
            partial(self._not_played, tracked, snapshot),
        )

    def parse_playback(
        self, tracked: Tracked, snapshot: Snapshot, asked: Trail, response: Response
    ) -> Iterator[Item | Request]:
        """Follow the answer for a snapshot to its end, and tell the timeline."""
        try:
            body = _decoded(response)
        except (bodies.BodyTooLarge, bodies.BrokenBody) as error:
            reason = "too large" if isinstance(error, bodies.BodyTooLarge) else "broken body"
            yield from self._answer(tracked, snapshot, Ended(reason, str(error)))
            return
        headers = {
            name.decode("latin-1").lower(): values[-1].decode("latin-1")
            for name, values in response.headers.items()
            if values
        }
        outcome = memento.classify(self.run.archive_url, asked.here, response.status, headers, body)
        if memento.is_capture(headers):
            digest = snapshot.digest if asked.here == asked.snapshot else None
            archived = memento.archived_headers(headers)
            yield Received(tracked.policy, asked.here, response.status, archived, body, digest)
        step = redirects.after(asked, outcome)
        if isinstance(step, Trail):
            yield self._play(tracked, snapshot, step)
        elif isinstance(step, Ended):
            yield from self._answer(tracked, snapshot, step)
        else:
            yield from self._answer(tracked, snapshot, self._read(tracked, asked, step.status, headers, body), asked)

    def _read(
        self, tracked: Tracked, asked: Trail, status: int, headers: dict[str, str], body: bytes
    ) -> Document | Ended:
        here = asked.here
        if ended_at_home_page(asked.snapshot.url, here.url):
            return Ended("home page", f"archived redirects lead to {here.url}, not to a page of its own")
        try:
            text = extract(
                CapturedResponse(body, here.url, status, memento.archived_headers(headers)),
                tracked.policy.part_at(asked.snapshot.timestamp),
                cite=lambda url: address.citation(self.run.public_url, Playback(here.timestamp, url)),
                identity=tracked.identity,
            )
        except Exception as error:
            # One page that the extraction cannot bear must not end the crawl, nor be lost from sight.
            logger.exception("%s: %s/%s could not be read", _name(tracked), here.timestamp, here.url)
            return Ended("extraction failed", f"{type(error).__name__}: {error}"[:500], failed=True)
        return Ended(text.reason, text.detail) if isinstance(text, Rejection) else text

    def _not_played(self, tracked: Tracked, snapshot: Snapshot, failure: Failure) -> Iterator[Item | Request]:
        if isinstance(failure.value, rate_limited_handler.ArchiveStopping):
            return
        if isinstance(failure.value, DownloadCancelledError):
            yield from self._answer(tracked, snapshot, Ended("too large", str(bodies.BodyTooLarge())))
        else:
            yield from self._answer(tracked, snapshot, Ended("no answer", _said(failure), failed=True))

    def _answer(
        self, tracked: Tracked, snapshot: Snapshot, end: Document | Ended, asked: Trail | None = None
    ) -> Iterator[Item | Request]:
        assert tracked.timeline is not None
        read_at = f"{asked.here.timestamp}/{asked.here.url}" if asked and len(asked.asked) > 1 else None
        if isinstance(end, Ended):
            state: Literal["failed", "rejected"] = "failed" if end.failed else "rejected"
            tracked.failed += end.failed
            tracked.timeline.learn(snapshot, None, None if end.failed else end.reason)
            answered = Answered(tracked.policy, snapshot, state, end.reason, end.detail, read_at=read_at)
        else:
            self.run.bodies.put(end.hash, end.body)
            tracked.timeline.learn(snapshot, end.hash)
            answered = Answered(tracked.policy, snapshot, "fetched", document=end, read_at=read_at)
        return self._advance(tracked, answered)

    def _request(self, url: str, slot: str, callback: Any, errback: Any) -> Request:
        meta: dict[str, Any] = {"download_slot": slot}
        if self.run.is_local:
            meta["proxy"] = None  # what is served on loopback is not reached through a proxy
        return Request(url, callback=callback, errback=errback, meta=meta, dont_filter=True)


def _decoded(response: Response) -> bytes:
    encodings = [value.decode("latin-1") for value in response.headers.getlist("Content-Encoding")]
    return bodies.decode(response.body, encodings)


def _said(failure: Failure) -> str:
    """What a failed request says, in a line."""
    return f"{type(failure.value).__name__}: {failure.value}"[:300]


def _name(tracked: Tracked) -> str:
    return f"{tracked.policy.vendor} {tracked.policy.type}"
