"""What a machine of a cluster does with a batch: it crawls it, in a folder that is its own.

    STATE_DIR/batches/KEY/corpus.db, warc/ …

Rates and pauses lie in ``STATE_DIR`` too: all crawls of a machine share them, whoever they are for. The folder stays
until its corpus is united with the others, so that the next attempt on this machine goes on from it.
"""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

from distributed import Status, get_worker
from distributed.utils import sync
from scrapy.utils.project import get_project_settings

from crawler.cluster import transport
from crawler.cluster.batches import RESOURCE, Batch, Outcome
from crawler.cluster.transport import BYTES, CORPUS, KNOWN
from crawler.errors import ClusterError, CorpusError, CorpusLockedError
from crawler.extraction.extract import EXTRACTOR
from crawler.rate_limit.rates import state_directory
from crawler.vendors.writing import as_toml
from pipelines.corpus import Corpus
from pipelines.corpus.lock import CorpusLock
from pipelines.merge import Places, merge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from distributed import Worker

_LOOK = 0.5  # seconds between two looks at whether a crawl is still wanted
_GRACE = 20.0  # seconds that a crawl gets to end in order: requests that are under way may take this long
_LOCKED = 60.0  # seconds to wait for a crawl that an earlier worker left, and that is about to end
_REST = 3600.0
"""Seconds for which a machine gets no batches after the archive turned it away, or its disk is full: as long as an
archive's ban lasts at least (`crawler.rate_limit.limits.BAN`).
"""


class CrawlDiedError(Exception):
    """A crawl was killed, or came upon an error that nobody expected. Dask tries the batch again."""


class NoLongerWantedError(Exception):
    """Nobody waits for this batch any more."""


def crawl(batch: Batch, known: bytes | None, *, has_known: bool) -> Outcome:
    """Crawl a batch on this machine: the task that Dask runs.

    ``known`` is what is known of its policies, unless that travels in another way.
    """
    worker = get_worker()
    machine = socket.gethostname()
    if batch.request.extractor != EXTRACTOR:
        raise ClusterError(
            f"{machine} reads captures as {EXTRACTOR}, and the machine that hands the crawl out as"
            f" {batch.request.extractor}. Install the same version of Policytrail on both, from constraints.txt."
        )
    try:
        return _crawl(batch, known, has_known, worker, machine)
    except (OSError, ImportError, CorpusError, sqlite3.Error) as error:  # the machine's: the next batch fares no better
        _rest(worker)
        return Outcome(1, f"{machine}: {error}", True, machine, worker.address, "", ())


def _crawl(batch: Batch, known: bytes | None, has_known: bool, worker: "Worker", machine: str) -> Outcome:
    folder = _folder(batch)
    corpus = folder / CORPUS
    (folder / "vendors.toml").write_text(as_toml(batch.policies), "utf-8")
    with _locked(corpus):
        if has_known:
            transport.receive_known(batch, known, folder / KNOWN)
            _go_on_from(folder / KNOWN, corpus)
        before, *_ = _last_run(corpus)

    def tell(record: dict[str, Any]) -> None:
        worker.log_event(batch.request.topic, record | {"machine": machine})

    status, said = _run(_command(batch, folder), folder, tell, _wanted(worker))
    run, how, finished = _last_run(corpus)
    again = run == before or finished < len(batch.policies)
    if again and how != "interrupted":
        _rest(worker)
    files = tuple((name, (folder / name).stat().st_size) for name in _names(folder))
    transport.send(batch, folder, files)
    return Outcome(status, said, again, machine, worker.address, str(folder), files)


def _folder(batch: Batch) -> Path:
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    given = {"STATE_DIR": batch.request.state} if batch.request.state else get_project_settings()
    folder = state_directory(given).absolute() / "batches" / batch.key
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _locked(corpus: Path) -> "Iterator[None]":
    until = time.monotonic() + _LOCKED
    while True:
        try:
            lock = CorpusLock(corpus)
            break
        except CorpusLockedError:
            if time.monotonic() > until:
                raise
            time.sleep(_LOOK)
    try:
        yield
    finally:
        lock.release()


def _go_on_from(known: Path, corpus: Path) -> None:
    """Let a crawl go on from what is known elsewhere, and from what an earlier attempt left here."""
    if corpus.is_file():
        with Corpus(corpus) as ours:
            merge(known, ours, Places(warc=None, documents=None, public_url=""))
        known.unlink()
    else:
        known.replace(corpus)


