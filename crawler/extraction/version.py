"""Which extractor read a document: ours and the libraries' that decide what a text is."""

from importlib.metadata import version

READING = 3
"""Raised whenever the same bytes may give another document. `scrapy reextract` then reads the kept bytes again."""

_LIBRARIES = ("trafilatura", "html2text", "lxml", "pypdfium2")

EXTRACTOR = " ".join([f"policytrail/{READING}", *(f"{name}/{version(name)}" for name in _LIBRARIES)])
"""Stored with each document, so that a change by the extractor is never taken for one by the vendor."""
