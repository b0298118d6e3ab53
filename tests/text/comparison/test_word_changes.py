"""What changed between two sentences is told in words."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.text.comparison.words import Piece, changes
from crawler.text.identity.content import counted_blocks
from crawler.text.sentences import Word, sentences, tokens

texts = st.lists(st.sampled_from(["we", "share", "your", "data", "with", "nobody", ",", "."]), max_size=25).map(
    " ".join
)


def words(text: str) -> list[Word]:
    return [token for sentence in sentences(counted_blocks(text)[0]) for token in tokens(sentence)]


def told(before: str, after: str) -> list[Piece]:
    return changes(words(before), words(after))


def test_a_word_that_was_replaced_is_all_that_changed() -> None:
    assert told("Logs are deleted after ninety days.", "Logs are deleted after sixty days.") == [
        ("=", "Logs are deleted after "),
        ("-", "ninety "),
        ("+", "sixty "),
        ("=", "days."),
    ]


def test_a_word_that_is_struck_out_is_replaced_by_itself_struck_out() -> None:
    assert told("We never ever sell.", "We ~~never ever~~ sell.") == [
        ("=", "We "),
        ("-", "never ever "),
        ("+", "~~never ever~~ "),
        ("=", "sell."),
    ]


def test_words_that_are_glued_or_do_not_count_are_no_change() -> None:
    assert told("© 2014 Third Party Shop", "© 2015 ThirdParty Store") == [
        ("=", "© 2015 ThirdParty "),
        ("-", "Shop"),
        ("+", "Store"),
    ]


def test_a_few_equal_words_among_changes_do_not_disturb() -> None:
    pieces = told("one two three four of five six seven eight", "eins zwei drei vier of fünf sechs sieben acht")
    assert [piece.op for piece in pieces] == ["-", "+"]


def test_equal_words_between_two_short_changes_stay() -> None:
    assert [piece.op for piece in told("We share data.", "We may share all data.")] == ["=", "+", "=", "+", "="]


@given(texts, texts)
def test_nothing_is_lost_and_nothing_made_up(before: str, after: str) -> None:
    pieces = told(before, after)
    for op, text in (("+", before), ("-", after)):
        shown = "".join(piece.text for piece in pieces if piece.op != op)
        assert "".join(shown.split()) == "".join(text.split())
