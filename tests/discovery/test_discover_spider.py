"""The spider finds the policies of all invented sites in an archive that answers slowly, wrongly or not at all."""

import asyncio
import json
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawling import ROOT, SAMPLE, own_settings
from driving import truth
from front import front
from invented_sites import SITES, write
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawler.archive.urlkey import urlkey
from crawler.middlewares.rate_limited_handler import SENT
from crawler.run import DiscoveryRun
from crawler.vendors import load
from output.site.health import health
from pipelines.corpus import Corpus, candidates

pytestmark = pytest.mark.slow

DOMAINS = [site.domain for site in SITES]
MOST_IN_THE_MEAN = 8
KILLS = 2
AT_ONCE = 8
"""Requests under way at a time, which a kill loses."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sites") / "sites.warc"
    write(path)
    return path


@pytest.fixture(scope="module")
def undisturbed(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a discovery that nothing disturbed."""
    output = tmp_path_factory.mktemp("discovered")
    run, sent = asyncio.run(run_discovery(output, archive, ",".join(DOMAINS)))
    assert run.status == "complete"
    (output / "sent").write_text(str(sent))
    return output


async def run_discovery(output: Path, archive: Path | str, domains: str, **given: object) -> tuple[DiscoveryRun, int]:
    """Run the spider; give its run, and how many requests were sent."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    ours = {"TWISTED_REACTOR_ENABLED": False, **own_settings(output, archive)}
    settings.update(ours | {name: given.pop(name) for name in list(given) if name.isupper()}, priority="cmdline")
    crawler = AsyncCrawlerRunner(settings).create_crawler("discover")
    await AsyncCrawlerRunner(settings).crawl(crawler, domains=domains, vendors=str(output / "vendors.toml"), **given)
    assert crawler.spider is not None
    assert crawler.stats is not None
    return crawler.spider.run, int(crawler.stats.get_value(SENT, 0))


def discovered(output: Path) -> dict[str, object]:
    """What was found: the candidates, and the policies of the vendors file."""
    with closing(sqlite3.connect(output / "corpus.db")) as db:
        sql = "SELECT domain, url, type, language, score, first, last, seen, verified FROM candidates ORDER BY 1, 2, 3"
        candidates = db.execute(sql).fetchall()
    policies = load(output / "vendors.toml")
    return {"candidates": candidates, "policies": sorted((p.vendor, p.type, p.urls) for p in policies)}


def addresses(output: Path) -> set[str]:
    """The addresses of the vendors file."""
    return {url for policy in load(output / "vendors.toml") for url in policy.urls}


def test_all_policies_are_in_the_vendors_file_and_none_else(undisturbed: Path) -> None:
    found: dict[str, set[frozenset[str]]] = {}
    for policy in load(undisturbed / "vendors.toml"):
        found.setdefault(policy.vendor, set()).add(frozenset(map(urlkey, policy.urls)))
    assert found == {site.domain: {keys for _, _, keys in truth(site)} for site in SITES}
    assert int((undisturbed / "sent").read_text()) <= MOST_IN_THE_MEAN * len(SITES)


async def test_a_second_run_asks_nothing_and_changes_nothing(undisturbed: Path, archive: Path) -> None:
    before, text = discovered(undisturbed), (undisturbed / "vendors.toml").read_text()
    run, sent = await run_discovery(undisturbed, archive, ",".join(DOMAINS))
    assert (run.status, sent) == ("complete", 0)
    assert discovered(undisturbed) == before
    assert (undisturbed / "vendors.toml").read_text() == text


async def test_faults_change_nothing_that_is_found(undisturbed: Path, archive: Path, tmp_path: Path) -> None:
    async with front(seed=3, archive=archive) as (url, _):
        run, sent = await run_discovery(tmp_path, url, ",".join(DOMAINS))
    assert run.status == "complete"
    assert sent > int((undisturbed / "sent").read_text())
    assert discovered(tmp_path) == discovered(undisturbed)


async def test_killed_again_and_again_it_finds_the_same_and_repeats_little(
    undisturbed: Path, archive: Path, tmp_path: Path
) -> None:
    draw = random.Random(5)
    async with front(latency=0.01, archive=archive) as (url, played):
        settings = [part for name, value in own_settings(tmp_path, url).items() for part in ("-s", f"{name}={value}")]
        given = ["-a", f"domains={','.join(DOMAINS)}", "-a", f"vendors={tmp_path / 'vendors.toml'}"]
        for kill in range(KILLS + 1):
            run = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "scrapy", "crawl", "discover", *given, *settings),
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            if kill < KILLS:
                enough = played.total() + draw.randint(1, 25)
                while run.returncode is None and played.total() < enough:  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.002)
                assert run.returncode is None
                run.kill()
            await run.wait()
    assert run.returncode == 0
    assert discovered(tmp_path) == discovered(undisturbed)
    assert played.total() - len(played) <= KILLS * AT_ONCE


async def test_what_was_accepted_is_added_by_the_next_run_and_what_was_refused_is_not(
    archive: Path, tmp_path: Path
) -> None:
    unsure = "http://www.vinehouse.example/privacy.html"
    await run_discovery(tmp_path, archive, "vinehouse.example")
    before = addresses(tmp_path)
    assert unsure not in before
    with closing(Corpus(tmp_path / "corpus.db")) as corpus, corpus.writing():
        assert candidates.decide(corpus.db, unsure, "accepted")
    await run_discovery(tmp_path, archive, "vinehouse.example")
    assert addresses(tmp_path) == before | {unsure}
    with closing(Corpus(tmp_path / "corpus.db")) as corpus, corpus.writing():
        for address in before:
            assert candidates.decide(corpus.db, address, "refused")
    (tmp_path / "vendors.toml").unlink()
    await run_discovery(tmp_path, archive, "vinehouse.example")
    assert addresses(tmp_path) == {unsure}


async def test_a_domain_without_an_answer_is_named_and_the_others_are_done(archive: Path, tmp_path: Path) -> None:
    run, _ = await run_discovery(tmp_path, archive, "anvilgate.example,nothing.example")
    assert run.status == "partial"
    assert "no capture" in run.discoveries["nothing.example"].errors[0]
    assert {policy.vendor for policy in load(tmp_path / "vendors.toml")} == {"anvilgate.example"}


async def test_the_corpus_tells_how_each_run_went_as_it_does_of_crawls(archive: Path, tmp_path: Path) -> None:
    _, sent = await run_discovery(tmp_path, archive, "anvilgate.example,nothing.example", types="privacy policy")
    await run_discovery(tmp_path, archive, "anvilgate.example")
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as db:
        first, second = db.execute("SELECT status, asked, received > 0, finished IS NOT NULL FROM crawls ORDER BY id")
        assert first == ("partial", sent, True, True)
        assert second[0] == "complete"
        ((arguments,),) = db.execute("SELECT arguments FROM crawls WHERE id = 1")
        asked = json.loads(arguments)
        assert (asked["domains"], asked["types"]) == (2, "privacy policy")
        counts = dict(db.execute("SELECT reason, count FROM crawl_counts WHERE crawl = 1 AND what = 'domain'"))
        assert counts == {"complete": 1, "partial": 1}
        told = health(db, datetime.now(UTC))
        assert (told.status, told.http_status) == ("ok", 200)
        assert told.age_seconds is not None


async def test_an_archive_that_gives_no_answer_fails_the_run(tmp_path: Path) -> None:
    run, _ = await run_discovery(tmp_path, "http://127.0.0.1:9", "anvilgate.example", RETRY_TIMES=1)
    assert run.status == "failed"
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as db:
        told = health(db, datetime.now(UTC))
    assert (told.status, told.http_status) == ("failed", 503)
    assert not (tmp_path / "vendors.toml").exists()


async def test_a_newcomer_sees_it_find_a_vendor_of_the_sample_that_no_vendors_file_names(tmp_path: Path) -> None:
    run, _ = await run_discovery(tmp_path, SAMPLE / "sample.warc.gz", "fernwharf.example")
    assert run.status == "complete"
    told = json.loads((SAMPLE / "truth.json").read_text("utf-8"))["to_discover"]
    there = {(p["vendor"], p["type"], urlkey(url)) for p in told for _, url, _, text in p["snapshots"] if text}
    assert {(p.vendor, p.type, urlkey(url)) for p in load(tmp_path / "vendors.toml") for url in p.urls} == there
