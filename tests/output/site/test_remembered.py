"""A page is sent again for as long as the corpus says the same, and never longer."""

import json
import os
import re
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from serving import serve

from output.site import remembered, views

POLICY = "/policies/harbourlight.example/privacy-policy"
PAGES = [
    "/",
    "/policies",
    "/policies/harbourlight.example",
    POLICY,
    f"{POLICY}?on=2019-03-01",
    f"{POLICY}/20190211154003",
    f"{POLICY}/20190211154003.md",
    f"{POLICY}/20190211154003/20200904114615",
    f"{POLICY}/20190211154003/20200904114615?view=side",
    "/search?q=orders",
    "/search?q=%22New+words%22",
    "/changes",
    "/changes.atom",
    "/corpus",
    "/corpus/changes",
    "/corpus/policies.json",
    "/corpus/snapshots?_facet=state",
    "/corpus/policy_on?vendor=harbourlight.example&type=privacy+policy&date=2019-03-01",
]
WRITES = [
    "UPDATE documents SET body = replace(body, '. ', '. New words stand here. ')",
    "UPDATE documents SET title = 'New title'",
    "UPDATE snapshots SET state = 'rejected', document = NULL WHERE state = 'inferred'",
    "UPDATE revisions SET last_captured = '2031-01-01T00:00:00+00:00' WHERE id % 2",
    "UPDATE policies SET type = 'cookie policy' WHERE vendor = 'harbourlight.example' AND type = 'privacy policy'",
    "DELETE FROM differences",
    "INSERT INTO doubts SELECT first_snapshot, 'mojibake', 'New doubt', policy, first_captured FROM revisions",
    "DELETE FROM revisions WHERE id % 3 = 0",
]


@pytest.fixture
def corpus(sample_corpus: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample_corpus, tmp_path / "corpus.db"))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates of the site that are filled."""
    filled: list[str] = []
    fill = views._html

    def filling(datasette: Any, to: Any, page: Any, status: int = 200) -> Any:
        filled.append(page.template)
        return fill(datasette, to, page, status)

    monkeypatch.setattr(views, "_html", filling)
    return filled


def write(corpus: Path, sql: str) -> None:
    with closing(sqlite3.connect(corpus)) as conn, conn:
        conn.execute(sql)


def patient(corpus: Path) -> Datasette:
    """Serve a corpus without the limits of time that a busy machine would reach."""
    site = serve(corpus)
    site._settings |= {"facet_time_limit_ms": 10_000, "sql_time_limit_ms": 10_000}
    return site


def said(answer: Any) -> tuple[int, str]:
    """Return an answer without the time that it took to make it."""
    return answer.status_code, re.sub(r'"query_ms": [0-9.e-]+', "", answer.text)


async def ask(site: Datasette, path: str, **headers: str) -> Any:
    return await site.client.get(path, headers=headers)


async def test_a_page_is_made_once_and_sent_as_often_as_it_is_asked_for(corpus: Path, made: list[str]) -> None:
    site = serve(corpus)
    first, again = await ask(site, POLICY), await ask(site, POLICY)
    assert first.text == again.text
    assert first.headers.multi_items() == again.headers.multi_items()
    assert made == ["policy.html"]


async def test_who_has_a_page_is_told_so_until_it_changes(corpus: Path) -> None:
    site, page = serve(corpus), f"{POLICY}/20190211154003"
    first = await ask(site, page)
    same = await ask(site, page, **{"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["content-security-policy"] == first.headers["content-security-policy"]
    write(corpus, WRITES[1])
    changed = await ask(site, page, **{"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert "New title" in changed.text


async def test_a_write_elsewhere_leaves_a_page_as_it_is(corpus: Path, made: list[str]) -> None:
    site = serve(corpus)
    await ask(site, POLICY)
    write(corpus, "UPDATE policies SET type = type || ' old' WHERE vendor != 'harbourlight.example'")
    write(corpus, "INSERT INTO crawls (started, status) VALUES ('2031-01-01T00:00:00+00:00', 'running')")
    await ask(site, POLICY)
    assert made == ["policy.html"]


@pytest.mark.slow
async def test_no_page_is_older_than_its_request(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = patient(corpus)
    monkeypatch.setattr("output.site.search._MAX_MILLISECONDS", 10_000)
    seen = {page: said(await ask(site, page)) for page in PAGES}
    changed = set()
    for sql in WRITES:
        write(corpus, sql)
        fresh = patient(corpus)
        for page in PAGES:
            told, expected = await ask(site, page), await ask(fresh, page)
            assert said(told) == said(expected), (sql, page)
            changed |= {page} if said(told) != seen[page] else set()
    assert changed == set(PAGES) - {"/corpus"}  # which lists tables


async def test_a_new_table_or_a_missing_one_is_seen_at_once(corpus: Path) -> None:
    site = serve(corpus)
    assert "beside_ours" not in (await ask(site, "/corpus")).text
    write(corpus, "CREATE TABLE beside_ours (a)")
    assert "beside_ours" in (await ask(site, "/corpus")).text
    await ask(site, POLICY)
    write(corpus, "DROP TABLE noise")
    assert (await ask(site, POLICY)).status_code == 503


async def test_what_came_with_a_cookie_or_for_another_host_is_not_sent_to_others(corpus: Path, made: list[str]) -> None:
    site = serve(corpus)
    for headers in ({"Cookie": "ds_actor=x"}, {}, {"Host": "other.example"}):
        await ask(site, POLICY, **headers)
    assert len(made) == 3
    assert "other.example" not in (await ask(site, "/changes.atom")).text
    assert "other.example" in (await ask(site, "/changes.atom", Host="other.example")).text


async def test_an_answer_that_was_cut_short_is_not_remembered(
    corpus: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = serve(corpus)
    with monkeypatch.context() as short:
        short.setattr("output.site.pages.changes._MAX_MILLISECONDS", 0)
        assert "It takes too long" in (await ask(site, "/changes")).text
    assert "It takes too long" not in (await ask(site, "/changes")).text


async def test_what_is_remembered_has_a_limit(corpus: Path, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    site = serve(corpus)
    size = len((await ask(site, POLICY)).content)
    monkeypatch.setattr(remembered, "_MAX_KEPT", 4 * size)
    for number in range(30):
        await ask(site, f"{POLICY}?on=2019-01-{number % 28 + 1:02}")
    made.clear()
    await ask(site, POLICY)
    assert made == ["policy.html"]


async def test_an_error_is_not_remembered(corpus: Path) -> None:
    site = serve(corpus)
    assert (await ask(site, "/policies/new.example")).status_code == 404
    write(corpus, "UPDATE policies SET vendor = 'new.example' WHERE vendor = 'harbourlight.example'")
    assert (await ask(site, "/policies/new.example")).status_code == 200


async def test_a_crawl_whose_process_is_gone_is_not_said_to_be_running(corpus: Path) -> None:
    site = serve(corpus)
    write(corpus, "INSERT INTO crawls (started, status) VALUES ('2031-01-01T00:00:00+00:00', 'running')")
    lock = corpus.with_name("corpus.db.lock")
    for pid, told in ((os.getpid(), "running"), (2**22 + 1, "stopped without a word"), (os.getpid(), "running")):
        lock.write_text(json.dumps({"pid": pid, "host": socket.gethostname(), "since": "2031-01-01"}))
        assert f"last crawl ({told})" in (await ask(site, "/")).text
    lock.write_text(json.dumps({"pid": 2**22 + 1, "host": "elsewhere", "since": "2031-01-01"}))
    assert "last crawl (running)" in (await ask(site, "/")).text
