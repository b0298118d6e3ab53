"""Places where a text changed: what tells most first, each below its headings; what did not change is none."""

from crawler.text.comparison.compare import compare
from crawler.text.comparison.excerpt import excerpt
from crawler.text.comparison.places import Place, Places, places

KEPT = "We keep your address for as long as the law asks for it."
POLICY = f"""# Privacy policy

{KEPT}

## How we share your information

We share nothing at all with others.

### Advertising partners

We sell nothing to anybody at all.
"""


def of(before: str, after: str) -> Places:
    return places(compare(before, after))


def told(place: Place) -> str:
    return "".join(text for _, text in place.pieces)


def test_each_place_names_the_headings_it_stands_under() -> None:
    (sold,) = of(POLICY, POLICY.replace("We sell nothing", "We sell all")).places
    assert sold.heading == ("How we share your information", "Advertising partners")
    (gone,) = of(POLICY, POLICY.replace("We share nothing at all with others.", "")).places
    assert (gone.kind, gone.heading) == ("removed", ("How we share your information",))
    (renamed,) = of(POLICY, POLICY.replace("Advertising partners", "Advertising people")).places
    assert renamed.heading == ("How we share your information",)
    (top,) = of(POLICY, POLICY.replace(KEPT, f"{KEPT} Some sentence comes.")).places
    assert (top.kind, top.heading) == ("new", ())


def test_what_went_names_the_headings_that_it_had() -> None:
    (gone, _) = of(POLICY, f"# Privacy policy\n\n{KEPT}").places[:2]
    assert told(gone) == "We share nothing at all with others."
    assert gone.heading == ("How we share your information",)


def test_new_and_removed_sentences_come_before_words_and_these_before_what_says_the_same() -> None:
    before = (
        "Last updated: 1 May 2019.\n\n5. Who gets your data from us.\n\nWe Keep all of it safe.\n\n"
        f"We keep orders for thirty days, or less.\n\n{KEPT}\n\nWe ask you before we sell it."
    )
    after = (
        "Last updated: 2 June 2020.\n\nNews\n\n6. Who gets your data from us.\n\nWe keep all of it safe.\n\n"
        f"We keep orders for ninety days, or less.\n\n{KEPT}\n\nAnyone may buy whatever has been gathered."
    )
    assert [(place.kind, told(place)) for place in of(before, after).places] == [
        ("removed", "We ask you before we sell it."),
        ("new", "Anyone may buy whatever has been gathered."),
        ("words", "We keep orders for thirty ninety days, or less."),
        ("new", "News"),
        ("renumbered", "56. Who gets your data from us."),
        ("dates", "Last updated: 1 May 20192 June 2020."),
        ("casing", "We Keep keep all of it safe."),
    ]


def test_sections_that_are_renumbered_are_one_line() -> None:
    items = [f"We keep the {word} records of your orders for years." for word in "abcdefghij"]
    before = "\n".join(f"{at}. {item}" for at, item in enumerate(items, 5))
    after = "\n".join(f"{at}. {item}" for at, item in enumerate([KEPT, *items], 5))
    found = excerpt(compare(before, after))
    assert [told(place) for place in found.places] == [f"5. {KEPT}"]
    assert found.notes == ["sections 5-15 renumbered"]
    assert found.account == "11 of 11 changed sentences"
    assert found.kinds == {"new": 1, "renumbered": 10}
    letters = excerpt(compare("(a) We keep all of it.", "(b) We keep all of it."))
    assert letters.notes == ["one section renumbered"]


def test_what_only_stands_elsewhere_is_counted_and_not_listed() -> None:
    rest = [f"{KEPT} Part {word}." for word in ("one", "two", "three")]
    found = excerpt(compare("\n\n".join(["Our cookies", *rest]), "\n\n".join([*rest, "Our cookies"])))
    assert (found.places, found.kinds, found.kind) == ([], {"moved": 1}, "moved")
    assert found.notes == ["one sentence moved"]
    assert found.account == "no changed sentence"


def test_of_two_that_are_alike_one_that_came_besides_is_listed() -> None:
    assert [place.kind for place in of(f"Our cookies\n\n{KEPT}", f"{KEPT}\n\nOur cookies\n\nOur cookies").places] == [
        "new"
    ]


def test_places_know_their_size_in_words() -> None:
    (place,) = of(POLICY, POLICY.replace("sell nothing", "sell nearly everything")).places
    assert place.words == 3
