"""Messages on changes: of what is new in what was known, readable, and never what a crawl fails by."""

import logging
from types import SimpleNamespace

import pytest
from scrapy.utils.test import get_crawler
from turning import write

from crawler.arguments import Arguments
from crawler.extensions.notifications import NotifyingExtension, message, new_revisions
from crawler.model import Policy, Scope
from crawler.run import Run
from output.changes import Change

# apprise looks for it on Python 3.11 and 3.12, where it is deprecated
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

A, B = ("a.example", "privacy policy"), ("b.example", "terms of service")


def change(**more) -> Change:
    given = {
        "vendor": "a.example",
        "type": "privacy policy",
        "changed_after": "2001-01-02T03:04:05+00:00",
        "first_captured": "2002-01-02T03:04:05+00:00",
        "words_added": 2,
        "words_removed": 1,
        "title": "Privacy",
        "url": "https://a.example/",
        "source": "https://archive.example/web/20020102030405id_/https%3A//a.example/",
        "before": "x",
        "document": "y",
        "extractor_changed": False,
        "doubts": (),
        "sentences": [
            [("=", "We share it with "), ("-", "nobody"), ("+", "our partners"), ("=", ".")],
            [("+", "Hello.")],
        ],
    }
    return Change(**(given | more))


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ({}, {A: [("x", 1), ("y", 2)]}, []),  # a first crawl
        ({A: [("x", 1)]}, {A: [("x", 1), ("y", 2)], B: [("z", 3)]}, [2]),
        ({A: [("x", 1), ("y", 2)]}, {A: [("x", 7), ("y", 8)]}, []),  # seen earlier than was known
        ({A: [("x", 1), ("y", 2)]}, {A: [("x", 1), ("y", 2), ("x", 3)]}, [3]),  # a text that returns
        ({A: [("x", 1), ("y", 2)]}, {A: [("x", 1), ("z", 3), ("y", 2)]}, [3]),
        ({A: [("x", 1), ("y", 2)]}, {A: [("x", 1)]}, []),
    ],
)
def test_new_is_a_text_that_a_known_policy_did_not_have_there(before, after, new):
    assert new_revisions(before, after) == new


def test_a_message_reads_well():
    title, body = message([change()])
    assert title == "a.example privacy policy changed"
    assert body == (
        "a.example privacy policy changed between 2001-01-02 and 2002-01-02, +2 −1 words\n"
        "https://archive.example/web/20020102030405id_/https%3A//a.example/\n"
        "  - We share it with nobody.\n"
        "  + We share it with our partners.\n"
        "  + Hello.\n"
    )


def test_what_may_be_the_extractors_doing_is_said_to_be():
    assert "read by different extractors" in message([change(extractor_changed=True)])[1]
    assert "Doubtful: some of its characters are garbled." in message([change(doubts=("mojibake",))])[1]


def test_a_message_is_no_longer_than_can_be_read():
    title, body = message([change(vendor=f"{number}.example") for number in range(30)])
    assert title == "30 policies changed: 0.example privacy policy, …"
    assert body.count(" changed between ") == 20
    assert body.endswith("… and 10 more; see them with: scrapy changes --since 2002-01-02\n")


def test_nothing_in_a_message_controls_what_shows_it():
    bad = "\x1b[2J\u202e\x9b\r\n\0evil "
    _, body = message([change(vendor=bad, type=bad, url=bad, source=None, sentences=[[("+", bad), ("=", bad)]])])
    assert all(c.isprintable() or c == "\n" for c in body)
    assert len(body.splitlines()) == 4


# -- crawls -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def told(request):
    """The messages that reach ``testing://``."""
    apprise = pytest.importorskip("apprise", reason="apprise is not installed (the extra notify)")
    from apprise.decorators import notify

    messages = []

    @notify(on="testing")
    def take(body, title, *_, **__):
        messages.append((title, body))

    @notify(on="broken")
    def fail(*_, **__):
        raise OSError("no way")

    yield messages
    for schema in ("testing", "broken"):
        apprise.plugins.N_MGR.remove(schema)


CHOSEN = {"vendor": "harbourlight.example", "NOTIFY_URLS": "testing://"}


async def test_a_crawl_tells_what_changed_since_the_one_before(crawl, told):
    await crawl(**CHOSEN, until="2022")
    assert told == []
    crawled = await crawl(**CHOSEN)
    ((title, body),) = told
    assert title == "harbourlight.example privacy policy changed"
    assert body.splitlines()[0].startswith("harbourlight.example privacy policy changed between 2023-")
    assert "  - Last updated: 11 January 2021.\n  + Last updated: 8 April 2024.\n" in body
    assert body.count(" changed between ") < crawled.rows("SELECT count(*) FROM revisions")[0][0]
    await crawl(**CHOSEN)
    assert len(told) == 1


