"""Content encodings undone: the archived bytes out of a response body, whatever its headers declare.

The Wayback Machine plays back bodies as they were captured. gzip and Brotli arrive although nobody asked for them:
declared, declared twice, or not at all (web-monitoring-db#433, web-monitoring-processing PR#857). So the bytes decide
as well as the headers.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli

MAX_BODY = 32 * 1024 * 1024
"""Bytes of a body, decoded. The largest policy page seen in the field has under 2 MB (2026-11)."""

_MAX_LAYERS = 3  # a body declared twice is really encoded once or twice; more is not a page
_CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b"


class BodyTooLarge(ValueError):  # noqa: N818
    """A body is larger than `MAX_BODY`, encoded or decoded."""

    def __init__(self) -> None:
        super().__init__(f"the body is larger than {MAX_BODY // (1024 * 1024)} MiB")


class BrokenBody(ValueError):  # noqa: N818
    """A body does not decode: it was truncated on the way or in the archive."""


def decode(body: bytes, encodings: Iterable[str]) -> bytes:
    """Return the decoded body.

    ``encodings`` are the values of the Content-Encoding headers, in order; each may list several or be empty. Ignores
    a declared encoding that the body does not have (the archive has often undone it already), and undoes gzip that is
    not declared. Raises `BodyTooLarge` and `BrokenBody`.
    """
    declared = [name.strip().lower() for value in encodings for name in value.split(",") if name.strip()]
    for _ in range(_MAX_LAYERS):
        if len(body) > MAX_BODY:
            raise BodyTooLarge
        if body.startswith(_GZIP):
            body = _inflate(body, zlib.MAX_WBITS | 16)
        elif "br" in declared:
            declared.remove("br")
            body = _unless_plain(body, _unbrotli)
        elif "deflate" in declared:
            declared.remove("deflate")
            body = _unless_plain(body, _undeflate)
        else:
            break
    return body


def _unless_plain(body: bytes, undo: Callable[[bytes], bytes]) -> bytes:
    """Return what ``undo`` makes of the body; the body itself if it was not encoded after all."""
    try:
        return undo(body)
    except BrokenBody:
        # Brotli and deflate have no signature. A page that the archive has decoded already begins with printable
        # characters; a truncated stream does not.
        head = body[:512]
        printable = sum(byte >= 32 or byte in b"\t\n\r\f" for byte in head)
        if b"<" in head and printable == len(head):
            return body
        raise


def _unbrotli(body: bytes) -> bytes:
    decoder = brotli.Decompressor()

    def pieces() -> Iterator[bytes]:
        try:
            piece = decoder.process(body, output_buffer_limit=_CHUNK)
            while piece:
                yield piece
                piece = decoder.process(b"", output_buffer_limit=_CHUNK)
        except brotli.error as error:
            raise BrokenBody(f"the body is not the Brotli that it is declared as: {error}") from error
        if not decoder.is_finished():
            raise BrokenBody("the Brotli body ends early")

    return _joined(pieces())


def _undeflate(body: bytes) -> bytes:
    try:
        return _inflate(body, zlib.MAX_WBITS)
    except BrokenBody:
        return _inflate(body, -zlib.MAX_WBITS)  # many servers sent raw deflate under this name


def _inflate(body: bytes, wbits: int) -> bytes:
    def pieces() -> Iterator[bytes]:
        rest = body
        while rest:
            decoder = zlib.decompressobj(wbits)
            try:
                while rest and not decoder.eof:
                    yield decoder.decompress(rest, _CHUNK)
                    rest = decoder.unconsumed_tail
            except zlib.error as error:
                raise BrokenBody(f"the body does not decompress: {error}") from error
            if not decoder.eof:
                yield decoder.flush()
                if not decoder.eof:
                    raise BrokenBody("the compressed body ends early")
            # A gzip body may have several members; padding after the last is common and means nothing.
            rest = decoder.unused_data if decoder.unused_data.startswith(_GZIP) else b""

    return _joined(pieces())


def _joined(pieces: Iterator[bytes]) -> bytes:
    out = bytearray()
    for piece in pieces:
        out += piece
        if len(out) > MAX_BODY:
            raise BodyTooLarge
    return bytes(out)
