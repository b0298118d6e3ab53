"""A person at a terminal sees a bar, a log gets lines, and both get the table."""

import io
import logging
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from policy_crawls import FakeArchive, Stored, begin
from rich.console import Console
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler

from crawler.arguments import Arguments
from crawler.events import Answered, Finished, Listed, Planned, Summary
from crawler.extensions import progress
from crawler.model import Policy, Scope, Snapshot
from crawler.run import Run
from crawler.timeline.thoroughness import Cost

POLICY = Policy("shop.example", "terms", ("https://shop.example/terms",))
OTHER = Policy("a.example", "privacy policy", ("https://a.example/privacy", "https://a.example/old"))
SNAPSHOTS = tuple(
    Snapshot(
        POLICY.urls[0], f"{year}0102030405", datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC), "text/html", 200, f"D{year}", 1
    )
    for year in range(2001, 2011)
)
RATES = {"CDX_REQUESTS_PER_MINUTE": 24, "REPLAY_REQUESTS_PER_MINUTE": 480}


@pytest.fixture
def crawler() -> Crawler:
    return get_crawler(settings_dict={"TWISTED_REACTOR_ENABLED": False, **RATES})


@pytest.fixture
def extension(crawler) -> progress.ProgressExtension:
    requested = Arguments(Path("vendors.toml"), (POLICY, OTHER), Scope())
    run = Run(requested, "https://archive.example", "https://archive.example", Path("corpus.db"), Path("documents"))
    run.crawls = {policy.name: begin(policy, Stored(), Scope(mode="all")) for policy in requested.policies}
    crawler.spider = SimpleNamespace(run=run)
    return progress.ProgressExtension.from_crawler(crawler)


@pytest.fixture
def terminal(monkeypatch) -> io.StringIO:
    """What a person sees."""
    screen = io.StringIO()

    def console(**_: object) -> Console:
        return Console(file=screen, force_terminal=True, width=160, legacy_windows=False, color_system=None)

    monkeypatch.setattr(progress, "Console", console)
    return screen


def feed(extension: progress.ProgressExtension) -> None:
    for item in (
        Listed(POLICY, POLICY.urls[0], SNAPSHOTS, 12, Counter({"repeated row": 2})),
        Answered(POLICY, SNAPSHOTS[0], "fetched"),
        Answered(POLICY, SNAPSHOTS[1], "rejected", "challenge"),
        Finished(POLICY, ("1 snapshots were not answered for",), Summary(10, 1, 1, 1, 3)),
    ):
        extension.count(item)


def test_at_a_terminal_a_bar_tells_policies_snapshots_revisions_and_what_is_left(extension, terminal):
    extension.open()
    feed(extension)
    extension.close()
    seen = terminal.getvalue()
    assert "1/2 policies" in seen
    assert "10 snapshots · 1 fetched · 3 revisions" in seen
    assert "\x1b[?25h" in seen  # the cursor is back


def test_the_time_left_follows_from_the_rates(extension):
    crawl = extension.run.crawls[POLICY.name]
    assert extension._left() == (3, 3 * 2.5)
    archive = FakeArchive()
    for snapshot in SNAPSHOTS:
        archive.add(snapshot.url, snapshot.timestamp, b"page of %s" % snapshot.timestamp.encode())
    (listing,) = crawl.questions()
    assert list(archive.answer(crawl, listing))
    assert extension._left() == (2 + 10, 2 * 2.5 + 10 * 0.125)
    assert extension._status().endswith("12 requests left at this rate")
    many = Policy("b.example", "terms", tuple(f"https://b.example/{n}" for n in range(46)))
    extension.run.crawls[many.name] = begin(many, Stored())
    assert extension._status().endswith("58 requests left, 2 min at this rate")


def test_the_bar_counts_against_the_estimate_and_never_says_that_nothing_is_left(extension, terminal):
    run, crawl = extension.run, extension.run.crawls[POLICY.name]
    begun, run.crawls = run.crawls, {}
    assert extension._left()[0] == 3  # nothing has begun: there are three URLs to list
    run.crawls = begun
    begun[OTHER.name].finished = True
    begun[OTHER.name]._listings.clear()
    extension.open()
    crawl._listings.clear()
    assert extension._left()[0] == 1  # listed, and not planned yet
    extension.count(Planned(POLICY, 10, Cost(at_most=9, likely=4)))
    for snapshot in SNAPSHOTS[:6]:
        assert extension._left()[0] >= 1
        extension.count(Answered(POLICY, snapshot, "fetched"))
    assert extension._status().endswith("about 1 request left at this rate")  # it took more than was likely
    crawl.finished = True
    assert extension._status().endswith("storing the last of it")
    extension.close()


