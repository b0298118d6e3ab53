"""The version of the extractor: ours, and those of the libraries that decide what a text is."""

from importlib.metadata import version

READING = 3

_LIBRARIES = ("trafilatura", "html2text", "lxml", "pypdfium2")

EXTRACTOR = " ".join([f"policytrail/{READING}", *(f"{name}/{version(name)}" for name in _LIBRARIES)])
"""Stored with each document, so that nobody takes a change by the extractor for one by the vendor."""
