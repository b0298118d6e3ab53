"""Policies that servers serve in variants, crawled: every text and bound is found, nothing is claimed wrongly."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawling import SHOP, reread_all
from warc_writing import WarcFile

FIRST = datetime(2015, 1, 5, 12, tzinfo=UTC)
COUNT = 300
WORDS = [
    "orders",
    "parcels",
    "letters",
    "bills",
    "gifts",
    "corks",
    "barrels",
    "bottles",
    "labels",
    "glasses",
    "shelves",
]

SECTION = """<h2>If you live in {name}</h2><p>{company} of {name} answers for what we keep of you. {terms}</p>"""
POLICY = """<h1>Privacy policy</h1><p>We keep your orders and your mail address for as long as the law asks us to.</p>
<p>We never {word} them to anyone who is not named here, and we ask you before that ever changes.</p>
{section}
<ul><li>Our carriers get your address, so that parcels arrive.</li><li>Our bank gets what you paid, and when.</li></ul>
<p>You may ask us at any time what we know of you, and we answer within a month, free of charge.</p>
<h2>How to reach us</h2><p>Write a letter to the owner of the shop, or call on us on any morning but Sunday's.</p>"""


def section(name: str) -> str:
    """What a policy says for one region: too long for a teaser, and of nearly the same length for each region."""
    drawn = random.Random(name)
    terms = " ".join(
        f"Of {' and '.join(drawn.sample(WORDS, 2))} we keep what {drawn.choice(('we', 'you'))} wrote for "
        f"{drawn.randint(11, 99)} days."
        for _ in range(8)
    )
    return SECTION.format(name=name, company=f"{name.capitalize()} Ltd", terms=terms)


Parts = list[tuple[int, str, dict[str, float]]]
"""The parts of a history: how many captures, the vendor's word, and its variants with the share of each."""

KINDS: dict[str, Parts] = {
    "two": [(60, "sell", {"": 1}), (180, "sell", {"ahrtal": 0.5, "douro": 0.5}), (60, "show", {"": 1})],
    "three": [
        (50, "sell", {"": 1}),
        (200, "sell", {"ahrtal": 0.4, "douro": 0.3, "murano": 0.3}),
        (50, "show", {"": 1}),
    ],
    "two, changed in the midst": [
        (40, "lend", {"": 1}),
        (110, "sell", {"ahrtal": 0.5, "douro": 0.5}),
        (110, "show", {"ahrtal": 0.5, "douro": 0.5}),
        (40, "lend", {"": 1}),
    ],
    "three, changed in the midst": [
        (40, "lend", {"": 1}),
        (110, "sell", {"ahrtal": 0.4, "douro": 0.3, "murano": 0.3}),
        (110, "show", {"ahrtal": 0.4, "douro": 0.3, "murano": 0.3}),
        (40, "lend", {"": 1}),
    ],
    "two, one rare": [
        (40, "lend", {"": 1}),
        (220, "sell", {"ahrtal": 0.93, "douro": 0.07}),
        (40, "show", {"": 1}),
    ],
    "three, one rare": [
        (40, "lend", {"": 1}),
        (220, "sell", {"ahrtal": 0.5, "douro": 0.43, "murano": 0.07}),
        (40, "show", {"": 1}),
    ],
}


def history(parts: Parts, seed: int) -> list[tuple[str, str]]:
    """What each capture shows: the vendor's word and the region."""
    chance = random.Random(seed)
    shown = []
    for count, word, regions in parts:
        shown += [(word, region) for region in chance.choices(list(regions), list(regions.values()), k=count)]
    return shown


def archive(path: Path, shown: list[tuple[str, str]]) -> Path:
    """An archive with a capture a week, each of other bytes."""
    warc = WarcFile(path, gzip=False)
    for week, (word, region) in enumerate(shown):
        text = POLICY.format(word=word, section=section(region) if region else "")
        nonce = "n" * random.Random(week).randint(1, 9)
        page = f"<html><head><title>Privacy</title></head><body><!-- {week}{nonce} --><main>{text}</main></body></html>"
        warc.response(SHOP, f"{FIRST + timedelta(weeks=week):%Y-%m-%dT%H:%M:%SZ}", page.encode())
    return path


def says(body: str) -> tuple[str, str]:
    """The vendor's word and the region of a document."""
    (word,) = (word for word in ("sell", "show", "lend") if f"never {word} them" in body)
    (region,) = [name for name in ("ahrtal", "douro", "murano") if f"live in {name}" in body] or [""]
    return word, region


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
async def test_a_fifth_of_the_captures_shows_every_text_and_both_bounds_and_claims_nothing_wrong(
    tmp_path, crawl, vendors, kind
):
    shown = history(KINDS[kind], 1)
    crawled = await crawl(archive(tmp_path / "a.warc", shown), vendors)
    rows = crawled.rows("SELECT state, reason, document, captured FROM snapshots ORDER BY captured")
    texts = {document: says(body) for document, body in crawled.rows("SELECT hash, body FROM documents")}
    assert set(texts.values()) == set(shown)
    assert sum(state == "fetched" for state, *_ in rows) <= COUNT // 5
    claimed = [(texts[document], truth) for (_, _, document, _), truth in zip(rows, shown, strict=True) if document]
    assert all(claim == truth for claim, truth in claimed)
    unclaimed = {(state, reason) for state, reason, document, _ in rows if not document}
    assert unclaimed <= {("listed", "variant unknown")}
    begins, ends = KINDS[kind][0][0], COUNT - KINDS[kind][-1][0] - 1
    periods = crawled.rows("SELECT first_captured, last_captured FROM variants ORDER BY first_captured")
    assert (periods[0][0], periods[-1][1]) == (rows[begins][3], rows[ends][3])
    assert len(periods) == len(KINDS[kind]) - 2


@pytest.mark.slow
@pytest.mark.parametrize("regions", [{"ahrtal": 0.5, "douro": 0.5}, {"ahrtal": 0.5, "": 0.5}], ids=["alike", "longer"])
async def test_what_is_known_of_variants_stays_when_the_captures_are_read_again(tmp_path, crawl, vendors, regions):
    path = archive(tmp_path / "a.warc", history([(100, "sell", regions)], 2))
    crawled = await crawl(path, vendors)
    states = "SELECT timestamp, state, reason, document FROM snapshots ORDER BY 1"
    before = crawled.rows(states)
    assert ("length of one variant" if "" in regions else "variant unknown") in {reason for _, _, reason, _ in before}
    assert reread_all(crawled, path) == 0
    assert crawled.rows(states) == before
