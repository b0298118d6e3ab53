"""Open Terms Archive's declarations become a vendors file; what has no counterpart there is named, with the reason."""

import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from crawling import ROOT

from crawler.errors import FormatError
from crawler.model import Part, Policy
from crawler.vendors import load
from crawler.vendors.merging import merge_into
from output.formats import ota_declarations
from output.formats.ota_declarations import Declarations, read

URL = "https://www.shop.example/privacy"


def collection(folder: Path, files: dict[str, Any]) -> Path:
    (folder / "declarations").mkdir(parents=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / "declarations" / name).write_text(text, "utf-8")
    return folder


def declared(folder: Path, page: dict[str, Any], history: list[dict[str, Any]] | None = None) -> Declarations:
    """A collection with one page, read."""
    files: dict[str, Any] = {"Shop.json": {"name": "Shop", "terms": {"Privacy Policy": {"fetch": URL} | page}}}
    if history is not None:
        files["Shop.history.json"] = {"Privacy Policy": history}
    return read(collection(folder, files), {})


def policies(found: Declarations, folder: Path) -> list[Policy]:
    """What a vendors file has of it, as it is read."""
    merged = merge_into(folder / "vendors.toml", found.additions)
    assert merged.left_out == []
    return list(load(folder / "vendors.toml"))


def reasons(found: Declarations) -> Counter[str]:
    return Counter(one.reason for one in found.not_taken)


def test_services_become_vendors_and_terms_policies(tmp_path: Path) -> None:
    files = {
        "Shop.json": {
            "name": "Shop",
            "terms": {
                "Privacy Policy": {"fetch": URL, "select": ["main", "#more"], "remove": ".banner"},
                "Trackers Policy": {"fetch": "https://help.shop.example/cookies#top", "executeClientScripts": True},
            },
        },
        "bank.example.json": {
            "name": "Bank",
            "documents": {"Terms of Service": {"fetch": "https://elsewhere.example/t"}},
        },
        "Café.json": {"name": "Café", "terms": {"Imprint": {"fetch": "https://cafe.example/imprint"}}},
    }
    found = read(collection(tmp_path, files), {"Café": "coffee.example"})
    assert policies(found, tmp_path) == [
        Policy("coffee.example", "imprint", ("https://cafe.example/imprint",)),
        Policy("shop.example", "privacy policy", (URL,), (Part(select="main, #more", remove=(".banner",)),)),
        Policy("shop.example", "cookie policy", ("https://help.shop.example/cookies",)),
        Policy("bank.example", "terms of service", ("https://elsewhere.example/t",)),
    ]
    assert (found.services, found.with_scripts, found.not_taken) == (3, 1, [])
    assert "# Open Terms Archive: Shop, Privacy Policy" in (tmp_path / "vendors.toml").read_text()


@pytest.mark.parametrize(
    ("select", "part"),
    [
        ("main", Part(select="main")),
        (["main"], Part(select="main")),
        ([], Part()),
        ({"startBefore": "#a", "endBefore": "#b"}, Part(start="#a", end="#b")),
        ([{"startBefore": "#a", "endBefore": "#b"}], Part(start="#a", end="#b")),
        ({"startAfter": "#a", "endBefore": "#b"}, Part(start="#a", end="#b", remove=("#a",))),
        ({"startBefore": "#a"}, Part(start="#a")),
        ({"startBefore": "#a", "endAfter": "#b"}, Part(start="#a", through="#b")),
    ],
)
def test_what_is_selected_is_a_part(tmp_path: Path, select: object, part: Part) -> None:
    found = declared(tmp_path, {"select": select})
    assert policies(found, tmp_path)[0].parts == ((part,) if part != Part() else ())
    assert found.not_taken == []


