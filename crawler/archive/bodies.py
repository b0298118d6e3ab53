"""Content encodings undone: the archived bytes out of a response body, whatever its headers declare.

The Wayback Machine plays back bodies as they were captured. gzip, Brotli and zstd arrive although nobody asked for
them: declared, declared twice, or not at all (web-monitoring-db#433, web-monitoring-processing PR#857, pywb#947). So
the bytes decide as well as the headers.
"""

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_BODY = 32 * 1024 * 1024
"""Bytes of a body, decoded. The largest policy page seen in the field has under 2 MB (2026-11)."""

_MAX_LAYERS = 3  # a body declared twice is really encoded once or twice; more is not a page
_CHUNK = 64 * 1024
_GZIP = re.compile(rb"\x1f\x8b")
_ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18", re.DOTALL)  # a frame, or one to be skipped
# zstd keeps what a stream may refer back to. No page needs more of it than a body may have; RFC 9659 allows 8 MiB.
_ZSTD_OPTIONS: dict[int, int] = {zstd.DecompressionParameter.window_log_max: MAX_BODY.bit_length() - 1}
# Names that servers gave to codings which are undone here or none at all; any other one is a reason where the bytes
# do not read as a text.
_KNOWN = frozenset({"gzip", "x-gzip", "br", "deflate", "zstd", "identity", "none", "utf-8"})
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\v\f\r\x08\x1b"})
_CONTROLS_OF_A_TEXT = 0.02  # a page has a stray NUL or two; compressed bytes are controls to a tenth
_HEAD = 4096
_UTF_16_PAGE = re.compile(rb"(?:\xff\xfe|\xfe\xff)?(?:\s\0|\0\s)*+(?:<\0|\0<)")
_MAX_PARTS = 1000  # members of gzip, frames of zstd: tools that write several give each 64 KiB or more


class BodyTooLarge(ValueError):  # noqa: N818
    """A body is larger than `MAX_BODY`, encoded or decoded."""

    def __init__(self) -> None:
        super().__init__(f"the body is larger than {MAX_BODY // (1024 * 1024)} MiB")


class BrokenBody(ValueError):  # noqa: N818
    """A body does not decode: it was truncated on the way or in the archive."""


class TooManyParts(BrokenBody):
    """A compressed body has more parts than anybody makes of one: it was sent so, and would be sent so again."""


class UnknownCoding(BrokenBody):
    """A body is encoded in a way that is not known here; the message names it."""


def decode(body: bytes, encodings: Iterable[str]) -> bytes:
    """Return the decoded body.

    ``encodings`` are the values of the Content-Encoding headers, in order; each may list several or be empty. Ignores
    a declared encoding that the body does not have (the archive has often undone it already), and undoes gzip, zstd
    and Brotli that is not declared. Raises `BodyTooLarge` and `BrokenBody`, of which `UnknownCoding` is one.
    """
    declared = [name.strip().lower() for value in encodings for name in value.split(",") if name.strip()]
    for _ in range(_MAX_LAYERS):
        if len(body) > MAX_BODY:
            raise BodyTooLarge
        if _GZIP.match(body):
            body = _inflate(body, zlib.MAX_WBITS | 16)
        elif _ZSTD.match(body):
            body = _unzstd(body)
        elif "br" in declared:
            declared.remove("br")
            body = _unless_plain(body, _unbrotli)
        elif "deflate" in declared:
            declared.remove("deflate")
            body = _unless_plain(body, _undeflate)
        elif (text := _undeclared_brotli(body)) is not None:
            body = text
        else:
            break
    if (unknown := [name for name in declared if name not in _KNOWN]) and not _is_readable(body):
        raise UnknownCoding(f"the body is encoded as {unknown[-1][:40]!r}, which is not known here")
    return body


def _is_readable(body: bytes) -> bool:
    """Tell whether the beginning of a body is text, in whatever charset, or a PDF."""
    head = body[:_HEAD]
    if b"%PDF-" in head[:1024] or _UTF_16_PAGE.match(head):
        return True
    return len(head) - len(head.translate(None, _CONTROLS)) <= len(head) * _CONTROLS_OF_A_TEXT


def _undeclared_brotli(body: bytes) -> bytes | None:
    """Return the text in a body of Brotli, which has no signature; None if the bytes are none, or hold no markup."""
    if _is_readable(body):
        return None
    try:
        text = _unbrotli(body)
    except (BrokenBody, BodyTooLarge):
        return None
    return text if b"<" in text[:_HEAD] and _is_readable(text) else None


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


def _unzstd(body: bytes) -> bytes:
    def part(at: int) -> Iterator[bytes | int]:
        decoder = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)
        try:
            while not decoder.eof:
                piece = b""
                if decoder.needs_input:
                    piece, at = body[at : at + _CHUNK], at + _CHUNK
                    if not piece:
                        raise BrokenBody("the zstd body ends early")
                yield decoder.decompress(piece, _CHUNK)
        except zstd.ZstdError as error:
            raise BrokenBody(f"the zstd body does not decompress: {error}") from error
        yield min(at, len(body)) - len(decoder.unused_data)

    return _joined(_parts(body, part, _ZSTD))


def _undeflate(body: bytes) -> bytes:
    try:
        return _inflate(body, zlib.MAX_WBITS)
    except BrokenBody:
        return _inflate(body, -zlib.MAX_WBITS)  # many servers sent raw deflate under this name


def _inflate(body: bytes, wbits: int) -> bytes:
    def part(at: int) -> Iterator[bytes | int]:
        decoder = zlib.decompressobj(wbits)
        try:
            while not decoder.eof:
                piece = decoder.unconsumed_tail
                if not piece:
                    piece, at = body[at : at + _CHUNK], at + _CHUNK
                out = decoder.decompress(piece, _CHUNK)
                if not piece and not out and not decoder.eof:
                    raise BrokenBody("the compressed body ends early")
                yield out
        except zlib.error as error:
            raise BrokenBody(f"the body does not decompress: {error}") from error
        yield min(at, len(body)) - len(decoder.unused_data)

    return _joined(_parts(body, part, _GZIP))


def _parts(body: bytes, part: Callable[[int], Iterator[bytes | int]], start: re.Pattern[bytes]) -> Iterator[bytes]:
    """Yield what all parts of a compressed body hold. ``part`` yields what the one at a position holds, and its end.

    Padding after the last part is common and means nothing. A body is read in pieces, since a decoder copies what it
    has not used: a thousand times the whole body took 20 s.
    """
    at = 0
    for _ in range(_MAX_PARTS):
        for found in part(at):
            if isinstance(found, int):
                at = found
            else:
                yield found
        if not start.match(body, at):
            return
    raise TooManyParts(f"the compressed body has more than {_MAX_PARTS} parts")


def _joined(pieces: Iterator[bytes]) -> bytes:
    out = bytearray()
    for piece in pieces:
        out += piece
        if len(out) > MAX_BODY:
            raise BodyTooLarge
    return bytes(out)
