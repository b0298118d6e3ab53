"""Of a hundred thousand things that are refused, the first are named; all are counted by reason."""

import logging
from importlib import import_module

from reading import run

from crawler.first_named import NAMED

Import = import_module("crawler.commands.import").Command
MANY = 1_000


def test_an_import_names_the_first_refusals_and_counts_all_by_reason(tmp_path, capsys, caplog):
    texts = tmp_path / "texts.jsonl"
    texts.write_text("{}\n" * MANY + "[]\n" * MANY)
    with caplog.at_level(logging.DEBUG, "crawler"):
        assert run(Import, tmp_path / "corpus.db", str(texts), format="jsonl", services=None, output=None) == 1
    said = capsys.readouterr()
    assert said.err.count("refused: ") == NAMED
    assert f"And {2 * MANY - NAMED:,} more, which -s LOG_LEVEL=DEBUG names.\n" in said.err
    assert f"{MANY} refused: not a JSON object" in said.out
    assert f"{texts}, line {2 * MANY}: refused: not a JSON object" in caplog.text
