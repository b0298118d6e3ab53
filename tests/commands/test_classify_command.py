"""``scrapy classify``: JSON lines in, JSON lines out; a bad line is named, the others are answered."""

import json
from argparse import Namespace

import pytest

from crawler.commands.classify import Command

POLICY = (
    "Privacy Policy\nLast updated 2 May.\nThis policy describes how we collect and use your personal information when "
    "you use our services. We collect your name and e-mail address. You may contact us to delete your data."
)


def run(jsonl: str | None) -> int:
    command = Command()
    command.run([], Namespace(jsonl=jsonl))
    return command.exitcode


def test_texts_are_answered_line_by_line(tmp_path, capsys):
    file = tmp_path / "texts.jsonl"
    file.write_text(json.dumps({"id": "a", "text": POLICY}) + "\n\n" + json.dumps({"id": 2, "text": ""}) + "\n")
    assert run(str(file)) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["id"], first["type"], first["language"]) == ("a", "Privacy Policy", "en")
    assert 0.5 < first["score"] <= 1
    assert second == {"id": 2, "type": None, "score": 0.0, "language": None}


def test_a_bad_line_is_named_and_the_others_are_answered(tmp_path, capsys):
    file = tmp_path / "texts.jsonl"
    file.write_text("\n".join(["{", json.dumps({"id": 1}), json.dumps({"id": 2, "text": POLICY})]))
    assert run(str(file)) == 2
    told = capsys.readouterr()
    assert json.loads(told.out)["id"] == 2
    assert [line.removeprefix(f"{file}, ").partition(".")[0] for line in told.err.splitlines()] == [
        "line 1: no JSON",
        "line 2: it has no 'text'",
    ]


@pytest.mark.parametrize(("file", "said"), [(None, "Expected a file of texts"), ("/nowhere.jsonl", "cannot be read")])
def test_what_cannot_be_done_is_a_sentence(file, said):
    with pytest.raises(SystemExit, match=said):
        run(file)
