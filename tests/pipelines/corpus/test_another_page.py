"""Another page in place of a policy is a doubt about its snapshots; a take-down, a rewriting, a translation is not."""

from itertools import groupby

import pytest
from sqlite_utils import Database

from pipelines.corpus.conclusions.draw import draw
from pipelines.corpus.schema import migrations

POLICY = " ".join(f"Rule {n} lets clerk{n} store record{n} until summer{n} ends." for n in range(60))
LATER = POLICY.replace("summer7 ", "autumn7 ")
REWRITTEN = " ".join(f"Under clause{n} our partners may obtain item{n} after notice{n}." for n in range(60))
DOWN = "We are carrying out maintenance. Please come back shortly."
FINNISH = "Sivua ei löytynyt. Palvelussa on tilapäinen häiriö, yritä myöhemmin uudelleen."
THAI = "ขออภัย ไม่พบหน้าที่คุณต้องการ กรุณาลองใหม่อีกครั้งในภายหลัง"
HOME = " ".join(f"Great shoes{n} now half price, order model{n} today!" for n in range(40))


def drawn(history: list[str], days: int) -> tuple[list[str], int]:
    """The texts of the revisions that are drawn from captures some days apart, and how many are another page."""
    db = Database(memory=True)
    migrations.apply(db)
    db["policies"].insert({"id": 1, "vendor": "shop.example", "type": "privacy policy"})
    db["documents"].insert_all({"hash": body, "title": "", "body": body} for body in set(history))
    for n, body in enumerate(history):
        moment = db.execute("SELECT date('2020-01-01', ?)", [f"+{n * days} days"]).fetchone()[0]
        db["snapshots"].insert(
            {"policy": 1, "url": "u", "timestamp": f"{moment.replace('-', '')}000000", "state": "fetched"}
            | {"captured": f"{moment}T00:00:00+00:00", "document": body}
        )
    draw(db, 1)
    assert draw(db, 1) == 0
    rows = db.execute("SELECT document, doubtful_between FROM changes ORDER BY first_captured").fetchall()
    count = db.execute("SELECT count(*) FROM doubtful WHERE reason = 'another page'").fetchone()[0]
    texts = [row[0] for row in rows]
    if texts == [POLICY, LATER]:
        assert [row[1] for row in rows] == [0, count]
    return texts, count


@pytest.mark.parametrize("other", [DOWN, FINNISH, THAI, HOME])
@pytest.mark.parametrize("captures", [1, 2, 3])
def test_another_page_for_a_few_captures(other: str, captures: int) -> None:
    assert drawn([POLICY] * 5 + [other] * captures + [LATER] * 5, 3) == ([POLICY, LATER], captures)


def test_several_and_returning() -> None:
    assert drawn([POLICY] * 3 + [DOWN, FINNISH] + [POLICY] * 3, 3) == ([POLICY], 2)
    assert drawn([POLICY, DOWN, POLICY, DOWN, POLICY], 3) == ([POLICY], 2)


def test_an_end_waits_for_other_captures() -> None:
    assert drawn([POLICY] * 5 + [DOWN], 3) == ([POLICY], 1)
    assert drawn([DOWN] + [POLICY] * 5, 3) == ([POLICY], 1)
    assert drawn([POLICY] * 5 + [DOWN] * 4, 3) == ([POLICY, DOWN], 0)


@pytest.mark.parametrize(("captures", "days"), [(10, 3), (4, 7), (3, 10)])
@pytest.mark.parametrize("other", [DOWN, REWRITTEN])
def test_what_lasts_is_a_revision(other: str, captures: int, days: int) -> None:
    history = [POLICY] * 5 + [other] * captures + [POLICY] * 5
    assert drawn(history, days) == ([name for name, _ in groupby(history)], 0)


def test_a_rewriting_at_the_end_and_an_only_text() -> None:
    assert drawn([POLICY] * 5 + [REWRITTEN], 3) == ([POLICY, REWRITTEN], 0)
    assert drawn([DOWN], 3) == ([DOWN], 0)


def test_of_a_few_words_nothing_can_be_told() -> None:
    short = "In 2004 we keep what shops say."
    assert drawn([short, "We keep everything.", short], 3) == ([short, "We keep everything.", short], 0)
