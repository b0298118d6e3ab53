"""Policies that were found are added to a vendors file; whatever else stands in it stays as it is."""

import difflib
import stat
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.urlkey import urlkey
from crawler.errors import VendorsFileError
from crawler.model import Part, Policy
from crawler.vendors import load
from crawler.vendors.file import load_toml
from crawler.vendors.merging import Addition, Merged, merge, merge_into
from crawler.vendors.writing import comment

PATH = Path("vendors.toml")
FILE = """\
# Whose policies we track.

[[policy]]
vendor = "shop.example"   # the shop
urls = ["https://www.shop.example/privacy"]  # since 2014

# The bank moved twice.
[[policy]]
vendor = "bank.example"
type = "terms of service"
urls = [
  "https://bank.example/terms", # today
  'http://bank.example/tos'
]
select = "main"
# the end
"""


def added(vendor: str, *urls: str, type_: str = "Privacy Policy", **given: object) -> Addition:
    return Addition(Policy(vendor, type_, urls), **given)  # type: ignore[arg-type]


def merged(*additions: Addition, text: str = FILE) -> Merged:
    return merge(text, additions, PATH)


def policies(text: str) -> dict[tuple[str, str], Policy]:
    return {(policy.vendor, policy.type): policy for policy in load_toml(text, PATH)}


def test_an_address_is_added_with_what_speaks_for_it() -> None:
    url = "http://bank.example/agb"
    result = merged(added("bank.example", url, type_="Terms of Service", notes={url: 'home page 2011-03-04: "AGB"'}))
    changed = [line for line in difflib.ndiff(FILE.splitlines(), result.text.splitlines()) if line[:2] in {"+ ", "- "}]
    assert changed == [
        "-   'http://bank.example/tos'",
        "+   'http://bank.example/tos',",
        '+   "http://bank.example/agb", # home page 2011-03-04: "AGB"',
    ]
    assert (result.urls, result.policies, result.left_out) == (1, 0, [])


def test_a_new_policy_comes_after_the_others_of_its_vendor_and_before_comments_on_the_next() -> None:
    result = merged(added("shop.example", "https://shop.example/cookies", type_="Trackers Policy"))
    assert result.text == FILE.replace(
        "  # since 2014\n",
        '  # since 2014\n\n[[policy]]\nvendor = "shop.example"\ntype = "trackers policy"\n'
        'urls = ["https://shop.example/cookies"]\n',
    )


def test_a_new_vendor_comes_last() -> None:
    result = merged(added("new.example", "https://new.example/privacy"))
    assert result.text.startswith(FILE)
    assert list(policies(result.text))[-1] == ("new.example", "privacy policy")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.shop.example/privacy",
        "http://www.shop.example/privacy",
        "https://shop.example/privacy/",
        "http://SHOP.example:80/privacy",
    ],
)
@pytest.mark.parametrize("type_", ["Privacy Policy", "Terms of Service"])
def test_no_address_is_added_twice_however_it_is_written(url: str, type_: str) -> None:
    result = merged(added("shop.example", url, type_=type_))
    assert result.text == FILE
    assert result.urls == 0


def test_an_address_of_another_policy_is_left_out_with_a_reason() -> None:
    result = merged(added("bank.example", "https://shop.example/privacy"))
    assert result.text == FILE
    assert "shop.example privacy policy" in result.left_out[0].reason


def test_a_policy_with_an_address_of_a_record_is_that_record_whatever_its_type_is_called() -> None:
    text = '[[policy]]\nvendor = "shop.example"\ntype = "datenschutz"\nurls = ["https://shop.example/privacy"]\n'
    result = merged(added("shop.example", "http://www.shop.example/privacy", "http://shop.example/old.html"), text=text)
    assert policies(result.text) == {
        ("shop.example", "datenschutz"): Policy(
            "shop.example", "datenschutz", ("https://shop.example/privacy", "http://shop.example/old.html")
        )
    }


def test_editions_in_several_languages_are_several_policies() -> None:
    english = added("shop.example", "https://shop.example/privacy", language="en")
    french = added("shop.example", "https://shop.example/fr/vie-privee", language="fr")
    older = added("shop.example", "https://shop.example/fr/confidentialite", language="fr")
    once = merged(french, english)
    assert policies(once.text)["shop.example", "privacy policy (fr)"].urls == french.policy.urls
    assert merged(french, english, text=once.text).text == once.text
    again = merged(english, Addition(Policy("shop.example", "privacy policy", older.policy.urls), "fr"), text=once.text)
    assert policies(again.text)["shop.example", "privacy policy (fr)"].urls == (*french.policy.urls, *older.policy.urls)
    assert policies(again.text)["shop.example", "privacy policy"].urls == ("https://www.shop.example/privacy",)


def test_two_editions_in_one_language_are_told_apart_by_a_number() -> None:
    both = [added("n.example", f"https://n.example/{region}/privacy", language="en") for region in ("us", "uk", "au")]
    found = policies(merged(*both).text)
    types = [type_ for vendor, type_ in found if vendor == "n.example"]
    assert types == ["privacy policy", "privacy policy (en)", "privacy policy (en 2)"]


