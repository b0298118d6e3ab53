"""What a policy said on a day: one text, or either of those between which it changed then; SQL and commands agree."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from corpus_writing import finish_policy, start_crawl, store_answer, store_listing
from hypothesis import given
from hypothesis import strategies as st

from crawler.events import Answered
from crawler.model import Document, Policy, Snapshot
from output.on_a_day import are_variants, as_data, held_on, possible, summary
from pipelines.corpus import Corpus

POLICY = Policy("shop.example", "privacy policy", ())
METADATA = Path(__file__).parents[2] / "output" / "site" / "metadata.yml"
CAPTURES = (
    ("2019-05-01T08:00:00", "a"),
    ("2019-05-31T10:34:00", "a"),
    ("2019-05-31T14:02:00", "b"),
    ("2019-06-05T08:00:00", "b"),
    ("2019-07-01T08:00:00", "c"),
    ("2019-07-01T09:00:00", "d"),
    ("2019-07-01T10:00:00", "c"),
)
HELD = {
    "2019-04-30": "",
    "2019-05-01": "a",
    "2019-05-10": "a",
    "2019-05-31": "ab",
    "2019-06-01": "b",
    "2019-06-05": "b",
    "2019-06-20": "bc",
    "2019-07-01": "cd",
    "2019-07-02": "c",
}


class Seen(NamedTuple):
    document: str
    first_captured: str
    last_captured: str
    variant: int | None = None


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with Corpus(tmp_path_factory.mktemp("corpus") / "corpus.db") as made:
        crawl = start_crawl(made)
        moments = [datetime.fromisoformat(captured).replace(tzinfo=UTC) for captured, _ in CAPTURES]
        snapshots = [
            Snapshot("https://shop.example/", f"{at:%Y%m%d%H%M%S}", at, "text/html", 200, f"D{at}", 1) for at in moments
        ]
        store_listing(made, crawl, POLICY, snapshots, len(snapshots), Counter())
        for snapshot, (_, name) in zip(snapshots, CAPTURES, strict=True):
            document = Document("Privacy", f"We keep the {name} slips of all orders.", name)
            store_answer(made, crawl, Answered(POLICY, snapshot, "fetched", document=document))
        finish_policy(made, crawl, POLICY, [])
        yield made


@pytest.mark.parametrize(("day", "texts"), HELD.items())
def test_a_day_on_which_it_changed_has_either_text(corpus: Corpus, day: str, texts: str) -> None:
    found = list(held_on(corpus.db, day, "https://archive.example"))
    assert [text.document for held in found for text in held] == [*texts]
    question = yaml.safe_load(METADATA.read_text("utf-8"))["databases"]["corpus"]["queries"]["policy_on"]["sql"]
    rows = list(corpus.db.query(question, {"vendor": "shop.example", "type": "privacy policy", "date": day}))
    assert [row["document"] for row in rows if row["document"] in texts][: len(texts)] == [*texts]
    assert {row["document"] for row in rows} == {*texts}
    assert all(row["held"].startswith("either this or the ") == (len(texts) > 1) for row in rows)


def test_the_hours_are_told(corpus: Corpus) -> None:
    (held,) = held_on(corpus.db, "2019-05-31", "https://archive.example")
    assert [text.plain for text in summary("2019-05-31", held)] == [
        "shop.example privacy policy on 2019-05-31 said either this text, seen last on 2019-05-31 10:34:00 UTC",
        "  https://archive.example/web/20190531103400id_/https%3A//shop.example/",
        "or this one, seen first on 2019-05-31 14:02:00 UTC",
        "  https://archive.example/web/20190531140200id_/https%3A//shop.example/",
    ]
    data = as_data("2019-05-31", held)
    assert (data["held"], [text["document"] for text in data["texts"]]) == ("either of them", ["a", "b"])
    (held,) = held_on(corpus.db, "2019-05-10", "https://archive.example", "shop.example")
    assert "said this text, seen from 2019-05-01" in summary("2019-05-10", held)[0].plain
    (held,) = held_on(corpus.db, "2020-01-01", "https://archive.example")
    assert "probably said this text, not seen since" in summary("2020-01-01", held)[0].plain
    assert as_data("2020-01-01", held)["held"] == "unknown: not seen since"


@given(st.lists(st.integers(0, 60), min_size=2, max_size=12, unique=True), st.integers(0, 12))
def test_each_day_has_the_texts_seen_on_it_or_those_around_it(hours: list[int], day: int) -> None:
    moments = [datetime(2019, 5, 1 + hour // 6, hour % 6 * 4, tzinfo=UTC).isoformat() for hour in sorted(hours)]
    spans = [Seen(str(at), *moments[at : at + 2]) for at in range(0, len(moments) - 1, 2)]
    asked = f"2019-05-{day + 1:02}"
    found = possible(spans, asked)
    seen = [span for span in spans if span.first_captured[:10] <= asked <= span.last_captured[:10]]
    around = [span for span in spans if span.last_captured[:10] < asked][-1:]
    around += [span for span in spans if span.first_captured[:10] > asked][:1] if around else []
    assert found == (seen or around)


def test_on_a_day_of_turns_each_of_the_texts_may_have_held():
    moments = [f"2020-01-0{day}T12:00:00" for day in range(1, 8)]
    turning = [Seen(text, at, at, 1) for text, at in zip("ABCAB", moments[1:6], strict=True)]
    history = [Seen("X", moments[0], moments[0]), *turning, Seen("Y", moments[6], moments[6])]
    assert "".join(text.document for text in possible(history, "2020-01-04")) == "ABC"
    assert "".join(text.document for text in possible(history, "2020-01-01")) == "X"
    assert are_variants(possible(history, "2020-01-04"))
    assert not are_variants(possible(history, "2020-01-01"))
