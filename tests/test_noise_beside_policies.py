"""Blocks beside a policy that change without the vendor make no revision; a vendor's change there is found.

Ten kinds of noise that no collection of real pages here has:

 1. a box of related articles that are drawn anew at each capture, of a pool, three to five at a time
 2. a list of open jobs, each of which is there for some weeks and never again
 3. a quote of the day below a heading that stays
 4. an offer of a partner above the policy, of four that take turns
 5. a banner about a slow service that comes and goes above the policy
 6. the weather and the price of a share in one line, in words and numbers
 7. how many people are reading this page, a line of its own with changing words
 8. customers' opinions, two sentences by two people, others at each capture
 9. tags that are "trending now", without sentences
10. whether somebody is there to chat with, and the results of a poll

Each is on a history of 100 captures, in which the vendor changes one word three times.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawling import SHOP
from warc_writing import WarcFile

from crawler.text.identity.edges import BANNER, BOX

FIRST = datetime(2015, 1, 5, 12, tzinfo=UTC)
CAPTURES = 100
CHANGED = (23, 52, 81)
"""From these captures on, the vendor says something else, by one word."""
WORDS = ("sell", "show", "lend", "give")
REVISIONS = "SELECT s.timestamp FROM revisions r JOIN snapshots s ON s.id = r.first_snapshot ORDER BY s.timestamp"

POLICY = """<h1>Privacy policy</h1>{above}
<p>We keep your orders and your mail address for as long as the law asks us to.</p>
<p>We never {word} them to anyone who is not named here, and we ask you before that ever changes.</p>
<ul><li>Our carriers get your address, so that parcels arrive.</li><li>Our bank gets what you paid, and when.</li></ul>
{amid}<p>You may ask us at any time what we know of you, and we answer within a month, free of charge.</p>
<h2>How to reach us</h2><p>Write a letter to the owner of the shop, or call on us on any morning but Sunday's.</p>
{below}"""

Block = Callable[[int], str]

_NOUNS = ["cork", "barrel", "cellar", "vineyard", "bottle", "glass", "harvest"]
_NOUNS += ["grape", "label", "decanter", "tasting", "shelf", "cooper", "press"]
_VERBS = ["Choosing", "Storing", "Cleaning", "Opening", "Carrying"]
_VERBS += ["Selling", "Painting", "Mending", "Finding", "Sharing"]


def items(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li><a href='/{len(line)}'>{line}</a></li>" for line in lines) + "</ul>"


def related(at: int) -> str:
    drawn = random.Random(at)
    pool = [f"{verb} a {noun}" for verb, noun in zip(_VERBS, _NOUNS, strict=False)]
    return "<h2>Related articles</h2>" + items(drawn.sample(pool, drawn.randint(3, 5)))


def jobs(at: int) -> str:
    open_now = [f"{_VERBS[(n * 7) % 10]} manager, team {_NOUNS[(n * 5) % 14]} ({n} h)" for n in range(at, at + 4)]
    return "<h2>Open jobs</h2>" + items(open_now)


def quote(at: int) -> str:
    drawn = random.Random(at)
    said = f"Whoever likes {drawn.choice(_VERBS).lower()} the {drawn.choice(_NOUNS)} likes the {drawn.choice(_NOUNS)}"
    more = f"number by number and {drawn.choice(_NOUNS)} by {drawn.choice(_NOUNS)}"
    return f"<h3>Quote of the day</h3><p>“{said}, {more}.”</p>"


def offer(at: int) -> str:
    partners = (
        "Ada's glasses, now for less.",
        "Bo ships your cellar.",
        "Cleo insures each bottle.",
        "Dan paints labels.",
    )
    return f"<p>{random.Random(3 * at).choice(partners)}</p>"


def banner(at: int) -> str:
    return (
        "<p>Our service is slow at the moment, and we are working on it.</p>"
        if random.Random(at).random() < 0.4
        else ""
    )


def weather(at: int) -> str:
    drawn = random.Random(at)
    sky = drawn.choice(("sunny", "cloudy", "rain", "fog", "storm"))
    return (
        f"<p>Ahrtal: {sky}, {drawn.randint(-3, 29)} °C · WINE {drawn.randint(900, 1400) / 100} {drawn.choice('▲▼')}</p>"
    )


def readers(at: int) -> str:
    drawn = random.Random(at)
    return f"<p>{drawn.choice(('Only', 'Already', 'Just now'))} {drawn.randint(2, 90)} people read along</p>"


def opinions(at: int) -> str:
    drawn = random.Random(at)
    said = [
        f"<blockquote><p>I bought a {drawn.choice(_NOUNS)} and a {drawn.choice(_NOUNS)} and would do so again, "
        f"says {drawn.choice('ABCDEFGH')}. from {drawn.choice(_NOUNS).capitalize()}ville.</p></blockquote>"
        for _ in range(2)
    ]
    return "<h2>What others say</h2>" + "".join(said)


def trending(at: int) -> str:
    drawn = random.Random(at)
    return "<h3>Trending now</h3>" + "".join(f"<p>#{noun}</p>" for noun in drawn.sample(_NOUNS, drawn.randint(4, 6)))


def chat(at: int) -> str:
    drawn = random.Random(at)
    there = drawn.choice(("Chat with Ada now", "Nobody is at the desk", "Bo is there for you"))
    yes = drawn.randint(20, 80)
    return f"<p>{there}</p><h3>Red or white?</h3><ul><li>Red: {yes} %</li><li>White: {100 - yes} %</li></ul>"


KINDS = [("below", related), ("below", jobs), ("below", quote), ("above", offer), ("above", banner), ("above", weather)]
KINDS += [("below", readers), ("below", opinions), ("below", trending), ("below", chat)]


def moment(at: int) -> datetime:
    return FIRST + timedelta(weeks=at)


def stamps(captures: list[int]) -> list[tuple[str]]:
    return [(f"{moment(at):%Y%m%d%H%M%S}",) for at in captures]


def archive(path: Path, place: str, block: Block, *, changed: tuple[int, ...] = CHANGED) -> Path:
    """An archive with a capture a week."""
    warc = WarcFile(path, gzip=False)
    for at in range(CAPTURES):
        blocks = {"above": "", "amid": "", "below": ""} | {place: block(at)}
        text = POLICY.format(word=WORDS[sum(at >= first for first in changed)], **blocks)
        page = f"<html><head><title>Privacy</title></head><body><main>{text}</main></body></html>"
        warc.response(SHOP, f"{moment(at):%Y-%m-%dT%H:%M:%SZ}", page.encode())
    return path


@pytest.mark.slow
@pytest.mark.parametrize("snapshots", ["all", "changes"])
@pytest.mark.parametrize("noise", KINDS, ids=[block.__name__ for _, block in KINDS])
async def test_only_what_the_vendor_changed_is_a_revision(tmp_path, crawl, vendors, noise, snapshots):
    crawled = await crawl(archive(tmp_path / "a.warc", *noise), vendors, snapshots=snapshots)
    assert crawled.run.status == "complete"
    assert crawled.rows(REVISIONS) == stamps([0, *CHANGED])


# -- what a vendor does there ------------------------------------------------------------------------------------------
COMES, GOES, AGAIN = 40, 66, 70
SOLD = (
    "<h2>Sale of the shop</h2><p>Should we ever sell the shop, whoever buys it gets your orders and your address.</p>"
)


def stays(at: int) -> str:
    return SOLD if at >= COMES else ""


def stays_below_a_box(at: int) -> str:
    return related(at) + stays(at)


def stays_above_a_box(at: int) -> str:
    return stays(at) + related(at)


def stays_within_a_box(at: int) -> str:
    return related(at) + ("<p>Children below sixteen must not buy wine from us.</p>" if at >= COMES else "")


def stays_below_a_quote(at: int) -> str:
    return quote(at) + (
        "<p>Children below sixteen must not buy wine from us, nor may they taste it.</p>" if at >= COMES else ""
    )


def address_below_tags(at: int) -> str:
    return trending(at) + f"<p>Shop Ltd, {'Hill Street 4' if at < COMES else 'Mill Lane 30'}, Ahrtal</p>"


def address_above_opinions(at: int) -> str:
    return f"<p>Shop Ltd, {'Hill Street 4' if at < COMES else 'Mill Lane 30'}, Ahrtal</p>" + opinions(at)


def list_above_a_box(at: int) -> str:
    bought = ["Wine merchants of Ahr", "Cork makers of Douro", "Glass blowers of Murano"]
    return "<h2>Who gets your data</h2>" + items(bought[: 2 + (at >= COMES)]) + related(at)


def is_replaced(at: int) -> str:
    days = ("thirty", "sixty", "ninety", "ten")[sum(at >= first for first in (COMES, GOES, AGAIN))]
    return f"<p>Whoever wants to object must do so within {days} days after an order.</p>"


def comes_goes_and_comes(at: int) -> str:
    return SOLD if COMES <= at < GOES or at >= AGAIN else ""


def partners(at: int) -> str:
    return "<h2>Our partners</h2>" + items([f"{noun.capitalize()} Ltd" for noun in _NOUNS[: 2 + at // 10]])


def limit(at: int) -> str:
    return f"<p>Up to {5 if at < COMES else 8} users may share an account.</p>"


ONCE = [stays, stays_below_a_box, stays_above_a_box, stays_within_a_box, stays_below_a_quote, limit]
ONCE += [address_below_tags, address_above_opinions, list_above_a_box]
VENDORS = [*((block, [COMES]) for block in ONCE), (is_replaced, [COMES, GOES, AGAIN])]
VENDORS += [(comes_goes_and_comes, [COMES, GOES, AGAIN]), (partners, list(range(10, 100, 10)))]


@pytest.mark.slow
@pytest.mark.parametrize("snapshots", ["all", "changes"])
@pytest.mark.parametrize("written", VENDORS, ids=[block.__name__ for block, _ in VENDORS])
async def test_what_the_vendor_writes_at_an_edge_counts(tmp_path, crawl, vendors, written, snapshots):
    block, changed = written
    crawled = await crawl(archive(tmp_path / "a.warc", "below", block), vendors, snapshots=snapshots)
    assert crawled.rows(REVISIONS) == stamps(sorted({0, *CHANGED, *changed}))


@pytest.mark.slow
@pytest.mark.parametrize("block", [related, jobs, opinions, trending], ids=lambda block: block.__name__)
async def test_a_box_in_the_midst_of_a_policy_belongs_to_it(tmp_path, crawl, vendors, block):
    crawled = await crawl(archive(tmp_path / "a.warc", "amid", block), vendors, snapshots="all")
    assert len(crawled.rows(REVISIONS)) == CAPTURES


@pytest.mark.parametrize(("place", "block"), [("below", jobs), ("above", banner)], ids=["jobs", "banner"])
async def test_what_stands_beside_a_policy_is_on_record(tmp_path, crawl, vendors, place, block):
    crawled = await crawl(archive(tmp_path / "a.warc", place, block, changed=()), vendors, snapshots="all")
    kind = BANNER if block is banner else BOX
    [(known, changes, pairs)] = crawled.rows("SELECT known, changes, pairs FROM noise WHERE kind = ?", kind)
    assert 5 <= changes <= pairs
    [(texts,)] = crawled.rows("SELECT count(*) FROM disregarded WHERE what = ?", kind)
    if block is banner:
        assert "Our service is slow" in known
        assert texts == 1
    else:
        assert texts == CAPTURES + 3  # four at a time, one of them new at each capture
