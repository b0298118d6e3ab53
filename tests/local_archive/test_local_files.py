"""Archive files as people have them: every capture in them is served, and what is not read is named."""

import gzip
import logging
import os
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warc_writing import PAGE, WarcFile

from crawler.errors import ArchiveFilesError
from crawler.local_archive import captures, files, finding, wacz
from crawler.local_archive.captures import read_captures
from crawler.local_archive.forms import zstd
from crawler.local_archive.payload import UnreadableRecordError, read_response

CASES = Path(__file__).parents[1] / "cases"


def text(year: int) -> bytes:
    return b"<p>We keep the slip of an order of %d.</p>" % year


def warc_bytes(folder: Path, *years: int, compress: bool = False) -> bytes:
    path = folder / "made"
    path.unlink(missing_ok=True)
    for year in years:
        WarcFile(path, gzip=compress).response(date=f"{year}-01-01T00:00:00Z", body=text(year))
    made = path.read_bytes()
    path.unlink()
    return made


def arc_record(year: int, url: str = PAGE, date: str = "") -> bytes:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + text(year)
    return f"{url} 127.0.0.1 {date or f'{year}0101000000'} text/html {len(body)}\n".encode() + body + b"\n"


VERSION = b"1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
ARC_HEADER = b"filedesc://a.arc 0.0.0.0 20000101000000 text/plain %d\n%s\n" % (len(VERSION), VERSION)


def years(path: Path) -> list[int]:
    """The years of the captures at a path, each of which plays the text of its year."""
    found = read_captures(path).captures
    for capture in found:
        assert read_response(capture).payload == text(int(capture.timestamp[:4]))
    return [int(capture.timestamp[:4]) for capture in found]


# -- what is read -----------------------------------------------------------------------------------------------------
def test_every_file_of_a_folder_is_read():
    reading = read_captures(CASES / "51-folder-of-archives" / "folder")
    assert sorted(capture.file.name for capture in reading.captures) == [
        *("a.warc.gz", "b.warc.zst", "c.arc", "c2.arc.gz", "data.warc.gz"),
    ]
    assert all(b"Privacy notice" in read_response(capture).payload for capture in reading.captures)
    assert not reading.unread


@pytest.mark.parametrize("name", ["c.arc", "c2.arc.gz", "b.warc.zst", "d.wacz"])
def test_each_kind_of_file_is_read_by_itself(name):
    (capture,) = read_captures(CASES / "52-arc-message" / name).captures
    assert capture.url == "https://vendor.example/privacy"
    assert (capture.status, capture.mimetype) == ("200", "text/html")


def test_an_arc_file_gives_what_a_warc_file_does(tmp_path):
    other = b"dns:tools.example 127.0.0.1 20190101000000 text/dns 7\n1.2.3.4\n"
    (tmp_path / "a.arc").write_bytes(ARC_HEADER + arc_record(2018) + other + arc_record(2019))
    members = (ARC_HEADER, arc_record(2020), arc_record(2021, "https://tools.example/our terms"))
    (tmp_path / "b.arc.gz").write_bytes(b"".join(map(gzip.compress, members)))
    (tmp_path / "c.arc.zst").write_bytes(b"".join(map(zstd.compress, (ARC_HEADER, arc_record(2022)))))
    (tmp_path / "d.arc.gz").write_bytes(gzip.compress(ARC_HEADER + arc_record(2023) + arc_record(2024)))
    assert sorted(years(tmp_path)) == list(range(2018, 2025))
    reading = read_captures(tmp_path)
    assert reading.skipped == {"warcinfo": 4, "not of the web": 1}
    assert not reading.unread
    (spaced,) = (one for one in reading.captures if "terms" in one.url)
    assert spaced.url == "https://tools.example/our%20terms"


