"""Files come from machines whole, in pieces, and only to where they belong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler.cluster import transport
from crawler.cluster.batches import Batch, Outcome, Request
from crawler.errors import ClusterError
from crawler.model import Policy

POLICIES = (Policy("a.example", "privacy policy", ("https://a.example/p",)),)


class _Client:
    """A machine that is this one."""

    def __init__(self) -> None:
        self.largest = 0

    def run(self, function: Callable[..., Any], *given: Any, workers: list[str]) -> dict[str, Any]:
        answer = function(*given)
        self.largest = max(self.largest, len(answer or b""))
        return {workers[0]: answer}


def batch(through: Path | None = None) -> Batch:
    request = Request((), (), "http://a.example", None, True, "us/1", "topic", str(through) if through else None)
    return Batch(1, POLICIES, request)


def there(folder: Path, files: dict[str, bytes]) -> Outcome:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Outcome(0, "", False, "m", "tcp://m", str(folder), tuple((name, len(data)) for name, data in files.items()))


FILES = {"corpus.db": bytes(range(256)) * 40, "warc/a.warc.gz": b"abc", "warc/empty.warc.gz": b""}


@pytest.mark.parametrize("shared", [False, True])
def test_files_arrive_as_they_were_and_nothing_stays(tmp_path, monkeypatch, shared):
    monkeypatch.setattr(transport, "_CHUNK", 1000)
    sent = batch(tmp_path / "shared" if shared else None)
    client = _Client()
    outcome = there(tmp_path / "there", FILES)
    transport.send(sent, tmp_path / "there", outcome.files)
    transport.fetch(client, sent, outcome, tmp_path / "here")
    assert {name: (tmp_path / "here" / name).read_bytes() for name in FILES} == FILES
    assert client.largest <= 1000
    transport.forget(client, sent, outcome)
    assert not (tmp_path / "there").exists()
    transport.clear(sent.request)
    assert not any(path for path in (tmp_path / "shared").rglob("*"))


@pytest.mark.parametrize("address", ["nonsense://bucket/folder", "{folder}/file/below"])
def test_an_address_that_cannot_be_used_is_named(tmp_path, address):
    (tmp_path / "file").touch()
    through = address.format(folder=tmp_path)
    with pytest.raises(ClusterError, match="nothing can be written there"):
        transport.prepare(replace(batch().request, through=through))


@pytest.mark.parametrize("shared", [False, True])
def test_what_is_known_goes_to_the_machine(tmp_path, shared):
    sent = batch(tmp_path / "shared" if shared else None)
    (tmp_path / "known.db").write_bytes(FILES["corpus.db"])
    carried = transport.send_known(sent, tmp_path / "known.db")
    assert (carried is None) == shared
    transport.receive_known(sent, carried, tmp_path / "received.db")
    assert (tmp_path / "received.db").read_bytes() == FILES["corpus.db"]


def test_a_file_that_is_shorter_than_it_was_said_to_be_is_not_taken_for_whole(tmp_path):
    outcome = there(tmp_path / "there", {"corpus.db": b"1234"})
    (tmp_path / "there" / "corpus.db").write_bytes(b"12")
    with pytest.raises(OSError, match="ends at 2 of 4 bytes"):
        transport.fetch(_Client(), batch(), outcome, tmp_path / "here")


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "warc/../../evil", "other/warc/evil"])
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    (tmp_path / "a" / "b").mkdir(parents=True)
    here = tmp_path / "a" / "b" / "here"
    transport.fetch(_Client(), batch(), Outcome(0, "", False, "m", "tcp://m", "/", ((name, 0),)), here)
    assert all(path.is_relative_to(here) for path in tmp_path.rglob("evil"))
