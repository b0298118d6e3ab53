"""The vendors file: which policies to track. `load` reads it; `checks` says what its values may be."""

from pathlib import Path

from crawler.vendors.file import load

TEMPLATE = Path(__file__).with_name("template.toml")
"""A vendors file to begin with, which says in comments what there is."""

__all__ = ["TEMPLATE", "load"]