@pytest.mark.parametrize(
    ("page", "reason", "part"),
    [
        ({"select": [{"startBefore": "#a", "endBefore": "#b"}, "main"]}, "several ranges", Part()),
        ({"select": ["main", ".x:nth-of-type()"]}, "a selector that does not work here", Part(select="main")),
        ({"select": 7}, "a selector that is no text", Part()),
        ({"select": {}}, "a range without a start and an end", Part()),
        ({"select": ["p"] * 300}, "over 200 selectors", Part()),
        ({"remove": [{"startBefore": "#a", "endBefore": "#b"}, ".x"]}, "a range to remove", Part(remove=(".x",))),
        ({"select": "main", "filter": ["cleanLinks"]}, "filters, which are programs", Part(select="main")),
    ],
)
def test_what_no_part_can_say_is_named_and_the_rest_is_taken(
    tmp_path: Path, page: dict[str, Any], reason: str, part: Part
) -> None:
    found = declared(tmp_path, page)
    assert policies(found, tmp_path)[0].parts == ((part,) if part != Part() else ())
    (named,) = found.not_taken
    assert named.where == "Shop Privacy Policy"
    assert named.reason.startswith(reason)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ({"fetch": None, "combine": [{"fetch": URL}, {"fetch": URL}]}, "a document combined from several pages"),
        ({"fetch": None}, "a declaration without an address"),
        ({"fetch": ["x"]}, "a URL is a list"),
        ({"fetch": "ftp://shop.example/"}, 'the URL "ftp://shop.example/" does not begin with http'),
        ({"fetch": "https://shop.example/#!/privacy"}, "has a fragment"),
    ],
)
def test_what_is_no_page_is_not_taken(tmp_path: Path, page: dict[str, Any], reason: str) -> None:
    found = declared(tmp_path, page)
    assert found.additions == []
    assert reason in found.not_taken[0].reason


def test_a_history_becomes_addresses_and_dated_parts(tmp_path: Path) -> None:
    history = [
        {"fetch": URL, "select": "#two", "validUntil": "2021-06-01T12:00:00Z"},
        {"fetch": "http://shop.example/old", "select": "#one", "validUntil": "2020-05-04T23:30:00.000+02:00"},
        {"fetch": URL, "select": "#two", "remove": ".ad", "validUntil": "2022-02-02T00:00:00Z"},
        {"fetch": URL, "select": "#two", "remove": ".ad", "validUntil": "2022-12-31T00:00:00Z"},
    ]
    (policy,) = policies(declared(tmp_path, {"select": "main"}, history), tmp_path)
    assert policy.urls == (URL, "http://shop.example/old")
    assert policy.parts == (
        Part(select="#one", until=date(2020, 5, 5)),
        Part(select="#two", since=date(2020, 5, 5), until=date(2021, 6, 2)),
        Part(select="#two", remove=(".ad",), since=date(2021, 6, 2), until=date(2023, 1, 1)),
        Part(select="main"),
    )


def test_where_only_addresses_changed_there_is_one_part(tmp_path: Path) -> None:
    history = [{"fetch": "http://shop.example/old", "select": "main", "validUntil": "2020-05-04T00:00:00Z"}]
    (policy,) = policies(declared(tmp_path, {"select": "main"}, history), tmp_path)
    assert policy == Policy("shop.example", "privacy policy", (URL, "http://shop.example/old"), (Part(select="main"),))


def test_terms_that_are_no_longer_tracked_are_taken_from_the_history(tmp_path: Path) -> None:
    files = {
        "Shop.json": {"terms": {}},
        "Shop.history.json": {"Imprint": [{"fetch": URL, "select": "p", "validUntil": "2020-05-04T00:00:00Z"}]},
    }
    (policy,) = policies(read(collection(tmp_path, files), {}), tmp_path)
    assert policy == Policy("shop.example", "imprint", (URL,), (Part(select="p"),))


