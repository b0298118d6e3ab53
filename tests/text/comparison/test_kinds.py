"""Of what kind a change of a sentence is: other words, or only other addresses, numbers of sections, dates, signs."""

import pytest

from crawler.text.comparison.compare import compare
from crawler.text.comparison.kinds import PlaceKind, label
from crawler.text.comparison.places import kind_of_all, places

SAME = "We keep your address for as long as the law asks for it."


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("words", "We keep logs for 30 days.", "We keep logs for 90 days."),
        ("words", "We pay $5 a month for it.", "We pay €5 a month for it."),
        ("words", "We take 1.5 % of all that.", "We take 15 % of all that."),
        ("words", "By Article 6(1)(f) of the GDPR we may.", "By Article 6(1)(b) of the GDPR we may."),
        ("words", "Article 6 GDPR allows it to us.", "Article 7 GDPR allows it to us."),
        ("words", "We may share it with others.", "We will share it with others."),
        ("words", "You must be 13 years old.", "You must be 16 years old."),
        ("words", "5.5 million people use it.", "6.5 million people use it."),
        ("words", "5 days after that it is gone.", "6 days after that it is gone."),
        ("words", "We keep it for 2000 euros.", "We keep it for 2010 euros."),
        ("words", "We ask you before we sell.", "We ~~ask you before we~~ sell."),
        ("words", "☐ Send me all of your letters.", "☑ Send me all of your letters."),
        ("links", "Write to privacy@shop.example for more.", "Write to dpo@shop.example for more."),
        ("links", "Read on at https://shop.example/a now.", "Read on at https://shop.example/b now."),
        ("links", "Read on at www.shop.example now.", "Read on at shop.example/help now."),
        ("renumbered", "5. We keep all logs for long.", "6. We keep all logs for long."),
        ("renumbered", "## 5 Partners of our shop", "## 6 Partners of our shop"),
        ("renumbered", "5.1 We keep all logs for long.", "6.1 We keep all logs for long."),
        ("renumbered", "(b) We keep all logs for long.", "(c) We keep all logs for long."),
        ("renumbered", "Section 5: We keep all logs.", "Section 6: We keep all logs."),
        ("dates", "Last updated: 11 January 2021.", "Last updated: 8 April 2024."),
        ("dates", "Last updated: March 2021", "Last updated: April 3rd, 2024"),
        ("dates", "Stand: 1. März 2021 (neu gefasst)", "Stand: 12. April 2024 (neu gefasst)"),
        ("dates", "Mise à jour : 23-07-2025 pour tous", "Mise à jour : 18-11-2025 pour tous"),
        ("dates", "最終更新日 2019年5月1日 でした", "最終更新日 2020年12月31日 でした"),
        ("casing", "The Services are ours to give.", "The services are ours to give."),
        ("punctuation", "Cookies, pixels and the like.", "Cookies, pixels, and the like."),
        ("punctuation", "• The data that you give us", "The data that you give us"),
        ("punctuation", 'We call it "the policy" here.', "We call it “the policy” here."),
    ],
)
def test_a_changed_sentence_is_of_a_kind(kind: PlaceKind, before: str, after: str) -> None:
    for old, new in ((before, after), (after, before)):
        (place,) = places(
            compare(f"{SAME}\n\n{old}\n\n{SAME} So it is.", f"{SAME}\n\n{new}\n\n{SAME} So it is.")
        ).places
        assert place.kind == kind, place


def test_where_several_differ_the_most_telling_kind_is_named() -> None:
    (place,) = places(compare("5. Updated on 1 May 2019, as said.", "6. Updated on 2 May 2020 as said.")).places
    assert place.kind == "renumbered"


def test_a_reference_is_renumbered_where_its_section_is_and_else_it_says_something_else() -> None:
    before = "5. Who gets your data from us.\n\nAs section 5 says, we ask. As section 7 says, we tell."
    found = places(compare(before, before.replace("5", "6").replace("7", "9"))).places
    assert [(place.kind, "".join(text for _, text in place.side("+"))) for place in found] == [
        ("words", "As section 9 says, we tell."),
        ("renumbered", "6. Who gets your data from us."),
        ("renumbered", "As section 6 says, we ask."),
    ]


def test_a_change_is_of_the_kind_of_its_most_telling_places() -> None:
    assert kind_of_all({"dates": 3, "new": 1}) == "words"
    assert kind_of_all({"dates": 3, "punctuation": 1, "moved": 2}) == "dates"
    assert kind_of_all({"moved": 2}) == "moved"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5. Partners", "5"),
        ("5.1. Partners", "5.1"),
        ("(a) Partners", "a"),
        ("IV. Partners", "IV"),
        ("Section 5. Partners", "5"),
        ("5 Partners", ""),
        ("5.5 million", ""),
        ("5", ""),
        ("I agree", ""),
    ],
)
def test_the_number_of_a_section_is_what_it_begins_with(text: str, number: str) -> None:
    assert label(text) == number
