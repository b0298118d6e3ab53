"""``scrapy candidates``: what it shows, and what becomes of what somebody accepts and refuses."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawling import ROOT

from crawler.discovery.candidates import Candidate, Evidence
from pipelines.corpus import Corpus, candidates
from pipelines.corpus.lock import CorpusLock

pytestmark = pytest.mark.slow  # each test starts processes

URL = "https://shop.example/privacy"
SEEN = (Evidence("home page", "https://shop.example/", "20110304050607", "Privacy \x1b[31m"),)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.db"
    with Corpus(path) as made, made.writing():
        first = Candidate(
            "shop.example", URL, "Privacy Policy", "en", 0.9, "20110304050607", "20240102000000", SEEN, True
        )
        terms = Candidate("shop.example", "https://shop.example/terms", "Terms of Service")
        bank = Candidate("bank.example", "https://bank.example/[bold]agb", "Terms of Service", "de", 0.5, seen=SEEN)
        candidates.put(made.db, [first, terms, bank], datetime(2026, 11, 29, tzinfo=UTC))
    return path


def run(corpus: Path, *given: str, width: int = 300) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "candidates", *given, "-s", f"CORPUS_DB={corpus}"]
    environment = {"PATH": "/usr/bin:/bin", "COLUMNS": str(width), "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_candidates_are_shown_in_a_table_and_as_json_lines(corpus: Path) -> None:
    done = run(corpus)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines() if "│" in line]
    assert rows == [
        ["bank.example", "terms of service (de)", "https://bank.example/[bold]agb", "0.50", "", "home page", ""],
        ["shop.example", "privacy policy (en)", URL, "0.90", "2011–2024", "home page", "verified"],
        ["shop.example", "terms of service", "https://shop.example/terms", "0.00", "", "", ""],
    ]
    data = [json.loads(line) for line in run(corpus, "-a", "vendor=SHOP.example", "--json").stdout.splitlines()]
    assert [(row["url"], row["verified"], row["decision"]) for row in data] == [
        (URL, True, None),
        ("https://shop.example/terms", False, None),
    ]
    assert data[0]["seen"][0]["source"] == "home page"


def test_a_row_that_no_discovery_stores_is_told_and_the_others_are_shown(corpus: Path) -> None:
    with Corpus(corpus) as made:
        made.db.execute("UPDATE candidates SET seen = '{{{' WHERE type LIKE 'privacy%'")
    done = run(corpus, "--json")
    told = "1 of 3 candidates hold something that Policytrail does not write, and are left out."
    assert (done.returncode, done.stderr.strip()) == (2, f"{corpus}: {told}")
    assert len(done.stdout.splitlines()) == 2


def test_a_table_has_an_end(corpus: Path) -> None:
    with Corpus(corpus) as made, made.writing():
        many = (Candidate("many.example", f"https://many.example/{number}", "Imprint") for number in range(1_200))
        candidates.put(made.db, many)
    done = run(corpus)
    assert (done.returncode, done.stdout.count("many.example │")) == (0, 999)
    assert done.stderr == "And 203 more: --json shows all, -a vendor=… those of one vendor.\n"


def test_decisions_are_stored_and_told(corpus: Path) -> None:
    refused = run(corpus, "--refuse", "http://www.shop.example/privacy", "--accept", "https://bank.example/[bold]agb")
    assert (refused.returncode, refused.stderr) == (0, "")
    assert "refused" in refused.stdout
    assert "accepted" in refused.stdout
    with Corpus(corpus) as made:
        decisions = {stored.candidate.url: stored.decision for stored in candidates.read(made.db)}
    assert decisions == {
        URL: "refused",
        "https://bank.example/[bold]agb": "accepted",
        "https://shop.example/terms": None,
    }


def test_an_unknown_url_is_named_with_the_one_that_is_close(corpus: Path) -> None:
    part = run(corpus, "--refuse", "https://shop.example/privac", URL)
    assert part.returncode == 2
    assert f"Did you mean {URL}?" in part.stderr
    none = run(corpus, "--refuse", URL, "-a", "vendor=bank.example")
    assert (none.returncode, none.stdout) == (1, "")
    assert "no candidate of bank.example" in none.stderr


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["-a", "vendor=shpo.example"], "Did you mean shop.example?"),
        (["--refuse", URL, "--accept", URL], "give it once"),
        (["somewhere"], "not expected; the usage is scrapy candidates"),
    ],
)
def test_a_mistake_gets_a_sentence(corpus: Path, given: list[str], sentence: str) -> None:
    done = run(corpus, *given)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr


def test_nothing_is_decided_while_a_crawl_is_at_work(corpus: Path) -> None:
    lock = CorpusLock(corpus)
    try:
        done = run(corpus, "--refuse", URL)
        assert run(corpus).returncode == 0  # to look is free
    finally:
        lock.release()
    assert done.returncode == 1
    assert "another crawl is at work" in done.stderr


def test_a_corpus_without_candidates_says_so(tmp_path: Path) -> None:
    Corpus(tmp_path / "corpus.db").close()
    done = run(tmp_path / "corpus.db")
    assert (done.returncode, done.stdout) == (0, "")
    assert "has no candidates. scrapy crawl discover finds them." in done.stderr