def _last_run(corpus: Path) -> tuple[int, str, int]:
    """Return the id of the last crawl of a corpus, how it ended, and with how many policies it was done."""
    if corpus.is_file():
        with closing(sqlite3.connect(corpus)) as db:
            row = db.execute(
                "SELECT id, status, (SELECT count(*) FROM crawl_policies WHERE crawl = c.id) FROM crawls c"
                " ORDER BY id DESC LIMIT 1"
            ).fetchone()
            if row is not None:
                return int(row[0]), str(row[1]), int(row[2])
    return 0, "", 0


def _names(folder: Path) -> "Iterator[str]":
    if (folder / CORPUS).is_file():
        yield CORPUS
    for path in sorted((folder / BYTES).glob("*")):
        yield f"{BYTES}/{path.name}"


def _command(batch: Batch, folder: Path) -> list[str]:
    places = {
        "CORPUS_DB": folder / CORPUS,
        "DOCUMENTS_DIR": folder / "documents",  # written anew from the corpus where they are wanted
        "WARC_DIR": folder / BYTES if batch.request.keeps_bytes else "",
        "STATE_DIR": folder.parent.parent,
        "NOTIFY_URLS": "",
        "LOG_FORMAT": "json",
    }
    options = [("-a", f"vendors={folder / 'vendors.toml'}")]
    options += [("-a", argument) for argument in batch.request.arguments]
    options += [("-s", setting) for setting in (*batch.request.settings, f"ARCHIVE_URL={batch.request.archive}")]
    options += [("-s", f"{name}={value}") for name, value in places.items()]
    crawl = [sys.executable, "-m", "crawler.cluster.crawling", "crawl", "policies"]
    return [*crawl, *(part for option in options for part in option)]


def _run(
    command: list[str], folder: Path, tell: Callable[[dict[str, Any]], None], wanted: Callable[[], bool]
) -> tuple[int, str]:
    """Run a crawl as long as it is wanted; return its exit status and its last line."""
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    crawling = subprocess.Popen(  # noqa: S603 - ours
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    assert crawling.stderr is not None
    said: deque[str] = deque(maxlen=20)
    listening = Thread(target=_pass_on, args=(crawling.stderr, tell, said), daemon=True)
    listening.start()
    try:
        while crawling.poll() is None:
            if not wanted():
                _stop(crawling)
                raise NoLongerWantedError
            _wait(crawling, _LOOK)
    finally:
        if crawling.poll() is None:
            _stop(crawling)
        listening.join(5.0)
        assert crawling.stdin is not None
        crawling.stdin.close()
    if crawling.returncode not in {0, 1, 2}:
        raise CrawlDiedError(f"the crawl died with status {crawling.returncode}: {' / '.join(said)[-500:]}")
    return crawling.returncode, said[-1] if said and crawling.returncode else ""


def _wait(crawling: "subprocess.Popen[str]", seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        crawling.wait(seconds)


def _stop(crawling: "subprocess.Popen[str]") -> None:
    """End a crawl in order, or at once if that takes long."""
    crawling.send_signal(signal.SIGINT)
    _wait(crawling, _GRACE)
    assert crawling.stdin is not None
    crawling.stdin.close()
    _wait(crawling, 1.0)
    crawling.kill()


def _pass_on(lines: IO[str], tell: Callable[[dict[str, Any]], None], said: deque[str]) -> None:
    """Pass the log of a crawl on, and keep its last lines."""
    with lines:
        for line in lines:
            try:
                record = json.loads(line)
                level, message = str(record["level"]), str(record["message"])
            except (ValueError, TypeError, KeyError):  # not of the log: a traceback, a library's own words
                said.append(line.strip())
            else:
                said.append(message)
                tell({"level": level, "message": message})


def _wanted(worker: "Worker") -> Callable[[], bool]:
    """Return what tells whether the task that runs here is still wanted: neither cancelled, nor its worker closing."""
    key = worker.get_current_task()

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "executing" and worker.status in {Status.running, Status.paused}

    return wanted


def _rest(worker: "Worker") -> None:
    """Offer nothing for a while: the next batches go to other machines."""

    async def offer_again() -> None:
        await asyncio.sleep(_REST)
        await worker.set_resources(**{RESOURCE: 1})

    sync(worker.loop, worker.set_resources, **{RESOURCE: 0})
    worker.loop.add_callback(offer_again)
