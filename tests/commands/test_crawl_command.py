"""``scrapy crawl policies`` as users and schedules run it: its exit status, and what it says."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "sample"
FAST = ("-s", "CDX_REQUESTS_PER_MINUTE=0", "-s", "REPLAY_REQUESTS_PER_MINUTE=0")
GRUENWALD = ("-a", "vendor=gruenwald.example")


def command(folder: Path, *more: str) -> list[str]:
    settings = {
        "ARCHIVE_URL": SAMPLE / "sample.warc.gz",
        "CORPUS_DB": folder / "corpus.db",
        "DOCUMENTS_DIR": folder / "documents",
        "WARC_DIR": folder / "warc",
        "RETRY_TIMES": 1,
        "RETRY_BACKOFF": 0.01,
    }
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    if not any(part.startswith("vendors") for part in more):
        given += ["-a", f"vendors={SAMPLE}/vendors.toml"]
    return [sys.executable, "-m", "scrapy", "crawl", "policies", *given, *more]


@pytest.fixture
def scrapy(tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a crawl into the test's folder. However it ends, it ends without a traceback."""

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command(tmp_path, *more), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


def rows(folder: Path, sql: str) -> list[tuple]:
    connection = sqlite3.connect(folder / "corpus.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_0_is_all_well(scrapy, tmp_path):
    done = scrapy(*GRUENWALD)
    assert done.returncode == 0, done.stderr
    assert "gruenwald.example" in done.stdout
    assert rows(tmp_path, "SELECT status FROM crawls") == [("complete",)]


# Each line starts a process, so that only the different ways into the command stand here; the messages of the vendors
# file, the arguments and the corpus have their own tests.
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["-a", "vendors"], "NAME=VALUE"),
        (["-a", "vendors={folder}/bad.toml"], "bad.toml"),
        (["-s", "ARCHIVE_URL=http://["], "expected an address"),
        (["-s", "ARCHIVE_URL={folder}"], "{folder}"),
        (
            ["-s", "ARCHIVE_URL=http://127.0.0.1:{port}", "-s", "CDX_REQUESTS_PER_MINUTE=0", *GRUENWALD],
            "could not be listed",
        ),
        (["-s", "CORPUS_DB={folder}/bad.toml"], "cannot be opened as a corpus"),
        (["-s", "DOCUMENTS_DIR={folder}/bad.toml/documents"], "no documents can be written there"),
        (["-s", "WARC_DIR={folder}/bad.toml/w", "-s", "ARCHIVE_URL=http://a.example"], "no bytes can be written there"),
    ],
    ids=lambda value: "" if isinstance(value, str) else " ".join(value)[:40],
)
def test_1_is_nothing_could_be_done_and_says_why(scrapy, tmp_path, unused_tcp_port, wrong, said):
    (tmp_path / "bad.toml").write_text("[[policy]]\nvendor = 5\n" * 50)
    place = {"folder": tmp_path, "port": unused_tcp_port}
    done = scrapy(*(part.format(**place) for part in wrong))
    assert done.returncode == 1, done.stderr
    assert said.format(**place) in done.stdout + done.stderr


