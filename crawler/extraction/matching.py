"""Whether the selectors of a vendors file match something on a page: what to say of those that do not."""

from lxml.html import HtmlElement

from crawler import css
from crawler.archive.redirects import NoDocument
from crawler.bounded_reading import read_bounded
from crawler.extraction import charset, page, selection
from crawler.extraction.extract import CapturedResponse
from crawler.extraction.media_type import media_type
from crawler.extraction.unfolding.unfold import unfold
from crawler.extraction.unfolding.xhtml import as_html
from crawler.model import Part


def unmatched(response: CapturedResponse, part: Part) -> list[str]:
    """Return a sentence for each selector that matches nothing on a page, read as a crawl reads it, within limits."""
    found = read_bounded(lambda: _unmatched(response, part), response.url)
    return [found.detail] if isinstance(found, NoDocument) else found


def _unmatched(response: CapturedResponse, part: Part) -> list[str]:
    content_type = response.headers.get("content-type", "")
    kind, name = media_type(response.body, content_type)
    if kind != "page":
        return [f"It is no page that has elements, but {name or kind}."]
    try:
        tree = page.parse(as_html(charset.decode(response.body, content_type or None, response.url), content_type))
    except page.PageTooBigError as error:
        return [str(error)]
    unfold(tree)
    given = (("select", part.select), ("from", part.start), ("to", part.end), ("through", part.through))
    wrong = [
        f'The selector "{selector}" ({key}) matches nothing on the page.'
        for key, selector in given
        if selector and not css.matches(tree, selector)
    ]
    return wrong or _within(tree, part)


def _within(tree: HtmlElement, part: Part) -> list[str]:
    """Return what does not match where it should, though it does elsewhere on the page."""
    try:
        selection.apply(tree, part)
    except selection.NothingSelected as error:
        return [str(error)]
    return []
