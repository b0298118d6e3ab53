"""``vendors check`` says what the archive has of each address, through the crawl's own gate, and stores nothing."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawling import ROOT, SAMPLE, SHOP, own_settings, run_crawl
from fake_archive import archive, error, listing
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from crawler.checking import CheckedPolicy, PolicyCheck
from crawler.commands.vendors import _SPIDER
from crawler.middlewares.rate_limited_handler import SENT
from crawler.model import Policy
from crawler.rate_limit.rates import CDX
from crawler.run import CheckRun
from crawler.vendors import load, schema
from crawler.vendors_report import as_data, estimate, print_table


async def check(output: Path, policies: tuple[Policy, ...], at: Path | str, **more: object) -> tuple[CheckRun, int]:
    """Run the spider of the command; gives its run and how many requests it sent."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.update({"TWISTED_REACTOR_ENABLED": False, **own_settings(output, at), **more}, priority="cmdline")
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(load_object(_SPIDER))
    await runner.crawl(crawler, policies=policies)
    assert crawler.spider is not None
    return crawler.spider.run, crawler.stats.get_value(SENT, 0)


def command(folder: Path, *args: str, at: Path | str = SAMPLE / "sample.warc.gz") -> subprocess.CompletedProcess[str]:
    settings = [part for name, value in own_settings(folder, at).items() for part in ("-s", f"{name}={value}")]
    settings += ["-s", "RETRY_TIMES=0"]
    whole = [sys.executable, "-m", "scrapy", "vendors", *args, *settings]
    done = subprocess.run(whole, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
async def sample(tmp_path: Path) -> list[CheckedPolicy]:
    run, _ = await check(tmp_path, load(SAMPLE / "vendors.toml"), SAMPLE / "sample.warc.gz")
    assert run.status == "complete"
    return [one.result() for one in run.checks]


async def test_the_sample_is_well_and_nothing_is_stored(sample, tmp_path: Path) -> None:
    assert all(one.is_well for one in sample)
    assert [one.policy for one in sample] == list(load(SAMPLE / "vendors.toml"))
    moved = sample[1].urls[1]
    assert (moved.captures, moved.first, moved.last) == (14, "2006-04-23", "2017-05-09")
    assert moved.remark == (
        "it leads elsewhere since 2012-09-14: to http://www.tallowbridge.example/legal/privacy, which is in urls"
    )
    assert not any(os.scandir(tmp_path))


@pytest.mark.slow
async def test_the_estimate_is_what_the_crawl_says_beforehand(sample, tmp_path: Path, caplog) -> None:
    with caplog.at_level("INFO"):
        await run_crawl(tmp_path)
    said = re.search(r"about (\d+) requests \(.*\), at most (\d+)", caplog.text)
    assert said is not None
    likely, at_most = map(int, said.groups())
    assert likely == sum(one.cost.likely for one in sample)
    assert at_most == sum(one.cost.at_most for one in sample)
    assert estimate(sample, 2.5, 0.125) == (
        f"A first crawl will take 9 requests for listings and about {likely} for captures"
        f" ({(9 * 2.5 + likely * 0.125) / 60:.1f} min at the current rate), at most {at_most}"
        f" ({(9 * 2.5 + at_most * 0.125) / 60:.1f} min)."
    )


def test_an_archive_without_a_rate_has_no_minutes() -> None:
    assert estimate([], 0, 0) == (
        "A first crawl will take 0 requests for listings and about 0 for captures, at most 0."
    )


async def test_an_archive_that_answers_nothing_is_nothing_done(tmp_path: Path) -> None:
    policies = (Policy("shop.example", "privacy policy", (SHOP,)),)
    async with archive(cdx_answer=error(503)) as (url, _):
        run, _ = await check(tmp_path, policies, url, RETRY_TIMES=0)
    assert run.status == "failed"
    assert "could not be listed" in str(run.checks[0].result().urls[0].problem)


def test_a_check_that_is_stopped_is_interrupted() -> None:
    policies = (Policy("shop.example", "privacy policy", (SHOP,)),)
    run = CheckRun(policies, "http://archive.example", Path("corpus.db"))
    assert run.status == "interrupted"
    run.checks.append(PolicyCheck(policies[0], archive_url=run.archive_url, now=datetime(2026, 11, 1, tzinfo=UTC)))
    assert run.status == "interrupted"
    run.ended = "The archive is out of reach."
    assert run.status == "failed"


async def test_requests_leave_at_the_archives_rate(tmp_path: Path, monkeypatch) -> None:
    kinds: list[str] = []
    from crawler.rate_limit.gate import Gate

    enter = Gate.enter

    async def noted(gate: Gate, kind: str):
        kinds.append(kind)
        return await enter(gate, kind)

    monkeypatch.setattr(Gate, "enter", noted)
    policies = (Policy("shop.example", "privacy policy", (SHOP,)),)
    async with archive(cdx_answer=listing) as (url, asked):
        run, sent = await check(tmp_path, policies, url)
    assert run.status == "complete"
    assert kinds == [CDX]
    assert sent == asked["cdx"] == 1


async def test_what_a_stranger_wrote_steers_no_terminal(tmp_path: Path, capsys) -> None:
    one = CheckedPolicy(Policy("shop.example", "privacy policy", (SHOP,)), [])
    one.selectors.append("The selector \x1b[31m matches nothing.")
    print_table([one])
    assert "\\x1b[31m" in capsys.readouterr().out
    assert json.loads(json.dumps(as_data(one)))["ok"] is False


@pytest.mark.slow
def test_check_prints_a_table_or_json_and_exits_with_0(tmp_path: Path) -> None:
    done = command(tmp_path, "check", str(SAMPLE / "vendors.toml"), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 8
    assert rows[0]["urls"][0] == {
        "url": "http://www.harbourlight.example/privacy.html",
        "captures": 37,
        "pages": 35,
        "first": "2004-10-30",
        "last": "2024-12-19",
        "last_page": "2024-12-19",
        "problem": None,
        "remark": None,
        "better": [],
    }


@pytest.mark.slow
def test_check_exits_with_2_where_an_address_or_a_selector_gives_nothing(tmp_path: Path) -> None:
    vendors = tmp_path / "v.toml"
    good = "http://www.harbourlight.example/privacy.html"
    vendors.write_text(
        f'[[policy]]\nvendor = "harbourlight.example"\nurls = ["{good}"]\nselect = "#nowhere"\n'
        '[[policy]]\nvendor = "ospreyhost.example"\nurls = ["http://www.ospreyhost.example/aup.htm"]\n'
    )
    done = command(tmp_path, "check", str(vendors))
    assert done.returncode == 2
    assert 'The selector "#nowhere" (select) matches nothing on the page.' in done.stdout
    assert "the archive has no capture of http://www.ospreyhost.example/aup.htm. It has" in done.stdout
    assert "A first crawl will take 2 requests for listings" in done.stdout
    assert done.stderr.splitlines()[-1] == f"{vendors}: 2 of 2 policies need a look, as named above."
    assert {path.name for path in tmp_path.iterdir()} == {"v.toml"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("check", "nowhere.toml"), "nowhere.toml: there is no such file"),
        (("check",), "expected scrapy vendors check FILE"),
        (("chekc", "vendors.toml"), "expected scrapy vendors check FILE"),
    ],
)
def test_check_exits_with_1_where_nothing_can_be_asked(tmp_path: Path, args: tuple[str, ...], said: str) -> None:
    done = command(tmp_path, *args)
    assert done.returncode == 1
    assert said in done.stderr


@pytest.mark.slow
def test_schema_is_printed_or_written(tmp_path: Path) -> None:
    assert command(tmp_path, "schema").stdout == schema.FILE.read_text("utf-8")
    path = tmp_path / "own.schema.json"
    assert command(tmp_path, "schema", "--output", str(path)).returncode == 0
    assert path.read_bytes() == schema.FILE.read_bytes()
