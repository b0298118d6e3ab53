"""The schema says of a vendors file what the reader says, as far as a schema can: editors and crawls agree."""

import json
import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest
from crawling import ROOT, SAMPLE
from jsonschema import Draft202012Validator
from vendors_faults import FAULTS, RECORD, URL, URL_FAULTS, VENDOR_FAULTS

from crawler.errors import VendorsFileError
from crawler.model import Policy
from crawler.vendors import checks, load, schema
from crawler.vendors.file import load_toml
from crawler.vendors.merging import Addition, merge_into
from crawler.vendors.records import DATED_PART_KEYS, RECORD_KEYS

SCHEMA = json.loads(schema.FILE.read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

NO_TOML = "the text is no TOML, so there is nothing to validate; an editor tells that by itself"
A_KEY = "an editor's parser decides whether a key may be so deep"
CSS = "whether a selector is good CSS, and CSS that works on pages, takes a parser of CSS"
PERIODS = "a schema compares no two values: which day is before which, and whether periods overlap"
BYTES = "a schema counts characters, the name of a folder has bytes"
BEYOND_A_SCHEMA = {
    "[[policy]\n": NO_TOML,
    "a = 1\na = 2": NO_TOML,
    "a = " + "[" * 5_000: NO_TOML,
    "a = " + "9" * 5_000: NO_TOML,
    "a." * 100_000 + "a = 1": A_KEY,
    "[" + "'a' . " * 31 + "a]": A_KEY,
    RECORD + "[[policy.part]]\nsince = 2014-01-01\nuntil = 2014-01-01": PERIODS,
    RECORD + "[[policy.part]]\nuntil = 2014-01-01\n[[policy.part]]\nuntil = 2015-01-01": PERIODS,
    RECORD + "[[policy.part]]\nsince = 2014-01-01\n[[policy.part]]\nsince = 2015-01-01": PERIODS,
    RECORD + "select = 'p {'": CSS,
    RECORD + "select = 'p::before'": CSS,
    RECORD + "from = 'p:nonesuch'": CSS,
    RECORD + "to = 'svg|a'": CSS,
    RECORD + "to = '" + "a " * 1000 + "'": CSS,
    RECORD + "type = '" + "𠀀" * 70 + "'": BYTES,
}
"""Faults that the reader refuses and the schema cannot, and why."""
TWICE = "a schema does not compare one record with another"
TOGETHER_BEYOND_A_SCHEMA = {
    "a URL in two policies": RECORD + RECORD + 'type = "terms"\n',
    "a vendor and type twice": RECORD + RECORD.replace(URL, URL + "?2"),
    "two types with one folder": RECORD + RECORD.replace(URL, URL + "?2") + 'type = "Privacy-policy"',
    "a URL with and without its scheme": RECORD.replace(f'"{URL}"', f'"{URL}", "{URL.removeprefix("https://")}"'),
    "a sign in a type that no word has": RECORD + 'type = "a – b"',
}
"""The same, of what stands at different places; of the last, a portable pattern cannot say "letter"."""


def as_json(value: object) -> object:
    """Return what an editor validates: dates are texts."""
    match value:
        case dict():
            return {key: as_json(item) for key, item in value.items()}
        case list():
            return [as_json(item) for item in value]
        case date() | datetime():
            return value.isoformat()
    return value


def is_good(text: str) -> bool:
    return VALIDATOR.is_valid(as_json(tomllib.loads(text)))


def refused_by_reader(text: str) -> bool:
    try:
        load_toml(text, Path("v.toml"))
    except VendorsFileError:
        return True
    return False


def with_vendor(vendor: str) -> str:
    return RECORD.replace("shop.example", vendor, 1)


def with_url(url: str) -> str:
    return RECORD.replace(URL, url)


def test_the_schema_is_one_and_knows_the_readers_keys_and_limits() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    policy, part = SCHEMA["$defs"]["policy"]["properties"], SCHEMA["$defs"]["part"]["properties"]
    assert set(policy) == set(RECORD_KEYS)
    assert set(part) == set(DATED_PART_KEYS)
    assert policy["type"]["maxLength"] == checks.MAX_TYPE
    assert policy["urls"]["maxItems"] == checks.MAX_URLS
    assert SCHEMA["$defs"]["url"]["maxLength"] == checks.MAX_URL


@pytest.mark.parametrize(
    "path", [SAMPLE / "vendors.toml", ROOT / "vendors.toml"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_vendors_files_of_the_project_are_good(path: Path) -> None:
    assert load(path)
    assert is_good(path.read_text("utf-8"))


GOOD = [
    RECORD,
    RECORD + 'select = "main, article"\nremove = [".ad", "nav > ul"]\nfrom = "#privacy"\nto = "h2#cookies"\n',
    RECORD + '[[policy.part]]\nsince = 2018-05-25\nuntil = "2020-01-01"\n[[policy.part]]\nuntil = 2018-05-25\n',
    *(with_vendor(vendor) for vendor in ("Shop.Example", "www.shop-24.example", "Bücher.example", "商店。例え")),
    *(RECORD + f'type = "{type_}"' for type_ in ("Cookies & Co. (EU), 2+", "children's policy", "利用規約", "2")),
    *(
        with_url(url)
        for url in (
            "http://a.example",
            "https://a.example:8443/x?q=%20&r=ü",
            "http://192.0.2.1/p",
            "http://[2001:db8::1]/",
            "HTTP://A.example/P",
            "shop.example/privacy",
            "//shop.example",
            "https://shop.example/a*b",
        )
    ),
]


@pytest.mark.parametrize("text", GOOD)
def test_what_the_reader_reads_is_good(text: str) -> None:
    assert not refused_by_reader(text)
    assert is_good(text)


@pytest.mark.parametrize(
    "text",
    [
        *(text for text, _ in FAULTS if text not in BEYOND_A_SCHEMA),
        *map(with_vendor, VENDOR_FAULTS),
        *(with_url(url) for url, _ in URL_FAULTS),
        RECORD.replace(f'"{URL}"', f'"{URL}", "{URL}"'),
        RECORD.replace(f'"{URL}"', ", ".join(f'"{URL}?{number}"' for number in range(1_001))),
    ],
    ids=lambda text: text[-60:],
)
def test_what_the_reader_refuses_is_refused(text: str) -> None:
    assert refused_by_reader(text)
    assert not is_good(text)


@pytest.mark.parametrize("text", [*BEYOND_A_SCHEMA, *TOGETHER_BEYOND_A_SCHEMA.values()], ids=lambda text: text[-40:])
def test_what_only_the_reader_can_refuse_is_listed_and_no_more(text: str) -> None:
    assert text in dict(FAULTS) or text in TOGETHER_BEYOND_A_SCHEMA.values()
    assert refused_by_reader(text)
    if BEYOND_A_SCHEMA.get(text) not in {NO_TOML, A_KEY}:
        assert is_good(text)


def test_a_new_vendors_file_names_the_schema_that_lies_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "found.toml"
    merge_into(path, [Addition(Policy("shop.example", "privacy policy", (URL,)))])
    first, second, *_ = path.read_text("utf-8").splitlines()
    assert (first, second) == ("#:schema ./vendors.schema.json", "")
    assert (path.parent / first.removeprefix("#:schema ")).read_bytes() == schema.FILE.read_bytes()
    assert len(load(path)) == 1


def test_a_file_that_is_there_keeps_its_first_line_and_gets_no_schema(tmp_path: Path) -> None:
    path = tmp_path / "found.toml"
    path.write_text(f"# mine\n{RECORD}")
    merge_into(path, [Addition(Policy("inn.example", "privacy policy", ("https://inn.example/privacy",)))])
    assert path.read_text("utf-8").startswith("# mine\n[[policy]]")
    assert list(tmp_path.iterdir()) == [path]


def test_a_schema_that_lies_there_stays(tmp_path: Path) -> None:
    (tmp_path / "vendors.schema.json").write_text("{}")
    merge_into(tmp_path / "found.toml", [Addition(Policy("shop.example", "privacy policy", (URL,)))])
    assert (tmp_path / "vendors.schema.json").read_text() == "{}"
