"""Another page in place of a policy is a doubt about its snapshots; a take-down, a rewriting, a translation is not."""

import random
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


def drawn(history: list[str], days: int, order: random.Random | None = None) -> tuple[list[str], int]:
    """The texts of the revisions that are drawn from captures some days apart, and how many are another page."""
    db = Database(memory=True)
    migrations.apply(db)
    db["policies"].insert({"id": 1, "vendor": "shop.example", "type": "privacy policy"})
    db["documents"].insert_all({"hash": body, "title": "", "body": body} for body in set(history))
    stored = list(enumerate(history))
    if order:
        order.shuffle(stored)
    for n, body in stored:
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


ELSEWHERE = [
    "Nous effectuons des travaux sur notre boutique. Revenez dans quelques heures, s'il vous plaît.",
    "Wir bauen gerade um und sind bald wieder für Sie da. Danke für Ihre Geduld!",
    "Estamos mejorando la tienda. Vuelva usted dentro de unas horas, por favor.",
    "Stiamo lavorando per voi. Il negozio riapre tra poche ore, grazie della pazienza.",
    "Estamos a melhorar a loja. Volte daqui a umas horas, por favor.",
    "Wij zijn even bezig. Kom over een paar uur terug, dank voor uw geduld.",
    "Trwają prace na serwerze. Prosimy zajrzeć za kilka godzin.",
    "ただいま作業中のためご利用いただけません。しばらくたってからもう一度お試しください。",
    "系统正在升级，请您过几个小时再来，感谢您的耐心等待。",
    "Идут работы на сервере. Загляните, пожалуйста, через несколько часов.",
]


@pytest.mark.parametrize("other", ELSEWHERE)
def test_in_any_language_also_while_the_policy_was_written_anew(other: str) -> None:
    """The texts before and after need not agree where what is between is short and has nothing of either."""
    assert drawn([POLICY] * 4 + [other] * 2 + [POLICY] * 4, 3) == ([POLICY], 2)
    assert drawn([POLICY] * 4 + [other] * 2 + [REWRITTEN] * 4, 3) == ([POLICY, REWRITTEN], 2)
    assert drawn([POLICY] * 4 + [other] * 2, 3) == ([POLICY], 2)
    for days, captures in ((3, 4), (8, 3)):
        assert drawn([POLICY] * 4 + [other] * captures, days) == ([POLICY, other], 0)


DIALOG = (
    "We use cookies and other means to measure our audience, as our rules say. Choose what you allow. "
    "Necessary. Measurement. Marketing. Allow all. Refuse all. Save my choice."
)


@pytest.mark.parametrize("captures", [1, 2, 3])
def test_a_consent_dialog_alone(captures: int) -> None:
    assert drawn([POLICY] * 4 + [DIALOG] * captures + [POLICY] * 4, 3) == ([POLICY], captures)
    assert drawn([POLICY] * 4 + [DIALOG] * captures + [REWRITTEN] * 4, 3) == ([POLICY, REWRITTEN], captures)


GERMAN = " ".join(f"Regel {n} erlaubt Beamten{n}, Akte{n} bis Sommer{n} zu behalten." for n in range(60))
MERGED = "Rule 3 and all further rules are now part of our joint statement on data. " + " ".join(
    f"Customers of brand{n} and shop{n} are bound by charter{n}." for n in range(40)
)
BRIEF = " ".join(f"Rule {n} lets clerk{n} store record{n} no more." for n in range(9))


@pytest.mark.parametrize("new", [GERMAN, MERGED, BRIEF, REWRITTEN])
@pytest.mark.parametrize("captures", [1, 3, 8])
def test_a_translation_a_merger_or_a_short_new_policy_that_stays_is_a_revision(new: str, captures: int) -> None:
    assert drawn([POLICY] * 5 + [new] * captures, 3) == ([POLICY, new], 0)
    assert drawn([new] * captures + [POLICY] * 5, 3) == ([new, POLICY], 0)
    assert drawn([POLICY] * 5 + [new] * captures + [HOME] * 6, 3) == ([POLICY, new, HOME], 0)


WITHDRAWN = "# Rules of the shop\n\nThese were withdrawn in spring; each partner now has its own, to be found there."
GONE = "The rules of the shop were withdrawn in spring; each partner now has its own, to be found at its address."


@pytest.mark.parametrize("notice", [WITHDRAWN, GONE])
def test_that_a_policy_was_withdrawn_is_a_revision_at_once(notice: str) -> None:
    policy, anew = "# Rules of the shop\n\n" + POLICY, "# Our charter\n\n" + REWRITTEN
    assert drawn([policy] * 5 + [notice], 3) == ([policy, notice], 0)
    assert drawn([policy] * 5 + [notice] + [anew] * 5, 3) == ([policy, notice, anew], 0)


def test_the_order_in_which_snapshots_were_stored_does_not_count() -> None:
    history = [POLICY, DOWN, POLICY, FINNISH, FINNISH, LATER, DIALOG, REWRITTEN, REWRITTEN, DOWN]
    expected = drawn(history, 3)
    for seed in range(5):
        assert drawn(history, 3, random.Random(seed)) == expected
    assert expected == ([POLICY, LATER, REWRITTEN], 5)


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
