"""Archives that grow from run to run, crawled without a network: what a series of runs finds, and what it asks for."""

import base64
import hashlib
import json
import random
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from policy_crawls import Stored, begin, drive

from crawler.archive import bodies, cdx
from crawler.archive.urlkey import urlkey
from crawler.events import Event
from crawler.local_archive import cdx_server, replay
from crawler.local_archive.captures import read_captures
from crawler.local_archive.index import CaptureIndex
from crawler.model import Playback, Policy
from crawler.policy_crawl import PolicyCrawl
from crawler.questions import CaptureQuestion, ListingQuestion, NearQuestion, Question, ReadingQuestion
from crawler.reading import Found, Page, read
from crawler.timestamps import nearest_moment
from crawler.vendors import load

Row = tuple[str, ...]
"""A row of a listing, with the columns `cdx.FIELDS`."""
Answer = tuple[int, dict[str, str], bytes]
_TIMESTAMP, _ORIGINAL = cdx.FIELDS.index("timestamp"), cdx.FIELDS.index("original")


@dataclass
class GrowingArchive:
    """An archive of one policy of which only the ``listed`` rows are listed yet; it counts what it is asked."""

    rows: list[Row]
    play: Callable[[Playback], Answer]
    read: Callable[[Page], Found]
    listed: list[Row] = field(default_factory=list)
    asked: list[Playback] = field(default_factory=list)

    def answer(self, crawl: PolicyCrawl, question: Question) -> Iterator[Event]:
        if isinstance(question, ListingQuestion):
            key = urlkey(question.url)
            rows = [row for row in self.listed if row[0] == key and row[_TIMESTAMP] >= (question.since or "")]
            return crawl.receive_listing(question, 200, json.dumps([list(cdx.FIELDS), *rows] if rows else []).encode())
        if isinstance(question, NearQuestion):
            return crawl.receive_near(question, 200, b"[]")
        if isinstance(question, ReadingQuestion):
            return crawl.receive_reading(question, self.read(question.page))
        assert isinstance(question, CaptureQuestion)
        self.asked.append(question.chain.last)
        return crawl.receive_capture(question, *self.play(question.chain.last))


class Policies(NamedTuple):
    """The policies of an archive that is at hand, with the rows that it lists of each."""

    rows: dict[Policy, list[Row]]
    play: Callable[[Playback], Answer]
    read: Callable[[Page], Found]


def _read_once() -> Callable[[Page], Found]:
    """Return how the captures of an archive are read, each of them once: the same ones are crawled over and over."""
    known: dict[Playback, Found] = {}

    def read_once(page: Page) -> Found:
        at = Playback(page.timestamp, page.response.url)
        if at not in known:
            found = read(page).found
            assert found is not None
            known[at] = found
        return known[at]

    return read_once


@cache
def local(archive: Path, vendors: Path) -> Policies:
    """The policies of archive files."""
    captures = read_captures(archive).captures
    index = CaptureIndex(captures)

    @cache
    def play(at: Playback) -> Answer:
        played = replay.play(index, f"/web/{at.timestamp}id_/{at.url}")
        headers = {name.lower(): value for name, value in played.headers}
        return played.status, headers, bodies.decode(played.body, [headers.get("content-encoding", "")])

    found = {}
    for policy in load(vendors):
        rows = []
        for url in policy.urls:
            listed = cdx_server.answer([("url", url), ("output", "json")], captures).body
            rows += [tuple(row) for row in json.loads(listed)[1:]]
        found[policy] = sorted(rows, key=lambda row: row[_TIMESTAMP])
    return Policies(found, play, _read_once())


