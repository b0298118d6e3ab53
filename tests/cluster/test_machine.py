"""What a machine does with a batch: the process that crawls ends when it should, and says why."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from crawler.cluster import machine
from crawler.cluster.batches import Batch, Request
from crawler.cluster.machine import CrawlDiedError, NoLongerWantedError, _run
from crawler.errors import ClusterError
from crawler.extraction.extract import EXTRACTOR

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_a_machine_that_cannot_store_a_batch_gives_it_up_and_gets_no_more(tmp_path, monkeypatch):
    (tmp_path / "state").touch()  # no folder can be made in it
    request = Request((), (), "http://a.example", str(tmp_path / "state"), True, EXTRACTOR, "topic")
    resting = []
    monkeypatch.setattr(machine, "get_worker", lambda: SimpleNamespace(address="tcp://m"))
    monkeypatch.setattr(machine, "_rest", resting.append)
    given_up = machine.crawl(Batch(1, (), request), None, has_known=False)
    assert given_up.again
    assert "Not a directory" in given_up.said
    assert len(resting) == 1


def test_a_machine_with_another_version_takes_no_part(monkeypatch):
    request = Request((), (), "http://a.example", None, True, "policytrail/0", "topic")
    monkeypatch.setattr(machine, "get_worker", lambda: None)
    with pytest.raises(ClusterError, match="Install the same version of Policytrail"):
        machine.crawl(Batch(1, (), request), None, has_known=False)


def run(tmp_path, script, wanted=lambda: True):
    told = []
    try:
        ended = _run([sys.executable, "-c", script], tmp_path, told.append, wanted)
    finally:
        run.told = told
    return ended


def test_the_status_and_the_last_line_are_the_crawls(tmp_path):
    script = """if True:
        import json, sys
        for level, message in (("INFO", "on the way"), ("ERROR", "done in part")):
            print(json.dumps({"level": level, "message": message}), file=sys.stderr)
        sys.exit(2)"""
    assert run(tmp_path, script) == (2, "done in part")
    assert run.told == [{"level": "INFO", "message": "on the way"}, {"level": "ERROR", "message": "done in part"}]


def test_a_crawl_that_dies_says_how(tmp_path):
    with pytest.raises(CrawlDiedError, match="ZeroDivisionError: division by zero"):
        run(tmp_path, "import sys, os, traceback\ntry: 1/0\nexcept Exception: traceback.print_exc(); os._exit(9)")
    with pytest.raises(CrawlDiedError, match="status -9"):
        run(tmp_path, "import os; os.kill(os.getpid(), 9)")


def test_a_crawl_that_nobody_waits_for_any_more_is_interrupted(tmp_path):
    script = """if True:
        import pathlib, time
        try:
            pathlib.Path("begun").touch()
            time.sleep(60)
        except KeyboardInterrupt:
            pathlib.Path("interrupted").touch()"""
    begun = time.monotonic()
    with pytest.raises(NoLongerWantedError):
        run(tmp_path, script, wanted=lambda: not (tmp_path / "begun").exists())
    assert (tmp_path / "interrupted").exists()
    assert time.monotonic() - begun < 30


def test_a_crawl_ends_with_the_process_that_started_it_however_that_ends(tmp_path):
    begun = tmp_path / "begun"
    sleep = f"import os, time; open({str(begun)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    crawl = [sys.executable, "-m", "crawler.cluster.crawling", "shell", "-c", f"exec({sleep!r})"]
    start = f"_run({crawl!r}, pathlib.Path({str(tmp_path)!r}), print, lambda: True)"
    script = f"import pathlib; from crawler.cluster.machine import _run; {start}"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    parent = subprocess.Popen([sys.executable, "-c", script], env=environment, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not (begun.exists() and begun.read_text()):
            assert parent.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        parent.kill()
        parent.wait()
    child = int(begun.read_text())
    until = time.monotonic() + 10
    while _lives(child):
        assert time.monotonic() < until
        time.sleep(0.05)


def _lives(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
