"""Reads a corpus in every way that there is, with each command and on each kind of page, and writes copies of it.

Run as a script, it writes into a file what came of it, for a test that has to bound its time and memory.
"""

import asyncio
import json
import logging
import shutil
import sys
from argparse import Namespace
from importlib import import_module
from pathlib import Path

# Where the project and the tests' helpers are, when this is run as a script: `tests/pipelines` must not come first.
sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from crawling import SAMPLE, run_crawl
from scrapy.settings import Settings
from serving import serve
from strangers import SCRIPT

from crawler.commands.changes import Command as Changes
from crawler.commands.export import Command as Export
from crawler.commands.merge import Command as Merge
from crawler.commands.reextract import Command as Reextract

Import = import_module("crawler.commands.import").Command


def run(kind: type, corpus: Path, *args: str, **options: object) -> int:
    """Run a command in this process; whatever is not a sentence of the command's is raised. Returns its exit status."""
    command = kind()
    command.settings = Settings()
    command.settings.setmodule("crawler.settings")
    out = corpus.parent / "out"
    ours = {
        "CORPUS_DB": corpus,
        "ARCHIVE_URL": SAMPLE / "sample.warc.gz",
        "DOCUMENTS_DIR": out / "documents",
        "WARC_DIR": "",
        "STATE_DIR": out / "state",
    }
    for name, value in ours.items():
        command.settings.set(name, str(value))
    command.given = {}
    command.sources, command.folders = [*map(Path, args)], []  # of a merge
    command.run(list(args), Namespace(**options))
    return int(command.exitcode)


def read_in_every_way(corpus: Path) -> list[int]:
    """The exit statuses of all commands that only read."""
    since = {"since": "1990", "until": None, "new": False}
    return [
        run(Changes, corpus, **since, on=None, json=True),
        run(Changes, corpus, **since, on=None, json=False),
        run(Changes, corpus, since=None, until=None, new=False, on="2019-05-01", json=True),
        *(
            run(Export, corpus, form, output=str(corpus.parent / form))
            for form in ("jsonl", "tree", "git", "ota", "site")
        ),
    ]


TEXT = {
    **dict.fromkeys(("origin", "last_origin"), "ota"),
    **dict.fromkeys(("known", "last_known"), "fetched"),
    "vendor": "harbourlight.example",
    "type": "privacy policy",
    **dict.fromkeys(("url", "last_url"), "https://www.harbourlight.example/privacy"),
    **dict.fromkeys(("timestamp", "last_timestamp"), "20230101000000"),
    **dict.fromkeys(("first_captured", "last_captured"), "2023-01-01T00:00:00+00:00"),
    "title": "Privacy",
    "body": "# Privacy\n\nWe keep your order for thirty days.",
}


async def write_in_every_way(corpus: Path) -> list[int]:
    """The exit statuses of all commands that write, each on a copy."""
    texts = corpus.with_name("texts.jsonl")
    texts.write_text(json.dumps(TEXT) + "\n")
    read_again = run(Reextract, _copy(corpus, "again"))
    other = _copy(corpus, "imported")
    imported = run(Import, other, str(texts), format="jsonl", services=None, output=None)
    merged = run(Merge, _copy(corpus, "merged"), str(other))
    crawled = await run_crawl(_copy(corpus, "crawled").parent)
    why = crawled.run.fatal or crawled.run.ended or (crawled.run.status != "complete" and crawled.run.status) or ""
    print(why, file=sys.stderr, end="\n" * bool(why))
    return [read_again, imported, merged, {"complete": 0, "partial": 2}.get(crawled.run.status, 1)]


def _copy(corpus: Path, name: str) -> Path:
    folder = corpus.parent / name
    folder.mkdir()
    return Path(shutil.copy(corpus, folder / "corpus.db"))


PAGES = [
    *(
        "/candidates",
        "/corpus/candidates",
        "/",
        "/about",
        "/changes",
        "/changes.atom",
        "/policies",
        "/search?q=privacy",
        "/revisions/1",
    ),
    *("/policies/harbourlight.example", "/policies/harbourlight.example/changes.atom"),
    "/policies/harbourlight.example/privacy-policy",
    "/policies/harbourlight.example/privacy-policy?on=2019-05-01",
    "/policies/harbourlight.example/privacy-policy/20190211154003",
    "/policies/harbourlight.example/privacy-policy/20190211154003/20200904114615",
    "/policies/harbourlight.example/privacy-policy/20190211154003.md",
    *("/search?q=%22", "/changes?since=2015&until=2030", "/policies?q=a"),
    *("/corpus", "/corpus/changes", "/corpus/histories", "/corpus/snapshots.json", "/corpus/documents"),
    *("/corpus/crawls", "/corpus/documents.csv", "/corpus/snapshots?_facet=state", "/corpus/noise", "/corpus/variants"),
]


async def statuses(corpus: Path) -> dict[str, int]:
    """The status of every page. Raises `AssertionError` if one runs a script of the corpus."""
    served = serve(corpus)
    found = {}
    try:
        for path in PAGES:  # no answer is kept: it is the site whose memory is measured
            answer = await served.client.get(path)
            assert SCRIPT not in answer.text or path.endswith((".json", ".csv", ".md")), path
            found[path] = answer.status_code
    finally:
        for database in served.databases.values():
            database.close()
    return found


WAYS = {
    "read": read_in_every_way,
    "pages": lambda corpus: asyncio.run(statuses(corpus)),
    "written": lambda corpus: asyncio.run(write_in_every_way(corpus)),
}

if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    corpus, report, *ways = sys.argv[1:]
    Path(report).write_text(json.dumps({way: WAYS[way](Path(corpus)) for way in ways}))
