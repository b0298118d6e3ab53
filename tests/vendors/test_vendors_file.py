"""A vendors file is read whole, or everything that is wrong with it is said, with its place."""

import csv
import json
import math
import os
import re
import string
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vendors_faults import FAULTS, RECORD, URL, URL_FAULTS, VENDOR_FAULTS

from crawler.errors import VendorsFileError
from crawler.model import Part, Policy, type_slug
from crawler.vendors import file, load


@pytest.fixture(autouse=True)
def usual_size_of_a_cell():
    """Have the limit of the csv module: sqlite-utils' command line, which other tests use, raises it."""
    limit = csv.field_size_limit(128 * 1024)
    yield
    csv.field_size_limit(limit)


@pytest.fixture
def write(tmp_path: Path):
    def write_file(text: str | bytes, name: str = "v.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_file


def errors_of(path: Path) -> list[str]:
    with pytest.raises(VendorsFileError) as caught:
        load(path)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(str(path)) and line.endswith(".") for line in lines), lines
    return [line.removeprefix(str(path)) for line in lines]


# What a file may say


def test_a_record_needs_no_more_than_a_vendor_and_a_url(write) -> None:
    assert load(write(RECORD)) == (Policy("shop.example", "privacy policy", (URL,), ()),)


def test_a_record_may_say_which_part_of_its_pages_is_the_policy(write) -> None:
    text = RECORD + 'select = "main, article"\nremove = [".ad", "nav > ul"]\nfrom = "#privacy"\nto = "h2#cookies"\n'
    assert load(write(text))[0].parts == (Part("main, article", (".ad", "nav > ul"), "#privacy", "h2#cookies"),)


def test_a_part_may_end_with_an_element(write) -> None:
    part = Part(start="#privacy", through="section p:last-child")
    assert load(write(RECORD + 'from = "#privacy"\nthrough = "section p:last-child"\n'))[0].parts == (part,)


def test_dated_parts_go_by_date_and_before_what_holds_for_all_times(write) -> None:
    text = f"""{RECORD}
        select = "main"
        [[policy.part]]
        since = 2018-05-25
        until = "2020-01-01"
        remove = [".late"]
        [[policy.part]]
        until = 2018-05-25
    """
    early = Part(until=date(2018, 5, 25))
    late = Part(remove=(".late",), since=date(2018, 5, 25), until=date(2020, 1, 1))
    assert load(write(text))[0].parts == (early, late, Part("main"))


def test_the_policies_keep_the_order_of_the_file(write) -> None:
    text = "".join(f'[[policy]]\nvendor = "{v}.example"\nurls = ["https://{v}.example/"]\n' for v in "cab")
    assert [policy.vendor for policy in load(write(text))] == ["c.example", "a.example", "b.example"]


def test_a_byte_order_mark_and_crlf_are_fine(write) -> None:
    assert load(write(b"\xef\xbb\xbf" + RECORD.replace("\n", "\r\n").encode()))


@pytest.mark.parametrize(
    ("given", "vendor"),
    [
        ("Shop.Example", "shop.example"),
        ("www.shop-24.example", "www.shop-24.example"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("商店。例え", "xn--czrs0t.xn--r8jz45g"),
    ],
)
def test_a_vendor_is_a_domain_in_lower_case_and_ascii(write, given: str, vendor: str) -> None:
    assert load(write(RECORD.replace("shop.example", given, 1)))[0].vendor == vendor


@pytest.mark.parametrize(
    "type_",
    [
        "terms of service",
        "Cookies & Co. (EU), 2+",
        "children's policy",
        "Datenschutzerklärung",
        "गोपनीयता नीति",
        "利用規約",
        "2",
    ],
)
def test_a_type_may_be_in_any_language_and_has_small_letters(write, type_: str) -> None:
    assert load(write(RECORD + f'type = "{type_}"'))[0].type == type_.lower()


def test_a_type_is_one_however_its_letters_case_is_written(write) -> None:
    rows = (
        "vendor,type,url\na.example,Privacy Policy,https://a.example/1\na.example,PRIVACY policy,https://a.example/2\n"
    )
    (policy,) = load(write(rows, "v.csv"))
    assert (policy.type, len(policy.urls)) == ("privacy policy", 2)
    (error,) = errors_of(
        write(RECORD + 'type = "Terms of Use"\n' + RECORD.replace("/p", "/q") + 'type = "terms of use"')
    )
    assert 'already has the same vendor and type ("terms of use")' in error


def test_a_type_is_composed_so_that_one_name_is_one_folder(write) -> None:
    assert load(write(RECORD + 'type = "poli\u0301tica"'))[0].type == "pol\u00edtica"


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "https://a.example:8443/x?q=%20&r=ü",
        "http://192.0.2.1/p",
        "http://[2001:db8::1]/",
        "HTTP://A.example/P",
    ],
)
def test_a_url_is_kept_as_it_is_written(write, url: str) -> None:
    assert load(write(RECORD.replace(URL, url)))[0].urls == (url,)


