"""``RESULT_FILE``: what came of a command as JSON, however it ended."""

import json
import subprocess
import sys
from datetime import datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from crawling import run_crawl
from scrapy.settings import Settings
from test_crawl_command import FAST, GRUENWALD, _HalfAnArchive, command

from crawler import secrets
from crawler.errors import ArgumentError
from crawler.outcome import content
from crawler.result_file import ResultFile
from crawler.version import policytrail_version
from pipelines.corpus.lock import CorpusLock

ROOT = Path(__file__).parents[2]
KEYS = ["command", "version", "started", "ended", "status", "exit_status", "sentence", "counts", "policies"]


def of(path: Path) -> ResultFile:
    return ResultFile(Settings({"RESULT_FILE": str(path)}), "crawl policies")


def test_it_says_when_and_what_and_how_it_ended(tmp_path):
    path = tmp_path / "result.json"
    path.write_text("an older one")
    assert of(path).write(2, "Done in part.", counts={"policies": 3}, policies=[]) is None
    found = json.loads(path.read_text("utf-8"))
    assert list(found) == KEYS
    assert (found["command"], found["version"]) == ("crawl policies", policytrail_version())
    assert (found["status"], found["exit_status"], found["sentence"]) == ("partial", 2, "Done in part.")
    assert datetime.fromisoformat(found["started"]) <= datetime.fromisoformat(found["ended"])
    assert [file.name for file in tmp_path.iterdir()] == ["result.json"]


def test_nothing_is_written_where_nobody_wants_it():
    assert ResultFile(Settings(), "crawl").write(0, "") is None
    ResultFile(Settings(), "crawl").check()


@pytest.mark.parametrize(("place", "said"), [("none/r.json", "there is no folder"), ("", "that is a folder")])
def test_a_place_where_nothing_can_be_written_is_named_before_anything_is_done(tmp_path, place, said):
    with pytest.raises(ArgumentError, match=f"-s RESULT_FILE={tmp_path}.*{said}"):
        of(tmp_path / place).check()
    assert said in of(tmp_path / place).write(0, "")
    assert not list(tmp_path.iterdir())


def test_secrets_and_halves_of_characters_do_not_get_into_it(tmp_path, monkeypatch):
    monkeypatch.setattr(secrets, "_pattern", None)
    monkeypatch.setattr(secrets, "_hidden", set())
    secrets.hide(["mailto://somebody:opensesame@mail.example"])
    path = tmp_path / "result.json"
    of(path).write(1, "It said opensesame.", policies=[{"errors": ["opensesame \ud800"]}])
    found = json.loads(path.read_text("utf-8"))
    assert found["sentence"] == "It said ****."
    assert found["policies"] == [{"errors": ["**** ?"]}]


async def test_policies_have_their_outcome_and_the_counts_are_those_of_the_run(tmp_path):
    crawled = await run_crawl(tmp_path, vendor="tallowbridge.example")
    found = content([(crawled.run, crawled.stats)])
    assert found["counts"] == {
        "requests": crawled.requests,
        "policies": 2,
        "policies_finished": 2,
        "policies_with_errors": 0,
        "rows_received": crawled.stats["policytrail/rows_received"],
        "snapshots_fetched": 29,
        "snapshots_rejected": 0,
        "snapshots_failed": 0,
        "revisions_new": 12,
    }
    privacy = {"vendor": "tallowbridge.example", "type": "privacy policy", "outcome": "complete", "listed": 30}
    figures = {"fetched": 18, "rejected": 0, "failed": 0, "revisions": 7, "new": 7, "changed": False, "errors": []}
    assert found["policies"][0] == privacy | figures
    again = content([((await run_crawl(tmp_path, vendor="tallowbridge.example")).run, {})])
    assert [policy["new"] for policy in again["policies"]] == [0, 0]
    assert "domains" not in found


