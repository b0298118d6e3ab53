"""``serve`` says what is wrong with a file, a port or an option before it serves anything, and ends with 1."""

import argparse
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from scrapy.settings import Settings
from sqlite_utils import Database

from crawler.commands.serve import Command
from pipelines.corpus import Corpus
from pipelines.corpus.schema import migrations

NOWHERE = ["--host", "192.0.2.1"]  # where no machine may listen: so nothing is served, once all else is well


def serve(capsys: pytest.CaptureFixture[str], *given: object, **settings: object) -> str:
    """What the command says that cannot serve."""
    command = Command()
    command.settings = Settings()
    command.settings.setmodule("crawler.settings")
    command.settings.setdict(settings, priority="cmdline")
    command.given = {}
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    opts, args = parser.parse_known_args([*map(str, given), *([] if "--port" in given else NOWHERE)])
    command.run(args, opts)
    said = capsys.readouterr()
    assert (command.exitcode, said.out) == (1, "")
    return said.err


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty corpus in a folder of its own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    Corpus(tmp_path / "shops.db").close()
    return Path("shops.db")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "x.db: there is no such file. Expected a corpus"),
        (b"", "x.db: the file is empty. Expected a corpus"),
        (b"# Privacy policy\n" * 99, "x.db: cannot be used as a corpus (file is not a database)."),
    ],
)
def test_a_file_that_is_no_corpus_is_named(
    corpus: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, said: str
) -> None:
    if content is not None:
        Path("x.db").write_bytes(content)
    assert serve(capsys, corpus, "x.db").startswith(said)


def test_a_database_of_something_else_is_refused(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect("x.db")) as conn:
        conn.execute("CREATE TABLE policies (id INTEGER)")
    said = serve(capsys, corpus, "x.db")
    assert said.startswith("x.db: cannot be opened as a corpus (it is a database of something else). Expected a SQLite")
    assert said.endswith("or name another file.\n")


def test_a_folder_is_no_corpus(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("folder.db").mkdir()
    assert serve(capsys, "folder.db").startswith("folder.db: there is no such file.")


def test_without_a_file_it_says_what_to_do(tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert serve(capsys).startswith("There is no corpus at output/corpus.db. Make one (scrapy demo, scrapy crawl")
    Corpus(Path("output/demo/corpus.db")).close()
    assert serve(capsys, CORPUS_DB="mine.db").startswith("mine.db: there is no such file.")
    assert serve(capsys).startswith(
        "--host 192.0.2.1 --port 8001: nothing can listen there"
    )  # the demo's would be served


@pytest.mark.parametrize("port", ["99999", "-1", "http", "8001a", "٣"])
def test_a_port_is_a_number(corpus: Path, capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert serve(capsys, corpus, f"--port={port}", "--port", port).startswith(
        f"--port {port}: expected a number from 0"
    )


def test_a_port_that_another_program_has_is_named(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = serve(capsys, corpus, "--port", port)
    assert said.startswith(f"--host 127.0.0.1 --port {port}: nothing can listen there (Address already in use")
    assert "--port 0 for any that is free" in said


@pytest.mark.parametrize("path", ["policies", "/policies", "https://site.example/policies/", "//", "/a b/"])
def test_a_base_url_is_a_path(corpus: Path, capsys: pytest.CaptureFixture[str], path: str) -> None:
    assert serve(capsys, corpus, "--base-url", path) == f"--base-url {path}: expected a path like /policies/.\n"


def test_options_that_there_are_not_are_refused(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(capsys, corpus, "--imutable").startswith("--imutable: no such option. Usage: scrapy serve [FILE.db …]")


def test_a_file_given_twice_is_named(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there are two files of this name in one folder, or it is given twice" in serve(capsys, corpus, corpus)


def test_what_a_writer_left_is_not_passed_over(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Corpus(corpus) as open_corpus:
        open_corpus.db.execute("INSERT INTO policies (vendor, type) VALUES ('shop.example', 'privacy policy')")
        open_corpus.db.conn.commit()
        said = serve(capsys, corpus, "--immutable")
    assert said.startswith("shops.db: a program writes to the corpus, or left something beside it")


def test_an_older_corpus_is_brought_up_to_date_unless_nobody_may_write_it(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(Database("old.db")) as db:
        newest = migrations.pending(db)[-1].name
        migrations.apply(db, stop_before=newest)
    before = Path("old.db").read_bytes()
    assert serve(capsys, "old.db", "--immutable").startswith("old.db: an older version made this corpus. Leave out")
    assert Path("old.db").read_bytes() == before
    assert serve(capsys, "old.db").startswith("--host 192.0.2.1")
    with Corpus.as_it_is(Path("old.db")) as opened:
        assert not opened.is_outdated
