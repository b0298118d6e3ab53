"""Reads Scrapy's responses as the plain parts take them, and tells answers from requests that were given up."""

from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.archive import bodies, memento

# Several parts of a crawl look at each response: its headers, and its body decoded, are found out once.
_headers: WeakKeyDictionary[Response, dict[str, str]] = WeakKeyDictionary()
_bodies: WeakKeyDictionary[Response, bytes] = WeakKeyDictionary()


class ArchiveStopping(IgnoreRequest):
    """A request was given up because the crawl is being stopped; nothing is known of what it asked for."""


def is_stopping(crawler: Crawler) -> bool:
    """Tell whether the crawl is being stopped: its engine does not run any more."""
    return crawler.engine is not None and not crawler.engine.running


def headers_of(response: Response) -> dict[str, str]:
    """Return the headers by lower-case name, of repeated ones the last value."""
    if (headers := _headers.get(response)) is None:
        headers = _headers[response] = {
            name.decode("latin-1").lower(): values[-1].decode("latin-1")
            for name, values in response.headers.items()
            if values
        }
    return headers


def decoded_body(response: Response) -> bytes:
    """Return the body with its content encodings undone. Raises `BodyTooLarge` and `BrokenBody` of `archive.bodies`."""
    if (body := _bodies.get(response)) is None:
        encodings = [value.decode("latin-1") for value in response.headers.getlist("Content-Encoding")]
        body = _bodies[response] = bodies.decode(response.body, encodings)
    return body


def is_capture(response: Response) -> bool:
    """Tell whether a response is archived content rather than the archive's own message."""
    return memento.is_capture(headers_of(response))