def test_one_page_may_hold_several_policies_if_they_select_differently(write) -> None:
    cookies = RECORD + 'type = "cookies"\nselect = "#cookies"\n'
    assert len(load(write(RECORD + cookies))) == 2


def test_csv_rows_of_the_same_vendor_and_type_make_one_policy(write) -> None:
    text = (
        "vendor,type,url\n"
        "b.example,terms,https://b.example/terms\n"
        "A.example,privacy policy,https://a.example/1\n"
        '"b.example" , terms , "https://b.example/t,2"\n'
        "\n"
        "a.example,,https://a.example/2\n"
    )
    assert load(write(text.replace('" , terms , "', '",terms,"'), "v.csv")) == (
        Policy("b.example", "terms", ("https://b.example/terms", "https://b.example/t,2")),
        Policy("a.example", "privacy policy", ("https://a.example/1", "https://a.example/2")),
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_as_spreadsheets_write_it_is_read_and_its_further_columns_left_alone(write, caplog, separator) -> None:
    rows = [
        ("Owner", "VENDOR", "Type", "Url", "Note"),
        ("Ada", "a.example", "terms", "https://a.example/t", '"x, y; z"'),
    ]
    text = "\ufeff" + "".join(separator.join(row) + "\r\n" for row in rows)
    with caplog.at_level("INFO"):
        assert load(write(text, "v.csv")) == (Policy("a.example", "terms", ("https://a.example/t",)),)
    assert '2 further columns are left alone: "Owner", "Note"' in caplog.text


@pytest.mark.parametrize("url", ["shop.example/privacy", "//shop.example/privacy"])
def test_an_address_without_its_scheme_is_one(write, url: str) -> None:
    assert load(write(RECORD.replace(URL, url)))[0].urls == ("https://shop.example/privacy",)
    assert load(write(f"vendor,url\nshop.example,{url}\n", "v.csv"))[0].urls == ("https://shop.example/privacy",)


def test_an_address_is_one_with_and_without_its_scheme(write) -> None:
    (error,) = errors_of(write(RECORD.replace(f'"{URL}"', f'"{URL}", "{URL.removeprefix("https://")}"')))
    assert "is listed twice in this policy" in error


def test_csv_columns_may_be_in_any_order_without_the_type_and_with_spaces(write) -> None:
    text = "\ufeffURL, Vendor\r\n https://a.example/1 , a.example \r\n"
    assert load(write(text, "V.CSV")) == (Policy("a.example", "privacy policy", ("https://a.example/1",)),)


# What is wrong with a file


def test_everything_that_is_wrong_is_said_at_once_and_where(write) -> None:
    text = """
        [[policy]]
        vendor = "http://shop.example:80/x"
        type = "a/b"
        urls = "https://shop.example/"
        slect = "main"
        [[policy]]
        urls = ["ftp://shop.example/", "https://shop.example/ x"]
        remove = "nav"
    """
    errors = errors_of(write(text))
    assert [re.match(r", record (\d)(?: \(.*?\))?: ", error)[1] for error in errors] == list("1111") + list("2222")
    wanted = [
        'did you mean "select"?',
        'vendor = "shop.example"',
        "urls is a text; expected a list, in brackets: urls",
        'the type "a/b" contains "/"',
        "there is no vendor",
        "does not begin with http://",
        "U+0020",
        "remove is a text; expected a list",
    ]
    for part in wanted:
        assert any(part in error for error in errors), part
    assert errors[0].startswith(", record 1 (http://shop.example:80/x): ")


@pytest.mark.parametrize(
    ("text", "part"),
    FAULTS,
)
def test_what_is_wrong_is_named(write, text: str, part: str) -> None:
    assert part in "\n".join(errors_of(write(text)))


@pytest.mark.parametrize(
    "vendor",
    VENDOR_FAULTS,
)
def test_a_vendor_that_is_not_a_domain_is_refused(write, vendor: str) -> None:
    (error,) = errors_of(write(RECORD.replace("shop.example", vendor, 1)))
    assert "is not a domain" in error


@pytest.mark.parametrize(
    ("url", "part"),
    URL_FAULTS,
)
def test_a_url_that_cannot_be_asked_for_is_refused(write, url: str, part: str) -> None:
    (error,) = errors_of(write(RECORD.replace(URL, url)))
    assert part in error


def test_a_password_is_not_repeated_in_messages(write) -> None:
    assert "secret" not in errors_of(write(RECORD.replace(URL, "https://me:secret@shop.example/")))[0]


def test_a_url_twice_in_a_policy_is_an_error(write) -> None:
    (error,) = errors_of(write(RECORD.replace(f'"{URL}"', f'"{URL}", "{URL}"')))
    assert "is listed twice in this policy" in error


def test_a_url_in_two_policies_that_select_the_same_is_an_error(write) -> None:
    other = RECORD + 'type = "terms"\n'
    (error,) = errors_of(write(RECORD + other))
    assert error.startswith(", record 2 (shop.example): ")
    assert "is also in record 1 (shop.example), and one page is one policy" in error


def test_a_vendor_and_type_twice_is_an_error(write) -> None:
    (error,) = errors_of(write(RECORD + RECORD.replace(URL, URL + "?2")))
    assert "record 1 (shop.example) already has the same vendor and type" in error


def test_two_types_with_one_folder_are_an_error(write) -> None:
    (error,) = errors_of(write(RECORD + RECORD.replace(URL, URL + "?2") + 'type = "Privacy-policy"'))
    assert "same folder" in error


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "no policy in the file"),
        ("vendor,type,url\n", "no policy in the file"),
        ("vendor|type|url\n", "with commas, semicolons or tabs between them"),
        ("vendor;type;url\n", "no policy in the file"),
        ("x,vendor,url,;vendor;url\n", "both with commas and with semicolons"),
        ("vendor,url,URL\n", "names the column url 2 times"),
        ("vendor;url\na.example;b;c\n", "put cells that contain semicolons in quotes"),
        ("vendor,type,urls\n", "vendor,type,url"),
        ("vendor,vendor,url\n", "line 1"),
        ("vendor,type\n", "line 1"),
        ("vendor,type,url\na.example,terms\n", ", line 2: there are 2 cells, expected 3"),
        ("vendor,type,url\na.example,a/b,https://a.example\n", ", line 2 (a.example): the type"),
        ("vendor,type,url\n\nshop,terms,x\n", ", line 3 (shop): the vendor"),
        ("vendor,type,url\n\nshop,terms,x\n", ", line 3 (shop): the URL"),
        ("vendor,type,url\n,terms,https://a.example\n", "vendor is empty"),
        ('vendor,type,url\na.example,terms,"https://a.example\n', "every quote is closed"),
        ("vendor,type,url\n" + "a" * 200_000, "not valid CSV"),
        (
            "vendor,type,url\na.example,t,https://a.example\na.example,t,https://a.example\n",
            ", line 3 (a.example): the URL",
        ),
        (
            "vendor,type,url\na.example,a b,https://a.example\na.example,a b,https://a.example/T\n",
            ", line 3 (a.example): the",
        ),
    ],
)
def test_what_is_wrong_in_a_csv_is_named_by_line(write, text: str, part: str) -> None:
    assert part in "\n".join(errors_of(write(text, "v.csv")))


