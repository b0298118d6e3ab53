"""Private names of libraries that the project relies on. pyproject.toml has an upper bound of each such library.

A new version in which one of them is gone fails here, before anything fails in a crawl.
"""

from argparse import ArgumentParser
from io import BytesIO

import pytest
from py3langid.langid import LanguageIdentifier
from scrapy import Spider, cmdline
from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.core.scraper import Scraper, Slot
from scrapy.settings import default_settings
from twisted.web._newclient import HTTP11ClientProtocol, HTTPClientParser
from twisted.web.client import HTTPConnectionPool, _HTTP11ClientFactory
from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.recordloader import ArcWarcRecordLoader

PRIVATE_NAMES = {
    # crawler/middlewares/rate_limited_handler.py
    "Scrapy's scraper slot": (Slot(), "active", "queue"),
    "Scrapy's handler": (HTTP11DownloadHandler, "from_crawler", "download_request", "close"),
    # crawler/middlewares/bounded_headers.py
    "Twisted's connection": (HTTP11ClientProtocol(), "request", "dataReceived", "_parser", "_giveUp"),
    "Twisted's parser": (HTTPClientParser(None, None), "MAX_LENGTH"),
    "Twisted's factory": (_HTTP11ClientFactory(None, ""), "_quiescentCallback", "buildProtocol"),
    "Twisted's pool": (HTTPConnectionPool, "_factory"),
    # policytrail/__main__.py, which puts its own in the place of the first
    "Scrapy's command line": (cmdline, "ScrapyArgumentParser", "execute"),
    # crawler/spiders/policies.py
    "Scrapy's scraper": (Scraper, "start_itemproc_async"),
    "Scrapy's spider": (Spider, "_set_crawler"),
    # crawler/commands/crawl.py
    "Scrapy's crawl command": (CrawlCommand, "_create_crawler", "process_options"),
    # crawler/commands/completions.py
    "Scrapy's commands": (cmdline, "_get_commands_dict"),
    # crawler/completions.py
    "argparse's parser": (ArgumentParser(), "_actions"),
    # crawler/extraction/language_model.py
    "py3langid's identifier": (
        LanguageIdentifier,
        "_raw_score",
        "_rowbase",
        "tk_nextmove",
        "tk_output",
        "nb_ptc",
        "nb_pc",
    ),
    # crawler/local_archive/records.py
    "warcio's iterator": (
        WARCIterator(BytesIO()),
        *("_next_record", "_consume_blanklines", "loader", "reader", "fh", "offset", "member_info", "record"),
        *("known_format", "mixed_arc_warc", "next_line"),
    ),
    "warcio's loader": (
        ArcWarcRecordLoader(arc2warc=True),
        "_ensure_target_uri_format",
        "load_http_headers",
        "wrap_digest_verifying_stream",
    ),
    "warcio's reader": (
        DecompressingBufferedReader(BytesIO()),
        *("_decompress", "_init_decomp", "decompressor", "num_block_read", "rem_length"),
        *("read_next_member", "starting_data", "stream"),
    ),
}


@pytest.mark.parametrize("whose", PRIVATE_NAMES)
def test_the_private_names_that_the_project_relies_on_exist(whose: str) -> None:
    thing, *names = PRIVATE_NAMES[whose]
    assert [name for name in names if not hasattr(thing, name)] == []


def test_scrapys_own_handler_is_named_in_its_settings() -> None:
    assert default_settings.DOWNLOAD_HANDLERS_BASE["https"]
