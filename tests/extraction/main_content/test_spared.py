"""What trafilatura is spared is what its paths never find: elements without attributes."""

import pytest
import trafilatura.xpaths
from lxml import etree

from crawler.extraction.main_content.spared import _ANY, _ANY_WITH_ATTRIBUTES, _NAMESPACES, narrowed

_PATHS = [*trafilatura.xpaths.OVERALL_DISCARD_XPATH, *trafilatura.xpaths.DISCARD_IMAGE_ELEMENTS]
_TAGS = (
    "article",
    "aside",
    "div",
    "footer",
    "head",
    "item",
    "list",
    "main",
    "ol",
    "p",
    "section",
    "span",
    "table",
    "ul",
)


def _tree(attributes: str) -> etree._Element:
    elements = "".join(f"<{tag}{attributes}>some text<{tag}{attributes}/></{tag}>" for tag in _TAGS)
    return etree.fromstring(f"<body>{elements}</body>")


def _written_by_trafilatura(path: etree.XPath) -> etree.XPath:
    return etree.XPath(path.path.replace(_ANY_WITH_ATTRIBUTES, _ANY), namespaces=_NAMESPACES)


@pytest.mark.parametrize("path", _PATHS, ids=lambda path: path.path.split()[0][:40])
def test_no_path_finds_an_element_without_attributes(path: etree.XPath) -> None:
    assert _written_by_trafilatura(path)(_tree("")) == []


@pytest.mark.parametrize("path", _PATHS, ids=lambda path: path.path.split()[0][:40])
@pytest.mark.parametrize(
    "attributes",
    [
        ' class="sidebar menu comments-title" id="footer-hidden"', ' class="caption"', ' style="display:none"',
        ' role="Navigation"', ' class="text"', ' aria-hidden="true"',
    ],
)  # fmt: skip
def test_a_narrowed_path_finds_what_the_other_finds(path: etree.XPath, attributes: str) -> None:
    whole = _written_by_trafilatura(path)
    mixed = _tree("")
    mixed.extend(_tree(attributes))

    assert narrowed(whole).path != whole.path
    assert narrowed(whole)(mixed) == whole(mixed)


def test_a_path_to_something_else_stays_as_it_is() -> None:
    path = etree.XPath("(.//article)[1]")

    assert narrowed(path) is path