BANK = ("https://bank.example/terms", "http://old-bank.example/tos")


@pytest.mark.parametrize(
    ("periods", "part"),
    [
        (((date(2015, 2, 3), date(2026, 1, 1)), (date(2003, 1, 1), date(2014, 5, 6))), Part(until=date(2015, 2, 3))),
        (((date(2001, 2, 3), date(2009, 1, 1)), (date(2010, 1, 1), date(2014, 5, 6))), Part(since=date(2010, 1, 1))),
        (((date(2001, 2, 3), date(2012, 1, 1)), (date(2010, 1, 1), date(2014, 5, 6))), None),
        (((None, None), (date(2010, 1, 1), date(2014, 5, 6))), None),
        (((date(2015, 2, 3), None), (date(2003, 1, 1), None)), None),
    ],
)
def test_what_is_said_of_a_page_is_not_said_of_addresses_of_another_time(periods: tuple, part: Part | None) -> None:
    addition = added("bank.example", *BANK, type_="Terms of Service", periods=dict(zip(BANK, periods, strict=True)))
    result = merged(addition)
    found = policies(result.text)["bank.example", "terms of service"]
    assert found.parts == ((part, Part(select="main")) if part else (Part(select="main"),))
    assert result.text.endswith("# the end\n")


@pytest.mark.parametrize(
    ("note", "line"),
    [
        ('"Privacy"\n[[policy]]\nvendor = "evil.example"', '"Privacy" [[policy]] vendor = "evil.example"'),
        ("a\rb\x00c\x0bd\x85e\u2028f\x7fg\ud800h\u202ei", "a bc d e fghi"),
        (" \t ", ""),
        ("x" * 100_000, "x" * 199 + "…"),
    ],
)
def test_nothing_leaves_a_comment(note: str, line: str) -> None:
    url = "https://new.example/privacy"
    assert comment(note) == line
    for vendor in ("new.example", "shop.example"):
        result = merged(added(vendor, url, notes={url: note}))
        lines = [text for text in result.text.split("\n") if url in text]
        assert len(lines) == 1
        assert lines[0].partition("#")[2].strip() == (line or ("since 2014" if vendor == "shop.example" else ""))
        assert url in policies(result.text)[vendor, "privacy policy"].urls


@pytest.mark.parametrize(
    ("addition", "why"),
    [
        (added("no domain", "https://new.example/"), "is not a domain"),
        (added("new.example", "javascript:alert(1)"), "does not begin with http"),
        (added("new.example", "https://new.example/*"), "is a pattern"),
        (added("new.example", 'https://new.example/a"]\nevil = 1'), "white space"),
        (added("new.example", "https://new.example/", type_="../../x"), "is not allowed"),
    ],
)
def test_what_no_vendors_file_may_have_is_left_out_with_a_reason(addition: Addition, why: str) -> None:
    result = merged(addition, added("good.example", "https://good.example/"))
    assert why in result.left_out[0].reason
    assert ("good.example", "privacy policy") in policies(result.text)
    assert result.urls == 1


def test_a_policy_gets_no_more_urls_than_a_vendors_file_may_have() -> None:
    found = added("many.example", *(f"https://many.example/{number}" for number in range(1_002)))
    result = merged(found)
    assert [left.reason for left in result.left_out] == ["a policy has up to 1,000 URLs."] * 2
    assert len(policies(result.text)["many.example", "privacy policy"].urls) == 1_000


def test_line_ends_and_the_mark_of_windows_stay() -> None:
    text = "\ufeff" + FILE.replace("\n", "\r\n")
    result = merged(added("bank.example", "http://bank.example/agb"), text=text)
    assert result.text.startswith(text)
    assert "\n" not in result.text.replace("\r\n", "")


@pytest.mark.parametrize("text", ["", "# nothing yet", "\n\n"])
def test_a_file_without_policies_is_begun(text: str) -> None:
    result = merged(added("new.example", "https://new.example/"), text=text)
    assert result.text.startswith(text)
    assert len(policies(result.text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        'policy = [{vendor = "a.example", urls = ["https://a.example/"]}]\n',
        '[[policy]]\nvendor = "a.example"\nurls = ["https://a.example/"]\nselect = """main,\n[[policy]]\n"""\n',
    ],
)
def test_a_file_that_is_written_in_another_way_is_left_alone_with_a_sentence(text: str) -> None:
    with pytest.raises(VendorsFileError, match=r"vendors\.toml"):
        merged(added("a.example", "https://a.example/terms"), text=text)


def test_a_file_is_changed_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path, link = tmp_path / "real.toml", tmp_path / "vendors.toml"
    path.write_text(FILE)
    path.chmod(0o640)
    link.symlink_to(path)
    merge_into(link, [added("new.example", "https://new.example/")])
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [policy.vendor for policy in load(path)] == ["shop.example", "bank.example", "new.example"]
    assert {file.name for file in tmp_path.iterdir()} == {"real.toml", "vendors.toml"}