def test_a_file_that_cannot_be_read_is_an_error_that_says_why(write, tmp_path: Path, monkeypatch) -> None:
    assert "no such file" in errors_of(tmp_path / "none.toml")[0]
    assert ".toml or .csv" in errors_of(write("", "v.json"))[0]
    (tmp_path / "folder.toml").mkdir()
    assert "not a file" in errors_of(tmp_path / "folder.toml")[0]
    assert "cannot be read" in errors_of(tmp_path / ("x" * 300 + ".toml"))[0]
    assert "line 2" in errors_of(write(b"a\n\xff"))[0]
    assert "UTF-8" in errors_of(write(RECORD.encode("utf-16")))[0]
    monkeypatch.setattr(file, "MAX_BYTES", 10)
    assert "larger than" in errors_of(write("#" * 11))[0]


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    assert "not a file" in errors_of(tmp_path / "pipe.toml")[0]


def test_the_projects_own_file_loads() -> None:
    policies = load(Path(__file__).parents[2] / "vendors.toml")
    assert [policy.vendor for policy in policies] == ["x-cart.com", "cs-cart.com", "3dcart.com", "xlsoft.com"]


# Whatever a file says


def loads_or_says_why(data: bytes, suffix: str) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / f"v{suffix}"
        path.write_bytes(data)
        try:
            policies = load(path)
        except VendorsFileError as error:
            said = str(error).split("\n")
            policies = ()
        else:
            said = []
        assert bool(policies) is not bool(said)
        assert all(line.startswith(str(path)) for line in said)
    for policy in policies:
        folder = type_slug(policy.type)
        assert Path(directory, policy.vendor, folder).resolve().parent.parent == Path(directory).resolve()
        assert folder.isprintable()
        assert re.fullmatch(r"[a-z0-9.-]+", policy.vendor)
        assert policy.urls


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from([".toml", ".csv"]))
def test_any_bytes_load_or_give_a_vendors_file_error(data: bytes, suffix: str) -> None:
    loads_or_says_why(data, suffix)


