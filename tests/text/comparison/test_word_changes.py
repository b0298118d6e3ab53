"""What changed between two sentences is told in words."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.text.comparison.words import changes, count

sentences = st.lists(st.sampled_from(["we", "share", "your", "data", "with", "nobody", ",", "."]), max_size=25).map(
    " ".join
)


def test_a_word_that_was_replaced_is_all_that_changed() -> None:
    assert changes("Logs are deleted after ninety days.", "Logs are deleted after sixty days.") == [
        ("=", "Logs are deleted after "),
        ("-", "ninety "),
        ("+", "sixty "),
        ("=", "days."),
    ]


def test_a_few_equal_words_among_changes_do_not_disturb() -> None:
    told = changes("one two three four of five six seven eight", "eins zwei drei vier of fünf sechs sieben acht")
    assert [op for op, _ in told] == ["-", "+"]


@given(sentences, sentences)
def test_nothing_is_lost_and_nothing_made_up(before: str, after: str) -> None:
    told = changes(before, after)
    assert "".join(text for op, text in told if op != "+").split() == before.split()
    assert "".join(text for op, text in told if op != "-").split() == after.split()


def test_words_are_counted_as_a_reader_would() -> None:
    assert count("We don't sell e-mail addresses – ever.") == 6
    assert count("個人情報") == 4
    assert count("… – ()") == 0