@pytest.mark.parametrize("when", [None, "soon", 2020, "99999-01-01", "0001-01-01T00:00:00+14:00"])
def test_an_earlier_version_without_its_end_is_named(tmp_path: Path, when: object) -> None:
    found = declared(tmp_path, {}, [{"fetch": URL, "select": "#one", "validUntil": when}])
    assert len(policies(found, tmp_path)) == 1
    assert [one.reason for one in found.not_taken] == ["an earlier version without the time until which it was valid"]


def test_services_of_one_domain_have_policies_of_their_own(tmp_path: Path) -> None:
    files = {
        f"{name}.json": {"terms": {"Privacy Policy": {"fetch": f"https://{host}.shop.example/privacy"}}}
        for name, host in (("Maps & More!", "maps"), ("Mail", "mail"))
    }
    found = policies(read(collection(tmp_path, files), {}), tmp_path)
    assert [policy.type for policy in found] == ["privacy policy", "privacy policy (maps more)"]


def test_one_page_with_several_policies_is_taken_and_again_adds_nothing(tmp_path: Path) -> None:
    terms = {
        name: {"fetch": URL, "select": f"#{name[:4]}"} for name in ("Privacy Policy", "Terms of Service", "Imprint")
    }
    path = collection(tmp_path, {"Shop.json": {"terms": terms}})
    assert len(policies(read(path, {}), tmp_path)) == 3
    before = (tmp_path / "vendors.toml").read_bytes()
    assert merge_into(tmp_path / "vendors.toml", read(path, {}).additions).urls == 0
    assert (tmp_path / "vendors.toml").read_bytes() == before


def test_what_the_file_says_of_a_page_stays_and_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "vendors.toml").write_text(f'[[policy]]\nvendor = "shop.example"\nurls = ["{URL}"]\nselect = "#mine"\n')
    merged = merge_into(tmp_path / "vendors.toml", declared(tmp_path / "c", {"select": "main"}).additions)
    assert [one.reason for one in merged.left_out] == ["which part of a page is meant stays as the file has it."]


# -- where they are --------------------------------------------------------------------------------------------------
FILES = {"Shop.json": {"terms": {"Privacy Policy": {"fetch": URL}}}, "Shop.filters.js": "process.exit(1)"}


def zipped(folder: Path, files: dict[str, str]) -> Path:
    path = folder / "collection.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def git(folder: Path, *given: str) -> None:
    settings = ("-c", "user.name=a", "-c", "user.email=a@a.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *settings, "-C", str(folder), *given], check=True, capture_output=True)


def test_a_collection_is_a_folder_the_folder_within_or_a_zip(tmp_path: Path) -> None:
    path = collection(tmp_path / "c", FILES)
    archive = zipped(tmp_path, {"demo-1.2/declarations/Shop.json": json.dumps(FILES["Shop.json"]), "README.json": "[]"})
    for place in (path, path / "declarations", archive):
        assert [one.policy.urls for one in read(place, {}).additions] == [(URL,)]


def test_a_repository_without_files_is_read_at_its_head_and_runs_nothing(tmp_path: Path) -> None:
    path = collection(tmp_path / "c", FILES)
    git(path, "init", "-q")
    git(path, "add", ".")
    git(path, "commit", "-q", "-m", "declare")
    git(tmp_path, "clone", "-q", "--bare", str(path), "bare.git")
    hook = tmp_path / "bare.git" / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/hooked\n")
    hook.chmod(0o755)
    (tmp_path / "bare.git" / "config").write_text(f"[core]\n\tfsmonitor = touch {tmp_path}/hooked\n\tbare = true\n")
    assert [one.policy.urls for one in read(tmp_path / "bare.git", {}).additions] == [(URL,)]
    assert not (tmp_path / "hooked").exists()


@pytest.mark.parametrize("content", [None, "", "no zip"])
def test_what_is_no_collection_gets_a_sentence(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "x"
    path.mkdir() if content is None else path.write_text(content)
    with pytest.raises(FormatError, match="expected a collection"):
        read(path, {})
    with pytest.raises(FormatError, match="expected a collection"):
        read(tmp_path / "nowhere", {})


# -- of strangers ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 100_000, "a file that is not JSON"),
        ('{"terms": ' * 50_000, "a file that is not JSON"),
        ("[]", "a file without an object"),
        ('{"name": 1' + "0" * 10_000 + "}", "a file that is not JSON"),
        (" " * (ota_declarations.MAX_FILE + 1), "a file of over 1 MiB"),
        ('{"terms": []}', "terms that are no object"),
        ('{"terms": {"Privacy Policy": []}}', "a declaration without an address"),
        ('{"terms": {"../../etc": {"fetch": "https://shop.example/"}}}', 'the type "../../etc" contains'),
        ('{"terms": {"P": {"fetch": "https://10.0.0.1/"}}}', 'the vendor "10.0.0.1" is not a domain'),
        ("\xff\xfe", "a file that is not JSON"),
    ],
)
def test_a_file_that_no_collection_has_costs_that_file_alone(tmp_path: Path, text: str, reason: str) -> None:
    path = collection(tmp_path, FILES)
    (path / "declarations" / "Evil.json").write_bytes(text.encode("latin-1"))
    found = read(path, {})
    assert [one.policy.urls for one in found.additions] == [(URL,)]
    assert found.not_taken[0].reason.startswith(reason)


