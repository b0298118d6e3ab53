"""The vendors file: which policies to track."""

from crawler.vendors.file import VendorsFileError, load
from crawler.vendors.policy import Part, Policy, type_slug

__all__ = ["Part", "Policy", "VendorsFileError", "load", "type_slug"]
