"""The vendors file: which policies to track. `load` reads it; `checks` says what its values may be."""

from crawler.vendors.file import load

__all__ = ["load"]
