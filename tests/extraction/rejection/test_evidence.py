from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.rejection.evidence import READ_AT_MOST, Evidence, fold, statements, words


def test_words_are_counted_in_scripts_with_and_without_spaces() -> None:
    assert words("We don't sell data.") == 5
    assert words("個人情報の取扱い") == 4
    assert words("* **one** two [three](https://vendor.example/four/five)") == 3


def test_folding_makes_quotes_case_and_spaces_alike() -> None:
    assert fold("  Couldn’t\u00a0 FIND  ") == "couldn't find"


def test_statements_are_lines_and_sentences_without_markdown() -> None:
    text = "# Oops!\n\n  * **Page not found.** Try again!\n見つかりません。戻る"
    assert list(statements(text)) == ["oops", "page not found.", "try again", "見つかりません。", "戻る"]


def test_headers_are_read_in_any_case_of_value() -> None:
    assert (
        Evidence(url="", status=200, title="", text="", body="", headers={"server": " AkamaiGHost "}).header("server")
        == "akamaighost"
    )


@given(st.text(max_size=500))
def test_reading_any_text_never_fails_and_has_no_more_words_than_characters(text: str) -> None:
    assert words(text) <= len(text)
    assert all(statement == fold(statement) for statement in statements(text))
    assert words(text * 1000) <= READ_AT_MOST
