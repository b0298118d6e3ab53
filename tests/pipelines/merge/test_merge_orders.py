"""Merging is the same in any order, any number of times, and in whatever groups: splits of generated histories."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from merging import SENTENCES, Part, archive, crawl, exported, facts, merged, shown, timestamp

from crawler.extraction.extract import READING
from crawler.model import Policy

pytestmark = pytest.mark.slow

KINDS = {
    "30": SENTENCES.format(*["30"] * 6),
    "60": SENTENCES.format(*["60"] * 6),
    "90": SENTENCES.format(*["90"] * 6),
    "empty": "",
    "moved": "Our server hall gets a new roof.",
}
OTHER = Policy("other.example", "privacy policy", ("https://other.example/privacy",))
HISTORY = st.lists(st.tuples(st.sampled_from([*KINDS]), st.integers(1, 9)), min_size=1, max_size=5)
BESIDE = st.sampled_from(
    ["", "\n\nSo far {} careful people have come down to this line.", "\n\n© 2009-{year} The shop"]
)
PART = st.builds(
    Part,
    since=st.none() | st.sampled_from([timestamp(at)[:8] for at in (3, 10, 20)]),
    until=st.none() | st.sampled_from([timestamp(at)[:8] for at in (5, 12, 25)]),
    mode=st.sampled_from(["changes", "all"]),
    thoroughness=st.sampled_from(["quick", "careful", "exhaustive"]),
    most=st.sampled_from([2, 5, 9, 10**9, 10**9, 10**9]),
    lost=st.frozensets(st.integers(0, 30), max_size=2),
)
OLDER = st.builds(replace, PART, reading=st.sampled_from([READING - 1, READING - 1, READING]))


def revisions(path: Path) -> list[dict[str, object]]:
    """What is exported, but for whether a capture was fetched or had the same bytes as one that was."""
    found = [json.loads(line) for line in exported(path).splitlines()]
    return [{name: row[name] for name in row if name not in {"known", "last_known"}} for row in found]


@contextmanager
def room() -> Iterator[Path]:
    """A folder, in memory where there is such: what is tested does not depend on the disk."""
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def texts(history: list[tuple[str, int]], beside: str) -> list[str]:
    captures = [KINDS[kind] for kind, count in history for _ in range(count)]
    return [
        text + beside.format(1200 + 31 * at, year=2010 + at // 9) if text else "" for at, text in enumerate(captures)
    ]


QUICKLY = settings(
    max_examples=int(os.environ.get("MERGES", "12")),
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example is small, and to make it smaller takes minutes
)


@QUICKLY
@given(HISTORY, BESIDE, st.lists(PART, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_any_order_and_number_and_grouping_gives_the_same(history, beside, parts, random):
    with room() as folder:
        made, same = archive(texts(history, beside)), archive(texts(history, beside), 5, OTHER.urls[0])
        sources = [crawl(folder / f"{at}.db", made, part) for at, part in enumerate(parts)]
        for at, part in enumerate(reversed(parts)):  # a policy with the same texts, at other times
            crawl(folder / f"{at}.db", same, part, OTHER)
        expected = shown(merged(folder / "one", sources))
        again = [*sources, *random.sample(sources, len(sources)), *random.sample(sources, len(sources))]
        assert shown(merged(folder / "again", again)) == expected
        assert shown(merged(folder / "other", random.sample(sources, len(sources)))) == expected
        later = merged(folder / "later", sources[1:])
        assert shown(merged(folder / "grouped", [sources[0], later])) == expected
        assert shown(merged(folder / "groups", [later, sources[0], later])) == expected


@QUICKLY
@given(HISTORY, BESIDE, OLDER, PART)
def test_two_crawls_with_other_extractors_give_the_same_in_either_order(history, beside, old, new):
    with room() as folder:
        made = archive(texts(history, beside))
        older, newer = crawl(folder / "old.db", made, old), crawl(folder / "new.db", made, new)
        expected = shown(merged(folder / "one", [older, newer]))
        assert shown(merged(folder / "other", [newer, older])) == expected
        assert shown(merged(folder / "again", [newer, older, older, newer])) == expected


@QUICKLY
@given(HISTORY, BESIDE, st.lists(OLDER, min_size=3, max_size=3), st.randoms(use_true_random=False))
def test_with_several_extractors_all_but_the_wording_is_the_same(history, beside, parts, random):
    with room() as folder:
        made = archive(texts(history, beside))
        sources = [crawl(folder / f"{at}.db", made, part) for at, part in enumerate(parts)]
        expected = facts(merged(folder / "one", sources))
        assert facts(merged(folder / "other", random.sample(sources, 3) * 2)) == expected
        assert facts(merged(folder / "grouped", [sources[0], merged(folder / "later", sources[1:])])) == expected


@QUICKLY
@given(HISTORY, BESIDE, PART)
def test_a_corpus_merged_alone_is_itself(history, beside, part):
    with room() as folder:
        source = crawl(folder / "a.db", archive(texts(history, beside)), part)
        assert exported(merged(folder / "one", [source])) == exported(source)


@QUICKLY
@given(HISTORY, BESIDE, st.lists(st.sampled_from([timestamp(at)[:8] for at in range(1, 40)]), min_size=1, max_size=3))
def test_crawls_of_periods_make_the_crawl_of_the_whole(history, beside, days):
    with room() as folder:
        made = archive(texts(history, beside))
        whole = crawl(folder / "whole.db", made, Part(mode="all"))
        bounds = sorted({*days})
        periods = zip([None, *bounds], [*bounds, None], strict=True)  # a day at a bound is in both
        parts = [Part(since, until, mode="all") for since, until in periods]
        sources = [crawl(folder / f"{at}.db", made, part) for at, part in enumerate(parts)]
        assert revisions(merged(folder / "one", sources)) == revisions(whole)