def test_damage_in_an_arc_file_costs_no_more_than_its_place(tmp_path):
    broken = arc_record(2019).replace(b"HTTP/1.1", b"an extra HTTP/1.1")
    (tmp_path / "a.arc").write_bytes(ARC_HEADER + arc_record(2018) + broken + arc_record(2020))
    assert years(tmp_path) == [2018, 2020]
    assert sum(read_captures(tmp_path).unread.values()) >= 1


def test_an_arc_record_with_an_impossible_date_is_named(tmp_path):
    (tmp_path / "a.arc").write_bytes(ARC_HEADER + arc_record(2018) + arc_record(2019, date="20199999999999"))
    reading = read_captures(tmp_path)
    assert [one.timestamp[:4] for one in reading.captures][:1] == ["2018"]
    assert len(reading.captures) + sum(reading.unread.values()) == 2


@pytest.mark.parametrize("packed", [False, True])
def test_the_dictionary_of_a_zstandard_file_is_used(tmp_path, packed):
    samples = [warc_bytes(tmp_path, year) + bytes([year % 256]) for year in range(1800, 2400)]
    dictionary = zstd.train_dict(samples, 4096)
    content = dictionary.dict_content
    stored = zstd.compress(content) if packed else content
    frames = [zstd.compress(warc_bytes(tmp_path, year), zstd_dict=dictionary) for year in (2018, 2019, 2020)]
    skippable = b"\x5d\x2a\x4d\x18" + struct.pack("<I", len(stored)) + stored
    (tmp_path / "a.warc.zst").write_bytes(skippable + b"".join(frames))
    assert years(tmp_path) == [2018, 2019, 2020]


def test_other_skippable_frames_are_passed_over(tmp_path):
    note = b"\x50\x2a\x4d\x18" + struct.pack("<I", 4) + b"note"
    frames = [zstd.compress(warc_bytes(tmp_path, year)) for year in (2018, 2019)]
    (tmp_path / "a.warc.zst").write_bytes(note + frames[0] + note + frames[1] + note)
    assert years(tmp_path) == [2018, 2019]


def wacz_file(path: Path, entries: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    "packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=str
)
@pytest.mark.parametrize("compress", [True, False])
def test_a_wacz_is_read_in_its_place_or_from_a_copy(tmp_path, packing, compress):
    entries = {
        "datapackage.json": b"{}",
        "indexes/index.cdx.gz": gzip.compress(b"..."),
        "archive/b.warc.gz": warc_bytes(tmp_path, 2020, 2021, compress=compress),
        "archive/a.warc.gz": warc_bytes(tmp_path, 2018, 2019, compress=compress),
    }
    wacz_file(tmp_path / "a.wacz", entries, packing)
    assert years(tmp_path) == [2018, 2019, 2020, 2021]


def test_a_collection_is_read_with_its_sub_folders(tmp_path):
    archive = tmp_path / "collections" / "policies" / "archive"
    (archive / "old").mkdir(parents=True)
    (tmp_path / "collections" / "policies" / "indexes").mkdir()
    (tmp_path / "collections" / "policies" / "indexes" / "index.cdxj").write_text("…")
    (archive / "a.warc.gz").write_bytes(warc_bytes(tmp_path, 2018, compress=True))
    (archive / "old" / "B.WARC").write_bytes(warc_bytes(tmp_path, 2019))
    assert years(tmp_path) == [2018, 2019]
    assert not read_captures(tmp_path).unread


def test_links_lead_to_each_file_once_and_never_in_a_circle(tmp_path):
    real, linked = tmp_path / "real", tmp_path / "archive"
    real.mkdir()
    linked.mkdir()
    (real / "a.warc").write_bytes(warc_bytes(tmp_path, 2018))
    (real / "up").symlink_to(tmp_path, target_is_directory=True)
    (linked / "there").symlink_to(real, target_is_directory=True)
    (linked / "again.warc").symlink_to(real / "a.warc")
    (linked / "gone.warc").symlink_to(tmp_path / "nowhere")
    reading = read_captures(linked)
    assert len(reading.captures) == 1
    (unread,) = reading.unread
    assert "gone.warc: it cannot be read" in unread


