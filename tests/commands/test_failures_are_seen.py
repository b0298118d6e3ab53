"""Each way in which a crawl can fail is seen: what standard output, standard error and the exit status say of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "sample"
GRUENWALD = ("-a", f"vendors={SAMPLE}/vendors.toml", "-a", "vendor=gruenwald.example")
OURS = ("[crawler.", "[pipelines.", "[output.")


@pytest.fixture
def crawl(tmp_path):
    """Run a crawl of the sample archive into the test's folder; what is given takes precedence."""

    def run(*given: str) -> subprocess.CompletedProcess[str]:
        settings = {
            "ARCHIVE_URL": SAMPLE / "sample.warc.gz",
            "CORPUS_DB": tmp_path / "corpus.db",
            "DOCUMENTS_DIR": tmp_path / "documents",
            "STATE_DIR": tmp_path / "state",
            "WARC_DIR": tmp_path / "warc",
            "RETRY_TIMES": 0,
        }
        options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        command = [sys.executable, "-m", "scrapy", "crawl", "policies", *options, *given]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


def test_a_vendors_crawl_prints_under_ten_lines_all_of_them_the_projects(crawl):
    done = crawl(*GRUENWALD)
    assert done.returncode == 0
    logged = done.stderr.splitlines()
    assert len(logged) + len(done.stdout.splitlines()) < 10
    assert all(any(name in line for name in OURS) for line in logged), done.stderr


@pytest.mark.parametrize("quiet", [[], ["-L", "ERROR"], ["-L", "CRITICAL"], ["--nolog"], ["-s", "LOG_FILE={}/log"]])
def test_at_every_level_of_the_log_the_last_line_says_why_a_crawl_failed(crawl, tmp_path, quiet):
    done = crawl(*GRUENWALD, "-s", "ARCHIVE_URL=nowhere.warc.gz", *(part.format(tmp_path) for part in quiet))
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("nowhere.warc.gz does not exist. Expected an archive file")
    assert done.stderr.count("nowhere.warc.gz does not exist") == 1
    assert done.stdout == ""
    if quiet[-1:] and "LOG_FILE" in quiet[-1]:
        assert done.stderr.splitlines() == [last]
        assert last in (tmp_path / "log").read_text()


def test_scrapys_own_lines_are_there_at_debug_and_in_a_file(crawl, tmp_path):
    assert "[scrapy.core.engine] INFO: Spider opened" in crawl(*GRUENWALD, "-L", "DEBUG").stderr
    done = crawl(*GRUENWALD, "-s", f"LOG_FILE={tmp_path}/log")
    assert done.stderr == ""
    assert "[scrapy.core.engine] INFO: Spider opened" in (tmp_path / "log").read_text()


def test_as_json_every_line_is_an_object_the_last_one_too(crawl):
    done = crawl(*GRUENWALD, "-s", "LOG_FORMAT=json", "-s", "CORPUS_DB=/proc/nowhere/corpus.db")
    assert done.returncode == 1
    rows = [json.loads(line) for line in done.stderr.splitlines()]
    assert all({"time", "level", "logger", "message"} <= row.keys() for row in rows)
    assert rows[-1]["level"] == "ERROR"
    assert "set CORPUS_DB to another path" in rows[-1]["message"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("-L", "LOUD"), "-s LOG_LEVEL=LOUD: expected DEBUG, INFO, WARNING, ERROR or CRITICAL."),
        (("-s", "LOG_FORMAT=jsno"), "Expected json, or a format of Python's logging."),
        (("-s", "LOG_FILE=/proc/nowhere/log"), "-s LOG_FILE=/proc/nowhere/log: no log can be written there"),
        (
            ("-a", "vendor=other.example"),
            "vendor is given 2 times (gruenwald.example, other.example); give it once.",
        ),
        (("-a", "vendor=gruenwald.example"), "-a vendor is given 2 times"),
        (("-a", "CORPUS_DB=x"), "Settings are given with -s: -s CORPUS_DB=…"),
        (("-O", "items.jsonl"), "items.jsonl: the items of this spider are the steps of a crawl"),
        (("-o", "items.csv"), "write the texts when the crawl is done: scrapy export jsonl --output PATH."),
        (("-s", 'FEEDS={"items.json": {"format": "json"}}'), "items.json: the items of this spider"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_refused_before_anything_is_asked(crawl, tmp_path, wrong, said):
    done = crawl(*GRUENWALD, *wrong)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr.splitlines()[-1]
    assert not (tmp_path / "corpus.db").exists()
    assert not (ROOT / "items.jsonl").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CONTCAT", "neither Policytrail nor Scrapy has this setting. Did you mean CONTACT?"),
        ("contact", "Did you mean CONTACT?"),
        ("LOGLEVEL", "Did you mean LOG_LEVEL?"),
        ("CORPUS", "Did you mean CORPUS_DB?"),
        ("WARC", "Did you mean WARC_DIR?"),
        ("since", "Did you mean -a since=…?"),
        ("XYZZY", "Only code of your own can make use of it."),
    ],
)
def test_a_setting_that_nobody_knows_gets_a_warning_with_the_likely_name(crawl, name, said):
    done = crawl(*GRUENWALD, "-s", f"{name}=x")
    assert done.returncode == 0
    (warning,) = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert f"-s {name}=…" in warning
    assert said in warning


@pytest.mark.parametrize("quiet", [[], ["--nolog"]])
def test_a_url_of_which_the_archive_has_nothing_is_named_with_a_near_one(crawl, tmp_path, quiet):
    (tmp_path / "vendors.csv").write_text("vendor,url\nospreyhost.example,https://ospreyhost.example/aup\n")
    done = crawl("-a", f"vendors={tmp_path}/vendors.csv", *quiet)
    assert done.returncode == 2
    said = "ospreyhost.example privacy policy: the archive has no capture of https://ospreyhost.example/aup."
    near = " It has http://www.ospreyhost.example/aup.html (since "
    assert said + near in done.stderr.splitlines()[-1]
    assert said + near in done.stdout


def test_a_crawl_says_which_policies_changed_and_what_is_new_can_be_looked_at(crawl, tmp_path):
    given = ("-s", f"CORPUS_DB={tmp_path}/corpus.db", "-s", f"STATE_DIR={tmp_path}/state")

    def look() -> list[str]:
        command = [sys.executable, "-m", "scrapy", "changes", "--new", "--json", *given]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
        return [json.loads(line)["first_captured"] for line in done.stdout.splitlines()]

    assert "changed:" not in crawl(*GRUENWALD, "-a", "until=2018").stdout  # a first crawl finds no news
    assert len(look()) == 2
    assert look() == []
    done = crawl(*GRUENWALD)
    assert done.stdout.splitlines()[-1] == (
        "1 policy changed: gruenwald.example privacy policy; look: make serve, scrapy changes --new"
    )
    (row,) = [line for line in done.stdout.splitlines() if "│ gruenwald" in line]
    assert [cell.strip() for cell in row.split("│")[5:7]] == ["5", "2"]  # revisions, and those that are new
    new = look()
    assert len(new) == 2
    assert min(new) > "2018"
    assert look() == []
    assert "changed:" not in crawl(*GRUENWALD).stdout
