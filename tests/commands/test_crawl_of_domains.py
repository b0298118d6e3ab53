"""`scrapy crawl policies -a domains=…` discovers, then crawls; the exit status is that of both."""

import subprocess
import sys
from pathlib import Path

import pytest
from crawling import ROOT, SAMPLE, own_settings

from crawler.vendors import load
from pipelines.corpus import Corpus

pytestmark = pytest.mark.slow

DOMAINS = "harbourlight.example,tallowsoft.example"


def crawl(output: Path, *given: str, archive: Path = SAMPLE / "sample.warc.gz") -> subprocess.CompletedProcess[str]:
    settings = [part for name, value in own_settings(output, archive).items() for part in ("-s", f"{name}={value}")]
    arguments = [part for one in (f"vendors={output / 'found.toml'}", *given) for part in ("-a", one)]
    command = [sys.executable, "-m", "scrapy", "crawl", "policies", *arguments, *settings]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_what_is_discovered_is_crawled(tmp_path: Path) -> None:
    done = crawl(tmp_path, f"domains={DOMAINS}")
    assert done.returncode == 0, done.stderr
    assert {policy.vendor for policy in load(tmp_path / "found.toml")} == set(DOMAINS.split(","))
    with Corpus.reading(tmp_path / "corpus.db") as corpus:
        vendors = corpus.db.execute("SELECT DISTINCT vendor FROM histories ORDER BY 1").fetchall()
    assert [vendor for (vendor,) in vendors] == DOMAINS.split(",")


def test_a_domain_of_which_the_archive_has_nothing_is_named_and_the_others_are_crawled(tmp_path: Path) -> None:
    done = crawl(tmp_path, "domains=harbourlight.example,nothing.example")
    assert done.returncode == 2
    assert "nothing.example: the archive has no capture" in done.stderr.splitlines()[-1]
    assert list((tmp_path / "documents" / "harbourlight.example").rglob("*.md"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["domains=harbourlight.example", "snapshots=some"], "expected changes"),
        (["domains=harbourlight"], "is not a domain"),
        (["domains=harbourlight.example", "vendor=harbourlight.example"], "give one of them"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_asked(tmp_path: Path, given: list[str], said: str) -> None:
    done = crawl(tmp_path, *given)
    assert done.returncode == 1
    assert said in done.stderr.splitlines()[-1]
    assert not (tmp_path / "corpus.db").exists()


def test_where_nothing_could_be_discovered_nothing_is_crawled(tmp_path: Path) -> None:
    done = crawl(tmp_path, f"domains={DOMAINS}", archive=tmp_path / "nowhere.warc")
    assert done.returncode == 1
    assert "nowhere.warc does not exist" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "found.toml").exists()
