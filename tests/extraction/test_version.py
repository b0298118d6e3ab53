"""A document names its extractor for good, down to the versions of the libraries."""

import re
from importlib.metadata import version

from crawler.extraction.extract import EXTRACTOR, READING


def test_it_names_the_libraries_that_decide_what_a_text_is_by_their_installed_versions():
    named = dict(part.split("/") for part in EXTRACTOR.split(" "))
    assert named.pop("policytrail") == str(READING)
    assert named.keys() == {"trafilatura", "html2text", "lxml", "pypdfium2"}
    assert named == {name: version(name) for name in named}


def test_it_is_one_line_of_names_and_versions():
    assert re.fullmatch(r"policytrail/[1-9]\d*( [a-z0-9]+/[0-9][\w.]*)+", EXTRACTOR)
