"""Every file of phrases says by examples what its patterns mean and what they do not; each example is tried here."""

import re
import tomllib
from pathlib import Path

import pytest

from crawler.extraction.rejection.evidence import fold
from crawler.text.phrases import load_phrases

CRAWLER = Path(__file__).parents[2] / "crawler"
PATHS = [path for path in sorted(CRAWLER.rglob("*.toml")) if path.name != "rules.toml"]
FLAGS = {"lists.toml": re.IGNORECASE | re.MULTILINE, "phrases.toml": 0, "names.toml": re.IGNORECASE | re.VERBOSE}


def examples(key: str) -> list[object]:
    return [
        pytest.param(phrase, fold(text) if path.name == "phrases.toml" else text, id=f"{name}: {text}")
        for path in PATHS
        for name, phrase in load_phrases(path, FLAGS[path.name]).items()
        for text in tomllib.loads(path.read_text("utf-8"))[name][key]
    ]


@pytest.mark.parametrize(("phrase", "text"), examples("is"))
def test_a_phrase_is_found_in_what_it_is(phrase, text):
    assert phrase.search(text)


@pytest.mark.parametrize(("phrase", "text"), examples("is_not"))
def test_a_phrase_is_not_found_in_what_it_is_not(phrase, text):
    assert not phrase.search(text)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ('[hello]\nen = "hello"\nis = ["hello"]', "hello: expected examples"),
        ('[hello]\nen = "hello"\nis_not = ["bye"]', "hello: expected examples"),
        ('[hello]\nis = ["hello"]\nis_not = ["bye"]', "hello: expected a pattern"),
        ('[hello]\nxx = "hello"\nis = ["hello"]\nis_not = ["bye"]', "hello: unknown key 'xx'"),
    ],
)
def test_a_phrase_that_is_not_whole_is_refused(tmp_path, file, message):
    path = tmp_path / "phrases.toml"
    path.write_text(file, "utf-8")
    with pytest.raises(ValueError, match=message):
        load_phrases(path)


def test_languages_are_alternatives(tmp_path):
    path = tmp_path / "phrases.toml"
    path.write_text('[hello]\nde = ["hallo", "moin"]\nen = "hello"\nis = ["hallo"]\nis_not = ["bye"]', "utf-8")
    assert load_phrases(path)["hello"].patterns == ("hello", "hallo", "moin")
