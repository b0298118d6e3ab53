"""What is asked of a crawl is checked before anything is done, and what is wrong is said with what to write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.argument_model import names, parsed, rows
from crawler.arguments import Given, parse, web_address
from crawler.discovery_arguments import DiscoveryGiven
from crawler.errors import ArgumentError, PolicytrailError
from crawler.model import Scope


@pytest.fixture
def vendors(tmp_path) -> str:
    path = tmp_path / "vendors.toml"
    path.write_text(
        '[[policy]]\nvendor = "shop.example"\nurls = ["https://shop.example/privacy"]\n'
        '[[policy]]\nvendor = "shop.example"\ntype = "terms"\nurls = ["https://shop.example/terms"]\n'
        '[[policy]]\nvendor = "other.example"\nurls = ["https://other.example/privacy"]\n'
    )
    return str(path)


def test_without_arguments_every_policy_of_vendors_toml_is_asked_for_its_changes(vendors, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = parse({})
    assert len(arguments.policies) == 3
    assert arguments.scope == Scope()


def test_a_vendor_is_chosen_with_all_its_policies_however_it_is_spelled(vendors):
    policies = parse({"vendors": vendors, "vendor": "Shop.Example"}).policies
    assert [policy.type for policy in policies] == ["privacy policy", "terms"]


@pytest.mark.parametrize(
    "given", ["https://Shop.example/privacy?x", "www.shop.example", "shop.example/terms", " shop.example"]
)
def test_a_vendor_may_be_given_as_an_address_of_it(vendors, given):
    assert {policy.vendor for policy in parse({"vendors": vendors, "vendor": given}).policies} == {"shop.example"}


def test_a_vendor_in_any_script_is_its_domain(tmp_path):
    path = tmp_path / "v.csv"
    path.write_text("vendor,url\nbücher.example,https://xn--bcher-kva.example/\n")
    (policy,) = parse({"vendors": str(path), "vendor": "Bücher.example"}).policies
    assert policy.vendor == "xn--bcher-kva.example"


@pytest.mark.parametrize("model", [Given, DiscoveryGiven])
def test_every_argument_says_what_it_takes_and_its_default_and_example_are_good(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = rows(model)
    assert [row.name for row in found] == list(names(model))
    for row in found:
        assert row.takes
        assert row.says[0].islower() or row.says[0].isdigit()
        assert not row.says.endswith(".")
        name, _, example = row.example.partition("=")
        assert name == row.name
        for good in (example, row.default, *row.values):
            assert parsed(model, {row.name: good} if good else {})


@pytest.mark.parametrize(("given", "digits"), [("2018", "2018"), ("2018-06", "201806"), ("2018-06-30", "20180630")])
def test_a_date_becomes_the_digits_of_a_timestamp(vendors, given, digits):
    assert parse({"vendors": vendors, "since": given, "until": given}).scope.period.since == digits


@pytest.mark.parametrize(
    ("since", "until"), [("2019", "2019-01"), ("2019-06", "2019"), ("2019-06-30", "2019-06"), ("2018", "2019-06-01")]
)
def test_a_period_of_any_length_is_one(vendors, since, until):
    arguments = parse({"vendors": vendors, "since": since, "until": until})
    assert arguments.scope.period.since
    assert arguments.scope.period.until


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"vendros": "x"}, r"no such argument.*Did you mean vendors\?"),
        ({"zzz": "x"}, "Expected one of vendors, vendor, since, until, snapshots"),
        ({"snapshots": "some"}, "expected changes .* or all"),
        ({"since": "yesterday"}, "-a since=yesterday: expected a date: YYYY"),
        ({"since": "2018-13"}, "expected a date"),
        ({"since": "2019-02-31"}, "expected a date"),
        ({"until": "0000"}, "expected a date"),
        ({"until": "2018-6"}, "expected a date"),
        ({"until": "20180630"}, "expected a date"),
        ({"until": ""}, "expected a date"),
        ({"since": "２０１８"}, "expected a date"),
        ({"since": "2019-07", "until": "2019-06"}, "since=2019-07 is after -a until=2019-06"),
        ({"since": "2020", "until": "2019-06"}, "is after"),
        ({"vendor": "shap.example"}, r"no policy of this vendor\. Did you mean shop\.example\?"),
        ({"vendor": "zzz"}, r"It has other\.example, shop\.example\."),
        ({"vendors": "nowhere.toml"}, "nowhere.toml: there is no such file"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_write_instead(vendors, wrong, said):
    with pytest.raises(PolicytrailError, match=said):
        parse({"vendors": vendors} | wrong)


@given(st.text(max_size=12))
def test_no_text_but_a_date_gets_to_the_archive(tmp_path_factory, text):
    try:
        parse({"since": text, "vendors": "nowhere.toml"})
    except ArgumentError as error:
        good = "nowhere.toml" in str(error)  # the next thing that is checked
    assert not good or (text.isascii() and text.replace("-", "").isdecimal())


@pytest.mark.parametrize("good", ["https://archive.example", "http://127.0.0.1:8080", "http://[::1]:80/wayback"])
def test_an_address_loses_its_last_slash_only(good):
    assert web_address("ARCHIVE_URL", f"{good}/") == web_address("ARCHIVE_URL", good) == good


@pytest.mark.parametrize("wrong", ["", "archive.example", "ftp://archive.example", "http://", "http://[", "http://a:b"])
def test_what_is_no_address_is_named_with_its_setting(wrong):
    with pytest.raises(ArgumentError, match=r"-s ARCHIVE_PUBLIC_URL=.*expected an address"):
        web_address("ARCHIVE_PUBLIC_URL", wrong)
