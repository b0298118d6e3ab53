"""``scrapy export``, ``changes`` and ``import`` as users run them: what they say, and how they exit."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def corpus(sample_crawl, tmp_path_factory) -> Path:
    """A corpus in a folder of its own, since exports stand beside it."""
    return Path(shutil.copy(sample_crawl.run.corpus, tmp_path_factory.mktemp("corpus")))


@pytest.fixture
def scrapy(corpus):
    """Run a command on the sample's corpus. However it ends, it ends without a traceback and without a log."""

    def run(*given: str, corpus: Path = corpus) -> subprocess.CompletedProcess[str]:
        state = f"STATE_DIR={corpus.parent}/state"
        command = [sys.executable, "-m", "scrapy", *given, "-s", f"CORPUS_DB={corpus}", "-s", state]
        environment = os.environ | {"PYTHONIOENCODING": "utf-8", "TERM": "dumb"}
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env=environment
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert "INFO" not in done.stderr
        return done

    return run


def test_changes_are_shown_with_the_sentences_that_changed(scrapy):
    done = scrapy("changes", "--since", "2024-08", "-a", "vendor=harbourlight.example")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == ("harbourlight.example privacy policy changed between 2023-12-27 and 2024-08-04, +46 −3 words")
    assert lines[1].startswith("https://")
    assert lines[2] == "  Your photographs"  # the heading; a sentence that came is told before another date
    assert lines[3].startswith("  + ")
    dates = lines.index("  - Last updated: 11 January 2021.")
    assert lines[dates + 1] == "  + Last updated: 8 April 2024."
    assert re.fullmatch(r"  (\d) of \1 changed sentences", lines[-2])


def test_changes_as_json_lines(scrapy):
    done = scrapy("changes", "--since", "2022", "--until", "2023", "--json")
    assert done.returncode == 0
    changes = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(changes) > 5
    assert [change["first_captured"] for change in changes] == sorted(change["first_captured"] for change in changes)
    assert {change["first_captured"][:4] for change in changes} == {"2022", "2023"}
    assert all(change["before"] != change["document"] and change["sentences"] for change in changes)
    for change in changes:
        assert len(change["sentences"]) == len(change["places"]) == change["changed_sentences"]
        assert change["kind"] in {"words", "links", "renumbered", "dates", "casing", "punctuation", "moved"}
        for pieces, place in zip(change["sentences"], change["places"], strict=True):
            assert "".join(text for op, text in pieces if op != "-") == (place["after"] or "")
            assert {"kind", "words", "heading"} < place.keys()


def test_what_policies_said_on_a_day_is_shown(scrapy):
    done = scrapy("changes", "--on", "2018-12-01", "-a", "vendor=harbourlight.example")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "privacy policy on 2018-12-01 said either this text, seen last on 2018-05-07" in done.stdout
    assert any(line.startswith("or this one, seen first on 2019-02-11") for line in lines)
    rows = [json.loads(line) for line in scrapy("changes", "--on", "2018-12-01", "--json").stdout.splitlines()]
    (row,) = [row for row in rows if (row["vendor"], row["type"]) == ("harbourlight.example", "privacy policy")]
    assert (row["held"], len(row["texts"])) == ("either of them", 2)


def test_that_there_are_none_is_no_failure(scrapy):
    done = scrapy("changes", "--since", "2030")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("No policy changed since 2030, as far as ")


def test_what_is_new_is_what_was_found_since_the_last_look(scrapy, corpus, tmp_path):
    mine = Path(shutil.copy(corpus, tmp_path / "corpus.db"))
    everything = scrapy("changes", "--since", "1990", "--json", corpus=mine).stdout
    of_one = scrapy("changes", "--new", "--json", "-a", "vendor=gruenwald.example", corpus=mine)
    assert of_one.returncode == 0
    assert "the first look" in of_one.stderr
    rest = scrapy("changes", "--new", "--json", corpus=mine)
    told = [*of_one.stdout.splitlines(), *rest.stdout.splitlines()]
    assert sorted(told) == sorted(everything.splitlines())
    assert of_one.stdout
    assert rest.stdout
    again = scrapy("changes", "--new", corpus=mine)
    assert (again.returncode, again.stdout) == (0, "")
    assert again.stderr.startswith("Nothing new in ")


def test_a_corpus_that_cannot_be_written_serves_as_well(scrapy, corpus, tmp_path):
    mine = Path(shutil.copy(corpus, tmp_path / "corpus.db"))
    before = mine.read_bytes()
    (tmp_path / "state").mkdir(mode=0o777)
    (tmp_path / "state").chmod(0o777)
    mine.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        done = [scrapy("changes", "--new", corpus=mine) for _ in range(2)]
        exported = scrapy("export", "jsonl", "--output", "-", corpus=mine)
    finally:
        tmp_path.chmod(0o755)
    assert [one.returncode for one in done] == [0, 0], done
    assert done[0].stdout
    assert not done[1].stdout
    assert exported.returncode == 0
    assert exported.stdout
    assert mine.read_bytes() == before


def test_where_a_look_cannot_be_remembered_it_says_so(scrapy, corpus, tmp_path):
    mine = Path(shutil.copy(corpus, tmp_path / "corpus.db"))
    (tmp_path / "state").write_text("")
    done = scrapy("changes", "--new", corpus=mine)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("So it cannot be remembered how far you have looked.\n")


def test_json_lines_go_to_standard_output_and_nothing_else_does(scrapy):
    done = scrapy("export", "jsonl", "--output", "-")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert {"vendor", "type", "body"} <= json.loads(lines[0]).keys()
    assert done.stderr == f"{len(lines)} revisions: standard output\n"