def test_what_stays_behind_is_nothing(tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    wacz_file(tmp_path / "a.wacz", {"archive/../../../x.warc": warc_bytes(tmp_path, 2018)}, zipfile.ZIP_DEFLATED)
    assert years(tmp_path / "a.wacz") == [2018]
    assert list(temporary.iterdir()) == []
    assert not (tmp_path.parent / "x.warc").exists()


# -- what is not ------------------------------------------------------------------------------------------------------
def unread(path: Path) -> str:
    """What is named as not read, with a sound file beside it."""
    (path / "sound.warc").write_bytes(warc_bytes(path, 2018))
    reading = read_captures(path)
    assert [capture.file.name for capture in reading.captures] == ["sound.warc"]
    (reason,) = reading.unread
    return reason


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.warc.bz2", b"BZh9", "its name ends in none of .warc, .warc.gz"),
        ("a.warc.gz.part", b"", "if it holds records, unpack or rename it"),
        ("a.warc", b"BZh91AY", "this is a bzip2 file, which is not read; unpack it"),
        ("a.warc.xz", b"\xfd7zXZ\0", "its name ends in none of"),
        ("a.warc.gz", b"\xfd7zXZ\0", "this is a xz file"),
        (".a.warc.gz", b"", "it holds no records"),
        ("a.warc", b"", "it holds no records"),
        ("a.warc.zst", b"\x50\x2a\x4d\x18\0\0\0\0", "it holds no records"),
        ("a.warc.gz", b"<html>Not found</html>", "something else where a record should start"),
        ("a.arc", b"filedesc://a.arc 0 2 text/plain 200 - - 0 a.arc 76\n2 0 Archive\n", "ARC file of version 2"),
        ("a.warc.zst", b"\x28\xb5\x2f\xfd" + b"\xff" * 20, "Zstandard data is damaged"),
        ("a.warc.zst", b"\x5d\x2a\x4d\x18\xff\xff\xff\x7f", "Zstandard dictionary has 2,147,483,647 bytes"),
        ("a.warc.zst", b"\x5d\x2a\x4d\x18\x04\0\0\0\x28\xb5\x2f\xfd", "Zstandard dictionary cannot be read"),
        ("a.wacz", b"PK\x03\x04 and no more", "it cannot be read as a ZIP"),
        ("a.wacz", b"PK\x05\x06" + bytes(18), "this is a ZIP file without archive files in it"),
    ],
)
def test_a_file_that_is_not_read_is_named_with_the_reason(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    (tmp_path / "._a.warc.gz").write_bytes(b"what macOS leaves")
    (tmp_path / "index.cdxj").touch()
    reason = unread(tmp_path)
    assert reason.startswith(str(tmp_path / name))
    assert said in reason


def test_a_pipe_and_a_folder_that_may_not_be_read_are_named(tmp_path):
    os.mkfifo(tmp_path / "a.warc")
    assert "a.warc: it is not a regular file" in unread(tmp_path)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: data.replace(b"PK\x03\x04", b"PK\x00\x00", 1), "the ZIP is damaged where it should be"),
        (lambda data: data[:-40] + b"\0" * 40, "cannot be read as a ZIP"),
        (lambda data: data[: len(data) // 2], "cannot be read as a ZIP"),
    ],
)
def test_a_damaged_wacz_is_named(tmp_path, damage, said):
    path = wacz_file(tmp_path / "a.wacz", {"archive/a.warc": warc_bytes(tmp_path, 2018)})
    path.write_bytes(damage(path.read_bytes()))
    assert said in unread(tmp_path)