# -- as commands ------------------------------------------------------------------------------------------------------
def done(path: Path, *given: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """A command that was run, and the result that it wrote."""
    path.unlink(missing_ok=True)
    run = subprocess.run(
        [*given, "-s", f"RESULT_FILE={path}"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in run.stderr, run.stderr
    found = json.loads(path.read_text("utf-8"))
    assert list(found)[: len(KEYS)] == KEYS
    assert found["exit_status"] == run.returncode
    assert (found["sentence"] or "") == (run.stderr.splitlines()[-1] if run.returncode else "")
    return run, found


@pytest.mark.slow
def test_a_crawl_that_went_well_and_reextraction_of_it_and_a_locked_corpus(tmp_path):
    path = tmp_path / "result.json"
    _, found = done(path, *command(tmp_path, *GRUENWALD))
    assert (found["command"], found["status"], found["sentence"]) == ("crawl policies", "complete", None)
    assert [policy["outcome"] for policy in found["policies"]] == ["complete"]
    reextract = [sys.executable, "-m", "scrapy", "reextract", *command(tmp_path)[5:17]]
    _, found = done(path, *reextract)
    assert (found["command"], found["status"], found["counts"]["read"]) == ("reextract", "complete", 14)
    assert found["policies"] == [
        {"vendor": "gruenwald.example", "type": "privacy policy", "outcome": "complete", "errors": []}
        | {"read": 14, "changed": 0, "missing": 0, "unread": 0}
    ]
    lock = CorpusLock(tmp_path / "corpus.db")
    _, found = done(path, *command(tmp_path, *GRUENWALD))
    assert (found["status"], found["exit_status"]) == ("failed", 1)
    assert "another crawl is at work on this corpus" in found["sentence"]
    assert [policy["outcome"] for policy in found["policies"]] == ["unfinished"]
    _, found = done(path, *reextract)
    lock.release()
    assert (found["status"], found["policies"]) == ("failed", [])


@pytest.mark.slow
def test_a_crawl_that_did_a_part(tmp_path):
    vendors = tmp_path / "vendors.csv"
    vendors.write_text("vendor,type,url\ngood.example,,http://good.example/p\nbad.example,,http://bad.example/p\n")
    with ThreadingHTTPServer(("127.0.0.1", 0), _HalfAnArchive) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        archive = ("-a", f"vendors={vendors}", "-s", f"ARCHIVE_URL=http://127.0.0.1:{server.server_port}")
        _, found = done(tmp_path / "result.json", *command(tmp_path, *archive, *FAST))
        server.shutdown()
    assert (found["status"], found["counts"]["policies_with_errors"]) == ("partial", 1)
    outcomes = {policy["vendor"]: policy["outcome"] for policy in found["policies"]}
    assert outcomes == {"bad.example": "partial", "good.example": "complete"}
    (errors,) = [policy["errors"] for policy in found["policies"] if policy["errors"]]
    assert errors[0].startswith("http://bad.example/p could not be listed")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["-a", "vendor=nobody.example"], "has no policy of this vendor"),
        (["-a", "vendor"], "NAME=VALUE"),
        (["-s", "ARCHIVE_URL=nowhere.warc.gz"], "nowhere.warc.gz does not exist"),
    ],
)
def test_a_crawl_that_did_not_begin(tmp_path, given, said):
    _, found = done(tmp_path / "result.json", *command(tmp_path, *given))
    assert (found["status"], found["exit_status"]) == ("failed", 1)
    assert said in found["sentence"]


@pytest.mark.slow
def test_no_request_is_sent_if_the_result_has_no_place(tmp_path):
    given = command(tmp_path, *GRUENWALD, "-s", f"RESULT_FILE={tmp_path}/none/result.json")
    run = subprocess.run(given, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith(f"-s RESULT_FILE={tmp_path}/none/result.json: there is no folder")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_discovery_names_its_domains(tmp_path):
    given = command(tmp_path, "-a", f"vendors={tmp_path}/found.toml", "-a", "domains=gruenwald.example,nobody.example")
    given[4] = "discover"
    _, found = done(tmp_path / "result.json", *given)
    assert found["command"] == "crawl discover"
    assert [domain["domain"] for domain in found["domains"]] == ["gruenwald.example", "nobody.example"]
    assert found["domains"][0]["outcome"] == "complete"
    assert found["domains"][0]["policies"] >= 1
    assert found["policies"] == []