@pytest.mark.parametrize("addresses", ["broken://", "nothing", "nothing://x,testing://"])
async def test_that_nobody_can_be_told_is_logged_and_no_failure(crawl, told, caplog, addresses):
    chosen = CHOSEN | {"NOTIFY_URLS": addresses}
    await crawl(**chosen, until="2022")
    crawled = await crawl(**chosen)
    assert crawled.run.status == "complete"
    errors = [record.getMessage() for record in caplog.records if record.name == "crawler.extensions.notifications"]
    assert errors
    assert not any("://" in error for error in errors)
    assert len(told) == ("testing" in addresses)


async def test_without_apprise_a_crawl_says_so_and_goes_on(crawl, monkeypatch, caplog):
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    with caplog.at_level(logging.WARNING):
        crawled = await crawl(**CHOSEN, until="2010")
    assert crawled.run.status == "complete"
    assert "pip install '.[notify]'" in caplog.text


# -- texts that take turns --------------------------------------------------------------------------------------------
@pytest.fixture
async def crawled(told, tmp_path):
    """Lets a crawl turn what policies show into other histories."""

    async def crawled(*histories: str) -> list[tuple[str, str]]:
        """What is told at its end."""
        policies = tuple(Policy(f"{number}.example", "privacy policy", ()) for number in range(1, len(histories) + 1))
        requested = Arguments(tmp_path / "vendors.toml", policies, Scope())
        archive = "https://archive.example"
        crawler = get_crawler(settings_dict={"TWISTED_REACTOR_ENABLED": False, "NOTIFY_URLS": "testing://"})
        crawler.spider = SimpleNamespace(run=Run(requested, archive, archive, tmp_path / "corpus.db", tmp_path))
        extension = NotifyingExtension.from_crawler(crawler)
        extension.open()
        write(tmp_path / "corpus.db", *histories)
        told.clear()
        await extension.close()
        return list(told)

    return crawled


async def test_a_period_in_which_texts_take_turns_is_told_once(crawled):
    assert await crawled("A") == []
    ((title, body),) = await crawled("ABABA")
    assert title == "1.example privacy policy is served in variants"
    lines = body.splitlines()
    assert lines[:2] == [
        "1.example privacy policy served in two variants from 2020-01-01 to 2020-01-05, they differ in:",
        "https://archive.example/web/20200102000000id_/https%3A//shop.example/",
    ]
    assert [line for line in lines[2:] if line.startswith(("  Variant ", "  - ", "  + "))] == [
        "  Variant 1 (A): seen 3 times, from 2020-01-01 to 2020-01-05.",
        "  Variant 2 (B): seen 2 times, from 2020-01-02 to 2020-01-04; beside variant 1, +1 −1 words.",
        "  - We keep it in A.",
        "  + We keep it in B.",
    ]
    assert await crawled("ABABAB") == []
    assert await crawled("ABABABABABAAABB") == []


async def test_a_change_beside_turns_is_told_alone(crawled):
    await crawled("ABABA", "A")
    ((title, body),) = await crawled("ABABABAB", "AC")
    assert title == "2.example privacy policy changed"
    assert body.count("example privacy policy") == 1


async def test_what_turns_out_to_be_turns_is_told_as_such_once(crawled):
    await crawled("A")
    ((title, _),) = await crawled("AB")
    assert title == "1.example privacy policy changed"
    ((title, _),) = await crawled("ABA")
    assert title == "1.example privacy policy changed"
    ((title, _),) = await crawled("ABABA")
    assert title == "1.example privacy policy is served in variants"
    assert await crawled("ABABABA") == []


async def test_a_further_text_of_a_known_period_is_told_with_what_differs_over_all(crawled):
    await crawled("ABABA")
    ((title, body),) = await crawled("ABABACBACB")
    assert title == "1.example privacy policy is served in variants"
    assert body.count("served in three variants") == body.count("served in") == 1
    assert body.count("  + We keep it in ") == 2
    assert body.splitlines()[1].endswith("/20200106000000id_/https%3A//shop.example/")
    assert await crawled("ABABACBACBACAC") == []


async def test_a_change_that_all_variants_take_is_told_once(crawled):
    await crawled("ABABA")
    ((title, body),) = await crawled("ABABACDCDCD")
    assert title == "1.example privacy policy changed"
    assert body.startswith(
        "1.example privacy policy changed between 2020-01-05 and 2020-01-06, +1 −1 words; served in two"
    )
    assert body.count("1.example") == 1


async def test_a_text_that_the_vendor_takes_back_is_told(crawled):
    await crawled("A")
    ((_, body),) = await crawled("ABA")
    assert body.count(" changed between ") == 2
