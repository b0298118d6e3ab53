"""Only the page's own doing is learned: what stands beside it, or says that it is the vendor's, counts as ever."""

import random

import pytest
from pace import at_most
from policies import documents, learned

POLICY = "We keep your orders for as long as the law asks. {} You may ask us at any time what we know."
SAYS = ("Ada says corks", "Bo came whole", "Cleo shop fine")


def nonce(at: int) -> str:
    return f"{random.Random(at).getrandbits(48):012x}7"


def filled(text: str, at: int) -> str:
    """A policy with this text; # and % stand for what is another one at every capture, @ for one of three."""
    turn = random.Random(3 * at).choice(SAYS)
    return POLICY.format(text.replace("#", nonce(at)).replace("%", nonce(at + 999)).replace("@", turn))


def is_told(one: str, other: str, *, seen_both: bool = True) -> bool:
    """Whether two texts stay two documents, where captures show one ten times and then the other."""
    texts = [filled(one, at) for at in range(12)]
    later = [filled(other, at) for at in range(20, 32 if seen_both else 21)]
    identity = learned(texts + later if seen_both else texts)
    identity = learned(texts + later, identity=identity) if seen_both else identity
    assert "@" in one or len(set(documents(texts, identity))) == 1
    return not set(documents(texts, identity)) & set(documents(later, identity))


@pytest.mark.parametrize("seen_both", [True, False])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("# we sell your data to all of them.", "# we share your data to all of them."),
        ("To all of them we sell it. #", "To all of them we share it. #"),
        ("# may not sell %", "# may sell %"),
        ("# sell not keep %", "# keep not sell %"),
        ("# keep 30 days %", "# keep 60 days %"),
        ("# May we sell %", "# we sell %"),
        ("# Monday to Friday %", "# Sunday to Friday %"),
        ("From Monday #", "From Sunday #"),
        ("# we may sell %", "# we sell %"),
        ("Seen by # of us today.", "Seen by of us today."),
        ("# Seen by us.", "# Seen by us today."),
        ("@ we sell your data to all of them.", "@ we share your data to all of them."),
        ("@ we never @", "@ we always @"),
    ],
)
def test_a_word_beside_the_noise_counts(one, other, seen_both):
    assert is_told(one, other, seen_both=seen_both)


def test_a_sentence_without_spaces_is_no_word_of_digits():
    text = "用户 信息 保护 政策 浏览次数{}我们{}您的数据。 第二条 我们 保存 数据 多年。"
    texts = [text.format(100 + 7 * at, "不会出售") for at in range(14)]
    identity = learned(texts)
    assert not set(documents([text.format(9, "会出售")], identity)) & set(documents(texts, identity))


def test_a_date_without_spaces_is_learned():
    text = "用户 信息 保护 政策 第一条 今天 20{}年5月{}日 我们 保存 数据 多年。"
    texts = [text.format(10 + at % 80, at % 28 + 1) for at in range(14)]
    assert len(set(documents(texts, learned(texts)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Last updated: {}.",
        "This text is in force, as last updated by our own lawyers, from the {} on.",
        "Effective {}.",
        "{} (version of this text)",
        "Version {}",
        "Stand: {}",
        "Zuletzt geändert am {}.",
        "Gültig ab {}.",
        "Dernière mise à jour : {}.",
        "En vigueur au {}.",
        "Última actualización: {}.",
        "Entrada en vigor: {}.",
        "Ultimo aggiornamento: {}.",
        "Laatst bijgewerkt op {}.",
        "Última atualização: {}.",
    ],
)
def test_the_vendor_s_own_date_is_never_learned(text):
    texts = [POLICY.format(text.format(f"{at % 28 + 1} {['May', 'June'][at // 28]} {2010 + at}")) for at in range(14)]
    identity = learned(texts)
    assert identity.places == ()
    assert len(set(documents(texts, identity))) == len(texts)


def test_a_stamp_right_before_the_noise_counts():
    texts = [filled("Last updated: 3 May 2020. #", at) for at in range(14)]
    assert not set(documents(texts, learned(texts))) & set(
        documents([filled("Last updated: 3 June 2020. #", 99)], learned(texts))
    )


def test_how_long_ago_may_be_in_any_unit_that_was_seen():
    spans = [f"{at % 6 + 1} {unit}" for at in range(6) for unit in ("hours", "days", "weeks")]
    texts = [POLICY.format(f"Somebody looked at this {span} ago.") for span in spans]
    identity = learned(texts)
    assert len(set(documents(texts, identity))) == 1
    unseen = POLICY.format("Somebody looked at this 4 years ago.")
    assert not set(documents([unseen], identity)) & set(documents(texts, identity))


def test_a_place_whose_surroundings_stand_twice_is_told_by_more_of_them():
    twice = "Ours does expire {} days from your last visit. Theirs does expire {} days from your last visit."
    text = POLICY.format(twice)
    texts = [text.format(nonce(at), "thirty") for at in range(14)]
    identity = learned(texts)
    assert len(set(documents(texts, identity))) == 1
    other = [text.format(nonce(at), "sixty") for at in range(20, 22)]
    assert len(set(documents(other, identity)) - set(documents(texts, identity))) == 1


def test_what_is_learned_is_added_to_what_is_known():
    def ago(at: int, *units: str) -> str:
        return POLICY.format(f"Read {at + 3} {units[at % 2]} ago by us.")

    first, second = [ago(at, "hours", "days") for at in range(14)], [ago(at, "weeks", "months") for at in range(14)]
    identity = learned(second, identity=learned(first))
    assert len(set(documents([*first, *second], identity))) == 1


def test_a_page_of_numbers_alone_is_not_learned():
    texts = [" ".join(f"row{row} has now seen {at * 7 + row} people come;" for row in range(150)) for at in range(9)]
    assert learned(texts).places == ()


def test_texts_too_long_to_be_laid_side_by_side_take_no_time():
    words = " ".join(f"w{at}" for at in range(60_000))
    texts = [f"{words} {filled('#', at)}" for at in range(9)]
    with at_most(20):
        assert learned(texts).places == ()