def test_a_file_in_which_nothing_is_new_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "vendors.toml"
    path.write_text(FILE)
    path.chmod(0o400)
    before = path.stat()
    merge_into(path, [added("shop.example", "http://shop.example/privacy")])
    assert path.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("vendors.csv", "vendor,type,url\n", "can only be added to a vendors file in TOML. A CSV has no place"),
        ("vendors.txt", FILE, "Give a path that ends in .toml"),
        ("vendors.toml", "[[policy]\n", "not valid TOML"),
        ("vendors.toml", '[[policy]]\nvendor = "x"\n', "is not a domain"),
    ],
)
def test_a_file_that_cannot_be_added_to_gets_a_sentence(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(VendorsFileError, match=sentence):
        merge_into(path, [added("new.example", "https://new.example/")])
    assert path.read_text() == text


# -- whatever stands there -------------------------------------------------------------------------------------------
VENDORS = st.sampled_from([f"v{number}.example" for number in range(4)])
TYPES = st.sampled_from(["privacy policy", "terms of service", "c'est la vie & more"])
COMMENTS = st.sampled_from(["", " # so it is", " # [[policy]]", '#"', " # é \u2028# x"])
BLANKS = st.sampled_from(["", "\n", "\n# above\n", "# above\n\n# and\n", "  \n"])
SEPARATORS = st.sampled_from([", ", ",", ",\n    ", ", # one\n  ", "\n,\n"])
EXTRAS = st.sampled_from(["", 'select = "main"\n', 'remove = ["a",\n "b"] # x\n', 'from = """\nh1"""\n'])
DATED = st.sampled_from(
    ["", '[[policy.part]]\nuntil = 2014-01-01\nselect = "p"\n', "\n  [[ policy.part ]]\nsince = 2020-01-01\n"]
)
HEADERS = st.sampled_from(["[[policy]]", "  [[ policy ]] # it", '[["policy"]]', "[['policy']]"])
NOTES = st.sampled_from(["", 'home page 2011-03-04: "Privacy"', 'x"]\n[[policy]]', "\x00\u2028]"]) | st.text(
    max_size=20
)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, dict[tuple[str, str], str]]:
    """A vendors file, and the record of each of its policies as it stands there."""
    text, taken, records = draw(BLANKS), 0, {}
    for vendor, type_ in draw(st.lists(st.tuples(VENDORS, TYPES), unique=True, max_size=5)):
        urls = [f'"https://{vendor}/{taken + at}"' for at in range(draw(st.integers(1, 3)))]
        taken += len(urls)
        listed = urls[0] + "".join(draw(SEPARATORS) + url for url in urls[1:])
        end = draw(st.sampled_from(["]", ",]", "\n]", ",\n  ]", " # last\n]", ", # last\n# of all\n]"]))
        named = f'type = "{type_}"\n' if type_ != "privacy policy" or draw(st.booleans()) else ""
        record = f'{draw(HEADERS)}\nvendor = "{vendor}"{draw(COMMENTS)}\n{named}urls = [{listed}{end}{draw(COMMENTS)}\n'
        record, above, part = record + draw(EXTRAS), draw(BLANKS), draw(DATED)
        record += above + part if part else ""
        records[vendor, type_] = record.rstrip("\n")
        text += record + ("" if part else above) + draw(BLANKS)
    return text.removesuffix("\n") if draw(st.booleans()) else text, records


@st.composite
def additions(draw: st.DrawFn) -> Addition:
    vendor = draw(VENDORS)
    paths = draw(st.lists(st.integers(0, 12), min_size=1, max_size=3, unique=True))
    urls = tuple(f"{draw(st.sampled_from(['http://', 'https://www.']))}{vendor}/{path}" for path in paths)
    days = st.none() | st.dates(date(2000, 1, 1), date(2026, 1, 1))
    return Addition(
        Policy(vendor, draw(TYPES), urls),
        draw(st.sampled_from([None, "en", "fr"])),
        {url: draw(NOTES) for url in urls},
        {url: (draw(days), draw(days)) for url in urls},
    )


def test_links_in_a_circle_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "vendors.toml"
    path.symlink_to(path)
    found = [Addition(Policy("shop.example", "privacy policy", ("https://shop.example/privacy",)))]
    with pytest.raises(VendorsFileError, match="cannot be written"):
        merge_into(path, found)


@given(files(), st.lists(additions(), max_size=4))
def test_the_result_is_what_was_meant_and_the_rest_stays(
    file: tuple[str, dict[tuple[str, str], str]], found: list[Addition]
) -> None:
    text, records = file
    before = policies(text) if records else {}
    result = merge(text, found, PATH)
    after = policies(result.text) if records or found else {}
    assert [key for key in after if key in before] == list(before)
    for key, policy in before.items():
        assert after[key].urls[: len(policy.urls)] == policy.urls
        assert set(policy.parts) <= set(after[key].parts)
        if after[key] == policy:
            assert records[key] in result.text
    keys = [urlkey(url) for policy in after.values() for url in policy.urls]
    assert len(keys) == len(set(keys))
    assert set(keys) == {urlkey(url) for addition in found for url in addition.policy.urls} | {
        urlkey(url) for policy in before.values() for url in policy.urls
    }
    assert merge(result.text, found, PATH).text == result.text  # a second time there is nothing to add
