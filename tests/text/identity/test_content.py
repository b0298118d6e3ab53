"""Two texts are the same document when they say the same to a reader."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pace import at_most

from crawler.text.identity.content import content

WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzäß詞0123456789", min_size=1, max_size=8), min_size=1, max_size=12)
PLAIN_URL = st.text("abcxyz/-_.?=&%#0123456789~+,;:@!", min_size=1, max_size=30).map("https://shop.example/".__add__)


def same(one: str, other: str) -> bool:
    return content(one).hash == content(other).hash


def test_the_hash_is_sha_256_in_hex():
    assert len(content("We keep your data.").hash) == 64
    assert set(content("").hash) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ask [us](http://a.example/1).", "Ask [us](https://b.example/2 \"Write\").", ),
        ("Ask [us](http://a.example/1).", "Ask us."),
        ("Ask [us](http://a.example/a b).", "Ask [us](/web/2010id_/http%3A//a.example/a).", ),
        (r"Ask [us](http://a.example/\(x\)).", "Ask us."),
        ("Ask [us](http://a.example/(x)).", "Ask us."),
        ("Ask [us](<http://a.example/x y>).", "Ask us."),
        ("Ask [us](mailto:legal@a.example).", "Ask us."),
        ("Ask [us](privacy.html).", "Ask [us](./legal.html)."),
        ("See [[1]](http://a.example/1).", "See [[1]](http://a.example/2)."),
        (r"See [\[1\]](http://a.example/1).", "See [[1]](http://a.example/2)."),
        ("![Logo](logo.png)Ask us.", "Ask us."),
        ("![Logo](logo.png) Ask us.", "![Seal \\[new\\]](seal.png?v=2) Ask us."),
        ("[![Logo](logo.png)](http://a.example/) Ask us.", "Ask us."),
        ("Ask  us\n\nnow.", "Ask us now."),
        ("Ask\u00a0us.", "Ask us."),
        ("Ask u\u200bs\u00ad.", "Ask us."),
        ("**Ask** _us_ `now`.", "Ask us now."),
        ("## Asking\n\nUs.", "Asking\nUs."),
        ("  * one\n  * two", "- one\n- two"),
        ("> Ask us.", "Ask us."),
        ("a | b\n---|---\nc | d", "a b\nc d"),
        (r"1\. Ask us\.", "1. Ask us."),
        ("Cafe\u0301", "Caf\u00e9"),
    ],
)  # fmt: skip
def test_what_a_reader_does_not_see_does_not_count(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We sell your data.", "We share your data."),
        ("We do sell your data.", "We do not sell your data."),
        ("We keep it for 30 days.", "We keep it for 90 days."),
        ("1. Data", "2. Data"),
        ("We keep it for 1.5 years.", "We keep it for 15 years."),
        ("Data of EU citizens", "Data of eu citizens"),
        ("Ask [us](http://a.example/).", "Ask [them](http://a.example/)."),
        ("Ask [us [a]](http://a.example/).", "Ask [us [b]](http://a.example/)."),
        ("Cookies[1](see the annex)", "Cookies[1](do not see the annex)"),
        ("Attention![1](children may use it)", "Attention![1](children may not use it)"),
        ("[We](sometimes) share.", r"[We](sometimes\) never\) share."),
        ("We may (not) share.", "We may share."),
        (r"\[We\](http://a.example/1) share.", r"\[We\](http://a.example/2) share."),
    ],
)
def test_what_a_reader_does_see_counts(one, other):
    assert not same(one, other)


@given(WORDS, st.data())
def test_one_changed_word_is_another_document(words, data):
    at = data.draw(st.integers(0, len(words) - 1))
    other = [*words[:at], data.draw(WORDS)[0], *words[at + 1 :]]
    assume("".join(words) != "".join(other))
    assert not same(" ".join(words), " ".join(other))


@given(WORDS, st.data())
def test_a_negation_more_is_another_document(words, data):
    at = data.draw(st.integers(0, len(words)))
    assert not same(" ".join(words), " ".join([*words[:at], "not", *words[at:]]))


@given(WORDS, st.lists(PLAIN_URL, min_size=2, max_size=2), st.data())
def test_where_links_lead_never_counts(words, urls, data):
    at = data.draw(st.integers(0, len(words) - 1))
    one, other = ([*words[:at], f"[{words[at]}]({url})", *words[at + 1 :]] for url in urls)
    assert same(" ".join(one), " ".join(other))
    assert same(" ".join(one), " ".join(words))


@given(WORDS, st.sampled_from(["\n", "\n\n", "\t", "\u00a0", " \n ", "\u3000"]), st.sampled_from(["**", "_", "`"]))
def test_white_space_and_emphasis_never_count(words, space, mark):
    assert same(space.join(f"{mark}{word}{mark}" for word in words), " ".join(words))


@given(st.text())
def test_any_text_has_a_hash_and_the_same_one_each_time(text):
    assert content(text).hash == content(text).hash
    assert not any(character.isspace() for word in content(text).words for character in word)


@pytest.mark.parametrize(
    "hostile",
    [
        "[", "]", "(", "[](", "(\\", "[\\", "\\[", "\\", "![", "![](", "[x]", "[[]", "[](<", "[](a", "[](\\(", "<a>",
        "\n", "\n ", " ", "---", "| ", "---|\n", "> ", "# ", "*", "[x](http:", '[x](y "',
    ],
)  # fmt: skip
@pytest.mark.parametrize("begin", ["", "[", "[x](", "![x](<", '[x](y "'])
def test_no_markdown_is_slow(begin, hostile):
    text = begin + hostile * (30_000 // len(hostile))
    with at_most(1):  # a hundredth of it; what is not linear takes many
        content(text)


def test_lines_of_digits_take_little_time():
    line = ("1.1.1.1\u00a0" * 40)[:299]
    with at_most(1.5):
        content("\n\n".join([line] * 1000))


@pytest.mark.parametrize(
    "piece", ["A, ", "Aa, Bb, Cc, Dd. ", "Our partners: Aa, Bb, Cc, Dd\n", "* Aa\n", "Aa| b\n---|---\n"]
)
def test_lists_of_names_take_little_time(piece):
    with at_most(2):
        content(piece * (20_000 // len(piece)))
