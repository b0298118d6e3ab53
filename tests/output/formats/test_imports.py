"""Imports: texts that others kept complete the corpus, and never take the place of the archive's."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from corpus_writing import known, listed_snapshots, start_crawl, store_answer, store_listing
from exports_corpus import history

from crawler.errors import FormatError
from crawler.events import Answered
from crawler.model import Document, Policy, Snapshot
from output.formats.table import export, read
from pipelines.corpus import Corpus
from pipelines.corpus.citation import REPORTED, origin_name
from pipelines.document_format import document_of
from pipelines.imported_text import ImportedText, Refused
from pipelines.imports import store_texts as store

PUBLIC = "https://archive.example"
POLICY = Policy("shop.example", "privacy policy", ())


def row(**more: object) -> dict[str, object]:
    """A line of a JSON lines file."""
    known = {
        "vendor": "shop.example",
        "type": "privacy policy",
        "url": "https://shop.example/privacy",
        "timestamp": "20010102030405",
        "first_captured": "2001-01-02T03:04:05+00:00",
        "known": "fetched",
        "origin": "archive",
        "last_url": "https://shop.example/privacy",
        "last_timestamp": "20020102030405",
        "last_captured": "2002-01-02T03:04:05+00:00",
        "last_known": "fetched",
        "last_origin": "archive",
        "title": "Privacy",
        "body": "We keep nothing.",
    }
    return known | more


def take(corpus, tmp_path, *rows):
    path = tmp_path / "given.jsonl"
    path.write_text("".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in rows))
    return store(corpus, read("jsonl", path, None))


# -- what is taken ---------------------------------------------------------------------------------------------------
def test_importing_again_adds_nothing(corpus, tmp_path):
    first = take(corpus, tmp_path, row())
    assert (first.added, first.there) == (2, 0)
    before = (
        corpus.db.execute("SELECT * FROM snapshots").fetchall(),
        corpus.db.execute("SELECT * FROM documents").fetchall(),
    )
    again = take(corpus, tmp_path, row(body="Something else."))
    assert (again.added, again.there) == (0, 2)
    after = (
        corpus.db.execute("SELECT * FROM snapshots").fetchall(),
        corpus.db.execute("SELECT * FROM documents").fetchall(),
    )
    assert after == before


def test_changes_are_measured(corpus, tmp_path):
    later = {"timestamp": "20030102030405", "first_captured": "2003-01-02T03:04:05+00:00"}
    last = {"last_timestamp": "20030102030405", "last_captured": "2003-01-02T03:04:05+00:00"}
    take(corpus, tmp_path, row(), row(body="We keep everything.", **later, **last))
    assert corpus.db.execute("SELECT words_added, words_removed FROM differences").fetchall() == [(1, 1)]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("{\n", "not JSON"),
        ("[" * 100_000 + "\n", "not JSON"),
        ("[1]\n", "not a JSON object"),
        (row(vendor="../../etc"), "is not a domain"),
        (row(vendor=7), "no vendor"),
        (row(type="../x"), "is not a valid policy type"),
        (row(url="javascript:alert(1)"), "not an http(s) URL"),
        (row(url="https://shop.example/legal/*"), "a * that stands for many pages"),
        (row(timestamp="2001"), "no time"),
        (row(first_captured="2001-13-02T03:04:05+00:00"), "an impossible time"),
        (row(first_captured="2001-01-02T03:04:05"), "not UTC"),
        (row(timestamp="00010101000000", first_captured="0001-01-01T00:00:00+00:00"), "a time before 1990"),
        (row(last_timestamp="99991231235959", last_captured="9999-12-31T23:59:59+00:00"), "a time in the future"),
        (row(first_captured="2001-01-02T03:04:06+00:00"), "not its timestamp's"),
        (row(known="rejected"), "not a state"),
        (row(origin="'; DROP"), "no origin"),
        (row(title="\ud800"), "title is not Unicode text"),
        (row(body="\0"), "body contains a NUL character"),
        (row(body=" \n"), "empty text"),
        (row(url="https://shop.example/" + "x" * 10_000), "URL too long"),
        (row(recall="high"), "no recall"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_what_cannot_be_taken_is_counted_and_the_rest_is_taken(corpus, tmp_path, wrong, why):
    account = take(corpus, tmp_path, wrong, row())
    assert account.read == 1
    ((reason, count),) = account.refused.items()
    assert why in reason
    assert count == 1


# -- documents as people's tools leave them ---------------------------------------------------------------------------
CASES = Path(__file__).parents[2] / "cases" / "59-documents-with-crlf"


def published(**more: str) -> str:
    given = {"vendor": "lamp.example", "title": "Privacy notice", "body": "We keep nothing.\n\n  * Not a slip.", **more}
    source = f"{PUBLIC}/web/20190630174458id_/https%3A//lamp.example/privacy"
    return document_of(type="privacy policy", day="2019-06-30", source=source, origin=None, **given)


def test_documents_of_any_checkout_are_read_and_each_refused_one_is_named():
    found = list(read("tree", CASES, None))
    texts = {text.vendor: text for text in found if isinstance(text, ImportedText)}
    assert set(texts) == {
        *("bom.example", "crlf.example", "nonl.example", "notitle.example", "notitle2.example", "paren.example"),
        *("lamp.example", "xn--mller-kva.example"),
    }
    assert {text.body for text in texts.values()} == {"We keep nothing of a buyer of lamps."}
    assert texts["notitle.example"].title == texts["notitle2.example"].title == ""
    assert texts["paren.example"].moments[0].url == "https://www.lamp.example/privacy_(en)"
    assert {one.where: str(one) for one in found if isinstance(one, Refused)} == {
        str(CASES / "empty-body.md"): "empty text",
        str(CASES / "ip-vendor.md"): 'the service "1.1.1.1" is not a domain',
        str(CASES / "underscore.md"): 'the service "my_shop.example" is not a domain',
    }


def test_a_vendor_that_is_no_domain_is_given_one(tmp_path):
    services = tmp_path / "services.toml"
    services.write_text('"1.1.1.1" = "resolver.example"\n"my_shop.example" = "shop.example"\n')
    found = [text for text in read("tree", CASES, services) if isinstance(text, ImportedText)]
    assert {"resolver.example", "shop.example"} < {text.vendor for text in found}


@pytest.mark.parametrize(
    "left_as",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        lambda text: text.removesuffix("\n").replace("\n", "\r\n").encode(),
        lambda text: text.encode(),
    ],
)
def test_what_an_editor_does_to_a_document_does_not_change_its_text(tmp_path, left_as):
    (tmp_path / "l").mkdir()
    (tmp_path / "l" / "LAMP.MD").write_bytes(left_as(published()))
    (tmp_path / "README.md").write_text("What is here.")
    (text,) = read("tree", tmp_path, None)
    assert (text.title, text.body) == ("Privacy notice", "We keep nothing.\n\n  * Not a slip.")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (published().encode("utf-16"), "not UTF-8 text"),
        (published().replace("\n", "\r").encode(), "not a document in the published format"),
        (b"", "not a document in the published format"),
        (published(vendor="[2001:db8::1]").encode(), "is not a domain"),
        (published(body=" ").encode(), "empty text"),
    ],
)
def test_a_file_that_is_refused_is_named_with_its_reason(tmp_path, data, why):
    (tmp_path / "one.md").write_bytes(data)
    (refused,) = read("tree", tmp_path, None)
    assert refused.where == str(tmp_path / "one.md")
    assert why in str(refused)


def test_a_refused_line_and_a_refused_version_are_named(tmp_path):
    (tmp_path / "given.jsonl").write_text(json.dumps(row()) + "\n\n{\n")
    *_, refused = read("jsonl", tmp_path / "given.jsonl", None)
    assert refused.where == f"{tmp_path / 'given.jsonl'}, line 3"
    place = tmp_path / "set" / "Some Shop" / "Privacy Policy"
    place.mkdir(parents=True)
    (place / "2020-01-02T03-04-05Z.md").write_text("We keep nothing.")
    (refused,) = read("ota", tmp_path / "set", None)
    assert refused.where == "Some Shop/Privacy Policy of 20200102030405"


# -- beside the archive -----------------------------------------------------------------------------------------------
def archived(corpus: Corpus, year: int, state: str, body: str = "") -> None:
    at = datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC)
    snapshot = Snapshot("https://shop.example/privacy", f"{at:%Y%m%d%H%M%S}", at, "text/html", 200, f"D{year}", 9)
    store_listing(corpus, 1, POLICY, [snapshot], 1, Counter())
    if state != "listed":
        document = Document("Title", body, body) if body else None
        store_answer(corpus, 1, Answered(POLICY, snapshot, state, document=document))


def test_the_archives_snapshots_are_never_overwritten(corpus, tmp_path):
    start_crawl(corpus, {})
    archived(corpus, 2001, "fetched", "The archive's text.")
    archived(corpus, 2002, "rejected")
    before = corpus.db.execute("SELECT * FROM snapshots").fetchall()
    assert take(corpus, tmp_path, row()).added == 0
    assert corpus.db.execute("SELECT * FROM snapshots").fetchall() == before


def test_the_archives_own_text_replaces_an_imported_one(corpus, tmp_path):
    take(corpus, tmp_path, row(origin="tree"))
    start_crawl(corpus, {})
    assert known(corpus, POLICY).texts == {}
    archived(corpus, 2001, "fetched", "As the archive has it.")
    assert history(corpus, "f.origin", "d.body") == [
        (None, "As the archive has it."),
        (REPORTED, "We keep nothing."),
    ]


def test_imported_texts_complete_what_the_archive_has(corpus, tmp_path):
    start_crawl(corpus, {})
    archived(corpus, 2000, "fetched", "Old.")
    archived(corpus, 2009, "fetched", "New.")
    take(corpus, tmp_path, row(origin="ota", last_origin="ota"))
    assert history(corpus, "f.origin", "d.body") == [(None, "Old."), ("ota", "We keep nothing."), (None, "New.")]


def test_what_the_archive_lists_later_is_its_snapshot_and_keeps_its_text_until_a_crawl_asks_for_it(corpus, tmp_path):
    take(corpus, tmp_path, row())
    assert list(listed_snapshots(corpus, POLICY)) == []
    start_crawl(corpus, {})
    archived(corpus, 2001, "listed")
    (listed,) = listed_snapshots(corpus, POLICY)
    assert (listed.timestamp, listed.digest) == ("20010102030405", "D2001")
    assert history(corpus, "f.state", "f.digest", "d.body") == [("fetched", "D2001", "We keep nothing.")]
    assert known(corpus, POLICY).texts == {}
    archived(corpus, 2001, "fetched", "As the archive has it.")
    assert (listed.url, listed.timestamp) in known(corpus, POLICY).texts


def test_what_another_corpus_says_of_the_archive_is_not_cited_as_the_archives(corpus, tmp_path):
    take(corpus, tmp_path, row())
    export(corpus.db, "jsonl", tmp_path / "again.jsonl", PUBLIC)
    (exported,) = map(json.loads, (tmp_path / "again.jsonl").read_text("utf-8").splitlines())
    assert (exported["origin"], exported["last_origin"], exported["source"]) == (REPORTED, REPORTED, None)
    assert origin_name(REPORTED) == "the archive, according to another corpus"


@pytest.mark.parametrize("name", ["jsonl", "ota", "tree"])
async def test_a_crawl_goes_on_from_an_imported_corpus(sample_crawl, crawl, tmp_path, name):
    with Corpus(sample_crawl.run.corpus) as sample:
        export(sample.db, name, tmp_path / "x", PUBLIC)
        columns = ("p.vendor", "d.hash")
        expected = [of for of in history(sample, *columns) if of[0] == "harbourlight.example"]
    with Corpus(tmp_path / "corpus.db") as corpus:
        store(corpus, read(name, tmp_path / "x", None))
    for _ in range(2):
        crawled = await crawl(vendor="harbourlight.example")
        assert crawled.run.status == "complete"
    with Corpus(tmp_path / "corpus.db") as corpus:
        assert [of for of in history(corpus, *columns) if of[0] == "harbourlight.example"] == expected


@pytest.mark.parametrize("name", ["ota", "tree", "jsonl"])
def test_what_is_not_there_is_a_sentence(tmp_path, name):
    with pytest.raises(FormatError, match=r"none: .*expected"):
        list(read(name, tmp_path / "none", None))
    (tmp_path / "text").write_text("text")
    with pytest.raises(FormatError, match="services file"):
        list(read(name, tmp_path, tmp_path / "text"))