@cache
def bench(archive: Path, vendors: Path) -> Policies:
    """The policies of an archive of real captures (`../shared/bench`)."""
    with tarfile.open(archive) as tar:
        files = {member.name: file.read() for member in tar if (file := tar.extractfile(member)) is not None}
    rows: dict[str, list[Row]] = {}
    bodies_at: dict[Playback, Answer] = {}
    for line in files["captures.jsonl"].splitlines():
        one = json.loads(line)
        body = files.get(f"bodies/{one.get('sha1')}", b"")
        headers = {name.lower(): value for name, value in (one.get("headers") or {}).items()}
        digest = one.get("digest") or base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
        kind, status = one.get("mimetype", "text/html"), one.get("status", 200)
        length = str(one.get("length") or max(1, len(body) // 4))
        key, timestamp = urlkey(one["url"]), one["timestamp"]
        rows.setdefault(key, []).append((key, timestamp, one["url"], kind, str(status), digest, length))
        sent = {"memento-datetime": format_datetime(nearest_moment(timestamp), usegmt=True), "content-type": kind}
        sent |= {name: headers[name] for name in ("content-type", "location") if name in headers}
        decoded = bodies.decode(body, [headers.get("content-encoding", "")])
        bodies_at[Playback(timestamp, one["url"])] = status if isinstance(status, int) else 200, sent, decoded
    found = {}
    for policy in load(vendors):
        of_policy = [row for key in dict.fromkeys(map(urlkey, policy.urls)) for row in rows.get(key, [])]
        found[policy] = sorted(of_policy, key=lambda row: row[_TIMESTAMP])
    return Policies(found, lambda at: bodies_at.get(at, (404, {}, b"")), _read_once())


def monthly(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows that the archive adds from month to month."""
    return [list(month) for _, month in groupby(rows, key=lambda row: row[_TIMESTAMP][:6])]


def yearly(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows that the archive adds from year to year."""
    return [list(year) for _, year in groupby(rows, key=lambda row: row[_TIMESTAMP][:4])]


def split(rows: Sequence[Row], chance: random.Random, late: float = 0.0) -> list[list[Row]]:
    """The rows that an archive adds from run to run, some runs without any; a share of them comes ``late``."""
    runs: list[list[Row]] = [[] for _ in range(chance.randint(2, 12))]
    ends = sorted(chance.randrange(len(rows) + 1) for _ in runs[1:])
    for at, row in enumerate(rows):
        due = sum(end <= at for end in ends)
        runs[chance.randint(due, len(runs) - 1) if chance.random() < late else due].append(row)
    return runs


class Outcome(NamedTuple):
    """What crawls found: the revisions (first and last timestamp, document), and what they asked for."""

    revisions: list[tuple[str, str, str]]
    asked: list[Playback]
    memory: Stored


def crawl(policies: Policies, policy: Policy, runs: Sequence[Sequence[Row]], kills: Sequence[int] = ()) -> Outcome:
    """Crawl a policy once for each part of its rows that the archive adds; a run that has a number in ``kills`` is
    killed after so many answers and begun again.
    """
    archive, memory = GrowingArchive(policies.rows[policy], policies.play, policies.read), Stored()
    for number, new in enumerate(runs):
        archive.listed += new
        if number < len(kills):
            drive(begin(policy, memory), archive, memory, most=kills[number])
        drive(begin(policy, memory), archive, memory)
    return Outcome(revisions(memory), archive.asked, memory)


def revisions(memory: Stored) -> list[tuple[str, str, str]]:
    """The revisions that a memory has: first and last timestamp, document. As in a corpus, a redirect shows nothing
    that the snapshot where it led does not.
    """
    shown = []
    for key, (_, document) in memory.outcomes.items():
        timestamp, _, url = memory.read_at.get(key, "").partition("/")
        led_to = memory.outcomes.get((url, timestamp))
        if document is not None and (led_to is None or led_to[1] != document or (url, timestamp) in memory.read_at):
            shown.append((key[1], document))
    found = []
    for document, of_one in groupby(sorted(shown), key=lambda one: one[1]):
        moments = [moment for moment, _ in of_one]
        found.append((moments[0], moments[-1], document))
    return found
