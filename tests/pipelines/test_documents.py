"""The documents of a policy are the files of its revisions: whole, in the format, where they belong, and no others."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import Policy
from pipelines.corpus.revisions import Revision
from pipelines.document_format import parse_document
from pipelines.documents import folder, write_documents

URL = "https://shop.example/privacy?a=b"
POLICY = Policy("shop.example", "Privacy policy", (URL,))
ARCHIVE = "https://archive.example"


def revision(
    timestamp: str = "20180102030405", body: str = "We keep your data.", *, name: str = "", origin: str = "archive"
) -> Revision:
    captured = f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}T03:04:05+00:00"
    return Revision(name or timestamp, URL, timestamp, captured, origin, "Privacy", body)


def names(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if not path.is_dir())


def test_a_document_is_a_file_in_the_published_format_to_the_byte(tmp_path):
    write_documents(tmp_path, POLICY, [revision()], ARCHIVE)
    assert (tmp_path / "shop.example" / "privacy-policy" / "20180102030405.md").read_bytes() == (
        b"> *The following text is extracted and transformed from the shop.example Privacy policy that was archived on"
        b" 2018-01-02. Please check the [original snapshot on the Wayback Machine](https://archive.example/web/"
        b"20180102030405id_/https%3A//shop.example/privacy%3Fa%3Db) for the most accurate reproduction.*\n\n"
        b"# Privacy\n\nWe keep your data.\n"
    )


@pytest.mark.parametrize(
    ("origin", "name"),
    [("ota", "Open Terms Archive"), ("tree", "a tree of published documents"), ("my-crawler", "my-crawler")],
)
def test_an_imported_text_names_its_origin_and_cites_no_capture(tmp_path, origin, name):
    write_documents(tmp_path, POLICY, [revision(origin=origin)], ARCHIVE)
    text = (tmp_path / "shop.example" / "privacy-policy" / "20180102030405.md").read_text("utf-8")
    assert text == (
        f"> *The following text is the shop.example Privacy policy of 2018-01-02, as recorded by {name}."
        " It was imported: no snapshot on the Wayback Machine is known to show it.*\n\n"
        "# Privacy\n\nWe keep your data.\n"
    )


def test_the_files_follow_the_revisions(tmp_path):
    write_documents(tmp_path, POLICY, [revision("20180102030405"), revision("20190102030405")], ARCHIVE)
    write_documents(tmp_path, POLICY, [revision("20170102030405"), revision("20190102030405", "New.")], ARCHIVE)
    place = tmp_path / "shop.example" / "privacy-policy"
    assert names(place) == ["20170102030405.md", "20190102030405.md"]
    assert parse_document((place / "20190102030405.md").read_text("utf-8")).body == "New."
    write_documents(tmp_path, POLICY, [], ARCHIVE)
    assert names(place) == []


def test_a_policy_without_revisions_has_no_folder(tmp_path):
    write_documents(tmp_path / "documents", POLICY, [], ARCHIVE)
    assert names(tmp_path) == []
    assert not (tmp_path / "documents").exists()


def test_a_file_that_is_as_it_should_be_is_not_touched(tmp_path):
    write_documents(tmp_path, POLICY, [revision()], ARCHIVE)
    path = tmp_path / "shop.example" / "privacy-policy" / "20180102030405.md"
    before = path.stat()
    write_documents(tmp_path, POLICY, [revision()], ARCHIVE)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_damaged_or_lost_file_is_mended(tmp_path):
    write_documents(tmp_path, POLICY, [revision(), revision("20190102030405")], ARCHIVE)
    place = tmp_path / "shop.example" / "privacy-policy"
    whole = (place / "20180102030405.md").read_bytes()
    (place / "20180102030405.md").write_bytes(whole[:50])
    (place / "20190102030405.md").unlink()
    write_documents(tmp_path, POLICY, [revision(), revision("20190102030405")], ARCHIVE)
    assert (place / "20180102030405.md").read_bytes() == whole
    assert (place / "20190102030405.md").is_file()


def test_what_is_not_ours_is_left_alone(tmp_path):
    place = tmp_path / "shop.example" / "privacy-policy"
    (place / "folder.md").mkdir(parents=True)
    others = ["README.md", "20180102030405.html", "2018.md", "notes-20180102030405.md", ".gitkeep"]
    for name in others:
        (place / name).write_text("mine")
    (tmp_path / "shop.example" / "terms").mkdir()
    (tmp_path / "shop.example" / "terms" / "20100101000000.md").write_text("of another policy")
    write_documents(tmp_path, POLICY, [revision()], ARCHIVE)
    write_documents(tmp_path, POLICY, [], ARCHIVE)
    assert names(place) == sorted(others)
    assert names(tmp_path / "shop.example" / "terms") == ["20100101000000.md"]


def test_two_revisions_of_one_second_have_a_file_each_and_keep_them(tmp_path):
    two = [revision(body="A"), revision(body="B", name="20180102030405-2")]
    write_documents(tmp_path, POLICY, two, ARCHIVE)
    place = tmp_path / "shop.example" / "privacy-policy"
    assert names(place) == ["20180102030405-2.md", "20180102030405.md"]
    assert parse_document((place / "20180102030405.md").read_text("utf-8")).body == "A"
    assert parse_document((place / "20180102030405-2.md").read_text("utf-8")).body == "B"
    write_documents(tmp_path, POLICY, two[:1], ARCHIVE)
    assert names(place) == ["20180102030405.md"]


def test_a_file_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    write_documents(tmp_path, POLICY, [revision()], ARCHIVE)
    place = tmp_path / "shop.example" / "privacy-policy"
    before = (place / "20180102030405.md").read_bytes()

    def stop(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(OSError, match="no space"):
        write_documents(tmp_path, POLICY, [revision(body="New."), revision("20190102030405")], ARCHIVE)
    assert names(place) == ["20180102030405.md"]
    assert (place / "20180102030405.md").read_bytes() == before


def test_a_document_can_be_read_by_others_than_who_made_it(tmp_path):
    write_documents(tmp_path, POLICY, [revision()], ARCHIVE)
    assert (folder(tmp_path, POLICY) / "20180102030405.md").stat().st_mode & 0o777 == 0o644


def test_text_that_utf_8_cannot_hold_does_not_stop_the_others(tmp_path):
    write_documents(tmp_path, POLICY, [revision(body="half: \ud800"), revision("20190102030405")], ARCHIVE)
    assert len(names(tmp_path)) == 2


@pytest.mark.parametrize(
    ("vendor", "type_"),
    [
        *(("..", "x"), ("../..", "x"), ("/etc", "x"), ("a/b", "x"), (".", "x")),
        *(("shop.example", ".."), ("shop.example", "../../x"), ("shop.example", "/etc"), ("shop.example", "a/b")),
        ("shop.example", "."),
    ],
)
def test_no_name_leads_out_of_the_directory(tmp_path, vendor, type_):
    directory = tmp_path / "documents"
    with pytest.raises(ValueError, match="would not lie in"):
        write_documents(directory, Policy(vendor, type_, (URL,)), [revision()], ARCHIVE)
    assert names(tmp_path) == []


@given(vendor=st.text(max_size=20), type_=st.text(max_size=20))
def test_a_folder_is_two_below_the_directory_or_refused(tmp_path_factory, vendor, type_):
    directory = tmp_path_factory.getbasetemp() / "documents"
    try:
        place = folder(directory, Policy(vendor, type_, (URL,)))
    except ValueError:
        return
    assert place.resolve().parent.parent == directory.resolve()


@pytest.mark.parametrize("link", ["shop.example", "shop.example/privacy-policy"])
def test_no_symbolic_link_leads_out_of_the_directory(tmp_path, link):
    outside = tmp_path / "outside"
    (outside / "privacy-policy").mkdir(parents=True)
    (outside / "20100101000000.md").write_text("not ours")
    (outside / "privacy-policy" / "20100101000000.md").write_text("not ours")
    place = tmp_path / "documents" / link
    place.parent.mkdir(parents=True)
    place.symlink_to(outside)
    before = names(outside)
    with pytest.raises(ValueError, match="would not lie in"):
        write_documents(tmp_path / "documents", POLICY, [revision()], ARCHIVE)
    assert names(outside) == before


def test_a_document_takes_the_place_of_a_link_and_leaves_what_it_led_to(tmp_path):
    outside = tmp_path / "outside.md"
    outside.write_text("not ours")
    place = tmp_path / "documents" / "shop.example" / "privacy-policy"
    place.mkdir(parents=True)
    (place / "20180102030405.md").symlink_to(outside)
    (place / "20100101000000.md").symlink_to(outside)
    write_documents(tmp_path / "documents", POLICY, [revision()], ARCHIVE)
    assert names(place) == ["20180102030405.md"]
    assert not (place / "20180102030405.md").is_symlink()
    assert outside.read_text() == "not ours"


def test_the_directory_itself_may_be_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "documents").symlink_to(tmp_path / "real")
    write_documents(tmp_path / "documents", POLICY, [revision()], ARCHIVE)
    assert names(tmp_path / "real") == ["shop.example/privacy-policy/20180102030405.md"]


# -- in a crawl -------------------------------------------------------------------------------------------------------
async def test_a_policy_whose_documents_cannot_be_written_is_named_and_the_others_are_written(crawl, tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "gruenwald.example").write_text("in the way")
    crawled = await crawl(until="2012")
    assert crawled.run.status == "partial"
    assert [crawl.policy.vendor for crawl in crawled.run.crawls.values() if crawl.errors] == ["gruenwald.example"]
    assert crawled.stats.get("item_error_count") is None
    assert len(names(tmp_path / "documents")) > 3


async def test_documents_that_were_lost_are_there_again_after_the_next_crawl(crawl, tmp_path):
    await crawl(vendor="gruenwald.example")
    before = names(tmp_path / "documents")
    (tmp_path / "documents" / before[0]).unlink()
    crawled = await crawl(vendor="gruenwald.example")
    assert names(tmp_path / "documents") == before
    assert crawled.requests == 1
