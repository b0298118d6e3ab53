"""The vendors file: which policies to track."""

from crawler.errors import VendorsFileError
from crawler.model import Part, Policy, type_slug
from crawler.vendors.file import load

__all__ = ["Part", "Policy", "VendorsFileError", "load", "type_slug"]
