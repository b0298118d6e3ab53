"""Spares trafilatura the elements without attributes where it looks for boilerplate: most of a sketch are such.

It asks whether an attribute of each element matches regular expressions, and does so in Python: of its time for a
sketch, that took a fifth (149 sketches of real pages, 2026-11). An element that has no attribute has none that matches.
"""

from functools import cache

from lxml import etree

_ANY = ".//*["
_ANY_WITH_ATTRIBUTES = ".//*[@*]["
_NAMESPACES = {"re": "http://exslt.org/regular-expressions"}


@cache
def spare_elements_without_attributes() -> None:
    """Narrow what trafilatura's paths look at, for as long as the process lives."""
    from trafilatura.xpaths import DISCARD_IMAGE_ELEMENTS, OVERALL_DISCARD_XPATH  # noqa: PLC0415 - see sketch.py

    for paths in (OVERALL_DISCARD_XPATH, DISCARD_IMAGE_ELEMENTS):
        paths[:] = map(narrowed, paths)


def narrowed(path: etree.XPath) -> etree.XPath:
    """Return the path to those of the elements that have attributes; another path than one to any element as it is."""
    asked = path.path.strip()
    if not asked.startswith(_ANY) or asked.startswith(_ANY_WITH_ATTRIBUTES):
        return path
    return etree.XPath(asked.replace(_ANY, _ANY_WITH_ATTRIBUTES, 1), namespaces=_NAMESPACES)
