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


def drawn(
    history: list[str], days: int, order: random.Random | None = None, type_: str = "privacy policy"
) -> tuple[list[str], int]:
    """The texts of the revisions that are drawn from captures some days apart, and how many are another page."""
    db = Database(memory=True)
    migrations.apply(db)
    db["policies"].insert({"id": 1, "vendor": "shop.example", "type": type_})
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


PRIVACY = """This privacy policy explains what personal information we collect when you visit our website or buy from
us, how we use it, and what choices you have.

When you place an order we collect your name, postal address, e-mail address and payment details. Our servers record
your IP address and the type of your browser. We use cookies to remember your basket.

We use your personal data to process your orders, to answer your questions and to prevent fraud. We do not sell or
rent your personal information to third parties.

We share personal information with service providers who deliver parcels on our behalf, and where the law requires us
to do so. You may ask us for access to the personal data that we hold about you, and have it corrected or deleted. We
may update this policy from time to time."""
PRIVACY_ANEW = """Here we tell how your data is processed under the General Data Protection Regulation. The controller
is the shop's owner; you reach our data protection officer by letter.

Legal bases are your consent, the performance of a contract and our legitimate interests. Records of purchases are
erased after ten years, log files after seven days.

Recipients are carriers, banks and hosting companies, which act as processors bound by instructions. Transfers outside
the European Union rest on standard contractual clauses.

Data subjects have the rights to information, rectification, erasure, restriction, portability and objection, and may
lodge a complaint with the supervisory authority at any time."""
SHOES = """New season, new shoes! Shop now and save 20%!

Ridgeback boots for rough trails, from $89. Meadow sneakers, now $59. Harbour sandals: half price this weekend only!
Merino socks, three pairs for $20. Free shipping on every order over $50!

What's new? Our spring collection has landed: eleven colours, feather-light soles, waterproof leather. Watch the video
and meet the team behind it. Did you see us on TV? "The best boots I ever had!" says Maria, a hiker from Leeds.

Join the walking club! Maps, guided tours, photos of the month. Win a weekend in the Lake District! Find a shop near
you: Leeds, York, Bath. Follow us. Read more stories from the trail. Top 10 hikes for families. Gift ideas under $30."""
LOG_IN = """Welcome back! Log in to your account. E-mail. Password. Forgot your password? Log in. New here? Create an
account and track your parcels, save your favourites and collect points with every pair of shoes!

Top sellers today: Ridgeback boots, $89. Meadow sneakers, $59. Harbour sandals, $25. Need help? Chat with us, Monday to
Friday, 9 am to 5 pm. Download our app! Five stars from 2,300 walkers. Shop women. Shop men. Shop kids. Sale."""


@pytest.mark.parametrize("other", [SHOES, LOG_IN])
@pytest.mark.parametrize("captures", [1, 3])
def test_what_reads_as_no_policy_need_not_be_short(other: str, captures: int) -> None:
    for after in ([], [PRIVACY_ANEW] * 5):
        history = [PRIVACY] * 5 + [other] * captures + after
        assert drawn(history, 3) == ([PRIVACY, *after[:1]], captures)
        assert drawn(history, 3, type_="privacy policy (de)") == drawn(history, 3)
        assert drawn(history, 3, type_="delivery terms") == ([PRIVACY, other, *after[:1]], 0)
    lasts = [PRIVACY] * 5 + [other] * 4
    assert drawn(lasts, 3) == ([PRIVACY, other], 0)


@pytest.mark.parametrize(
    "new", [PRIVACY_ANEW, f"{PRIVACY_ANEW[:300]}\n\n{SHOES}", "This privacy policy ended." + SHOES]
)
def test_a_policy_written_anew_is_none_however_it_reads(new: str) -> None:
    assert drawn([PRIVACY] * 5 + [new], 3) == ([PRIVACY, new], 0)
