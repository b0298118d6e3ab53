"""Scrapy's own commands work in the project, and so do spiders that are not ours."""

import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from crawler.archive.address import archive_key
from crawler.rate_limit.shared_state import SharedState

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).parents[2]
SPIDER = """
import scrapy

class PlainSpider(scrapy.Spider):
    name = "plain"

    def parse(self, response):
        yield {"title": response.css("title::text").get()}
"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<html><title>A plain page</title></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def page() -> Iterator[str]:
    """The address of a page on the live web, so to speak."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def scrapy(folder: Path, *given: str) -> subprocess.CompletedProcess[str]:
    """Run a command of Scrapy's that writes into a folder only, and ends without a traceback."""
    names = ("CORPUS_DB=corpus.db", "DOCUMENTS_DIR=documents", "WARC_DIR=warc", "STATE_DIR=state")
    settings = [part for name in names for part in ("-s", name.replace("=", f"={folder}/"))]
    command = [sys.executable, "-m", "scrapy", *given, *settings]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert not (folder / "corpus.db").exists()
    return done


def test_list_names_the_spider(tmp_path: Path) -> None:
    assert "policies" in scrapy(tmp_path, "list").stdout.split()


def test_fetch_prints_a_page(tmp_path: Path, page: str) -> None:
    done = scrapy(tmp_path, "fetch", page)
    assert done.returncode == 0
    assert "A plain page" in done.stdout


def test_a_request_to_the_archive_keeps_its_rate_limits_whoever_sends_it(tmp_path: Path, page: str) -> None:
    scrapy(tmp_path, "fetch", page)
    assert not (tmp_path / "state").exists()
    done = scrapy(tmp_path, "fetch", f"{page}web/2020id_/http://shop.example/", "-s", f"ARCHIVE_URL={page}")
    assert "A plain page" in done.stdout
    assert '"replay"' in (SharedState(tmp_path / "state").read(archive_key(page)) or "")


def test_shell_has_the_response(tmp_path: Path, page: str) -> None:
    done = scrapy(tmp_path, "shell", page, "-c", "response.status")
    assert done.returncode == 0
    assert done.stdout.split()[-1] == "200"


def test_runspider_runs_a_plain_spider(tmp_path: Path, page: str) -> None:
    spider = tmp_path / "plain.py"
    spider.write_text(SPIDER.replace('name = "plain"', f'name = "plain"\n    start_urls = ["{page}"]'))
    done = scrapy(tmp_path, "runspider", str(spider), "-O", f"{tmp_path}/items.jsonl")
    assert done.returncode == 0
    assert (tmp_path / "items.jsonl").read_text() == '{"title": "A plain page"}\n'
