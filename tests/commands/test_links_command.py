"""``scrapy links``: JSON lines in, JSON lines out; a bad line is named, the others are answered."""

import io
import json
import sys
from argparse import Namespace

import pytest

from crawler.commands.links import Command

PAGE = {"id": 7, "url": "https://shop.example/", "html": '<footer><a href="/privacy">Privacy Policy</a></footer>'}


def run(jsonl: str | None) -> int:
    command = Command()
    command.run([], Namespace(jsonl=jsonl))
    return command.exitcode


def test_pages_are_answered_line_by_line(tmp_path, capsys):
    file = tmp_path / "pages.jsonl"
    file.write_text(json.dumps(PAGE) + "\n\n" + json.dumps({**PAGE, "id": "b", "html": ""}) + "\n")
    assert run(str(file)) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["id"] == 7
    assert [(link["url"], link["type"]) for link in first["links"]] == [
        ("https://shop.example/privacy", "Privacy Policy")
    ]
    assert 0.5 < first["links"][0]["score"] <= 1
    assert second == {"id": "b", "links": []}


def test_a_bad_line_is_named_and_the_others_are_answered(monkeypatch, capsys):
    lines = "\n".join(["{", json.dumps({"id": 1}), json.dumps({**PAGE, "url": 3}), json.dumps(PAGE), "[1]"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert run("-") == 2
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 1
    assert [line.partition(".")[0] for line in told.err.splitlines()] == [
        "-, line 1: no JSON",
        "-, line 2: it has no 'url'",
        "-, line 3: 'url' is no string",
        "-, line 5: it has no 'id'",
    ]


@pytest.mark.parametrize(("file", "said"), [(None, "Expected a file of pages"), ("/nowhere.jsonl", "cannot be read")])
def test_what_cannot_be_done_is_a_sentence(file, said):
    with pytest.raises(SystemExit, match=said):
        run(file)
