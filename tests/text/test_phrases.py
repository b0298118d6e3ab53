"""Every file of phrases says by examples what its patterns mean and what they do not; each example is tried here."""

import re
import tomllib
from pathlib import Path

import pytest

from crawler.extraction.rejection.evidence import fold
from crawler.text.phrases import Phrase, load_phrases, patterns_of

CRAWLER = Path(__file__).parents[2] / "crawler"
FLAGS = {
    "lists.toml": re.IGNORECASE | re.MULTILINE,
    "names.toml": re.IGNORECASE | re.VERBOSE,
    "phrases.toml": 0,
    "stamps.toml": re.IGNORECASE,
}
PLAIN = CRAWLER / "discovery"  # its files have words, and no patterns
OTHERS = {"rules.toml", "readability.toml", "template.toml"}  # have no phrases, and tests of their own
FILES = [path for path in sorted(CRAWLER.rglob("*.toml")) if path.name not in OTHERS and path.parent != PLAIN]
RECORDS = [(path, *item) for path in FILES for item in tomllib.loads(path.read_text("utf-8")).items()]


def seen(path: Path, texts: list[str]) -> list[str]:
    """Return examples as the phrases of a file see them."""
    return list(map(fold, texts)) if path.name == "phrases.toml" else texts


def examples(key: str) -> list[object]:
    return [
        pytest.param(load_phrases(path, FLAGS[path.name])[name], text, id=f"{name}: {text}")
        for path, name, record in RECORDS
        for text in seen(path, record[key])
    ]


@pytest.mark.parametrize(("phrase", "text"), examples("is"))
def test_a_phrase_is_found_in_what_it_is(phrase, text):
    assert phrase.search(text)


@pytest.mark.parametrize(("phrase", "text"), examples("is_not"))
def test_a_phrase_is_not_found_in_what_it_is_not(phrase, text):
    assert not phrase.search(text)


@pytest.mark.parametrize(("path", "name", "record"), RECORDS)
def test_every_language_has_an_example(path, name, record):
    for language in record.keys() - {"what", "is", "is_not"}:
        patterns = patterns_of({key: record[key] for key in (language, "is", "is_not")}, ("is", "is_not"), name)
        phrase = Phrase(patterns, FLAGS[path.name])
        assert any(map(phrase.search, seen(path, record["is"]))), language


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