def test_revisions_are_shown_as_they_are_stored(extension):
    extension.run.revisions[POLICY.name] = 2
    extension.count(Answered(POLICY, SNAPSHOTS[0], "fetched"))
    assert "· 2 revisions ·" in extension._status()


def test_elsewhere_a_line_tells_now_and_then_how_far_it_is(extension, caplog):
    caplog.set_level(logging.INFO)
    extension.logged -= extension.log_every
    extension.count(Answered(POLICY, SNAPSHOTS[0], "fetched"))
    extension.count(Answered(POLICY, SNAPSHOTS[1], "fetched"))
    (message,) = (record.getMessage() for record in caplog.records)
    assert message.startswith("0/2 policies · 0 snapshots · 1 fetched")


def test_the_estimate_is_one_line_once_all_policies_have_theirs(extension, caplog):
    caplog.set_level(logging.INFO)
    extension.intervals = {"cdx": 2.5, "replay": 7.5}
    extension.count(Planned(POLICY, 10, Cost(at_most=9, likely=4)))
    assert not caplog.records
    extension.count(Planned(OTHER, 30, Cost(at_most=29, likely=12)))
    (message,) = (record.getMessage() for record in caplog.records)
    assert message.startswith("2 policies, 40 snapshots: about 16 requests (2.0 min at the current rate), at most 38 (")


def test_the_last_line_names_the_policies_that_changed_and_no_new_ones(extension, capsys):
    extension.count(Finished(POLICY, (), Summary(10, 1, 1, 1, 3), 1, changed=True))
    extension.count(Finished(OTHER, (), Summary(5, 2, 0, 0, 4), 4))
    extension.show_table()
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "1 policy changed: shop.example terms; look: make serve, scrapy changes --new"


def test_the_log_goes_on_above_the_bar_and_back_after_it(extension, terminal, monkeypatch):
    handler = logging.StreamHandler(sys.__stderr__)
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    monkeypatch.setattr(sys, "stderr", sys.__stderr__)
    extension.open()
    assert handler.stream is sys.stderr
    extension.close()
    assert handler.stream is sys.__stderr__


def test_elsewhere_there_are_lines_and_no_bar(extension, caplog, capsys):
    caplog.set_level(logging.INFO)
    extension.open()
    assert extension.bar is None
    feed(extension)
    extension.close()
    (message,) = (record.getMessage() for record in caplog.records if record.name == "crawler.extensions.progress")
    assert message.startswith("shop.example terms: 10 listed, 1 fetched, 1 rejected, 1 failed, 3 revisions")
    assert message.endswith("; 1 snapshots were not answered for")
    assert capsys.readouterr().err == ""


def test_the_table_has_a_line_a_policy_in_order_and_names_what_failed(extension, capsys):
    feed(extension)
    extension.count(Finished(OTHER, (), Summary(5, 2, 0, 0, 1)))
    extension.show_table()
    out = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in out.splitlines() if "example" in line]
    assert rows[:2] == [
        ["a.example", "privacy policy", "5", "2", "1", "0", "0", "0"],
        ["shop.example", "terms", "10", "1", "3", "0", "1", "1"],
    ]
    assert "shop.example terms: 1 snapshots were not answered for" in out
    assert "\x1b[" not in out  # no escape sequences in a file


def test_what_failed_is_printed_as_it_is(extension, capsys):
    extension.count(Finished(POLICY, ("[bold]x[/bold] at http://[::1]/ [/red]",), Summary(0, 0, 0, 0, 0)))
    extension.show_table()
    assert "[bold]x[/bold] at http://[::1]/ [/red]" in capsys.readouterr().out


def test_a_crawl_that_finished_nothing_has_no_table(extension, capsys):
    extension.count(replace(Finished(POLICY), summary=None))
    extension.show_table()
    assert capsys.readouterr().out == ""


def test_it_listens_to_the_crawl(extension, terminal, crawler):
    crawler.signals.send_catch_log(signals.spider_opened)
    assert extension.bar is not None
    crawler.signals.send_catch_log(signals.item_scraped, item=Answered(POLICY, SNAPSHOTS[0], "fetched"))
    assert extension.fetched == 1
    crawler.signals.send_catch_log(signals.spider_closed)
    assert extension.bar.finished is False
    assert not extension.bar.live.is_started