def test_another_spider_is_a_mistake_not_a_traceback(tmp_path):
    mistaken = [{"policies": "policy"}.get(part, part) for part in command(tmp_path)]
    done = subprocess.run(mistaken, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "policy: no such spider. Usage: scrapy crawl policies [-a NAME=VALUE …]"
    assert "Traceback" not in done.stderr


class _HalfAnArchive(BaseHTTPRequestHandler):
    """Lists an archived error for one policy, and has no listing at all for the other."""

    def do_GET(self) -> None:
        well = "good.example" in self.path
        row = '["example,good)/p","20200102030405","http://good.example/p","text/html","404","D","9"]'
        header = '["urlkey","timestamp","original","mimetype","statuscode","digest","length"]'
        body = f"[{header},{row}]".encode() if well else b"<html>Out of order</html>"
        self.send_response(200 if well else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_2_is_done_in_part_and_names_what_failed(scrapy, tmp_path):
    vendors = tmp_path / "vendors.csv"
    vendors.write_text("vendor,type,url\ngood.example,,http://good.example/p\nbad.example,,http://bad.example/p\n")
    with ThreadingHTTPServer(("127.0.0.1", 0), _HalfAnArchive) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        done = scrapy(*("-a", f"vendors={vendors}", "-s", f"ARCHIVE_URL=http://127.0.0.1:{server.server_port}"), *FAST)
        server.shutdown()
    assert done.returncode == 2, done.stderr
    failed = "bad.example privacy policy: http://bad.example/p could not be listed"
    assert failed in done.stdout
    assert done.stderr.splitlines()[-1].startswith(f"Done in part, 1 of 2 with errors. {failed}")
    assert rows(tmp_path, "SELECT status FROM crawls") == [("partial",)]
    by_vendor = "SELECT vendor, status FROM crawl_policies c JOIN policies p ON p.id = c.policy ORDER BY vendor"
    assert rows(tmp_path, by_vendor) == [("bad.example", "partial"), ("good.example", "complete")]


PAGE = b"<html><title>P</title><main><p>%s</p></main></html>" % (b"We keep what you tell us for thirty days. " * 20)


class _SlowArchive(BaseHTTPRequestHandler):
    """Lists a hundred captures, and takes its time for each."""

    def do_GET(self) -> None:
        listed = "/cdx/" in self.path
        header = '["urlkey","timestamp","original","mimetype","statuscode","digest","length"]'
        row = '["a","20{0:02}0102030405","http://a.example/p","text/html","200","D{0}","1000"]'
        page = ",".join([header, *(row.format(n) for n in range(100))])
        body = f"[{page}]".encode() if listed else PAGE
        if not listed:
            time.sleep(0.3)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "text/html")
        if not listed:
            year = self.path.removeprefix("/web/")[:4]
            self.send_header("Memento-Datetime", f"Thu, 02 Jan {year} 03:04:05 GMT")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_ctrl_c_once_ends_a_crawl_soon_with_a_whole_corpus(tmp_path):
    vendors = tmp_path / "vendors.csv"
    vendors.write_text("vendor,type,url\na.example,,http://a.example/p\n")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _SlowArchive)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    more = (
        "-a",
        f"vendors={vendors}",
        "-a",
        "snapshots=all",
        "-s",
        f"ARCHIVE_URL=http://127.0.0.1:{server.server_port}",
    )
    with (tmp_path / "log").open("w") as log:
        crawling = subprocess.Popen(command(tmp_path, *more, *FAST), cwd=ROOT, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 30
            while time.monotonic() < until and not _fetched(tmp_path):
                time.sleep(0.05)
            os.kill(crawling.pid, signal.SIGINT)
            asked_to_end = time.monotonic()
            assert crawling.wait(30) == 2
            assert time.monotonic() - asked_to_end < 10
        finally:
            crawling.kill()
            crawling.wait()
            server.shutdown()
            server.server_close()
    said = (tmp_path / "log").read_text()
    assert "Traceback" not in said
    assert "Received SIGINT, shutting down gracefully" in said
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(tmp_path, "SELECT status, finished IS NOT NULL FROM crawls") == [("interrupted", 1)]
    ((fetched,),) = rows(tmp_path, "SELECT count(*) FROM snapshots WHERE state = 'fetched'")
    assert 0 < fetched < 100
    assert rows(tmp_path, "SELECT count(*) FROM snapshots WHERE state = 'failed'") == [(0,)]
    assert said.splitlines()[-1] == (
        f"Interrupted: 0 of 1 policies are done. {fetched} snapshots were fetched and are kept in"
        f" {tmp_path / 'corpus.db'}; the next crawl goes on from there."
    )


def _fetched(folder: Path) -> bool:
    try:
        return rows(folder, "SELECT count(*) > 0 FROM snapshots WHERE state = 'fetched'") == [(1,)]
    except sqlite3.Error:
        return False