def test_an_encrypted_entry_and_a_wacz_within_a_wacz_are_named(tmp_path):
    path = wacz_file(tmp_path / "a.wacz", {"archive/a.warc": warc_bytes(tmp_path, 2018)})
    data = bytearray(path.read_bytes())
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    path.write_bytes(data)
    assert "a.wacz/archive/a.warc: it is encrypted; unpack it" in unread(tmp_path)
    path.unlink()
    inner = wacz_file(tmp_path / "inner", {"archive/a.warc": warc_bytes(tmp_path, 2018)}).read_bytes()
    (tmp_path / "inner").unlink()
    wacz_file(path, {"x.wacz": inner})
    assert "a.wacz/x.wacz: this is a ZIP file within another; unpack it" in unread(tmp_path)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_entry_that_does_not_unpack_is_named_and_the_others_are_read(tmp_path, packing):
    entries = {"a.warc": warc_bytes(tmp_path, 2019), "b.warc": warc_bytes(tmp_path, 2020)}
    path = wacz_file(tmp_path / "a.wacz", entries, packing)
    data = bytearray(path.read_bytes())
    data[60:90] = b"?" * 30
    path.write_bytes(data)
    reading = read_captures(tmp_path)
    assert [capture.timestamp[:4] for capture in reading.captures] == ["2020"]
    (reason,) = reading.unread
    assert "a.wacz/a.warc: it cannot be unpacked" in reason


def test_an_entry_without_a_name_does_no_harm(tmp_path):
    path = wacz_file(tmp_path / "a.wacz", {"q": b"", "a.warc": warc_bytes(tmp_path, 2019)})
    data = bytearray(path.read_bytes())
    for at in (data.index(b"PK\x03\x04") + 26, data.index(b"PK\x01\x02") + 28):
        data[at : at + 4] = b"\0\0\1\0"  # the lengths of the name, and of what else is said of the entry
    path.write_bytes(data)
    assert years(path) == [2019]


def test_what_an_entry_is_called_does_no_harm(tmp_path):
    name = "archive/\x1b[2J\n\u202e" + "x" * 3000 + ".warc"
    wacz_file(tmp_path / "a.wacz", {name: b"no records"})
    reason = unread(tmp_path)
    assert reason.isprintable()
    assert len(reason) < 1000


def test_everything_that_is_not_read_is_in_the_log(tmp_path, caplog):
    (tmp_path / "a.warc.bz2").write_bytes(b"BZh9")
    WarcFile(tmp_path / "b.warc").other("invented")
    (tmp_path / "sound.warc").write_bytes(warc_bytes(tmp_path, 2018))
    with caplog.at_level(logging.WARNING):
        read_captures(tmp_path)
    said = [record.getMessage() for record in caplog.records]
    assert any("a.warc.bz2: its name ends in none of" in line for line in said)
    assert f"Not read: {tmp_path / 'b.warc'}: record of an unknown type (1 ×). All else in the archive is." in said