KEYS = st.sampled_from(
    ["vendor", "type", "urls", "select", "remove", "from", "to", "through", "part", "since", "until", "vendors"]
)
TEXTS = st.one_of(
    st.sampled_from(["shop.example", URL, "terms", "p > a", ".x", "2014-01-01", "a..b", "../x", "p:not(", "::x", ""]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text("ab.-/:@#[]()*>+~|= '\u00fc\u0301\u3002", max_size=20),
)
SCALARS = st.one_of(TEXTS, st.integers(-5, 5), st.booleans(), st.floats(), st.dates(), st.datetimes())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=6,
)
PARTS = st.dictionaries(st.sampled_from(["select", "since", "until", "remove"]), st.dates() | VALUES, max_size=3)
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "vendor": TEXTS,
        "type": TEXTS,
        "urls": st.lists(TEXTS, max_size=3) | VALUES,
        "select": TEXTS,
        "remove": st.lists(TEXTS, max_size=3) | VALUES,
        "from": VALUES,
        "part": st.lists(PARTS, max_size=3) | VALUES,
    },
)


def toml(value: object) -> str:
    match value:
        case str():
            return '"' + "".join(c if c in string.ascii_letters else f"\\U{ord(c):08x}" for c in value) + '"'
        case dict():
            return "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case bool():
            return str(value).lower()
        case float() if not math.isfinite(value):
            return "nan"
        case float():
            return f"{value:f}"
        case date() | datetime():
            return value.isoformat()
    return str(value)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS | st.just("policy"), VALUES, max_size=2), st.lists(RECORDS, max_size=3) | VALUES)
def test_any_toml_loads_or_gives_a_vendors_file_error(top: dict[str, object], records: object) -> None:
    data = {**top, "policy": records}
    loads_or_says_why("\n".join(f"{key} = {toml(value)}" for key, value in data.items()).encode(), ".toml")


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=4))
def test_any_rows_load_or_give_a_vendors_file_error(rows: list[tuple[str, str, str]]) -> None:
    loads_or_says_why("\n".join(["vendor,type,url", *map(",".join, rows)]).encode(), ".csv")


@pytest.mark.parametrize("suffix", [".toml", ".csv"])
def test_a_policy_has_no_more_urls_than_a_crawl_can_ask_for(tmp_path: Path, suffix: str) -> None:
    urls = [f"https://shop.example/{number}" for number in range(1_001)]
    toml = f'[[policy]]\nvendor = "shop.example"\nurls = {json.dumps(urls)}\n'
    rows = "".join(f"shop.example,{url}\n" for url in urls)
    path = tmp_path / f"vendors{suffix}"
    path.write_text(toml if suffix == ".toml" else f"vendor,url\n{rows}")
    with pytest.raises(VendorsFileError, match="the policy has 1,001 URLs; expected up to 1,000") as caught:
        load(path)
    assert str(caught.value).count("\n") == 0