def test_what_is_unpacked_and_read_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path, {f"declarations/{at}.json": " " * ota_declarations.MAX_FILE for at in range(4)})
    monkeypatch.setattr(ota_declarations, "_MAX_BYTES", 3 * ota_declarations.MAX_FILE)
    with pytest.raises(FormatError, match="check the path"):
        read(path, {})


def test_no_link_leads_out_of_a_collection(tmp_path: Path) -> None:
    outside = collection(tmp_path / "outside", FILES) / "declarations"
    path = collection(tmp_path / "c", {"Other.json": {"terms": {"Imprint": {"fetch": "https://other.example/i"}}}})
    (path / "declarations" / "Shop.json").symlink_to(outside / "Shop.json")
    assert [one.policy.vendor for one in read(path, {}).additions] == ["other.example"]
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "declarations").symlink_to(outside)
    with pytest.raises(FormatError):
        read(linked, {})


# -- as users run it -------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_the_command_makes_a_vendors_file_and_no_corpus(tmp_path: Path) -> None:
    def run(*given: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scrapy", "import", *given, "--format", "ota-declarations"]
        done = subprocess.run(
            [*command, "-s", f"CORPUS_DB={tmp_path}/corpus.db"],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env=os.environ | {"COLUMNS": "200"},
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    whole = collection(tmp_path / "whole", FILES)
    done = run(str(whole), "--output", f"{tmp_path}/vendors.toml")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{tmp_path}/vendors.toml: 1 policies and 1 URLs added. 1 services declare 1 policies.\n"
    assert load(tmp_path / "vendors.toml") == (Policy("shop.example", "privacy policy", (URL,)),)
    filtered = {"Bank.json": {"terms": {"Imprint": {"fetch": "https://bank.example/", "filter": ["x"]}}}}
    part = run(str(collection(tmp_path / "part", filtered)), "--output", f"{tmp_path}/vendors.toml")
    assert part.returncode == 2
    assert "Bank Imprint: not taken: filters, which are programs" in part.stderr
    assert "1 not taken: filters" in part.stdout
    none = run(str(collection(tmp_path / "none", {"Bad.json": "{"})), "--output", f"{tmp_path}/vendors.toml")
    assert none.returncode == 1
    assert "Nothing was taken, as named above." in none.stderr
    csv = run(str(whole), "--output", f"{tmp_path}/vendors.csv")
    assert (csv.returncode, csv.stdout) == (1, "")
    assert "can only be added to a vendors file in TOML" in csv.stderr
    assert not (tmp_path / "corpus.db").exists()
    assert len(load(tmp_path / "vendors.toml")) == 2
