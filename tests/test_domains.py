"""Domains are read from an argument or a file; what is wrong with them is said before any request."""

import csv
from pathlib import Path

import pytest

from crawler import arguments, discovery_arguments
from crawler.domains import domains
from crawler.errors import ArgumentError, VendorsFileError


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "domains.txt"
    path.write_text(text, "utf-8")
    return str(path)


def test_domains_stand_in_the_argument_each_once_however_they_are_written() -> None:
    assert domains("shop.example, Bank.example,shop.example") == ("shop.example", "bank.example")


@pytest.mark.parametrize(
    "text",
    [
        "shop.example\nbank.example\n",
        "# whom we ask\n\nshop.example  # since May\r\n BANK.example \n",
        "\ufeffshop.example\nbank.example",
        "vendor\nshop.example\nbank.example\n",
        'name,Domain\nThe shop,shop.example\n"Bank, the",bank.example\n',
        "vendor,type,url\nshop.example,,https://shop.example/a\nshop.example,,https://shop.example/b\nbank.example,,x\n",
    ],
)
def test_a_file_has_one_per_line_or_a_column_of_them(tmp_path: Path, text: str) -> None:
    assert domains(written(tmp_path, text)) == ("shop.example", "bank.example")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("https://shop.example/", r'"https://shop.example/" is not a domain.*shop.example'),
        (
            "https://www.shop.example/p?q",
            r'"https://www.shop.example/p\?q" is not a domain but an address.*write its domain: www.shop.example\.',
        ),
        ("nowhere.txt.", "is not a domain.*There is no file of this name either"),
        ("", "empty"),
        ("shop.example,,bank.example", "empty"),
        ("x" * 5000, "is not a domain"),
        ("a\0b", "is not a domain"),
    ],
)
def test_what_is_no_domain_is_said(given: str, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        domains(given)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shop.example\n\nhttp://bank.example\n", "line 3: .*is not a domain"),
        ("# nobody\n", "no domain in it; write one per line"),
        ("vendor\n", "no domain in it"),
        ("\n".join(f"no domain {n}" for n in range(9)), "And 4 more"),
    ],
)
def test_what_is_wrong_with_a_file_names_the_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        domains(written(tmp_path, text))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "domains.txt"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ArgumentError, match="not UTF-8"):
        domains(str(path))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "-a domains is missing"),
        ({"domain": "shop.example"}, "no such argument.*Did you mean domains"),
        (
            {"domains": "shop.example", "types": "privacy polcy"},
            "polcy is no type.*Did you mean privacy policy",
        ),
        ({"domains": "shop.example", "since": "yesterday"}, "expected a date"),
        ({"domains": "shop.example", "since": "2019", "until": "2018"}, "nothing lies between"),
        ({"domains": "shop.example", "vendors": "vendors.csv"}, "a path that ends in .toml"),
    ],
)
def test_wrong_arguments_of_a_discovery_are_sentences(given: dict[str, str], said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        discovery_arguments.parse(given)


def test_a_cell_without_end_is_a_sentence(tmp_path: Path) -> None:
    limit = csv.field_size_limit(128 * 1024)  # sqlite-utils' command line, which other tests use, raises it
    path = tmp_path / "domains.csv"
    path.write_text('vendor,x\nshop.example,1\n"' + "x" * 200_000)
    with pytest.raises(ArgumentError, match="line 3 is not valid CSV"):
        domains(str(path))
    csv.field_size_limit(limit)


@pytest.mark.parametrize("text", ["[[policy]]\nvendor =", None])
def test_a_vendors_file_that_cannot_be_added_to_is_told_before_anything_is_asked(
    tmp_path: Path, text: str | None
) -> None:
    path = tmp_path / "vendors.toml"
    path.mkdir() if text is None else path.write_text(text)
    with pytest.raises(VendorsFileError, match=r"vendors\.toml: this is not"):
        discovery_arguments.parse({"domains": "shop.example", "vendors": str(path)})


def test_types_are_named_in_any_letter_case() -> None:
    parsed = discovery_arguments.parse({"domains": "shop.example", "types": "Privacy Policy,terms of service"})
    assert parsed.types == {"privacy policy", "terms of service"}


def test_a_crawl_of_domains_is_of_their_policies(tmp_path: Path) -> None:
    vendors = tmp_path / "vendors.toml"
    record = '[[policy]]\nvendor = "{0}"\nurls = ["https://{0}/privacy"]\n'
    vendors.write_text("".join(map(record.format, ("shop.example", "bank.example", "inn.example"))))
    parsed = arguments.parse({"vendors": str(vendors), "domains": "inn.example,shop.example,none.example"})
    assert [policy.vendor for policy in parsed.policies] == ["shop.example", "inn.example"]
    with pytest.raises(ArgumentError, match="has no policy of these vendors"):
        arguments.parse({"vendors": str(vendors), "domains": "none.example"})
    with pytest.raises(ArgumentError, match="give one of them"):
        arguments.parse({"vendors": str(vendors), "domains": "inn.example", "vendor": "inn.example"})
