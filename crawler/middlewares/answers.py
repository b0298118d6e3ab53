"""Reads Scrapy's responses as the plain parts take them, and tells answers from requests that were given up."""

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.archive import bodies, memento


class ArchiveStopping(IgnoreRequest):
    """A request was given up because the crawl is being stopped; nothing is known of what it asked for."""


def is_stopping(crawler: Crawler) -> bool:
    """Tell whether the crawl is being stopped: its engine does not run any more."""
    return crawler.engine is not None and not crawler.engine.running


def headers_of(response: Response) -> dict[str, str]:
    """Return the headers by lower-case name, of repeated ones the last value."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def decoded_body(response: Response) -> bytes:
    """Return the body with its content encodings undone. Raises `BodyTooLarge` and `BrokenBody` of `archive.bodies`."""
    encodings = [value.decode("latin-1") for value in response.headers.getlist("Content-Encoding")]
    return bodies.decode(response.body, encodings)


def is_capture(response: Response) -> bool:
    """Tell whether a response is archived content rather than the archive's own message."""
    return memento.is_capture(headers_of(response))
