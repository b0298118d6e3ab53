"""Words, sentences and syllables of a text, and how easy it is to read by the formula of its language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.readability import FORMULAS, UNSPACED, Measure, measure, reading_ease

EXAMPLES = [(language, word, count) for language, of in FORMULAS.items() for word, count in of.examples]


@pytest.mark.parametrize(("language", "word", "count"), EXAMPLES)
def test_a_word_has_its_syllables(language: str, word: str, count: int) -> None:
    assert FORMULAS[language].syllables(word) == count


def test_the_formulas_are_those_of_the_brief() -> None:
    assert {*FORMULAS} >= {"en", "de", "fr", "es", "it", "nl"}
    assert not {*FORMULAS} & UNSPACED


@pytest.mark.parametrize(
    ("body", "words", "sentences"),
    [
        ("We share it. Do you? Yes!", 6, 3),
        ("# A heading\n\nA paragraph without an end", 7, 2),
        ("* one item\n* another item.", 4, 2),
        ("See no. 5, e.g. the shop of Bo Inc. in town.", 10, 1),  # a number is no word
        ("| a | b |\n| --- | --- |\n| c | d |", 4, 2),
        ("[our partners](https://partner.example/we-share_them.html) know it.", 4, 1),  # an address is none either
        ("**It's** a _well-known_ place (really).", 5, 1),
        ("It ends with an abbreviation, such as etc.", 8, 1),
        ("", 0, 0),
        ("***\n\n---\n\n1.", 0, 0),
    ],
)
def test_words_and_sentences(body: str, words: int, sentences: int) -> None:
    measured = measure(body, "en")
    assert measured is not None
    assert (measured.words, measured.sentences) == (words, sentences)


def test_a_formula_is_what_its_source_says() -> None:
    text = Measure(words=200, sentences=10, syllables=300)
    scores = {language: round(reading_ease(text, language) or 0, 3) for language in FORMULAS}
    assert scores == pytest.approx(
        {
            "en": 206.835 - 1.015 * 20 - 84.6 * 1.5,
            "de": 180 - 20 - 58.5 * 1.5,
            "fr": 207 - 1.015 * 20 - 73.6 * 1.5,
            "es": 206.84 - 1.02 * 20 - 60 * 1.5,
            "it": 217 - 1.3 * 20 - 60 * 1.5,
            "nl": 206.84 - 0.93 * 20 - 77 * 1.5,
            "pt": 248.835 - 1.015 * 20 - 84.6 * 1.5,
            "ru": 206.836 - 1.3 * 20 - 60.1 * 1.5,
            "tr": 198.825 - 2.61 * 20 - 40.175 * 1.5,
        },
        abs=0.001,
    )


def test_short_sentences_of_short_words_are_easier() -> None:
    plain = "We keep your name. We do not sell it. You may ask us what we have. " * 10
    legal = (
        "Notwithstanding the aforementioned obligations, unauthorised dissemination necessitates indemnification. " * 20
    )
    easy, hard = (reading_ease(measured, "en") for text in (plain, legal) if (measured := measure(text, "en")))
    assert easy is not None
    assert hard is not None
    assert (easy > 80, hard < 0) == (True, True)


@pytest.mark.parametrize("language", sorted(UNSPACED))
def test_words_without_spaces_are_not_guessed(language: str) -> None:
    assert measure("個人情報を第三者に提供しません。", language) is None


@pytest.mark.parametrize("language", ["sv", "", None])
def test_a_language_without_a_formula_has_words_and_no_score(language: str | None) -> None:
    measured = measure("vi sparar dina uppgifter " * 50, language)
    assert measured == Measure(200, 1)
    assert reading_ease(measured, language) is None


def test_a_text_of_under_a_hundred_words_has_no_score() -> None:
    measured = measure("We keep it. " * 33, "en")
    assert measured is not None
    assert reading_ease(measured, "en") is None


@given(st.text(), st.sampled_from(["en", "fr", "sv"]))
def test_any_text_can_be_measured(body: str, language: str) -> None:
    measured = measure(body, language)
    assert measured is not None
    assert (measured.syllables is None) == (language == "sv")
    assert measured.syllables is None or measured.syllables >= measured.words >= 0
