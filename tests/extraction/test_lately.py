"""What was made of a tree is remembered for trees that are equal, and for few of them."""

from lxml.html import fromstring

from crawler.extraction import lately
from crawler.extraction.lately import Lately


def test_it_is_made_once_for_trees_that_are_equal_with_the_same_beside_them():
    made, times = Lately(), []

    def make() -> str:
        times.append(1)
        return f"made {len(times)}"

    assert made.made(fromstring("<p>A <b>b</b></p>"), "x", make=make) == "made 1"
    assert made.made(fromstring("<p>A <b>b</b></p>"), "x", make=make) == "made 1"
    assert made.made(fromstring("<p>A <b>b</b></p>"), "y", make=make) == "made 2"
    assert made.made(fromstring("<p>A <b id='1'>b</b></p>"), "x", make=make) == "made 3"
    assert made.made(fromstring("<p>A <i>b</i></p>"), "x", make=make) == "made 4"


def test_few_and_no_large_ones_are_remembered(monkeypatch):
    monkeypatch.setattr(lately, "_MOST", 2)
    monkeypatch.setattr(lately, "_MOST_CHARACTERS", 5)
    made = Lately()
    for text in ("a", "b", "a", "c"):
        made.made(fromstring(f"<p>{text}</p>"), make=lambda text=text: text)
    again = [made.made(fromstring(f"<p>{text}</p>"), make=lambda: "new") for text in ("a", "c", "b")]
    assert again == ["a", "c", "new"]
    assert made.made(fromstring("<p>long</p>"), make=lambda: "longer") == "longer"
    assert made.made(fromstring("<p>long</p>"), make=lambda: "again") == "again"