def test_a_first_text_is_no_change(scrapy, corpus):
    everything = scrapy("changes", "--since", "1990", "--json").stdout.splitlines()
    exported = scrapy("export", "jsonl", "--output", str(corpus.parent / "all.jsonl"))
    policies = 8
    assert exported.stdout.startswith(f"{len(everything) + policies} revisions: ")


def test_an_export_stands_beside_the_corpus(scrapy, corpus):
    done = scrapy("export", "tree", "-a", "vendor=gruenwald.example")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"1 documents: {corpus.parent}/corpus-gruenwald.example-tree\n"
    assert (corpus.parent / "corpus-gruenwald.example-tree/g/gr/gru/gruenwald.example.md").is_file()


def test_an_import_says_what_came_of_it(scrapy, tmp_path):
    scrapy("export", "ota-dataset", "--output", str(tmp_path / "x.zip"))
    done = scrapy("import", str(tmp_path / "x.zip"), "--format", "ota", corpus=tmp_path / "new.db")
    assert done.returncode == 0, done.stderr
    assert "snapshots added to 8 policies, 0 were there already; 0 texts refused." in done.stdout


def test_an_export_says_which_texts_it_leaves_out(scrapy, tmp_path):
    scrapy("export", "ota-dataset", "--output", str(tmp_path / "x.zip"))
    scrapy("import", str(tmp_path / "x.zip"), "--format", "ota", corpus=tmp_path / "new.db")
    done = scrapy("export", "tree", corpus=tmp_path / "new.db")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"0 documents: {tmp_path}/new-tree",
        "8 imported texts left out: this format cites captures, and no capture shows them.",
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["export"], "Expected one format"),
        (["export", "pdf"], "pdf: no such format. Expected one format: scrapy export jsonl|parquet"),
        (["export", "jsonl", "-a", "vendor=gruenwald.exampel"], "Did you mean gruenwald.example?"),
        (["export", "jsonl", "-a", "since=2001"], "no such argument. Expected one of vendor."),
        (["export", "jsonl", "--output", "/proc/nowhere/x"], "cannot be written"),
        (["export", "git", "--output", "-"], "git cannot be written to standard output, only jsonl can; give a path."),
        (["export", "parquet", "--output", "-"], "only jsonl can"),
        (["export", "jsonl", "-a", "vendor=a.example", "-a", "vendor=a.example"], "-a vendor is given 2 times"),
        (["export", "jsonl", "-a", "vendor"], "NAME=VALUE"),
        (["changes"], "Expected a period, --new or --on"),
        (["changes", "--until", "2020"], "Expected a period, --new or --on"),
        (["changes", "--new", "--since", "2020"], "Expected a period, --new or --on"),
        (["changes", "--since", "yesterday"], "expected a date"),
        (["changes", "--on", "2019-05"], "expected a day: YYYY-MM-DD"),
        (["changes", "--on", "2019-05-01", "--since", "2019"], "give one of the two"),
        (["changes", "--since", "2020", "--until", "2019"], "nothing lies between"),
        (["import", "/nowhere", "--format", "ota"], "expected a versions repository"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_a_sentence_and_exit_1(scrapy, given, said):
    done = scrapy(*given)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["export", "nonsense"], "nonsense: no such format"),
        (["export", "tree", "--output", "-"], "cannot be written to standard output"),
        (["changes", "--on", "2019"], "expected a day"),
        (["changes", "--since", "2020-1"], "expected a date"),
        (["changes", "--since", "2020", "nonsense"], "nonsense: not expected"),
        (["candidates", "nonsense"], "nonsense: not expected"),
        (["candidates", "--accept", "https://a.example", "--refuse", "https://a.example"], "give it once"),
        (["reextract", "nonsense"], "nonsense: not expected"),
        (["trends", "--length", "--ease"], "Expected phrases, --length or --ease"),
        (["trends", "a" * 2000], "expected a phrase of at most"),
        (["import", "--format", "jsonl"], "Expected one place to import from"),
        (["serve", "--port", "nonsense"], "expected a number"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else "",
)
def test_what_no_corpus_would_mend_is_named_before_the_corpus_that_is_missing(scrapy, tmp_path, given, said):
    done = scrapy(*given, corpus=tmp_path / "none.db")
    assert done.returncode == 1
    assert said in done.stderr
    assert "corpus" not in done.stderr.partition("Usage")[0].replace(str(tmp_path), "")
    assert not (tmp_path / "none.db").exists()


def test_without_a_corpus_there_is_nothing_to_ask(scrapy, tmp_path):
    done = scrapy("changes", "--since", "2020", corpus=tmp_path / "none.db")
    assert done.returncode == 1
    assert "there is no corpus" in done.stderr
    assert not (tmp_path / "none.db").exists()


CASES = ROOT / "tests" / "cases" / "59-documents-with-crlf"


def test_an_import_names_each_refused_text_and_says_that_it_is_not_whole(scrapy, tmp_path):
    done = scrapy("import", str(CASES), "--format", "tree", corpus=tmp_path / "corpus.db")
    assert done.returncode == 2
    assert (
        "9 texts read: 8 snapshots added to 8 policies, 1 were there already" in done.stdout
    )  # one is there in two forms
    assert f'{CASES / "ip-vendor.md"}: refused: the service "1.1.1.1" is not a domain\n' in done.stderr
    assert "3 texts were refused, as named above; the others are in the corpus." in done.stderr


def test_an_import_of_which_all_is_refused_has_failed(scrapy, tmp_path):
    (tmp_path / "one.md").write_text("# Privacy\n")
    done = scrapy("import", str(tmp_path), "--format", "tree", corpus=tmp_path / "corpus.db")
    assert done.returncode == 1
    assert "1 text was refused, as named above; nothing was imported." in done.stderr
