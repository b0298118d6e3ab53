"""What is no regular file is refused in a sentence, wherever a user names a file: reading a pipe may never begin."""

import os
import socket
from argparse import Namespace
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from reading import run

from crawler.commands.links import Command as Links
from crawler.commands.merge import Command as Merge
from crawler.domains import domains
from crawler.errors import ArgumentError, FormatError, PolicytrailError, VendorsFileError
from crawler.local_archive.finding import find_files
from crawler.vendors import load
from crawler.whole_files import whole_file
from output.formats.table import READABLE, read

Import = import_module("crawler.commands.import").Command


@pytest.fixture(params=["pipe", "socket", "device"])
def irregular(request, tmp_path, monkeypatch) -> Iterator[Callable[[str], Path]]:
    """Makes something of a name that is no regular file."""
    opened = []
    monkeypatch.chdir(tmp_path)

    def make(name: str) -> Path:
        path = Path(name)
        if request.param == "pipe":
            os.mkfifo(path)
        elif request.param == "socket":
            opened.append(socket.socket(socket.AF_UNIX))
            opened[-1].bind(name)
        else:
            path.symlink_to("/dev/zero")
        return path

    yield make
    for one in opened:
        one.close()


@pytest.mark.parametrize("form", READABLE)
def test_an_import_refuses_it(irregular, form):
    with pytest.raises(FormatError, match=r"^t\.x: "):
        list(read(form, irregular("t.x"), None))


def test_a_services_file_refuses_it(irregular):
    with pytest.raises(FormatError, match=r"^s\.toml: .*no regular file"):
        list(read("jsonl", Path("t.jsonl"), irregular("s.toml")))


@pytest.mark.parametrize("name", ["v.toml", "v.csv"])
def test_a_vendors_file_refuses_it(irregular, name):
    with pytest.raises(VendorsFileError, match="this is not a file"):
        load(irregular(name))


def test_a_file_of_domains_refuses_it(irregular):
    irregular("domains.txt")
    with pytest.raises(ArgumentError, match=r"-a domains=domains\.txt: this is no regular file"):
        domains("domains.txt")


def test_archive_files_refuse_it(irregular):
    with pytest.raises(PolicytrailError, match="not a regular file"):
        find_files(irregular("a.warc"))


def test_json_lines_to_answer_refuse_it(irregular):
    command = Links()
    with pytest.raises(SystemExit, match=r"^lines: cannot be read \(it is no regular file, but a "):
        command.run([], Namespace(jsonl=str(irregular("lines"))))


def test_a_merge_refuses_it(irregular, tmp_path, capsys):
    assert run(Merge, tmp_path / "all.db", str(irregular("other.db"))) == 1
    assert "other.db: there is no corpus to merge" in capsys.readouterr().err


def test_a_corpus_refuses_it(irregular, tmp_path, capsys):
    assert run(Import, tmp_path / irregular("corpus.db"), "x", format="jsonl", services=None, output=None) == 1
    assert "corpus.db: " in capsys.readouterr().err


def test_nothing_takes_its_place(irregular):
    path = irregular("out")
    before = path.lstat()
    with pytest.raises(OSError, match="no regular file"), whole_file(path):
        pass
    assert path.lstat().st_ino == before.st_ino
