"""What is found goes into a vendors file with what speaks for it; what was refused does not."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from crawler.archive.urlkey import urlkey
from crawler.discovery.candidates import Candidate, Evidence, FoundPolicy
from crawler.discovery.suggesting import additions, note
from crawler.vendors.merging import merge

HOME = Evidence("home page", "https://shop.example/", "20110304050607", "Privacy  Policy")
INDEX = Evidence("index", "https://shop.example/privacy", "20090201000000")
OLD = Candidate("shop.example", "http://shop.example/privacy.html", "Privacy Policy", "en", 0.8, seen=(INDEX,))
NEW = Candidate(
    "shop.example", "https://shop.example/privacy", "Privacy Policy", "en", 0.9, "20110304050607", "20240102000000",
    (INDEX, HOME), verified=True,
)  # fmt: skip
FOUND = FoundPolicy("shop.example", "Privacy Policy", "en", (OLD, NEW))


def test_the_vendors_own_words_explain_an_address() -> None:
    assert note(NEW) == 'home page 2011-03-04: "Privacy Policy"; 2011-03-04 to 2024-01-02'
    assert note(OLD) == "index 2009-02-01; not verified"


def test_a_policy_is_added_with_all_of_its_addresses() -> None:
    (addition,) = additions([FOUND])
    assert addition.policy.type == "privacy policy"
    assert addition.policy.urls == (OLD.url, NEW.url)
    assert addition.periods[NEW.url] == (date(2011, 3, 4), date(2024, 1, 2))
    assert addition.periods[OLD.url] == (None, None)


def test_what_was_refused_is_not_added() -> None:
    (addition,) = additions([FOUND], {(urlkey("http://www.shop.example/privacy/"), "privacy policy")})
    assert addition.policy.urls == (OLD.url,)
    assert additions([FOUND], {(urlkey(one.url), "privacy policy") for one in (OLD, NEW)}) == []


def test_what_was_accepted_is_added_verified_or_not() -> None:
    spanish = replace(OLD, url="https://shop.example/privacidad", language="es")
    unknown = replace(OLD, url="https://shop.example/legal", language=None)
    again = replace(OLD, url="https://www.shop.example/privacy.html")
    english, other = additions([FOUND], accepted=[spanish, unknown, again])
    assert english.policy.urls == (OLD.url, NEW.url, unknown.url)
    assert (other.policy.urls, other.language) == ((spanish.url,), "es")


def test_of_a_time_that_no_calendar_has_the_digits_are_shown() -> None:
    odd = Candidate("shop.example", "https://shop.example/p", "Privacy Policy", first="20110004000000", verified=True)
    assert note(odd) == "2011-00-04"
    (addition,) = additions([FoundPolicy("shop.example", "Privacy Policy", None, (odd,))])
    assert addition.periods[odd.url] == (None, None)


def test_the_file_says_why_each_address_is_in_it() -> None:
    assert merge("", additions([FOUND]), Path("vendors.toml")).text == (
        '[[policy]]\nvendor = "shop.example"\ntype = "privacy policy"\nurls = [\n'
        '    "http://shop.example/privacy.html",  # index 2009-02-01; not verified\n'
        '    "https://shop.example/privacy",  # home page 2011-03-04: "Privacy Policy"; 2011-03-04 to 2024-01-02\n]\n'
    )