def test_the_log_has_an_end(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(captures, "_MOST_NAMED", 2)
    for name in "abcde":
        (tmp_path / f"{name}.warc").write_bytes(b"no record")
    (tmp_path / "sound.warc").write_bytes(warc_bytes(tmp_path, 2018))
    with caplog.at_level(logging.WARNING):
        read_captures(tmp_path)
    assert [record.getMessage()[:16] for record in caplog.records] == ["Not read: " + str(tmp_path)[:6]] * 2 + [
        "Not read: 3 more"
    ]


def test_an_archive_of_which_nothing_is_read_is_an_error_that_names_why(tmp_path):
    (tmp_path / "a.warc").write_bytes(b"BZh91AY")
    with pytest.raises(ArchiveFilesError, match=r"holds no capture .*bzip2 file, which is not read; unpack it"):
        read_captures(tmp_path)


# -- bounds -----------------------------------------------------------------------------------------------------------
def test_a_folder_beyond_all_measure_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(finding, "MAX_ENTRIES", 10)
    for number in range(12):
        (tmp_path / f"{number}.txt").touch()
    with pytest.raises(ArchiveFilesError, match="more than 10 files and folders"):
        read_captures(tmp_path)


def test_a_wacz_that_unpacks_beyond_all_measure_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_COPIES", 1 << 20)
    wacz_file(tmp_path / "a.wacz", {"archive/a.warc": bytes(2 << 20)}, zipfile.ZIP_DEFLATED)
    assert "a.wacz/archive/a.warc: it has to be unpacked" in unread(tmp_path)


def test_a_wacz_whose_list_is_beyond_all_measure_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(wacz, "_MAX_LIST", 1000)
    wacz_file(tmp_path / "a.wacz", {f"{number}.warc": b"" for number in range(100)})
    assert "its list of entries is larger than" in unread(tmp_path)


def test_a_wacz_whose_entries_overlap_is_refused(tmp_path):
    path = wacz_file(tmp_path / "a.wacz", {"a.warc": warc_bytes(tmp_path, 2018) * 9, "b.warc": b""})
    data = path.read_bytes()
    first, second = data.index(b"PK\x01\x02"), data.rindex(b"PK\x01\x02")
    sizes = data[first + 20 : first + 28]  # the second entry says that it is the first, once more
    path.write_bytes(data[: second + 20] + sizes + data[second + 28 : second + 42] + bytes(4) + data[second + 46 :])
    assert "its entries overlap, as in a ZIP bomb" in unread(tmp_path)


@pytest.mark.slow
def test_a_zstandard_bomb_is_given_up(tmp_path):
    head = b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 99999999999\r\n\r\n"
    (tmp_path / "a.warc.zst").write_bytes(zstd.compress(head + bytes(1 << 30)))
    assert "it is a bomb" in unread(tmp_path)


# -- fuzzing ----------------------------------------------------------------------------------------------------------
def _sound(folder: Path) -> dict[str, bytes]:
    entries = {"archive/a.warc.gz": warc_bytes(folder, 2018, compress=True), "archive/b.warc": warc_bytes(folder, 2019)}
    dictionary = zstd.ZstdDict(b"We keep the slip of an order of " * 8, is_raw=True)
    packed = zstd.compress(warc_bytes(folder, 2018), zstd_dict=dictionary)
    return {
        "a.wacz": wacz_file(folder / "made", entries).read_bytes(),
        "b.wacz": wacz_file(folder / "made", entries, zipfile.ZIP_DEFLATED).read_bytes(),
        "a.arc": ARC_HEADER + arc_record(2018) + arc_record(2019),
        "a.arc.gz": b"".join(map(gzip.compress, (ARC_HEADER, arc_record(2018), arc_record(2019)))),
        "a.warc.zst": zstd.compress(warc_bytes(folder, 2018)) + zstd.compress(warc_bytes(folder, 2019)),
        "b.warc.zst": b"\x5d\x2a\x4d\x18" + struct.pack("<I", 8) + b"\x37\xa4\x30\xec1234" + packed,
    }


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return _sound(tmp_path_factory.mktemp("sound"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    st.sampled_from(["a.wacz", "b.wacz", "a.arc", "a.arc.gz", "a.warc.zst", "b.warc.zst"]),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255), st.sampled_from("=+-")), min_size=1, max_size=6),
)
def test_no_damage_is_a_traceback(tmp_path, sound, name, changes):
    data = bytearray(sound[name])
    for position, byte, how in changes:
        at = position % len(data)
        if how == "=":
            data[at] = byte
        elif how == "+":
            data.insert(at, byte)
        else:
            del data[at : at + byte]
            data = data or bytearray(b"x")
    (tmp_path / name).write_bytes(data)
    with suppress(ArchiveFilesError):
        for capture in read_captures(tmp_path / name).captures:
            with suppress(UnreadableRecordError):
                read_response(capture)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18", ARC_HEADER, VERSION]),
    st.binary(max_size=400),
)
def test_nothing_is_a_traceback(tmp_path, begin, data):
    (tmp_path / "a.wacz").write_bytes(begin + data)
    with suppress(ArchiveFilesError):
        read_captures(tmp_path)
